//! What people read: tables, figures, and files written whole.

mod output;
pub mod plot;
mod text;

pub use output::{write_to, write_whole};
pub(crate) use text::abbreviated;
pub use text::{Align, TextTable};
