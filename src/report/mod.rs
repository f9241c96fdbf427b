//! What people read: tables, figures, and files written whole.

pub mod claim;
mod output;
pub mod plot;
mod text;

pub use output::{write_parts, write_whole};
pub use text::{Align, TextTable};
