//! The one error type: what went wrong, in one line that names the value and what is allowed.

use std::fmt;

/// The result of a fallible operation of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why there is no answer.
///
/// Four kinds, because they call for four different reactions:
///
/// * [`Input`](Error::Input): the request is malformed (a parse error, a wrong parameter, a dimension below 2);
/// * [`Domain`](Error::Domain): the request is well formed and no answer exists (`log(u)` at `u = -1`);
/// * [`Unable`](Error::Unable): an answer may exist, and more precision or another method might find it;
/// * [`Stopped`](Error::Stopped): it was asked to stop.
///
/// ```
/// use zonal::{Error, Kernel};
/// assert!(matches!("ntk(3".parse::<Kernel>(), Err(Error::Input(_))));
/// let zero = Kernel::parse("sqrt(u)").unwrap().evaluate("-0.5", 20).unwrap_err();
/// assert!(matches!(zero, Error::Domain(_)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The request itself is wrong; the message names the value and what is allowed.
    Input(String),
    /// No answer exists.
    Domain(String),
    /// This method, precision or representation cannot give the answer; another might.
    Unable(String),
    /// The one who waited asked the computation to stop: see [`Watch`](crate::watch::Watch).
    Stopped,
}

impl Error {
    /// An [`Error::Input`] with this message.
    pub fn input(message: impl Into<String>) -> Self {
        Error::Input(message.into())
    }

    /// An [`Error::Domain`] with this message.
    pub fn domain(message: impl Into<String>) -> Self {
        Error::Domain(message.into())
    }

    /// An [`Error::Unable`] with this message.
    pub fn unable(message: impl Into<String>) -> Self {
        Error::Unable(message.into())
    }

    /// The same error with `context: ` in front of its message.
    pub fn within(self, context: impl fmt::Display) -> Self {
        match self {
            Error::Input(m) => Error::Input(format!("{context}: {m}")),
            Error::Domain(m) => Error::Domain(format!("{context}: {m}")),
            Error::Unable(m) => Error::Unable(format!("{context}: {m}")),
            Error::Stopped => Error::Stopped,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Input(m) | Error::Domain(m) | Error::Unable(m) => f.write_str(m),
            Error::Stopped => f.write_str("stopped"),
        }
    }
}

impl std::error::Error for Error {}
