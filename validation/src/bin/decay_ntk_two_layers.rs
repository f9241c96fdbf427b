//! Decay of the two-layer neural tangent kernel. See `validation::theorems::decay_ntk_two_layers`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::decay_ntk_two_layers::THEOREM)
}
