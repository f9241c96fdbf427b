//! Depth does not change the exponent. See `validation::theorems::decay_deep`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::decay_deep::THEOREM)
}
