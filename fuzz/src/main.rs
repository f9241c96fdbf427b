//! Gives mutated inputs to `zonal` and lists those that are not answered as they should be.

use clap::Parser;
use fuzz::input::Kind;
use fuzz::supervisor::{Plan, work};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Gives mutated formulas, targets and files to zonal: each must be answered without a panic, abort, hang or lack of
/// memory.
#[derive(Parser)]
struct Options {
    /// What the inputs are given to; all kinds by default.
    #[arg(long)]
    kind: Vec<Kind>,
    /// Inputs of each kind.
    #[arg(long, default_value_t = 10_000)]
    inputs: u64,
    /// The number of the first.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Of the random numbers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Stop after so many seconds of each kind.
    #[arg(long)]
    seconds: Option<u64>,
    /// The longest that one input may take, in seconds.
    #[arg(long, default_value_t = 10)]
    longest: u64,
    /// Address space of a process in MiB.
    #[arg(long, default_value_t = 1024)]
    memory: u64,
    /// Processes at a time.
    #[arg(long, default_value_t = 2)]
    jobs: u64,
    /// Print the input with the number --first instead.
    #[arg(long)]
    show: bool,
    #[arg(long, hide = true)]
    worker: bool,
}

fn main() -> std::io::Result<ExitCode> {
    let options = Options::parse();
    let kinds = if options.kind.is_empty() { Kind::ALL.to_vec() } else { options.kind.clone() };
    if options.show {
        let input = kinds[0].input(options.seed, options.first);
        std::io::stdout().write_all(&input.bytes)?;
        return Ok(ExitCode::SUCCESS);
    }
    if options.worker {
        let mut out = std::io::stdout();
        work(kinds[0], options.seed, options.first..options.first + options.inputs, &mut out)?;
        out.write_all(b"end\n")?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut all = 0;
    for kind in kinds {
        all += run(&options, kind)?;
    }
    Ok(if all == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Inputs of one kind: the number of faults.
fn run(options: &Options, kind: Kind) -> std::io::Result<usize> {
    let started = Instant::now();
    let plan = Plan {
        kind,
        seed: options.seed,
        longest: Duration::from_secs(options.longest),
        memory: options.memory * 1024,
        until: options.seconds.map(|seconds| started + Duration::from_secs(seconds)),
    };
    let faults = Mutex::new(Vec::new());
    let found = |fault: fuzz::supervisor::Fault| {
        let input = String::from_utf8_lossy(&kind.input(options.seed, fault.number).bytes).into_owned();
        let input: String = input.escape_debug().take(300).collect();
        println!("{kind:?} {}: {}\n    {input}", fault.number, fault.what);
        if let Ok(mut faults) = faults.lock() {
            faults.push(fault);
        }
    };
    let (jobs, first, count) = (options.jobs.max(1), options.first, options.inputs);
    let answered: u64 = std::thread::scope(|scope| {
        let start = |job: u64| first + count / jobs * job + (count % jobs).min(job);
        let job = |job| {
            scope.spawn({
                let (plan, found) = (&plan, &found);
                move || plan.run(start(job)..start(job + 1), found)
            })
        };
        let running: Vec<_> = (0..jobs).map(job).collect();
        running
            .into_iter()
            .map(|job| job.join().unwrap_or_else(|_| Err(std::io::Error::other("a supervisor panicked"))))
            .sum::<std::io::Result<u64>>()
    })?;
    let count = faults.lock().map_or(0, |faults| faults.len());
    let seconds = started.elapsed().as_secs_f64();
    println!("{kind:?}: {answered} inputs answered in {seconds:.0} s, {count} faults");
    Ok(count)
}
