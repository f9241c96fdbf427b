//! A progress bar on standard error for work longer than a second, if that is a terminal.

use crate::watch::Watch;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// After this time work that was not announced is.
const PATIENCE: Duration = Duration::from_secs(10);

/// The bar that is shown, if one is.
static BAR: Mutex<Option<ProgressBar>> = Mutex::new(None);

fn bar() -> MutexGuard<'static, Option<ProgressBar>> {
    BAR.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Shows how far a computation is until it ends; where standard error is no terminal, work that is late is announced in
/// one line.
pub(super) fn show(watch: &Watch, running: &Receiver<()>) {
    let is_late = |time| running.recv_timeout(time) == Err(RecvTimeoutError::Timeout);
    if !std::io::stderr().is_terminal() {
        if is_late(PATIENCE) && watch.expected_seconds() == 0.0 {
            super::say(&format!("zonal: still at work after {} s", PATIENCE.as_secs()));
        }
        return;
    }
    if !is_late(Duration::from_secs(1)) {
        return;
    }
    let style = ProgressStyle::with_template("{spinner} {wide_bar} {percent:>3} %  {elapsed} (eta {eta})");
    let shown = ProgressBar::new(0);
    if let Ok(style) = style {
        shown.set_style(style);
    }
    *bar() = Some(shown);
    while is_late(Duration::from_millis(100)) {
        let (done, total) = watch.steps();
        let Some(shown) = &*bar() else { return };
        shown.set_length(total.max(1));
        shown.set_position(done);
        shown.tick();
    }
    clear();
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
