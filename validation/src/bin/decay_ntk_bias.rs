//! The neural tangent kernel with bias and the Laplace kernel. See `validation::theorems::decay_ntk_bias`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::decay_ntk_bias::THEOREM)
}
