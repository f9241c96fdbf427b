//! A progress bar on standard error for work longer than a second, if that is a terminal.

use crate::progress::counters;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Work expected to take longer than this is announced before it starts.
const ANNOUNCED_SECONDS: f64 = 4.0;

/// After this time work that was not announced is.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whether the time was announced.
static ANNOUNCED: AtomicBool = AtomicBool::new(false);

/// The bar that is shown, if one is.
static BAR: Mutex<Option<ProgressBar>> = Mutex::new(None);

fn bar() -> MutexGuard<'static, Option<ProgressBar>> {
    BAR.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a command beside a progress bar; where standard error is no terminal, work that is late is announced in one line.
pub(super) fn watched<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let terminal = std::io::stderr().is_terminal();
    let (finished, wait) = channel::<()>();
    let is_late = move |wait: &Receiver<()>, time| wait.recv_timeout(time) == Err(RecvTimeoutError::Timeout);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            if !terminal {
                if is_late(&wait, PATIENCE) && !ANNOUNCED.load(Ordering::Relaxed) {
                    super::say(&format!("zonal: still at work after {} s", PATIENCE.as_secs()));
                }
                return;
            }
            if !is_late(&wait, Duration::from_secs(1)) {
                return;
            }
            let style = ProgressStyle::with_template("{spinner} {wide_bar} {percent:>3} %  {elapsed} (eta {eta})");
            let shown = ProgressBar::new(0);
            if let Ok(style) = style {
                shown.set_style(style);
            }
            *bar() = Some(shown);
            while is_late(&wait, Duration::from_millis(100)) {
                let (done, total) = counters();
                let Some(shown) = &*bar() else { return };
                shown.set_length(total.max(1));
                shown.set_position(done);
                shown.tick();
            }
            clear();
        });
        let result = work();
        drop(finished);
        result
    })
}

/// Takes the bar away, before an answer is written.
pub(super) fn clear() {
    if let Some(shown) = bar().take() {
        shown.finish_and_clear();
    }
}

/// Something that is written on standard error, above the bar.
pub(super) fn aside(write: impl FnOnce()) {
    match &*bar() {
        Some(shown) => shown.suspend(write),
        None => write(),
    }
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
