//! `zonal norm`, `approximate`, `capacity`: numbers, forms of output, exit codes, bad input.

use crate::cli_support;

use cli_support::{done, fails, json};

fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

fn arguments<'a>(command: &'a str, target: &'a str) -> Vec<&'a str> {
    let mut list = words(command);
    list.extend(["--target", target]);
    list
}

#[test]
fn norms() {
    let document = json(&arguments("norm --kernel ntk(2) --dim 5", "abs(u)^3"));
    assert_eq!((document["inside"].as_bool(), document["rigour"].as_str()), (Some(true), Some("proved")));
    assert_eq!(document["space"], "even functions in the Sobolev space H^(5/2)(S^4), plus degree 1");
    // tests/reference/norms.tsv
    assert!((document["norm"].as_f64().unwrap().powi(2) - 2.4248243).abs() < 1e-6, "{document}");
    // |u|^3: E u^6 = 15/(5 7 9); mu_2 = 1/32
    assert!((document["energy"].as_f64().unwrap() - 1.0 / 21.0).abs() < 1e-15);
    let row = &document["rows"][2];
    assert_eq!(row["eigenvalue"].as_f64(), Some(0.03125));
    let quotient = row["energy"].as_f64().unwrap() / 0.03125;
    assert!((row["quotient"].as_f64().unwrap() / quotient - 1.0).abs() < 1e-15);
    // not in the space: an answer all the same
    let text = done(&arguments("norm --kernel ntk(2) --dim 5 --degrees 5", "u^3"));
    for part in [
        "not in the space (proved)",
        "degree 3 has energy 1.088e-2 and mu_3 = 0",
        "norm          infinite",
        "infinite\n",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // undecided: exit code 3, with the answer
    let message = cli_support::zonal(&arguments("norm --kernel gaussian(1) --dim 4", "exp(u^2)"));
    assert_eq!(message.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&message.stdout).contains("undecided"));
}

#[test]
fn approximations_and_capacities() {
    let folder = tempfile::tempdir().unwrap();
    let figure = folder.path().join("a.svg");
    let mut line = arguments("approximate --kernel ntk(2) --dim 4 --radius 0.5..=8 --points 3 --sup --plot", "abs(u)");
    let place = figure.to_string_lossy().into_owned();
    line.insert(line.iter().position(|word| *word == "--plot").unwrap() + 1, &place);
    let document = json(&line);
    let rows = document["rows"].as_array().unwrap();
    let number = |i: usize, name: &str| rows[i][name].as_f64().unwrap();
    assert_eq!([0, 1, 2].map(|i| number(i, "radius")), [0.5, 2.0, 8.0]);
    for i in 0..3 {
        assert!((number(i, "norm") / number(i, "radius") - 1.0).abs() < 1e-9);
        assert!(number(i, "distance") < number(i, "sup_bound") && number(i, "sup_bound") < 1.0);
        assert!(i == 0 || number(i, "distance") < number(i - 1, "distance"));
    }
    let svg = std::fs::read_to_string(&figure).unwrap();
    assert!(roxmltree::Document::parse(&svg).is_ok() && svg.contains("sup bound"));
    let csv = done(&words("capacity --kernel arccos(1) --dim 3 --at 1,3,4 --format csv"));
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    // mu_0 = 3/8, mu_1 = 1/6 three times, mu_2 = 3/128: d_1 = sqrt(1/6), d_3 = sqrt(1/6), d_4 = sqrt(3/128)
    let width = |i: usize| rows[i][1].parse::<f64>().unwrap().powi(2);
    assert!((width(0) - 1.0 / 6.0).abs() < 1e-15 && (width(1) - 1.0 / 6.0).abs() < 1e-15);
    assert!((width(2) - 3.0 / 128.0).abs() < 1e-15);
    let text = done(&words("capacity --kernel arccos(1) --dim 3"));
    assert!(text.contains("even functions in the Sobolev space H^(5/2)(S^2), plus degree 1"), "{text}");
}

#[test]
fn bad_input_is_one_line() {
    for (line, target, code, says) in [
        ("norm --kernel ntk(2) --dim 5", "abs(u", 2, "')'"),
        ("norm --kernel ntk(2) --dim 5", "u @ 0", 2, "not all 0"),
        ("norm --kernel u^2-1/2 --dim 5", "u", 2, "not positive definite"),
        ("norm --kernel ntk(2) --dim 5", "abs(exp(u)+u)", 3, "may vanish near u = -0.56714"),
        ("norm --kernel abs(u) --dim 5", "u", 2, "not positive definite"),
        ("approximate --kernel ntk(2) --dim 5 --radius 0", "u", 2, "radius 0; allowed"),
        ("approximate --kernel ntk(2) --dim 5 --radius 1 --sup", "energies:1", 2, "--sup needs a formula"),
    ] {
        let message = fails(code, &arguments(line, target));
        assert!(message.contains(says), "{line} {target}: {message}");
    }
    let message = fails(2, &words("capacity --kernel ntk(2) --dim 5 --noise 0"));
    assert!(message.contains("the noise 0"), "{message}");
    let message = fails(2, &words("capacity --kernel ntk(2) --dim 5 --at 0.5"));
    assert!(message.contains("n 0.5; allowed are 1 to 1e15"), "{message}");
}

/// A radius without an approximation leaves the others, exit code 3; a figure of nothing but zeros says so.
#[test]
fn radii_without_a_row_leave_the_others() {
    let arguments = ["approximate", "--kernel", "laplace(1)", "--dim", "3", "--target", "abs(u)", "--radius", "0.5,10"];
    let output = cli_support::zonal(&arguments);
    assert_eq!(output.status.code(), Some(3));
    let (out, error) = (cli_support::text(&output.stdout), cli_support::text(&output.stderr));
    assert!(out.lines().any(|line| line.trim_start().starts_with("0.5 ")), "{out}");
    assert!(error.contains("1 of 2 radii have no row: radius 10"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("zeros.svg");
    let zero = ["approximate", "--kernel", "ntk(2)", "--dim", "4", "--target", "0", "--radius", "1..=10", "--plot"];
    let output = cli_support::zonal(&[&zero[..], &[file.to_str().unwrap()]].concat());
    assert!(cli_support::text(&output.stderr).contains("no figure: there is nothing to draw"), "{output:?}");
}

/// Kernels whose values leave the range of doubles are refused with that reason, never summed as 0; the zero kernel has
/// its own. Kinds of fault: wrong numbers with tiny errors, a panic, memory without end.
#[test]
fn kernels_beyond_doubles_and_the_zero_kernel_are_told() {
    for kernel in ["exp(u)/10^400", "laplace(1)/10^310", "u/10^400", "10^400*exp(u)", "laplace(1)*10^310"] {
        for command in [
            &["capacity", "--at", "1,100"][..],
            &["learn", "--target", "u", "--samples", "10"],
            &["approximate", "--target", "abs(u)", "--radius", "1"],
        ] {
            let message = fails(3, &[command, &["--kernel", kernel, "--dim", "3"]].concat());
            assert!(message.contains("kappa(1) = ") && message.contains("multiply the kernel"), "{message}");
        }
    }
    // At the edge of the range the same numbers come out.
    let learn = |kernel: &str| json(&["learn", "--kernel", kernel, "--dim", "3", "--target", "u", "--samples", "10"]);
    let test = |kernel: &str| learn(kernel)["rows"][0]["test"].as_f64().unwrap();
    for scaled in ["exp(u)/10^270", "exp(u)*10^270"] {
        assert!((test(scaled) / test("exp(u)") - 1.0).abs() < 1e-10, "{scaled}");
    }
    for zero in ["0*u", "u-u", "laplace(1)*laplace(1)-laplace(2)"] {
        let message = fails(2, &["capacity", "--kernel", zero, "--dim", "3", "--at", "1"]);
        assert!(message.contains("is 0: it has no eigenfunctions"), "{message}");
    }
}

/// The space of the zero kernel holds 0 alone, and what is 0 has no energy. Kinds of fault: a false proof, noise as an
/// energy.
#[test]
fn zero_kernels_and_zero_targets() {
    for (kernel, target, inside) in
        [("0*u", "u", false), ("0*u", "2*u", false), ("u-u", "u", false), ("0*u", "0", true)]
    {
        let document = json(&["norm", "--kernel", kernel, "--dim", "3", "--target", target]);
        assert_eq!((&document["inside"], &document["rigour"]), (&inside.into(), &"proved".into()), "{kernel} {target}");
    }
    for target in ["laplace(1)*laplace(1)-laplace(2)", "exp(2*u)-exp(u)^2", "acos(u)+asin(u)-pi/2"] {
        let document = json(&["norm", "--kernel", "ntk(3)", "--dim", "4", "--target", target]);
        assert_eq!(
            (document["energy"].as_f64(), document["energy_error"].as_f64()),
            (Some(0.0), Some(0.0)),
            "{target}"
        );
    }
    // 2u^3 - u in dimension 4 has no part of degree 1.
    let document = json(&["norm", "--kernel", "ntk(3)", "--dim", "4", "--target", "cos(2*acos(u))*u"]);
    let energies: Vec<f64> =
        document["rows"].as_array().unwrap()[..4].iter().map(|r| r["energy"].as_f64().unwrap()).collect();
    assert_eq!(energies[..3], [0.0; 3]);
    assert!((energies[3] - 0.0625).abs() < 1e-16, "{energies:?}");
}

/// The decimals of norm and energy lie within the errors beside them; the same sum by a closed form:
/// E_k/mu_k = (1+q) (2k+1) q^k for poisson(a) in poisson(1/4), q = 4 a^2, up to a factor (1+q)/(1-q).
#[test]
fn printed_norms_lie_within_their_errors() {
    let near = |text: &str, name: &str| -> (f64, f64) {
        let line = text.lines().find(|line| line.trim_start().starts_with(name)).unwrap();
        let numbers: Vec<f64> =
            line.split([' ', ',']).filter_map(|word| word.parse().ok()).filter(|x: &f64| x.is_finite()).collect();
        (numbers[0], numbers[1])
    };
    // E log(2+u)^2 = ((x^2-2x+2) e^x)/2 from 0 to log 3, x = log(2+u), p = 3
    let text = done(&arguments("norm --kernel ntk(3) --dim 3", "log(2+u)"));
    let x = 3f64.ln();
    let exact = 0.5 * ((x * x - 2.0 * x + 2.0) * 3.0 - 2.0);
    let (energy, error) = near(&text, "energy");
    assert!((energy - exact).abs() <= error + 4e-16 && error < 4e-15, "{text}");
    for (a, b) in [(49, 100), (499, 1000), (4999, 10000)] {
        let target = format!("poisson({a}/{b})");
        let text = done(&arguments("norm --kernel poisson(1/4) --dim 3 --degrees 1", &target));
        let q = 4.0 * (f64::from(a) / f64::from(b)).powi(2);
        let exact = (1.0 + q).sqrt() / (1.0 - q);
        let (norm, error) = near(&text, "norm ");
        assert!((norm - exact).abs() <= error + 1e-14 * exact && error < 1e-8 * exact, "{text} {exact}");
    }
    // A sum that converges too slowly: a verdict, and why there is no norm.
    let text = done(&arguments("norm --kernel 1/(17/8-u) --dim 3 --degrees 1", "sqrt(5/4-u)"));
    assert!(text.contains("in the space (proved)") && text.contains("needs degrees beyond"), "{text}");
}
