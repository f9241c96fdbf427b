//! Data: points, arrays, labels and tables of numbers from files, and files that grow by rows.

mod array;
pub(crate) mod file;
pub(crate) mod labels;
mod points;
mod table;
pub(crate) mod unfinished;

pub use array::Array;
pub use file::Header;
pub use labels::Labels;
pub use points::Points;
pub use table::DataTable;
