//! The one error type: what went wrong, in one line that names the value and what is allowed.

use std::fmt;

/// The result of a fallible operation of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why there is no answer.
///
/// Three kinds, because they call for three different reactions:
///
/// * [`Input`](Error::Input): the request is malformed (a parse error, a wrong parameter, a dimension below 2);
/// * [`Domain`](Error::Domain): the request is well formed and no answer exists (`log(u)` at `u = -1`);
/// * [`Unable`](Error::Unable): an answer may exist, and more precision or another method might find it.
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
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Input(m) | Error::Domain(m) | Error::Unable(m) => f.write_str(m),
        }
    }
}

impl std::error::Error for Error {}
