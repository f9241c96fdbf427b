//! The commands that deform images and measure how far their features move.

use super::deformation::waves;
use crate::cli_support;
use cli_support::{done, rejects};
use zonal::convolution::{Grid, Padding};
use zonal::data::Array;
use zonal::deformation::Deformation;

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
        // 1, 2, ..., 12 could be names.
        let arguments = ["deform", "--data", &data, "--header", "no", "--shape", "3x4", "--output", &output];
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
        let mut arguments = vec!["deform", "--data", &data, "--header", "no"];
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

/// Signals beyond the doubles' squares have the same relative distances; no file is read and written.
#[test]
fn the_command_scales_signals() {
    let folder = tempfile::tempdir().unwrap();
    let stability = |factor: &str| {
        let path = folder.path().join("signal.txt");
        std::fs::write(&path, [1.0, 2.5, -0.5, 3.0, 1.5, 0.25].map(|x| format!("{x}{factor}")).join(",") + "\n")
            .unwrap();
        let arguments = ["stability", "--network", "conv(3) pool(1) conv(3)", "--image", path.to_str().unwrap()];
        let found = done(&[&arguments[..], &["--sizes", "0.1,0.1,0.2", "--format", "json"]].concat());
        let own = |option| [&arguments[..], &[option, path.to_str().unwrap()]].concat();
        rejects(&own("--output"), &["is read or written already"]);
        rejects(&own("--plot"), &["figures are SVG, and .txt says another format"]);
        let same = folder.path().join("both");
        let same = same.to_str().unwrap();
        rejects(&[&arguments[..], &["--plot", same, "--output", same]].concat(), &["is read or written already"]);
        serde_json::from_str::<serde_json::Value>(&found).unwrap()
    };
    let (plain, large, small) = (stability(""), stability("e200"), stability("e-200"));
    for other in [&large, &small] {
        for (row, same) in other["rows"].as_array().unwrap().iter().zip(plain["rows"].as_array().unwrap()) {
            for name in ["ckn", "ntk", "change"] {
                let (x, y) = (row[name].as_f64().unwrap(), same[name].as_f64().unwrap());
                assert!((x / y - 1.0).abs() < 1e-12, "{name} {x} {y}");
            }
        }
        assert!(other["ckn_slopes"][0].as_f64().unwrap().is_finite());
    }
    assert!((large["norm"].as_f64().unwrap() / plain["norm"].as_f64().unwrap() / 1e200 - 1.0).abs() < 1e-12);
}
