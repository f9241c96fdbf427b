//! Ctrl-C.

use super::INTERRUPTED;
use crate::files;
use crate::watch::Watch;
use std::time::Duration;

/// What a computation has to come to an end by itself: most need less than 20 ms. Not all of it looks at its watch:
/// factorisations of large matrices are another library's. The system takes 60 ms more to take back a gigabyte of
/// memory.
const GRACE: Duration = Duration::from_millis(30);

/// Lets Ctrl-C stop what is watched. After a grace the process ends where it is: files under temporary names go, others
/// are whole or were not begun, and those that grow by rows can be resumed.
pub(super) fn stops(watch: &Watch) {
    let watch = watch.clone();
    // It is an error where Ctrl-C has another handler or is ignored: a job in the background. So it stays.
    let _ = ctrlc::try_set_handler(move || {
        watch.stop();
        std::thread::sleep(GRACE);
        files::abandon();
        std::process::exit(i32::from(INTERRUPTED));
    });
}
