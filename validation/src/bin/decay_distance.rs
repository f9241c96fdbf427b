//! Decay of kernels of the distance: Laplace, Matern, gamma-exponential. See `validation::theorems::decay_distance`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::decay_distance::THEOREM)
}
