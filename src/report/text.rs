//! Aligned text tables.

/// The side on which a column's entries line up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// To the left, as text is.
    Left,
    /// To the right, as numbers are.
    Right,
}

/// A text table whose columns are aligned left or right, written with its headings first.
///
/// ```
/// use zonal::report::{Align, TextTable};
/// let mut table = TextTable::new([("k", Align::Right), ("method", Align::Left)]);
/// table.row(["10".to_string(), "structure".to_string()]);
/// assert_eq!(table.to_string(), " k  method\n10  structure\n");
/// ```
#[derive(Clone, Debug)]
pub struct TextTable {
    align: Vec<Align>,
    rows: Vec<Vec<String>>,
}

impl TextTable {
    /// A table without rows, with these column headings and the alignment of each column.
    pub fn new<'a>(columns: impl IntoIterator<Item = (&'a str, Align)>) -> Self {
        let (heads, align) = columns.into_iter().map(|(head, align)| (head.to_string(), align)).unzip();
        TextTable { align, rows: vec![heads] }
    }

    /// Adds a row of cells, one for each column, below the others.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }
}

impl std::fmt::Display for TextTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.align.len()).map(width).collect();
        for row in &self.rows {
            let mut line = String::new();
            for ((cell, align), width) in row.iter().zip(&self.align).zip(&widths) {
                if !line.is_empty() {
                    line.push_str("  ");
                }
                let space = " ".repeat(width - cell.chars().count());
                match align {
                    Align::Left => line.extend([cell.as_str(), &space]),
                    Align::Right => line.extend([&space, cell.as_str()]),
                }
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// A message with its middle cut out if it is very long (a formula can be).
pub(crate) fn abbreviated(line: &str) -> String {
    const LONGEST: usize = 2000;
    let count = line.chars().count();
    if count <= LONGEST {
        return line.to_string();
    }
    let head: String = line.chars().take(LONGEST / 2).collect();
    let tail: String = line.chars().skip(count - LONGEST / 2).collect();
    format!("{head} ... {tail}")
}
