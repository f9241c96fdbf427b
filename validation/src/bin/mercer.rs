//! Mercer's series and the trace: see `validation::theorems::mercer`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::mercer::THEOREM)
}
