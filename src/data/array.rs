//! Arrays of numbers in files.

/// An array of finite numbers, read from a file; the last index runs fastest.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// The extent in each dimension.
    pub shape: Vec<usize>,
    /// The numbers.
    pub values: Vec<f64>,
}
