//! Computations that are watched: how far they are, what they have to say, and whether they are to stop.
//!
//! [`Watch::run`] runs any computation of this library, on threads of its own. While it runs, every long loop below it
//! counts its steps and looks whether it is to stop; without a watch both cost nothing.

use crate::error::{Error, Result};
use std::cell::RefCell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};

/// Work expected to take longer than this, in seconds of processor time, is announced before it starts.
const ANNOUNCED_SECONDS: f64 = 4.0;

/// Bytes of the stack of a thread: those of a main thread.
const STACK: usize = 8 << 20;

/// The most threads.
const MOST_THREADS: usize = 1024;

thread_local! {
    /// What watches the work of this thread.
    static CURRENT: RefCell<Option<Watch>> = const { RefCell::new(None) };
}

/// What is carried from a loop that stops to [`Watch::run`]: an unwinding that no branch on errors can take for an
/// answer.
struct Stopped;

/// A handle of a computation, for the one who waits: how far it is, what it says, and the wish that it stop. Clones are
/// handles of the same.
///
/// ```
/// use zonal::watch::Watch;
/// use zonal::{Error, Kernel, Sphere};
/// let (kernel, sphere) = (Kernel::ntk(3)?, Sphere::in_dimension(10)?);
/// let watch = Watch::new();
/// let table = watch.run(|| kernel.spectrum(sphere).table(&[2]))??;
/// assert_eq!(table.rows[0].to_string(), "0.01132869712246295");
/// // Another thread would do this while it runs.
/// watch.stop();
/// assert_eq!(watch.run(|| kernel.spectrum(sphere).table(&[4])).err(), Some(Error::Stopped));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone)]
pub struct Watch(Arc<State>);

struct State {
    stopped: AtomicBool,
    done: AtomicU64,
    announced: AtomicU64,
    /// Bits of the seconds of processor time that were expected.
    expected: AtomicU64,
    threads: usize,
    tell: Box<dyn Fn(&str) + Send + Sync>,
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (done, announced) = self.steps();
        write!(f, "Watch({done} of {announced} steps, stopped: {})", self.is_stopped())
    }
}

impl Default for Watch {
    fn default() -> Self {
        Watch::new()
    }
}

impl Watch {
    /// On one thread for each core; what the computation says is dropped.
    pub fn new() -> Self {
        Watch::made(0, Box::new(|_| {}))
    }

    /// On so many threads, 0 for one per core; each line that the computation says is handed to `tell`.
    ///
    /// # Errors
    /// `Input` for more than 1,024 threads.
    pub fn telling(threads: usize, tell: impl Fn(&str) + Send + Sync + 'static) -> Result<Self> {
        if threads > MOST_THREADS {
            return Err(Error::input(format!("{threads} threads; allowed are 0 (one per core) to {MOST_THREADS}")));
        }
        Ok(Watch::made(threads, Box::new(tell)))
    }

    fn made(threads: usize, tell: Box<dyn Fn(&str) + Send + Sync>) -> Self {
        let [done, announced, expected] = [0, 0, 0].map(AtomicU64::new);
        Watch(Arc::new(State { stopped: AtomicBool::new(false), done, announced, expected, threads, tell }))
    }

    /// Runs a computation on a pool of threads that ends with it, watched by this handle.
    ///
    /// # Errors
    /// [`Error::Stopped`] if [`stop`](Watch::stop) was called before it ended; `Unable` if no thread can be started.
    pub fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T> {
        self.run_beside(work, |_| ())
    }

    /// As [`run`](Watch::run). Meanwhile the thread that called does something else; its channel is closed when the
    /// computation has ended.
    pub(crate) fn run_beside<T: Send>(
        &self,
        work: impl FnOnce() -> T + Send,
        beside: impl FnOnce(&Receiver<()>),
    ) -> Result<T> {
        let watch = self.clone();
        let builder = rayon::ThreadPoolBuilder::new().num_threads(self.0.threads).stack_size(STACK);
        let builder = builder.start_handler(move |_| CURRENT.set(Some(watch.clone())));
        let pool = builder.build().map_err(|e| Error::unable(format!("cannot start threads: {e}")))?;
        let (running, wait) = channel();
        let mut found = None;
        let slot = &mut found;
        let both = || {
            pool.in_place_scope(|scope| {
                scope.spawn(move |_| {
                    let _running = running;
                    check();
                    *slot = Some(work());
                });
                beside(&wait);
            });
        };
        // What was being computed is thrown away as a whole.
        match catch_unwind(AssertUnwindSafe(both)) {
            Ok(()) => found.ok_or_else(|| Error::unable("a computation ended without an answer")),
            Err(reason) if reason.is::<Stopped>() => Err(Error::Stopped),
            Err(reason) => resume_unwind(reason),
        }
    }

    /// Asks the computation to stop at its next step; [`run`](Watch::run) then returns [`Error::Stopped`].
    pub fn stop(&self) {
        self.0.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether the computation was asked to stop; it may still be running.
    pub fn is_stopped(&self) -> bool {
        self.0.stopped.load(Ordering::Relaxed)
    }

    /// Steps done and steps announced so far. The announced number grows when a computation finds that it needs more.
    pub fn steps(&self) -> (u64, u64) {
        (self.0.done.load(Ordering::Relaxed), self.0.announced.load(Ordering::Relaxed))
    }

    /// The seconds of processor time that the computation said it would take; 0 if it has not.
    pub fn expected_seconds(&self) -> f64 {
        f64::from_bits(self.0.expected.load(Ordering::Relaxed))
    }

    /// Says something beside the answer, in one line.
    pub fn note(&self, line: &str) {
        (self.0.tell)(line);
    }

    /// Says how long the work is expected to take, if it is long.
    pub fn expect(&self, seconds: f64) {
        if seconds <= ANNOUNCED_SECONDS {
            return;
        }
        self.0.expected.store(seconds.to_bits(), Ordering::Relaxed);
        let (value, unit) = match seconds {
            s if s < 120.0 => (s, "seconds"),
            s if s < 7200.0 => (s / 60.0, "minutes"),
            s => (s / 3600.0, "hours"),
        };
        self.note(&format!("this may take about {value:.0} {unit} of processor time"));
    }
}

/// Announces `steps` more steps of work.
pub(crate) fn announce(steps: u64) {
    with_current(|watch| {
        watch.0.announced.fetch_add(steps, Ordering::Relaxed);
    });
}

/// Counts `steps` steps as done, and stops here if that is wished.
pub(crate) fn advance(steps: u64) {
    with_current(|watch| {
        watch.0.done.fetch_add(steps, Ordering::Relaxed);
    });
    check();
}

/// Stops here, by unwinding to [`Watch::run`], if that is wished. Not to be called where a value is dropped.
///
/// In a parallel loop each piece that was split off unwinds by itself, some microseconds each: millions of pieces are
/// to be grouped.
pub(crate) fn check() {
    let mut stopped = false;
    with_current(|watch| stopped = watch.is_stopped());
    if stopped {
        resume_unwind(Box::new(Stopped));
    }
}

fn with_current(see: impl FnOnce(&Watch)) {
    CURRENT.with_borrow(|current| {
        if let Some(watch) = current {
            see(watch);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use rayon::prelude::*;
    use std::sync::Mutex;

    #[test]
    fn a_stop_reaches_every_thread_and_is_no_answer() {
        let watch = Watch::telling(3, |_| {}).unwrap();
        let handle = watch.clone();
        let endless = || {
            (0..100).into_par_iter().for_each(|i| {
                loop {
                    if i == 0 {
                        handle.stop();
                    }
                    advance(1);
                }
            });
        };
        assert_eq!(watch.run(endless), Err(Error::Stopped));
        assert!(watch.is_stopped() && watch.steps().0 > 0);
    }

    #[test]
    fn another_panic_stays_one() {
        let run = || Watch::new().run(|| panic!("a fault"));
        assert!(catch_unwind(AssertUnwindSafe(run)).is_err_and(|reason| reason.is::<&str>()));
    }

    #[test]
    fn steps_and_words_reach_the_handle_and_nothing_else() {
        let said = Arc::new(Mutex::new(Vec::new()));
        let heard = said.clone();
        let watch = Watch::telling(2, move |line| heard.lock().unwrap().push(line.to_string())).unwrap();
        watch
            .run(|| {
                announce(10);
                (0..4).into_par_iter().for_each(|_| advance(1));
                watch.expect(1.0);
                watch.expect(300.0);
            })
            .unwrap();
        // Of no watch.
        announce(100);
        advance(7);
        assert_eq!((watch.steps(), watch.expected_seconds()), ((4, 10), 300.0));
        assert_eq!(*said.lock().unwrap(), ["this may take about 5 minutes of processor time"]);
        assert!(Watch::telling(1025, |_| {}).is_err());
    }
}
