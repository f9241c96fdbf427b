//! The feature map of the convolutional tangent kernel. See `validation::theorems::convolutional_features`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::convolutional_features::THEOREM)
}
