//! Step activations composed: the exponent changes with depth. See `validation::theorems::decay_step`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::decay_step::THEOREM)
}
