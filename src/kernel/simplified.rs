//! A formula after algebra.
use super::expr::Expr;
use super::symmetry::Symmetry;
use crate::number::ExactNumber;
#[derive(Clone, Debug)]
pub struct Simplified {}
impl Simplified {
    /// x
    pub fn of(_expr: &Expr, _p: u64) -> Option<Self> {
        None
    }
    /// x
    pub fn elementary(&self) -> Option<[Vec<ExactNumber>; 3]> {
        None
    }
    /// x
    pub fn symmetry(&self) -> Symmetry {
        Symmetry { even: super::Part::Full, odd: super::Part::Full }
    }
}
