//! Mutated inputs for `zonal`, and what each must do: answer, right or with an error, without a panic.
//!
//! Every input follows from its kind, a seed and its number, so a fault is found again by these three. Time and memory
//! are watched from outside, by [`supervisor`].

pub mod check;
pub mod input;
pub mod supervisor;
