//! The tangent kernel of networks of finite width: see `validation::theorems::empirical_ntk`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::empirical_ntk::THEOREM)
}
