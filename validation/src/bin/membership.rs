//! Which functions lie in the spaces of the kernels. See `validation::theorems::membership`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::membership::THEOREM)
}
