//! Random features estimate kernels: see `validation::theorems::random_features`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::random_features::THEOREM)
}
