//! Numbers with an estimate of their error.

/// A number and a bound of its absolute error, estimated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimated {
    /// The number as it was computed.
    pub value: f64,
    /// The bound of its absolute error.
    pub error: f64,
}
