//! Distances of convolutional features: see `validation::theorems::convolutional_smoothness`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::convolutional_smoothness::THEOREM)
}
