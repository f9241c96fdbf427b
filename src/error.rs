//! The one error type: what went wrong, in one line that names the value and what is allowed.

use std::fmt;

/// The result of a fallible operation of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why there is no answer: the request is wrong, no value exists, this method finds none, or it was stopped.
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
#[non_exhaustive]
pub enum Error {
    /// The request itself is wrong; the message names the value and what is allowed.
    Input(String),
    /// No answer exists.
    Domain(String),
    /// This method, precision or representation cannot give the answer; another might.
    Unable(Box<Unable>),
    /// The one who waited asked the computation to stop: see [`Watch`](crate::watch::Watch).
    Stopped,
}

/// What could not be done, and for which degree, by which method, to how many digits, where the message is of one.
///
/// ```
/// use zonal::spectrum::Method;
/// use zonal::{Error, Kernel, Sphere};
/// let spectrum = Kernel::parse("exp(u)")?.spectrum(Sphere::in_dimension(3)?).method(Method::ClosedForm);
/// let Err(Error::Unable(unable)) = spectrum.eigenvalue(7) else { panic!("exp(u) has a closed form now") };
/// assert!(unable.message.contains("closed form"));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unable {
    /// The whole message.
    pub message: String,
    /// The name of the method that failed last.
    pub method: Option<&'static str>,
    /// The degree k of the eigenvalue that was wanted.
    pub degree: Option<u64>,
    /// The significant digits that were wanted; 17 for double precision.
    pub digits: Option<u32>,
}

impl fmt::Display for Unable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// A message is one line, whatever the text that it repeats.
fn one_line(message: impl Into<String>) -> String {
    let message = message.into();
    if message.contains(char::is_control) { message.replace(char::is_control, " ") } else { message }
}

impl Error {
    /// An [`Error::Input`] with this message, put on one line: the request itself is wrong.
    pub fn input(message: impl Into<String>) -> Self {
        Error::Input(one_line(message))
    }

    /// An [`Error::Domain`] with this message, put on one line: no answer exists.
    pub fn domain(message: impl Into<String>) -> Self {
        Error::Domain(one_line(message))
    }

    /// An [`Error::Unable`] with this message, put on one line: another method might find an answer.
    pub fn unable(message: impl Into<String>) -> Self {
        Error::Unable(Box::new(Unable { message: one_line(message), ..Unable::default() }))
    }

    /// The same with the method, the degree and the digits of what could not be done, if it is that.
    pub(crate) fn of_degree(mut self, method: &'static str, degree: u64, digits: u32) -> Self {
        if let Error::Unable(unable) = &mut self {
            (unable.method, unable.degree, unable.digits) = (Some(method), Some(degree), Some(digits));
        }
        self
    }

    /// The same error with `context: ` in front of its message.
    pub fn within(self, context: impl fmt::Display) -> Self {
        match self {
            Error::Input(m) => Error::input(format!("{context}: {m}")),
            Error::Domain(m) => Error::domain(format!("{context}: {m}")),
            Error::Unable(mut unable) => {
                unable.message = one_line(format!("{context}: {unable}"));
                Error::Unable(unable)
            }
            Error::Stopped => Error::Stopped,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Input(m) | Error::Domain(m) => f.write_str(m),
            Error::Unable(unable) => unable.fmt(f),
            Error::Stopped => f.write_str("stopped"),
        }
    }
}

impl std::error::Error for Error {}
