//! How far a long computation has come: counters that the methods advance and a user interface may read.

use std::sync::atomic::{AtomicU64, Ordering};

static DONE: AtomicU64 = AtomicU64::new(0);
static TOTAL: AtomicU64 = AtomicU64::new(0);

/// Announces `steps` more steps of work.
pub(crate) fn announce(steps: u64) {
    TOTAL.fetch_add(steps, Ordering::Relaxed);
}

/// Counts `steps` steps as done.
pub(crate) fn advance(steps: u64) {
    DONE.fetch_add(steps, Ordering::Relaxed);
}

/// Steps done and steps announced so far in this process. The announced number grows when a computation finds that it
/// needs more precision.
pub fn counters() -> (u64, u64) {
    (DONE.load(Ordering::Relaxed), TOTAL.load(Ordering::Relaxed))
}
