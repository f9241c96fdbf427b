//! mu_k sets the speed at which gradient flow learns degree k.
//!
//! Statement: in the population limit, d f/dt = -T(f - f*), the part of degree k of the error decays like e^{-mu_k t}.
//! For n uniform points and labels y that are a harmonic of degree k with mean square 1, a = mu_k, b = mu_j, the mean
//! of y^T e^{-tK/n} y/n is to first order in 1/n e^{-ta} + (1/n) sum_{j != k} N_j ( a b (e^{-tb} - e^{-ta} - t (a-b)
//! e^{-ta})/(a-b)^2 - b (e^{-tb} - e^{-ta})/(a-b) ) + ((N_k-1)/n) ((ta)^2/2 - ta) e^{-ta}. Hypotheses: uniform points
//! on S^{p-1}, gradient flow from 0. Source: Bordelon, Canatar and Pehlevan, ICML 2020; Cao, Fang, Wu, Zhou and Gu,
//! IJCAI 2021; the first order by Dyson's series for e^{-tGD}, G = 1 + H the Gram matrix of the harmonics, with E
//! H_{kj}^2 summed over degree j equal to N_j/n (N_k - 1 for j = k) by the addition theorem.
//!
//! Check: ntk(3), p = 4, labels P_k(<w, x>) for k = 1, 2, 3, at t = 1/mu_k, over many draws; a value wrong by 5 % is
//! refuted, and so is one speed for all degrees.

use crate::Theorem;
use crate::claim::{Claim, Evidence};
use crate::dense::vectors;
use crate::monte_carlo::Mean;
use faer::Mat;
use rayon::prelude::*;
use zonal::data::Points;
use zonal::gram::{Scaling, ZonalGram};
use zonal::linear::Eigen;
use zonal::number::Double;
use zonal::report::plot::{Curve, Figure, Mark};
use zonal::{Kernel, Result, Sphere};

const KERNEL: &str = "ntk(3)";
const DIMENSION: u64 = 4;
const POINTS: usize = 500;
const DRAWS: u64 = 240;
const DEGREES: [usize; 3] = [1, 2, 3];

/// Times of the figure in units of 1/mu_k; the second is checked.
const TIMES: [f64; 5] = [0.5, 1.0, 2.0, 3.0, 4.0];

/// What the next order may add, in squares of the first.
const NEXT: f64 = 2.0;

/// Degrees that count for the bias.
const HIGHEST: u64 = 40;

/// The statement.
pub const THEOREM: Theorem = Theorem {
    claim: Claim {
        id: "learning_speed",
        statement: "Gradient flow learns the part of degree k of its target like 1 - e^{-mu_k t}",
        source: "Bordelon, Canatar and Pehlevan, ICML 2020; Cao et al., IJCAI 2021",
        checked_by: "`linear::Eigen`, 240 draws",
        found: None,
    },
    check,
};

fn check() -> Result<Evidence> {
    let mut evidence = Evidence::new();
    let sphere = Sphere::in_dimension(DIMENSION)?;
    let kernel = Kernel::parse(KERNEL)?;
    let zonal = ZonalGram::new(kernel.tabulate(None)?, Scaling::Sphere);
    let table = kernel.spectrum(sphere).table(&(0..=HIGHEST).collect::<Vec<_>>())?;
    let operator: Vec<(f64, f64)> = table.rows.iter().map(|row| (row.multiplicity.to_f64(), row.to_f64())).collect();
    let draws = (0..DRAWS).into_par_iter().map(|seed| draw(&zonal, sphere, seed, &operator));
    let draws = draws.collect::<Result<Vec<Vec<[f64; TIMES.len()]>>>>()?;
    let mut series = Vec::new();
    for (index, k) in DEGREES.iter().enumerate() {
        let (count, mu) = operator[*k];
        let rest = zonal.kernel().at_one() - operator.iter().map(|(count, mu)| count * mu).sum::<f64>();
        let correction = first_order(1.0 / mu, *k, &operator, rest) / POINTS as f64;
        let expected = (-1f64).exp() + correction;
        let means: Vec<Mean> = (0..TIMES.len())
            .map(|t| Mean::of(&draws.iter().map(|draw| draw[index][t] * count).collect::<Vec<_>>()))
            .collect();
        let name = format!("what is left of degree {k} at t = 1/mu_k");
        means[1].check_near(&mut evidence, &name, expected, NEXT * correction * correction);
        let (_, other) = operator[k + 1];
        let slower = (-other / mu).exp();
        let found = format!("{:.6} +- {:.6}", means[1].value, means[1].error);
        evidence.control(
            format!("degree {k} at the speed of degree {}", k + 1),
            format!("{slower:.6}"),
            found,
            (means[1].value - slower).abs() > means[1].reach(),
        );
        let points = TIMES.iter().zip(&means).map(|(t, mean)| ((t / mu).log10(), mean.value.log10())).collect();
        series.push(Curve {
            label: format!("k = {k}"),
            points,
            mark: [Mark::Circles, Mark::Squares, Mark::Circles][index],
        });
        let line = (0..=40)
            .map(|i| 0.4 + 0.1 * f64::from(i))
            .map(|x| ((x / mu).log10(), -x * std::f64::consts::LOG10_E))
            .collect();
        series.push(Curve { label: format!("e^{{-μ_{k} t}}"), points: line, mark: Mark::Solid });
    }
    let figure = Figure {
        title: format!("What is left of each degree, {KERNEL}, p = {DIMENSION}, n = {POINTS}"),
        x_label: "time t".to_string(),
        y_label: "part of the error".to_string(),
        series,
    };
    evidence.figures.push(("Each degree is learned at the speed of its mu_k.".to_string(), figure.svg()?));
    Ok(evidence)
}

/// n times the term of first order in 1/n; `rest` is the trace of the degrees beyond.
fn first_order(t: f64, k: usize, operator: &[(f64, f64)], rest: f64) -> f64 {
    let (count, a) = operator[k];
    let decay = (-t * a).exp();
    let own = (count - 1.0) * ((t * a).powi(2) / 2.0 - t * a) * decay;
    let term = |b: f64| {
        let (d, other) = (a - b, (-t * b).exp());
        a * (other - decay - t * d * decay) / (d * d) - (other - decay) / d
    };
    let others = operator.iter().enumerate().filter(|(j, _)| *j != k).map(|(_, (count, b))| count * b * term(*b));
    own + others.sum::<f64>() + rest * term(0.0)
}

/// y^T e^{-tK/n} y/n for each degree and time.
fn draw(zonal: &ZonalGram, sphere: Sphere, seed: u64, operator: &[(f64, f64)]) -> Result<Vec<[f64; TIMES.len()]>> {
    let points = Points::uniform(POINTS, sphere, seed)?;
    let eigen = Eigen::all(&zonal.gram(&points)?)?;
    let vectors = vectors(&eigen);
    // Uniform points: the first coordinate is <w, x> for any w.
    let harmonics: Vec<Vec<f64>> =
        (0..POINTS).map(|i| sphere.legendre(&Double, &points.direction(i)[0], DEGREES[2])).collect();
    let one = |k: &usize| {
        let labels = Mat::from_fn(POINTS, 1, |i, _| harmonics[i][*k]);
        let parts = vectors.transpose() * &labels;
        TIMES.map(|time| {
            let t = time / operator[*k].1 / POINTS as f64;
            let left = (0..POINTS).map(|i| parts[(i, 0)].powi(2) * (-t * eigen.values()[i]).exp()).sum::<f64>();
            left / POINTS as f64
        })
    };
    Ok(DEGREES.iter().map(one).collect())
}
