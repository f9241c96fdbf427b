//! The two kernels of a convolutional network side by side. See `validation::theorems::convolutional_comparison`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::convolutional_comparison::THEOREM)
}
