//! How soon long questions end after they are asked to stop: for each, the longest of some waits, in milliseconds.
//!
//! `cargo run --release --example stopping`

use serde_json::json;
use std::time::{Duration, Instant};
use zonal::question;
use zonal::watch::Watch;

/// Stops of each question, at times spread over its first seconds.
const STOPS: u32 = 12;

fn main() -> zonal::Result<()> {
    let questions = [
        json!({ "question": "table", "kernel": "ntk(3)", "dim": 10, "degrees": "0..=700", "digits": 300 }),
        json!({ "question": "table", "kernel": "ntk(30)", "dim": 3, "degrees": "0..=3000", "digits": 1000 }),
        json!({ "question": "table", "kernel": "gamma_exponential(1,0.7)", "dim": 5,
            "degrees": "0..=600", "digits": 60 }),
        json!({ "question": "table", "kernel": "exp(u)", "domain": "cube(2000)", "degrees": "0..=2000" }),
        json!({ "question": "table", "kernel": "(u+1/3)^3000", "dim": 5, "degrees": "0..=3000", "digits": 30 }),
        json!({ "question": "table", "kernel": "ntk(10)", "dim": 10, "degrees": "0..=10000000" }),
        json!({ "question": "decay", "kernel": "arccos0(u)^(22/7)", "dim": 3 }),
        json!({ "question": "prove", "kernel": "ntk(30)", "dim": 50 }),
        json!({ "question": "norm", "kernel": "ntk(3)", "dim": 784, "target": "abs(u-1/3)" }),
        json!({ "question": "capacity", "kernel": "exponential(100)", "dim": 3 }),
        json!({ "question": "learn", "kernel": "ntk(3)", "dim": 784, "target": "abs(u)",
            "samples": "1..=1e9", "points": 2000 }),
        json!({ "question": "gram", "kernel": "ntk(300)", "uniform": 6000, "dim": 30 }),
        json!({ "question": "gram", "kernel": "laplace(1)", "uniform": 12000, "dim": 30, "top": 100 }),
    ];
    for question in questions {
        let mut waits = Vec::new();
        for stop in 1..=STOPS {
            let watch = Watch::new();
            let asked = question::from_json(question.clone())?;
            let wait = std::thread::scope(|scope| {
                let running = scope.spawn(|| asked.ask(&watch).map(|_| ()));
                std::thread::sleep(Duration::from_millis(u64::from(stop) * 250));
                let start = Instant::now();
                watch.stop();
                let found = running.join();
                matches!(found, Ok(Err(zonal::Error::Stopped))).then(|| start.elapsed().as_secs_f64() * 1e3)
            });
            waits.extend(wait);
        }
        let longest = waits.iter().copied().fold(0.0, f64::max);
        println!("{longest:8.1} ms, {:2} of {STOPS} stopped: {question}", waits.len());
    }
    Ok(())
}
