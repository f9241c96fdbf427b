//! Inputs in processes of their own, whose time and memory are bounded: an abort, a hang or a panic is a fault of one
//! input.

use crate::check::fault;
use crate::input::Kind;
use clap::ValueEnum;
use std::io::{BufRead, BufReader, Read, Write};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// What is run, and how.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What the inputs are given to.
    pub kind: Kind,
    /// Of the random numbers.
    pub seed: u64,
    /// The longest that one input may take.
    pub longest: Duration,
    /// KiB of address space of a process.
    pub memory: u64,
    /// When to stop, whatever is left.
    pub until: Option<Instant>,
}

/// An input that was not answered as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What it was given to.
    pub kind: Kind,
    /// Its number.
    pub number: u64,
    /// What is wrong.
    pub what: String,
}

/// Checks inputs one after another and writes the number of each to `out` before, and what is wrong with it after.
///
/// # Errors
/// Those of writing.
pub fn work(kind: Kind, seed: u64, numbers: Range<u64>, mut out: impl Write) -> std::io::Result<()> {
    let folder = tempfile::tempdir()?;
    for number in numbers {
        out.write_all(format!("{number}\n").as_bytes())?;
        let input = kind.input(seed, number);
        let outcome = catch_unwind(AssertUnwindSafe(|| fault(kind, &input, folder.path())));
        let what = match outcome {
            Ok(None) => continue,
            Ok(Some(what)) => what,
            Err(panic) => {
                let text = panic.downcast_ref::<String>().cloned();
                let text = text.or(panic.downcast_ref::<&str>().map(|text| (*text).to_string()));
                format!("a panic: {}", text.unwrap_or_default())
            }
        };
        out.write_all(format!("!{number} {}\n", what.replace('\n', "\\n")).as_bytes())?;
    }
    Ok(())
}

impl Plan {
    /// Runs the inputs with these numbers in worker processes; their faults go to `found`. The count of inputs
    /// answered.
    ///
    /// # Errors
    /// Those of starting a process.
    pub fn run(&self, mut numbers: Range<u64>, mut found: impl FnMut(Fault)) -> std::io::Result<u64> {
        let mut answered = 0;
        while !numbers.is_empty() && self.until.is_none_or(|until| Instant::now() < until) {
            let first = numbers.start;
            let mut child = self.worker(&numbers)?;
            let lines = lines(&mut child);
            let outcome = self.watch(&lines, &mut numbers, &mut answered, &mut found);
            // It may have ended by itself.
            let _ = child.kill();
            let mut error = String::new();
            if let Some(mut text) = child.stderr.take() {
                text.read_to_string(&mut error)?;
            }
            let status = child.wait()?;
            if let Some(what) = outcome {
                if numbers.start == first {
                    return Err(std::io::Error::other(format!("a worker did not start: {status}; {}", error.trim())));
                }
                let said = error.trim().replace('\n', " / ");
                let what = if what.is_empty() { format!("the process ended: {status}; {said}") } else { what };
                found(Fault { kind: self.kind, number: numbers.start - 1, what });
            }
        }
        Ok(answered)
    }

    /// Reads what a worker says: why its input is at fault if it stops, `None` if it did all or time is up.
    fn watch(
        &self,
        lines: &Receiver<String>,
        numbers: &mut Range<u64>,
        answered: &mut u64,
        found: &mut impl FnMut(Fault),
    ) -> Option<String> {
        let mut running = false;
        loop {
            match lines.recv_timeout(self.longest) {
                Ok(line) if line.starts_with('!') => {
                    let (number, what) = line[1..].split_once(' ').unwrap_or((&line[1..], ""));
                    let number = number.parse().unwrap_or(numbers.start.saturating_sub(1));
                    found(Fault { kind: self.kind, number, what: what.to_string() });
                }
                Ok(line) => {
                    *answered += u64::from(running);
                    running = line != "end";
                    match line.parse::<u64>() {
                        Ok(number) => numbers.start = number + 1,
                        Err(_) => return None,
                    }
                    if self.until.is_some_and(|until| Instant::now() >= until) {
                        return None;
                    }
                }
                Err(RecvTimeoutError::Timeout) => return Some(format!("no answer within {:?}", self.longest)),
                Err(RecvTimeoutError::Disconnected) => return Some(String::new()),
            }
        }
    }

    fn worker(&self, numbers: &Range<u64>) -> std::io::Result<Child> {
        let program = std::env::current_exe()?;
        let kind = self.kind.to_possible_value().map(|value| value.get_name().to_string()).unwrap_or_default();
        Command::new("sh")
            .args(["-c", "ulimit -v \"$1\"; shift; exec \"$@\"", "sh"])
            .arg(self.memory.to_string())
            .arg(program)
            .args(["--worker", "--kind", &kind])
            .args(["--seed", &self.seed.to_string()])
            .args(["--first", &numbers.start.to_string()])
            .args(["--inputs", &(numbers.end - numbers.start).to_string()])
            .env("RAYON_NUM_THREADS", "1")
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
    }
}

/// The lines a process writes, from a thread of their own.
fn lines(child: &mut Child) -> Receiver<String> {
    let (send, receive) = channel();
    if let Some(out) = child.stdout.take() {
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
    }
    receive
}
