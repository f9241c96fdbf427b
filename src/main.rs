//! The command `zonal`.

use std::process::ExitCode;

fn main() -> ExitCode {
    zonal::cli::run(std::env::args_os())
}
