//! Minimum norm and early stopping: see `validation::theorems::early_stopping`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::early_stopping::THEOREM)
}
