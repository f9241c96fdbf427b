//! One convolution on independent patches. See `validation::theorems::convolutional_spectrum`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::convolutional_spectrum::THEOREM)
}
