//! Deformations of signals, and the command that measures what they do.

mod cli_support;

use cli_support::{done, rejects};
use std::f64::consts::TAU;
use zonal::convolution::{ConvolutionalKernel, Deformation, Grid, Padding, Shape};
use zonal::gram::Array;

const GRID: Grid = Grid { rows: 12, columns: 16 };

fn waves(grid: Grid) -> Vec<f64> {
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

/// Cubic splines of a wave of two periods over 16 positions: the error of fourth order is some 1e-3; a linear interpolation has 1e-1 of the curvature.
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
fn the_command_measures_both_slopes() {
    let folder = tempfile::tempdir().unwrap();
    let image = folder.path().join("signal.csv");
    let numbers: Vec<String> = waves(Grid { rows: 1, columns: 24 }).iter().map(f64::to_string).collect();
    std::fs::write(&image, numbers.join(",") + "\n").unwrap();
    let plot = folder.path().join("figure.svg");
    let arguments = ["stability", "--network", "circular conv(3) conv(3)", "--image", image.to_str().unwrap()];
    let more = ["--sizes", "1e-7..=0.1", "--points", "4", "--format", "json", "--plot", plot.to_str().unwrap()];
    let document: serde_json::Value = serde_json::from_str(&done(&[&arguments[..], &more[..]].concat())).unwrap();
    let slope = |name: &str| document[name][0].as_f64().unwrap();
    assert!((slope("ckn_slopes") - 1.0).abs() < 1e-3, "{document}");
    assert!((slope("ntk_slopes") - 0.5).abs() < 1e-3, "{document}");
    assert!(std::fs::read_to_string(&plot).unwrap().contains("slope 1/2"));
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

#[test]
fn the_command_deforms_images() {
    let folder = tempfile::tempdir().unwrap();
    let name = |file: &str| folder.path().join(file).to_str().unwrap().to_string();
    let (data, output) = (name("data.csv"), name("deformed.npy"));
    // Two images of 3 x 4.
    let images: [Vec<f64>; 2] =
        [(1..13).map(f64::from).collect(), (1..13).map(|i| (1.7 * f64::from(i)).sin()).collect()];
    let line = |image: &Vec<f64>| image.iter().map(f64::to_string).collect::<Vec<_>>().join(",") + "\n";
    std::fs::write(&data, images.iter().map(line).collect::<String>()).unwrap();
    let deform = |more: &[&str]| {
        let arguments = ["deform", "--data", &data, "--shape", "3x4", "--output", &output];
        let said = done(&[&arguments[..], more].concat());
        (said, Array::read(folder.path().join("deformed.npy").as_path()).unwrap())
    };
    let (said, moved) = deform(&["--field", "translation", "--size", "1"]);
    assert_eq!(said, "2 images of 3x4: largest |tau| 1.0000 positions, largest |grad tau| 0.0000\n");
    assert_eq!(moved.shape, [2, 12]);
    assert_eq!(moved.values[..8], [0.0, 1.0, 2.0, 3.0, 0.0, 5.0, 6.0, 7.0]);
    let (_, moved) = deform(&["--field", "translation", "--size", "-1", "--circular"]);
    assert_eq!(moved.values[..4], [2.0, 3.0, 4.0, 1.0]);
    // A quarter of a turn would need a square; half a turn reverses everything.
    let (_, moved) = deform(&["--field", "rotation", "--size", "3.141592653589793"]);
    for (i, value) in moved.values[..12].iter().enumerate() {
        assert!((value - (12.0 - i as f64)).abs() < 1e-9, "{moved:?}");
    }
    // Every copy has another field; each is that of the library.
    let (said, moved) = deform(&["--size", "0.2", "--seed", "7", "--copies", "2"]);
    assert!(said.starts_with("4 images of 3x4") && said.contains("largest |grad tau| 0."), "{said}");
    assert_eq!(moved.shape, [4, 12]);
    for (i, image) in moved.values.chunks(12).enumerate() {
        let field = Deformation::smooth(0.2, (7 << 32) + i as u64).on(Grid { rows: 3, columns: 4 });
        assert_eq!(image, field.deform(&images[i / 2], 1, Padding::Zero).unwrap());
        assert!(i % 2 == 0 || image != &moved.values[12 * (i - 1)..12 * i]);
    }
    // A size of 0 changes nothing.
    assert_eq!(deform(&["--size", "0"]).1.values, images.concat());
    let before = std::fs::read(&output).unwrap();
    for (more, expected) in [
        (&["--size", "nan"][..], "--size NaN; allowed are"),
        (&["--size", "1e5"], "--size 100000; allowed are -10000 to 10000"),
        (&["--size", "0.1", "--copies", "0"], "--copies 0"),
        (&["--size", "0.1", "--copies", "2", "--field", "scaling"], "1 for fields that are not random"),
        (&["--size", "0.1", "--shape", "5x5"], "does not hold signals of shape 5x5"),
        (&["--size", "0.1", "--output", "deformed.csv"], "end in .npy"),
        (&["--size", "0.1", "--seed", "x"], "--seed"),
    ] {
        // The last of an option that is given twice would be refused too: data, shape and output come once.
        let own = |option: &str| more.contains(&option);
        let mut arguments = vec!["deform", "--data", &data];
        if !own("--shape") {
            arguments.extend(["--shape", "3x4"]);
        }
        if !own("--output") {
            arguments.extend(["--output", &output]);
        }
        rejects(&[&arguments[..], more].concat(), &[expected]);
    }
    assert_eq!(std::fs::read(&output).unwrap(), before);
}
