//! Files for commands.

use npyz::WriterBuilder;
use std::fs;
use std::path::PathBuf;

/// A folder of files for a command.
pub struct Files(tempfile::TempDir);

impl Files {
    pub fn new() -> Self {
        Files(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn name(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_string()
    }

    pub fn text(&self, name: &str, text: &str) -> String {
        fs::write(self.path(name), text).unwrap();
        self.name(name)
    }

    pub fn npy<T: npyz::AutoSerialize + Copy>(&self, name: &str, shape: &[u64], values: &[T]) -> String {
        self.ordered(name, shape, npyz::Order::C, values)
    }

    pub fn ordered<T: npyz::AutoSerialize + Copy>(
        &self,
        name: &str,
        shape: &[u64],
        order: npyz::Order,
        values: &[T],
    ) -> String {
        let mut bytes = Vec::new();
        let options = npyz::WriteOptions::new().default_dtype().order(order).shape(shape);
        let mut writer = options.writer(&mut bytes).begin_nd().unwrap();
        writer.extend(values.iter().copied()).unwrap();
        writer.finish().unwrap();
        fs::write(self.path(name), bytes).unwrap();
        self.name(name)
    }

    /// What is there.
    pub fn names(&self) -> Vec<String> {
        let names = fs::read_dir(self.0.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }
}

/// Numbers between -1 and 1.
pub fn numbers(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    (0..count).map(|_| next()).collect()
}
