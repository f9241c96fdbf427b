//! The spectrum of Gram matrices: see `validation::theorems::gram_clusters`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::gram_clusters::THEOREM)
}
