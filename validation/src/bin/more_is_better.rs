//! More samples, more features and less ridge. See `validation::theorems::more_is_better`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::more_is_better::THEOREM)
}
