//! Gram matrices against multiprecision.

use proptest::prelude::*;
use rayon::prelude::*;
use rug::Float;
use zonal::data::Points;
use zonal::gram::{Scaling, ZonalGram};
use zonal::kernel::Point;
use zonal::number::Multiprecision;
use zonal::{Kernel, Sphere};

const PRECISION: u32 = 300;

/// kappa(<x,y>/(|x||y|)), |x| and |y|, of rows of doubles.
fn exact(kernel: &Kernel, x: &[f64], y: &[f64]) -> (Float, f64) {
    let float = |x: f64| Float::with_val(PRECISION, x);
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).fold(float(0.0), |sum, (a, b)| sum + float(*a) * *b);
    let lengths = (dot(x, x) * dot(y, y)).sqrt();
    let cosine = (dot(x, y) / &lengths).clamp(&-1, &1);
    let value = kernel.program(None).unwrap().evaluate(&Multiprecision::new(PRECISION), &Point::at(cosine)).unwrap();
    (value, lengths.to_f64())
}

/// The largest error of a Gram matrix relative to kappa(1) |x| |y|.
fn worst(kernel: &str, rows: &[f64], p: usize, scaling: Scaling) -> f64 {
    let kernel = Kernel::parse(kernel).unwrap();
    let zonal = ZonalGram::new(kernel.tabulate(None).unwrap(), scaling);
    let points = Points::new(rows.to_vec(), p).unwrap();
    let gram = zonal.gram::<f64>(&points).unwrap();
    let at_one = zonal.kernel().at_one();
    let rows: Vec<&[f64]> = rows.chunks(p).collect();
    (0..rows.len())
        .into_par_iter()
        .map(|i| {
            let mut largest = 0.0f64;
            for j in 0..=i {
                assert_eq!(gram.row(i)[j], gram.row(j)[i], "{i} {j}");
                let (value, lengths) = exact(&kernel, rows[i], rows[j]);
                let factor = if scaling == Scaling::Sphere { 1.0 } else { lengths };
                let error = Float::with_val(64, value * factor - gram.row(i)[j]).abs().to_f64();
                largest = largest.max(error / (at_one * factor));
            }
            if scaling == Scaling::Sphere {
                assert_eq!(gram.row(i)[i], at_one);
            }
            largest
        })
        .reduce(|| 0.0, f64::max)
}

/// The largest error relative to the largest entry, for kernels that vanish at 1 too.
fn worst_value(kernel: &str, rows: &[f64], p: usize) -> f64 {
    let kernel = Kernel::parse(kernel).unwrap();
    let zonal = ZonalGram::new(kernel.tabulate(None).unwrap(), Scaling::Sphere);
    let gram = zonal.gram::<f64>(&Points::new(rows.to_vec(), p).unwrap()).unwrap();
    let rows: Vec<&[f64]> = rows.chunks(p).collect();
    let (mut largest, mut worst) = (0.0f64, 0.0f64);
    for i in 0..rows.len() {
        for j in 0..i {
            let (value, _) = exact(&kernel, rows[i], rows[j]);
            largest = largest.max(value.to_f64().abs());
            worst = worst.max(Float::with_val(64, value - gram.row(i)[j]).abs().to_f64());
        }
    }
    worst / largest
}

fn uniform(count: usize, p: u64, seed: u64) -> Vec<f64> {
    let points = Points::uniform(count, Sphere::in_dimension(p).unwrap(), seed).unwrap();
    (0..count).flat_map(|i| points.direction(i).to_vec()).collect()
}

/// A million entries: below 4e-15 kappa(1), with near and opposite pairs among them.
#[test]
fn a_million_entries_are_right() {
    let p = 10;
    let mut rows = uniform(900, p as u64, 7);
    // Neighbours at distances from 1e-1 to 1e-16, and opposite points.
    for i in 0..50 {
        let distance = 10f64.powf(-1.0 - 0.3 * i as f64);
        let near: Vec<f64> =
            rows[i * p..(i + 1) * p].iter().zip(&rows[7..7 + p]).map(|(x, y)| x + distance * y).collect();
        rows.extend(&near);
        rows.extend(near.iter().map(|x| -x));
    }
    let error = worst("ntk(3)", &rows, p, Scaling::Sphere);
    assert!(error < 4e-15, "{error:e}");
}

/// Other kernels, dimensions and lengths; a kernel that is off by 1e-14 would be seen.
#[test]
fn other_matrices_are_right() {
    let scaled = |p: u64| -> Vec<f64> {
        let rows = uniform(70, p, p);
        rows.chunks(p as usize).enumerate().flat_map(|(i, row)| row.iter().map(move |x| x * (0.1 + i as f64))).collect()
    };
    for (kernel, p, scaling) in [
        ("ntk(2)", 2, Scaling::Homogeneous),
        ("ntk(10)", 3, Scaling::Sphere),
        ("laplace(1)", 50, Scaling::Sphere),
        ("arccos(0)", 5, Scaling::Sphere),
        ("exp(u)", 784, Scaling::Sphere),
        ("nngp(3)", 17, Scaling::Homogeneous),
    ] {
        let error = worst(kernel, &scaled(p), p as usize, scaling);
        assert!(error < 6e-15, "{kernel} {p}: {error:e}");
    }
}

/// Near pairs of rows that are no unit vectors, of kernels that are steep there: the rounding of the directions does
/// not show. Kind of fault: an error of 1e-16 in a distance, magnified by |x-x'|^g, g < 1.
#[test]
fn near_pairs_of_rows_of_any_length_are_right() {
    let rows = |p: usize| {
        let base = [0.3, 0.4, 0.5, -0.7, 1.1, 0.2];
        let mut rows = base[..p].to_vec();
        for (i, exponent) in [1, 2, 4, 6, 8, 10, 12, 13, 14].into_iter().enumerate() {
            let mut row = base[..p].to_vec();
            row[i % p] += 10f64.powi(-exponent);
            rows.extend(&row);
            // Another length, the other side.
            rows.extend(row.iter().map(|x| -3.0 * x));
            rows.extend(row.iter().map(|x| 1e-7 * x));
        }
        rows
    };
    for kernel in ["(1-u)^(1/10)", "exp(-(1-u)^(1/4))", "gamma_exponential(1,1/3)", "laplace(1)+(1+u)^(1/5)", "ntk(3)"]
    {
        for p in [2, 3, 6] {
            let error = worst_value(kernel, &rows(p), p);
            assert!(error < 4e-15, "{kernel} {p}: {error:e}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// The value of a pair depends on the pair alone: blocks of any size, cross matrices, other neighbours.
    #[test]
    fn entries_depend_on_their_points_alone(
        rows in 1usize..600,
        columns in 1usize..600,
        p in 1usize..20,
        seed in 0u64..100,
    ) {
        let zonal = ZonalGram::new(Kernel::parse("ntk(2)").unwrap().tabulate(None).unwrap(), Scaling::Sphere);
        let all: Vec<f64> = uniform(rows + columns, 20, seed).chunks(20).flat_map(|row| row[..p].to_vec()).collect();
        let x = Points::new(all[..rows * p].to_vec(), p).unwrap();
        let y = Points::new(all[rows * p..].to_vec(), p).unwrap();
        let points = Points::new(all, p).unwrap();
        let whole = zonal.gram::<f64>(&points).unwrap();
        let cross = zonal.cross::<f64>(&x, &y).unwrap();
        let single = zonal.cross::<f32>(&x, &y).unwrap();
        let small = zonal.gram::<f32>(&points).unwrap();
        for i in 0..rows + columns {
            prop_assert!((0..i).all(|j| whole.row(i)[j] == whole.row(j)[i]));
            prop_assert!(whole.row(i).iter().zip(small.row(i)).all(|(a, b)| *a as f32 == *b));
        }
        for i in 0..rows {
            prop_assert_eq!(cross.row(i), &whole.row(i)[rows..]);
            prop_assert!(cross.row(i).iter().zip(single.row(i)).all(|(a, b)| *a as f32 == *b));
        }
    }
}
