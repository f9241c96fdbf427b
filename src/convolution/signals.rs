//! Signals on a grid: images, or sequences.

use super::Shape;
use crate::data::Array;
use crate::error::{Error, Result};

/// Signals of one shape; the numbers of each position by position, row after row, the channels of a position together.
#[derive(Clone, Debug, PartialEq)]
pub struct Signals {
    shape: Shape,
    values: Vec<f64>,
}

impl Signals {
    /// Signals of one shape from their numbers, one signal after the other, each row by row with channels innermost.
    ///
    /// ```
    /// use zonal::convolution::Signals;
    /// let signals = Signals::new(vec![1.0, 0.0, 0.0, 2.0, 0.0, 3.0], "3".parse()?)?;
    /// assert_eq!(signals.signal(1), [2.0, 0.0, 3.0]);
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Input` for no signal, a count of numbers that is no multiple of the shape's, or a number that is not finite.
    pub fn new(values: Vec<f64>, shape: Shape) -> Result<Self> {
        if values.is_empty() {
            return Err(Error::input("there are no signals"));
        }
        let size = shape.numbers();
        if !values.len().is_multiple_of(size) {
            return Err(Error::input(format!("{} numbers are no signals of shape {shape}", values.len())));
        }
        if let Some(index) = values.iter().position(|x| !x.is_finite()) {
            let (signal, x) = (index / size, values[index]);
            return Err(Error::input(format!("signal {signal} contains {x}; finite numbers are needed")));
        }
        Ok(Signals { shape, values })
    }

    /// From an array of shape (n, rows, columns) or (n, rows, columns, channels); of shape (n, columns) as signals of
    /// one row, or of the shape given.
    ///
    /// # Errors
    /// As [`Signals::new`]; `Input` for another number of dimensions, or a shape that contradicts the array's.
    pub fn from_array(array: Array, shape: Option<Shape>) -> Result<Self> {
        if array.shape.first() == Some(&0) {
            return Err(Error::input("there are no signals"));
        }
        let own = match array.shape[..] {
            [_, columns] => Shape::new(1, columns, 1),
            [_, rows, columns] => Shape::new(rows, columns, 1),
            [_, rows, columns, channels] => Shape::new(rows, columns, channels),
            ref shape => {
                return Err(Error::input(format!(
                    "an array of shape {shape:?}; signals have 2 to 4 dimensions: their number, rows, columns, channels"
                )));
            }
        };
        let shape = match shape {
            Some(shape) if array.shape.len() == 2 && shape.numbers() == array.shape[1] => shape,
            Some(shape) if own == Ok(shape) => shape,
            Some(shape) => {
                return Err(Error::input(format!(
                    "an array of shape {:?} does not hold signals of shape {shape}",
                    array.shape
                )));
            }
            None => own?,
        };
        Signals::new(array.values, shape)
    }

    /// The number of signals, which are all of one shape; at least one.
    pub fn count(&self) -> usize {
        self.values.len() / self.shape.numbers()
    }

    /// The shape of each of the signals: its rows, columns and channels.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The numbers of the signal with this index (from 0), row by row with channels innermost.
    pub fn signal(&self, index: usize) -> &[f64] {
        &self.values[index * self.shape.numbers()..][..self.shape.numbers()]
    }

    /// The numbers of all signals, one signal after the other, as they were given.
    pub fn values(&self) -> &[f64] {
        &self.values
    }
}
