//! Which spaces of kernels contain which. See `validation::theorems::rkhs_inclusion`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::rkhs_inclusion::THEOREM)
}
