//! What is asked of an input.

use crate::input::{Input, Kind};
use rug::Rational;
use std::fs;
use std::path::Path;
use zonal::convolution::{ConvolutionalKernel, ConvolutionalNetwork, Shape};
use zonal::data::{DataTable, Header, Labels};
use zonal::domain::{self, Cube};
use zonal::kernel::Point;
use zonal::number::{Balls, Digits, Interval, Intervals, Number};
use zonal::question::parse_degrees;
use zonal::rkhs::Target;
use zonal::spectrum::Eigenvalue;
use zonal::{Error, Kernel, Sphere};

/// Places at which formulas are evaluated.
const PLACES: [f64; 5] = [-1.0, -0.3125, 0.0, 0.75, 1.0];

/// Formulas of at most so many steps get tables and laws: the work is measured by other tests.
const MOST_STEPS: usize = 200;

/// What is wrong with how an input was answered; files are written to a folder.
pub fn fault(kind: Kind, input: &Input, folder: &Path) -> Option<String> {
    let text = String::from_utf8_lossy(&input.bytes);
    match kind {
        Kind::Control => control(&text),
        Kind::Formula => formula(&text),
        Kind::Target => target(&text),
        Kind::Text | Kind::Npy => file(input, folder),
        Kind::Table => of_kernel(&text, |kernel, sphere| {
            let table = kernel.spectrum(sphere).table_with_gaps(&[0, 1, 2, 7])?;
            Ok(table.rows.iter().any(|row| row.to_f64().is_nan()).then(|| "an eigenvalue is no number".to_string()))
        }),
        Kind::Words => words(&text),
        Kind::Cube => of_kernel(&text, |kernel, _| on_cubes(kernel)),
        Kind::Decay => of_kernel(&text, |kernel, sphere| kernel.decay_law(sphere, 15).map(|_| None)),
        Kind::Gram => of_kernel(&text, |kernel, sphere| {
            let compiled = kernel.tabulate(Some(sphere.dimension()))?;
            let mut values = [0.0; 5];
            compiled.values(&PLACES, &mut values);
            Ok(values.iter().any(|x| !x.is_finite()).then(|| format!("values {values:?}")))
        }),
    }
}

fn control(name: &str) -> Option<String> {
    match name {
        "panic" => std::panic::panic_any("as wanted"),
        "hang" => loop {
            std::thread::yield_now();
        },
        "abort" => std::process::abort(),
        "allocate" => Some(format!("{} bytes", std::hint::black_box(vec![1u8; 3 << 30]).len())),
        _ => None,
    }
}

/// One line, not empty.
fn bad_message(error: &Error) -> Option<String> {
    let text = error.to_string();
    (text.trim().is_empty() || text.contains('\n')).then(|| format!("the message {text:?}"))
}

fn formula(text: &str) -> Option<String> {
    let kernel = match Kernel::parse(text) {
        Ok(kernel) => kernel,
        Err(error) => return bad_message(&error),
    };
    let printed = kernel.to_string();
    match Kernel::parse(&printed) {
        // Too long to be printed whole.
        _ if printed.ends_with(" characters]") => {}
        Ok(again) if again.to_string() == printed => {}
        Ok(again) => return Some(format!("printed as {printed}, and that as {again}")),
        Err(error) => return Some(format!("printed as {printed}, which cannot be read: {error}")),
    }
    let program = match kernel.program(Some(3)) {
        Ok(program) => program,
        Err(error) => return bad_message(&error),
    };
    for place in PLACES {
        let long = Balls::new(96);
        let exact = program.evaluate(&long, &Point::at(long.rational(&Rational::from_f64(place)?)));
        let enclosed = program.evaluate(&Intervals::CLOSED, &Point::at(Interval::point(place)));
        if let (Ok(exact), Ok(enclosed)) = (exact, enclosed) {
            // Two enclosures of one number must meet; those of doubles that steer are not proved.
            let (value, radius) = (exact.middle.to_f64(), exact.radius.to_float().to_f64());
            let slack = radius + 1e-9 * enclosed.magnitude() + 1e-300;
            if value < enclosed.low - slack || value > enclosed.high + slack {
                return Some(format!("{value:e} at {place}, enclosed in [{:e}, {:e}]", enclosed.low, enclosed.high));
            }
        }
    }
    None
}

/// Texts that are not formulas, each given to every reader.
fn words(text: &str) -> Option<String> {
    let complaint = |error: Option<Error>| error.and_then(|error| bad_message(&error));
    complaint(text.parse::<Shape>().err())
        .or_else(|| complaint(parse_degrees(text).err()))
        .or_else(|| complaint(domain::parse(text).err()))
        .or_else(|| complaint(zonal::question::read(text.as_bytes()).err()))
        .or_else(|| match text.parse::<ConvolutionalNetwork>() {
            Ok(network) => network_fault(&network),
            Err(error) => bad_message(&error),
        })
}

/// A network that was read: it is its text, and on a small grid its kernels are numbers.
fn network_fault(network: &ConvolutionalNetwork) -> Option<String> {
    let printed = network.to_string();
    if printed.parse().as_ref() != Ok(network) {
        return Some(format!("printed as {printed}, which is another network"));
    }
    let kernel = match ConvolutionalKernel::new(network, Shape::new(6, 4, 1).ok()?) {
        Ok(kernel) => kernel,
        Err(error) => return bad_message(&error),
    };
    let signal = |phase: f64| (0..24).map(|i| (f64::from(i) + phase).sin()).collect::<Vec<f64>>();
    let (x, y) = (kernel.image(&signal(0.0)).ok()?, kernel.image(&signal(0.3)).ok()?);
    let [xx, xy, yy] = [(&x, &x), (&x, &y), (&y, &y)].map(|(x, y)| kernel.pair(x, y));
    let bound = (xx.ckn * yy.ckn).sqrt();
    let wrong = !bound.is_finite() || xy.ckn.abs() > bound * (1.0 + 1e-6);
    wrong.then(|| format!("kernels {} {} {}", xx.ckn, xy.ckn, yy.ckn))
}

fn target(text: &str) -> Option<String> {
    let sphere = Sphere::in_dimension(3).ok()?;
    Target::parse(text, sphere).err().and_then(|error| bad_message(&error))
}

fn of_kernel(text: &str, ask: impl Fn(&Kernel, Sphere) -> zonal::Result<Option<String>>) -> Option<String> {
    let kernel = Kernel::parse(text).ok()?;
    let short = kernel.program(Some(3)).is_ok_and(|program| program.steps().len() <= MOST_STEPS);
    if !short {
        return None;
    }
    match Sphere::in_dimension(3).and_then(|sphere| ask(&kernel, sphere)) {
        Ok(fault) => fault,
        Err(error) => bad_message(&error),
    }
}

/// Dimensions of cubes: one with a point at u = 0, one without, one of two points.
const CUBES: [u64; 3] = [1, 4, 9];

/// Digits of the values in plain sums, and the part of the largest value by which doubles may be off.
const VALUE_DIGITS: u32 = 17;
const PLAIN: f64 = 1e-12;

/// Eigenvalues against plain sums of values, and the trace against kappa(1).
fn on_cubes(kernel: &Kernel) -> zonal::Result<Option<String>> {
    for d in CUBES {
        let degrees: Vec<u64> = (0..=d).collect();
        let table = kernel.spectrum(Cube::in_dimension(d)?).table_with_gaps(&degrees)?;
        if let Some(fault) = table.rows.iter().find_map(|row| off_by_plain_sum(kernel, d, row)) {
            return Ok(Some(fault));
        }
        let rest = table.rest();
        if table.is_complete() && rest.value.clone().abs() > rest.error {
            return Ok(Some(format!("d = {d}: kappa(1) and the trace differ by {}", rest.value)));
        }
    }
    Ok(None)
}

/// What is wrong with an eigenvalue, where the values of the kernel are there as doubles.
fn off_by_plain_sum(kernel: &Kernel, d: u64, row: &Eigenvalue) -> Option<String> {
    let value = |j: u64| {
        let u = 1 - Rational::from((2 * j, d));
        let value = kernel.evaluate_at(&u, Some(d), Digits::Count(VALUE_DIGITS)).ok()?.value.to_f64();
        value.is_finite().then_some(value)
    };
    let values = (0..=d).map(value).collect::<Option<Vec<f64>>>()?;
    let choose = |n: u64, k: u64| (0..k).fold(1.0, |product, i| product * (n - i) as f64 / (i + 1) as f64);
    let k = row.degree;
    let krawtchouk = |j: u64| -> f64 {
        let term = |i: u64| choose(j, i) * choose(d - j, k - i) * if i.is_multiple_of(2) { 1.0 } else { -1.0 };
        (k.saturating_sub(d - j)..=k.min(j)).map(term).sum()
    };
    let sum: f64 = (0..=d).zip(&values).map(|(j, value)| choose(d, j) * value * krawtchouk(j)).sum();
    let plain = sum / (choose(d, k) * 2f64.powi(d as i32));
    let largest = values.iter().fold(0.0f64, |most, value| most.max(value.abs()));
    let off = (row.to_f64() - plain).abs();
    (off > PLAIN * largest + f64::MIN_POSITIVE).then(|| format!("d = {d}: mu_{k} = {row}, plain sum {plain:e}"))
}

fn file(input: &Input, folder: &Path) -> Option<String> {
    let path = folder.join(format!("a.{}", input.ending));
    if let Err(error) = fs::write(&path, &input.bytes) {
        return Some(error.to_string());
    }
    let (header, columns) = (Header::Auto, 3);
    let points = match DataTable::read_with(&path, header) {
        Ok((table, _)) => {
            let (rows, columns) = (table.rows(), table.columns());
            let values = table.clone().into_values();
            if rows * columns != values.len() || values.iter().any(|x| !x.is_finite()) {
                return Some(format!("{rows} rows of {columns} and {} numbers", values.len()));
            }
            table.into_points().err().and_then(|error| bad_message(&error))
        }
        Err(error) => bad_message(&error),
    };
    points.or_else(|| Labels::read(&path, columns, header).err().and_then(|error| bad_message(&error)))
}
