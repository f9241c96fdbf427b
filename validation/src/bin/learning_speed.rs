//! The speed of learning: see `validation::theorems::learning_speed`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::learning_speed::THEOREM)
}
