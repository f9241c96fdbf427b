//! Numbers of which matrices are made.

/// Numbers that a matrix is made of.
pub trait Element: bytemuck::Pod + Send + Sync {
    /// The smallest positive number with all its digits.
    const SMALLEST: f64;

    /// The number as a double.
    fn to_f64(self) -> f64;
}

impl Element for f32 {
    const SMALLEST: f64 = f32::MIN_POSITIVE as f64;

    fn to_f64(self) -> f64 {
        f64::from(self)
    }
}

impl Element for f64 {
    const SMALLEST: f64 = f64::MIN_POSITIVE;

    fn to_f64(self) -> f64 {
        self
    }
}
