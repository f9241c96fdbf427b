//! Degrees that vanish: see `validation::theorems::parity`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::parity::THEOREM)
}
