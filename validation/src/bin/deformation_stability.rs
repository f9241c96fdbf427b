//! Stability to deformations: see `validation::theorems::deformation_stability`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::deformation_stability::THEOREM)
}
