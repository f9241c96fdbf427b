//! Limiting kernels of wide ReLU networks: see `validation::theorems::limiting_identities`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::limiting_identities::THEOREM)
}
