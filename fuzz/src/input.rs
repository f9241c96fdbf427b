//! Inputs: those of the corpus, changed.

use clap::ValueEnum;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::sync::LazyLock;

/// What an input is given to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Formulas: read, printed, read again, evaluated.
    Formula,
    /// Targets with directions: read, with the law of their energies.
    Target,
    /// Files of text: points and labels.
    Text,
    /// Files of NumPy: points and labels.
    Npy,
    /// Formulas that are read: a few eigenvalues.
    Table,
    /// Formulas that are read: the law by which eigenvalues decay.
    Decay,
    /// Formulas that are read: compiled for Gram matrices.
    Gram,
    /// Inputs that must be found at fault: a panic, a hang, an abort, an allocation; the last is none.
    #[value(hide = true)]
    Control,
    /// Formulas that are read: all eigenvalues on small Boolean cubes, against plain sums.
    Cube,
    /// All other texts: convolutional networks, shapes, degrees, domains, questions in JSON.
    Words,
}

/// What the inputs of the control do.
const CONTROLS: [&str; 5] = ["panic", "hang", "abort", "allocate", "answer"];

/// An input, and the ending of its name if it is a file.
#[derive(Clone, Debug)]
pub struct Input {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// `csv`, `npy` and the like.
    pub ending: String,
}

/// Pieces of formulas.
const TOKENS: [&str; 69] = [
    "u",
    "p",
    "pi",
    "+",
    "-",
    "*",
    "/",
    "^",
    "(",
    ")",
    ",",
    "0",
    "1",
    "2",
    "-1",
    "1/2",
    "1/3",
    "0.7",
    "1e-400",
    "1e400",
    "10^400",
    "1000",
    "99999999999999999999",
    "sqrt(",
    "exp(",
    "log(",
    "sin(",
    "cos(",
    "asin(",
    "acos(",
    "atan(",
    "sinh(",
    "cosh(",
    "tanh(",
    "erf(",
    "normal_pdf(",
    "normal_cdf(",
    "arccos0(",
    "arccos1(",
    "arccos7(",
    "abs(",
    "max(",
    "min(",
    "step(",
    "where(",
    "piecewise(",
    "ntk(3)",
    "nngp(2)",
    "laplace(1)",
    "gaussian(1)",
    "poisson(1/2)",
    "matern(3/2,1)",
    "gamma_exponential(1,1/3)",
    "^2",
    "^(1/2)",
    "^u",
    "*u",
    "-u",
    "+1",
    "@",
    ";",
    " ",
    "\t",
    ".",
    "e",
    "\u{221e}",
    "\u{3c0}",
    "\0",
    "E",
];

/// Pieces of networks, lists and questions.
const WORDS: [&str; 44] = [
    "conv(",
    "pool(",
    ")",
    "global",
    "circular",
    "order ",
    "exponential ",
    "/2",
    "/0",
    "x",
    ",",
    " ",
    "3",
    "0",
    "-1",
    "999",
    "1001",
    "0.5",
    "1e300",
    "nan",
    "inf",
    "99999999999999999999",
    "..",
    "..=",
    ":",
    "sphere(",
    "cube(",
    "hamming(",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "\"question\"",
    "\"table\"",
    "\"kernel\"",
    "null",
    "true",
    "1e999",
    "\\u0000",
    "\0",
    "\n",
    "\u{221e}",
    "\u{ff13}",
];

/// Bytes that mean something in files.
const BYTES: [&[u8]; 24] = [
    b",",
    b";",
    b"\t",
    b" ",
    b"\n",
    b"\r\n",
    b"\r",
    b"\"",
    b"#",
    b"nan",
    b"inf",
    b"-",
    b"1e999",
    b"1,5",
    b"0x1p-1",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\x1f\x8b\x08",
    b"\x93NUMPY",
    b"\xff",
    b"\0",
    b"99999999999999",
    b"'<f8'",
    b"(",
];

static FORMULAS: LazyLock<Vec<&str>> = LazyLock::new(|| include_str!("../corpus/formulas.txt").lines().collect());
static TARGETS: LazyLock<Vec<&str>> = LazyLock::new(|| include_str!("../corpus/targets.txt").lines().collect());
static TEXTS: LazyLock<Vec<&str>> = LazyLock::new(|| include_str!("../corpus/words.txt").lines().collect());
static FILES: LazyLock<Vec<Input>> = LazyLock::new(files);

/// The files of the reference of `zonal`.
fn files() -> Vec<Input> {
    let list: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("../../tests/reference/files.json")).unwrap_or_default();
    let bytes = |hex: &str| {
        (0..hex.len() / 2).filter_map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).ok()).collect::<Vec<u8>>()
    };
    let input = |file: &serde_json::Value| {
        let (name, hex) = (file["name"].as_str()?, file["hex"].as_str()?);
        let (_, ending) = name.split_once('.')?;
        Some(Input { bytes: bytes(hex), ending: ending.to_string() })
    };
    list.iter().filter_map(input).collect()
}

/// Numbers of random streams beside each other; it stays, so that an input keeps its number.
const STREAMS: u64 = 7;

impl Kind {
    /// All of them but the control.
    pub const ALL: [Kind; 9] = [
        Kind::Formula,
        Kind::Target,
        Kind::Text,
        Kind::Npy,
        Kind::Table,
        Kind::Decay,
        Kind::Gram,
        Kind::Cube,
        Kind::Words,
    ];

    /// The input with this number.
    pub fn input(self, seed: u64, number: u64) -> Input {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(number.wrapping_mul(STREAMS) + self as u64);
        match self {
            Kind::Formula | Kind::Table | Kind::Decay | Kind::Gram | Kind::Cube => {
                text(&FORMULAS, &TOKENS, &mut random)
            }
            Kind::Words => text(&TEXTS, &WORDS, &mut random),
            Kind::Control => {
                let name = CONTROLS[(number % CONTROLS.len() as u64) as usize];
                Input { bytes: name.as_bytes().to_vec(), ending: String::new() }
            }
            Kind::Target => text(&TARGETS, &TOKENS, &mut random),
            Kind::Text => file(&mut random, |ending| !ending.to_lowercase().contains("npy")),
            Kind::Npy => file(&mut random, |ending| ending.to_lowercase().contains("npy")),
        }
    }
}

fn text(corpus: &[&str], tokens: &[&str], random: &mut ChaCha8Rng) -> Input {
    let line = |random: &mut ChaCha8Rng| corpus[random.random_range(0..corpus.len())].chars().collect::<Vec<char>>();
    let mut chars = line(random);
    for _ in 0..random.random_range(0..5u32) {
        let place = random.random_range(0..=chars.len());
        let end = (place + random.random_range(0..6usize)).min(chars.len());
        let token = tokens[random.random_range(0..tokens.len())].chars();
        match random.random_range(0..9u32) {
            0 => drop(chars.drain(place..end)),
            1 | 2 => drop(chars.splice(place..place, token)),
            3 => drop(chars.splice(place..end, token)),
            4 => {
                let again: Vec<char> = chars[place..end].to_vec();
                chars.splice(place..place, again.repeat(random.random_range(1..4usize)));
            }
            // Two formulas joined: sums, products, compositions.
            5 => {
                let other = line(random);
                let sign = ['+', '-', '*', '/', '^', ','][random.random_range(0..6usize)];
                chars.push(sign);
                chars.extend(other);
            }
            6 => {
                let name = ["sqrt(", "exp(", "log(", "abs(", "arccos1(", "cos(", "1/("][random.random_range(0..7usize)];
                chars = name.chars().chain(chars).chain([')']).collect();
            }
            7 => {
                let other = line(random);
                chars = chars.into_iter().flat_map(|c| if c == 'u' { other.clone() } else { vec![c] }).collect();
            }
            // Deep nests.
            _ => {
                let depth = 1usize << random.random_range(0..13u32);
                let (open, close) = [("(", ")"), ("-", ""), ("sin(", ")"), ("", "+u")][random.random_range(0..4usize)];
                chars = open.repeat(depth).chars().chain(chars).chain(close.repeat(depth).chars()).collect();
            }
        }
        chars.truncate(100_000);
    }
    Input { bytes: chars.into_iter().collect::<String>().into_bytes(), ending: String::new() }
}

fn file(random: &mut ChaCha8Rng, wanted: impl Fn(&str) -> bool) -> Input {
    let known: Vec<&Input> = FILES.iter().filter(|file| wanted(&file.ending)).collect();
    let any = |random: &mut ChaCha8Rng| known[random.random_range(0..known.len())].clone();
    let mut input = any(random);
    for _ in 0..random.random_range(0..6u32) {
        let bytes = &mut input.bytes;
        let place = random.random_range(0..=bytes.len());
        let end = (place + random.random_range(0..9usize)).min(bytes.len());
        let token = BYTES[random.random_range(0..BYTES.len())];
        match random.random_range(0..8u32) {
            0 if place < bytes.len() => bytes[place] = random.random(),
            1 if place < bytes.len() => bytes[place] ^= 1 << random.random_range(0..8u32),
            2 => drop(bytes.drain(place..end)),
            3 | 4 => drop(bytes.splice(place..place, token.iter().copied())),
            5 => {
                let again = bytes[place..end].repeat(random.random_range(1..40usize));
                bytes.splice(place..place, again);
            }
            6 => bytes.truncate(place),
            _ => {
                let other = any(random);
                bytes.truncate(place);
                bytes.extend(other.bytes.iter().skip(random.random_range(0..=other.bytes.len())));
            }
        }
    }
    input
}
