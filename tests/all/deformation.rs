//! Deformations of signals, and the command that measures what they do.

use crate::cli_support;

use cli_support::rejects;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use std::f64::consts::TAU;
use zonal::convolution::{ConvolutionalKernel, Grid, Padding, Shape};
use zonal::deformation::{Deformation, Local};

const GRID: Grid = Grid { rows: 12, columns: 16 };

pub fn waves(grid: Grid) -> Vec<f64> {
    let at = |i: usize, j: usize| {
        let (a, b) = (TAU * i as f64 / grid.rows as f64, TAU * j as f64 / grid.columns as f64);
        1.0 + a.sin() * (2.0 * b).cos() + 0.5 * b.sin()
    };
    (0..grid.positions()).map(|u| at(u / grid.columns, u % grid.columns)).collect()
}

#[test]
fn whole_positions_move_values_exactly() {
    let signal: Vec<f64> = (0..GRID.positions()).map(|u| (u as f64).sin()).collect();
    let moved = Deformation::translation(2.0, -3.0).on(GRID);
    let torus = moved.deform(&signal, 1, Padding::Circular).unwrap();
    let zeros = moved.deform(&signal, 1, Padding::Zero).unwrap();
    for i in 0..12 {
        for j in 0..16 {
            // x(u - tau(u))
            assert_eq!(torus[i * 16 + j], signal[(i + 10) % 12 * 16 + (j + 3) % 16]);
            let inside = i >= 2 && j + 3 < 16;
            assert_eq!(zeros[i * 16 + j], if inside { signal[(i - 2) * 16 + j + 3] } else { 0.0 });
        }
    }
    let still = Deformation::smooth(0.0, 1).on(GRID).deform(&signal, 1, Padding::Zero).unwrap();
    assert_eq!(still, signal);
}

/// Cubic splines of a wave of two periods over 16 positions: the error of fourth order is some 1e-3; a linear
/// interpolation has 1e-1 of the curvature.
#[test]
fn smooth_signals_are_interpolated() {
    let signal = waves(GRID);
    let field = Deformation::translation(0.0, 0.25).on(GRID);
    let moved = field.deform(&signal, 1, Padding::Circular).unwrap();
    for (u, value) in moved.iter().enumerate() {
        let (a, b) = (TAU * (u / 16) as f64 / 12.0, TAU * ((u % 16) as f64 - 0.25) / 16.0);
        let exact = 1.0 + a.sin() * (2.0 * b).cos() + 0.5 * b.sin();
        assert!((value - exact).abs() < 2e-3, "{u}: {value} {exact}");
    }
    // Not at all moved it would be further away.
    let far = moved.iter().zip(&signal).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max);
    assert!(far > 0.1);
}

/// Gradients against differences of the field, sizes against what they are by definition.
#[test]
fn fields_and_their_gradients() {
    let fields = [
        Deformation::rotation(0.3),
        Deformation::scaling(0.1),
        Deformation::smooth(0.2, 5),
        Deformation::translation(1.0, 0.5),
    ];
    for deformation in fields {
        let field = deformation.on(GRID);
        let point = [3.3, 7.1];
        let local = field.at(point);
        let h = 1e-5;
        for axis in 0..2 {
            let at = |sign: f64| {
                let mut point = point;
                point[axis] += sign * h;
                field.at(point).value
            };
            let (up, down) = (at(1.0), at(-1.0));
            for i in 0..2 {
                let slope = (up[i] - down[i]) / (2.0 * h);
                assert!((slope - local.gradient[i][axis]).abs() < 1e-8, "{deformation:?}");
            }
        }
    }
    let (length, slope) = Deformation::rotation(0.3).on(GRID).sizes();
    // |1 - R| = 2 sin(angle/2), times the distance of a corner from the centre.
    let chord = 2.0 * 0.15f64.sin();
    assert!((slope - chord).abs() < 1e-15);
    assert!((length - chord * (5.5f64 * 5.5 + 7.5 * 7.5).sqrt()).abs() < 1e-14);
    let (_, slope) = Deformation::smooth(0.2, 5).on(GRID).sizes();
    assert!(slope <= 0.2 && slope > 0.19, "{slope}");
    let (length, slope) = Deformation::translation(3.0, 4.0).on(GRID).sizes();
    assert!((length - 5.0).abs() < 1e-15 && slope == 0.0);
}

/// On a torus whole translations change no global mean; at a border of zeros they do.
#[test]
fn global_means_do_not_see_translations() {
    let shape: Shape = "8x8".parse().unwrap();
    let signal: Vec<f64> = (0..64).map(|u| (1.3 * f64::from(u)).sin()).collect();
    let moved = Deformation::translation(3.0, 5.0).on(shape.grid).deform(&signal, 1, Padding::Circular).unwrap();
    let distance = |network: &str| {
        let kernel = ConvolutionalKernel::new(&network.parse().unwrap(), shape).unwrap();
        let [x, y] = [&signal, &moved].map(|x| kernel.image(x).unwrap());
        (kernel.pair(&x, &x).ntk + kernel.pair(&y, &y).ntk - 2.0 * kernel.pair(&x, &y).ntk) / kernel.pair(&x, &x).ntk
    };
    assert!(distance("circular conv(3) conv(3) global").abs() < 1e-13);
    assert!(distance("conv(3) conv(3) global") > 1e-3);
    assert!(distance("circular conv(3) conv(3)") > 1e-1);
}

#[test]
fn bad_input_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_string()
    };
    let (good, zero) = (write("good.csv", "1,2,3,4\n"), write("zero.csv", "0,0,0,0\n"));
    for (network, image, more, expected) in [
        ("conv(3)", zero.as_str(), &[][..], "has no direction"),
        ("conv(5)", &good, &[], "must not be larger"),
        ("conv(3, order 0)", &good, &[], "no tangent kernel"),
        ("conv(3)", &good, &["--index", "3"], "image 3 of 1"),
        ("conv(3)", &good, &["--sizes", "0"], "size 0; allowed are"),
        ("conv(3)", &good, &["--shape", "5x5"], "does not hold signals of shape 5x5"),
    ] {
        rejects(&[&["stability", "--network", network, "--image", image], more].concat(), &[expected]);
    }
}

/// The value between positions of a cubic spline with coefficients c: the four B-splines that reach there, as powers.
fn between(c: impl Fn(i64) -> f64, point: f64) -> f64 {
    let (whole, t) = (point.floor() as i64, point - point.floor());
    let weights = [
        1.0 - 3.0 * t + 3.0 * t * t - t * t * t,
        4.0 - 6.0 * t * t + 3.0 * t * t * t,
        1.0 + 3.0 * t + 3.0 * t * t - 3.0 * t * t * t,
        t * t * t,
    ];
    (-1..=2).zip(weights).map(|(k, w)| w / 6.0 * c(whole + k)).sum()
}

/// A wave over a torus has the coefficients of a wave: those of cos(a u + b) are cos(a u + b)/(2/3 + cos(a)/3).
#[test]
fn splines_of_waves_are_known() {
    let frequencies = [TAU * 2.0 / 12.0, TAU * 5.0 / 16.0];
    let coefficient = |axis: usize, u: f64| {
        let a = frequencies[axis];
        (a * u + [0.3, 1.1][axis]).cos() / (2.0 / 3.0 + a.cos() / 3.0)
    };
    let wave = |axis: usize, u: f64| coefficient(axis, u) * (2.0 / 3.0 + frequencies[axis].cos() / 3.0);
    let signal: Vec<f64> = (0..192).map(|u| wave(0, (u / 16) as f64) * wave(1, (u % 16) as f64)).collect();
    for shift in [[0.3, 0.0], [0.0, -0.45], [0.5, 0.5], [2.7, -3.2], [1e-3, 7.9]] {
        let moved =
            Deformation::translation(shift[0], shift[1]).on(GRID).deform(&signal, 1, Padding::Circular).unwrap();
        for (u, value) in moved.iter().enumerate() {
            let along = |axis: usize, u: usize| between(|k| coefficient(axis, k as f64), u as f64 - shift[axis]);
            let exact = along(0, u / 16) * along(1, u % 16);
            assert!((value - exact).abs() < 1e-13, "{shift:?} {u}: {value} {exact}");
        }
    }
}

/// One value among zeros that go on beyond the border: the coefficients are sqrt(3) (sqrt(3) - 2)^|k|, in both
/// directions without end.
#[test]
fn splines_of_a_pulse_are_known() {
    let grid = Grid { rows: 4, columns: 5 };
    for (row, column) in [(0, 0), (3, 4), (1, 2)] {
        let mut signal = vec![0.0; 20];
        signal[row * 5 + column] = 1.0;
        let coefficient = |k: i64| 3f64.sqrt() * (3f64.sqrt() - 2.0).powi(k.unsigned_abs() as i32);
        for shift in [[0.4, -0.3], [1.5, 2.25], [-2.6, 0.5], [0.0, -1.1]] {
            let moved =
                Deformation::translation(shift[0], shift[1]).on(grid).deform(&signal, 1, Padding::Zero).unwrap();
            for (u, value) in moved.iter().enumerate() {
                let down = between(coefficient, (u / 5) as f64 - row as f64 - shift[0]);
                let right = between(coefficient, (u % 5) as f64 - column as f64 - shift[1]);
                assert!((value - down * right).abs() < 1e-14, "{row} {column} {shift:?} {u}: {value}");
            }
        }
    }
}

/// By hand: [[3, 0], [4, 5]] has the singular values 3 sqrt 5 and sqrt 5; a translation and a scaling of a grid whose
/// centre is (5.5, 7.5).
#[test]
fn sizes_by_hand() {
    let local = Local { value: [3.0, -4.0], gradient: [[3.0, 0.0], [4.0, 5.0]] };
    assert!((local.slope() - 3.0 * 5f64.sqrt()).abs() < 1e-14 && (local.length() - 5.0).abs() < 1e-15);
    let moved = Deformation::translation(3.0, -4.0).on(GRID).at([2.0, 9.0]);
    assert!((moved.value[0] - 3.0).abs() < 1e-15 && (moved.value[1] + 4.0).abs() < 1e-15);
    let scaled = Deformation::scaling(-0.25).on(GRID);
    assert_eq!(scaled.at([1.5, 9.5]), Local { value: [1.0, -0.5], gradient: [[-0.25, 0.0], [0.0, -0.25]] });
    assert_eq!(scaled.sizes().1, 0.25);
    // u - c - R(u - c) at c + (1, 0) and c + (0, 1), rows downward.
    let (sine, cosine) = 0.3f64.sin_cos();
    let turned = Deformation::rotation(0.3).on(GRID);
    for (point, value) in [([6.5, 7.5], [1.0 - cosine, -sine]), ([5.5, 8.5], [sine, 1.0 - cosine])] {
        let found = turned.at(point).value;
        assert!((0..2).all(|i| (found[i] - value[i]).abs() < 1e-15), "{found:?} {value:?}");
    }
}

/// A random field: its waves have the numbers of the seed over the squared frequency, and its gradient is largest as
/// was asked for.
#[test]
fn smooth_fields_have_the_waves_of_their_seed() {
    let field = Deformation::smooth(0.2, 5).on(GRID);
    let fine = (0..48 * 64).map(|k| [(k / 64) as f64 / 4.0, (k % 64) as f64 / 4.0]);
    let largest = fine.map(|point| field.at(point).slope()).fold(0.0, f64::max);
    assert!((largest - 0.2).abs() < 1e-15, "{largest}");
    // Between the positions there is more: the fine grid is looked at.
    assert!(field.sizes().1 < 0.2 - 1e-6);
    let values: Vec<[f64; 2]> = (0..192).map(|u| field.at([(u / 16) as f64, (u % 16) as f64]).value).collect();
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let mut ratios = Vec::new();
    for (i, j) in (-3..=3i32).flat_map(|i| (0..=3i32).map(move |j| (i, j))).filter(|(i, j)| *j > 0 || *i > 0) {
        for quarter in [0.0, 0.25 * TAU] {
            for part in [|value: [f64; 2]| value[0], |value: [f64; 2]| value[1]] {
                let drawn: f64 = StandardNormal.sample(&mut random);
                let angle =
                    |u: usize| TAU * (f64::from(i) * (u / 16) as f64 / 12.0 + f64::from(j) * (u % 16) as f64 / 16.0);
                let wave = |(u, value): (usize, &[f64; 2])| part(*value) * (angle(u) + quarter).cos();
                let coefficient = values.iter().enumerate().map(wave).sum::<f64>() / 96.0;
                ratios.push(coefficient / drawn * f64::from(i * i + j * j));
            }
        }
    }
    // One common factor.
    assert_eq!(ratios.len(), 24 * 4);
    assert!(ratios[0] > 0.0 && ratios.iter().all(|r| (r / ratios[0] - 1.0).abs() < 1e-11), "{ratios:?}");
}

/// Patches of one positive number are parallel: |Phi(x) - Phi(x')| = |x - x'|, and sqrt(2) times that for the tangent
/// kernel.
#[test]
fn distances_by_hand() {
    let shape: Shape = "8".parse().unwrap();
    let kernel = ConvolutionalKernel::new(&"circular conv(1)".parse().unwrap(), shape).unwrap();
    let signal = [1.0, 2.0, 4.0, 3.0, 0.5, 1.5, 2.5, 5.0];
    // One position further: 5 1 2 4 3 0.5 1.5 2.5, differences -4 1 2 -1 -2.5 1 1 2.5.
    let moved = [5.0, 1.0, 2.0, 4.0, 3.0, 0.5, 1.5, 2.5];
    let change = 36.5f64.sqrt();
    let field = Deformation::translation(0.0, 1.0).on(shape.grid);
    let found = kernel.deformed(&signal, &field).unwrap();
    let close = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-14;
    assert!(close(found.change, change) && found.length == 1.0 && found.gradient == 0.0);
    assert!(close(found.distances.ckn, change) && close(found.distances.ntk, 73f64.sqrt()), "{found:?}");
    // In multiprecision nothing is lost but the last rounding.
    assert!(found.errors.ckn > 0.0 && found.errors.ckn < 4e-16 * change && found.errors.ntk < 4e-16 * 9.0);
    // In double precision: sqrt(d^2 + noise) - d, noise = 3e-14 (K(x,x) + K(x',x') + 2 K(x,x')), |x|^2 = 63.75 and
    // <x,x'> = 45.5 here.
    let (fast, errors) = kernel.fast_distances(&signal, &moved).unwrap();
    assert!((fast.ckn / change - 1.0).abs() < 1e-13 && (fast.ntk / 73f64.sqrt() - 1.0).abs() < 1e-13, "{fast:?}");
    let noise = 3e-14 * (2.0 * 63.75 + 2.0 * 45.5);
    assert!((errors.ckn / (noise / (2.0 * change)) - 1.0).abs() < 1e-9, "{errors:?}");
    let (same, errors) = kernel.fast_distances(&signal, &signal).unwrap();
    assert!(same.ckn <= errors.ckn && (errors.ckn / (3e-14 * 4.0 * 63.75f64).sqrt() - 1.0).abs() < 1e-9, "{errors:?}");
    // The gradient is that of the field.
    let field = Deformation::scaling(-0.125).on(shape.grid);
    assert_eq!(kernel.deformed(&signal, &field).unwrap().gradient, 0.125);
}

/// What is said of errors in double precision holds behind a pooling, where angles have errors of some 1e-16 over
/// themselves.
#[test]
fn errors_of_distances_behind_pooling() {
    let shape: Shape = "8x8".parse().unwrap();
    let mut worst = 0.0f64;
    for network in ["pool(1) conv(3) pool(1)/2 conv(3)", "conv(3) conv(3) pool(1)/2 conv(3) conv(3) global"] {
        let kernel = ConvolutionalKernel::new(&network.parse().unwrap(), shape).unwrap();
        let x = waves(shape.grid).iter().map(|x| x + 1.0).collect::<Vec<f64>>();
        for size in [1e-2, 1e-3, 1e-4, 1e-5] {
            let field = Deformation::smooth(size, 3).on(shape.grid);
            let y = field.deform(&x, 1, Padding::Zero).unwrap();
            let exact = kernel.distances(&x, &y, 200).unwrap();
            let (fast, errors) = kernel.fast_distances(&x, &y).unwrap();
            assert!((fast.ckn - exact.ckn).abs() <= errors.ckn, "{network} {size}: {fast:?} {exact:?}");
            assert!((fast.ntk - exact.ntk).abs() <= errors.ntk, "{network} {size}: {fast:?} {exact:?}");
            let [xx, yy] = [&x, &y].map(|x| kernel.image(x).unwrap()).map(|x| kernel.pair(&x, &x).ntk);
            let wrong = (fast.ntk * fast.ntk - exact.ntk * exact.ntk).abs() / (2.0 * (xx + yy));
            worst = worst.max(wrong);
        }
    }
    // More than without pooling.
    assert!(worst > 2e-14 && worst < 1e-11, "{worst:e}");
}

/// A grid of one row has no field across it; one position has no field at all, and no translation moves nothing.
#[test]
fn fields_on_small_grids() {
    let row = Deformation::smooth(0.2, 7).on(Grid { rows: 1, columns: 16 });
    for j in 0..32 {
        let local = row.at([0.0, f64::from(j) / 2.0]);
        assert!(local.value[0] == 0.0 && local.gradient[0] == [0.0; 2] && local.gradient[1][0] == 0.0, "{local:?}");
    }
    assert!(row.sizes().1 > 0.1);
    for deformation in [Deformation::translation(0.0, 0.0), Deformation::smooth(0.0, 2), Deformation::scaling(0.0)] {
        assert_eq!(deformation.on(GRID).sizes(), (0.0, 0.0));
    }
    let signal = waves(GRID);
    assert_eq!(Deformation::translation(0.0, 0.0).on(GRID).deform(&signal, 1, Padding::Circular).unwrap(), signal);
    let error = Deformation::scaling(0.1).on(GRID).deform(&signal[1..], 1, Padding::Zero).unwrap_err();
    assert!(error.to_string().contains("a signal of 191 numbers; the grid 12x16 with 1 channels has 192"), "{error}");
    assert!(Deformation::scaling(0.1).on(GRID).deform(&[], 0, Padding::Zero).is_err());
}

/// On a torus a periodic signal has the features of one period, again and again: distances over |x| are the same. Wide
/// pooling makes all of them nearly parallel.
#[test]
fn errors_behind_wide_pooling() {
    let (short, long): (Shape, Shape) = ("24".parse().unwrap(), "96".parse().unwrap());
    let signal: Vec<f64> = (0..24).map(|u| (1.3 * f64::from(u * u)).sin() + 0.4).collect();
    let size = signal.iter().map(|x| x * x).sum::<f64>().sqrt();
    for network in ["circular conv(3) pool(30) conv(3)", "circular conv(3) pool(3) conv(3)"] {
        let kernel = |shape: Shape| ConvolutionalKernel::new(&network.parse().unwrap(), shape).unwrap();
        let tiled = |x: &[f64]| x.repeat(4);
        for shift in [1e-9, 1e-7, 1.0] {
            let field = Deformation::translation(0.0, shift).on(short.grid);
            let moved = field.deform(&signal, 1, Padding::Circular).unwrap();
            let exact = kernel(short).distances(&signal, &moved, 200).unwrap();
            let (fast, errors) = kernel(long).fast_distances(&tiled(&signal), &tiled(&moved)).unwrap();
            for (exact, fast, error) in [(exact.ckn, fast.ckn, errors.ckn), (exact.ntk, fast.ntk, errors.ntk)] {
                // The long signal is 2 |x|.
                assert!(
                    (2.0 * exact - fast).abs() <= error + 1e-12 * size,
                    "{network} {shift}: {exact} {fast} {error}"
                );
            }
        }
    }
}

/// Upright signals are those that lie, turned.
#[test]
fn columns_are_rows() {
    let signal: Vec<f64> = (0..12).map(|u| (0.9 * f64::from(u)).sin()).collect();
    let [row, column] = [(1, 12), (12, 1)].map(|(rows, columns)| {
        Deformation::smooth(0.3, 5).on(Grid { rows, columns }).deform(&signal, 1, Padding::Circular).unwrap()
    });
    assert!(row.iter().zip(&column).all(|(x, y)| (x - y).abs() < 1e-14), "{row:?} {column:?}");
}
