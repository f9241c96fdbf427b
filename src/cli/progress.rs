//! A progress bar on standard error for work longer than a second, if that is a terminal.

use crate::progress::counters;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// Work expected to take longer than this is announced before it starts.
const ANNOUNCED_SECONDS: f64 = 4.0;

/// After this time work that was not announced is.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whether the time was announced.
static ANNOUNCED: AtomicBool = AtomicBool::new(false);

/// Runs `work` beside a progress bar; where standard error is no terminal, work that is late is announced in one line.
pub(super) fn with_progress<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let terminal = std::io::stderr().is_terminal();
    let (finished, wait) = channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            if !terminal {
                let late = wait.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout);
                if late && !ANNOUNCED.load(Ordering::Relaxed) {
                    super::say("zonal: this may take about a minute or more: longer than was planned");
                }
                return;
            }
            if wait.recv_timeout(Duration::from_secs(1)) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            let bar = ProgressBar::new(0);
            if let Ok(style) =
                ProgressStyle::with_template("{spinner} {wide_bar} {percent:>3} %  {elapsed} (eta {eta})")
            {
                bar.set_style(style);
            }
            while wait.recv_timeout(Duration::from_millis(100)) == Err(RecvTimeoutError::Timeout) {
                let (done, total) = counters();
                bar.set_length(total.max(1));
                bar.set_position(done);
                bar.tick();
            }
            bar.finish_and_clear();
        });
        let result = work();
        drop(finished);
        result
    })
}

/// Says how long the work is expected to take, if it is long.
pub(super) fn announce(seconds: f64) {
    if seconds > ANNOUNCED_SECONDS {
        ANNOUNCED.store(true, Ordering::Relaxed);
        let (value, unit) = match seconds {
            s if s < 120.0 => (s, "seconds"),
            s if s < 7200.0 => (s / 60.0, "minutes"),
            s => (s / 3600.0, "hours"),
        };
        super::say(&format!("zonal: this may take about {value:.0} {unit} of processor time"));
    }
}
