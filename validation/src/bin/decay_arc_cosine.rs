//! Decay of the arc-cosine kernels. See `validation::theorems::decay_arc_cosine`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::decay_arc_cosine::THEOREM)
}
