//! What people read: tables, and files written whole.

mod output;
mod text;

pub use output::write_whole;
pub use text::{Align, TextTable};
