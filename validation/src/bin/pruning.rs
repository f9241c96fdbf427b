//! Random pruning and the tangent kernel: see `validation::theorems::pruning`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::pruning::THEOREM)
}
