//! The eigenvalues of a Gram matrix of uniform points beside the Mercer eigenvalues.

use crate::data::Points;
use crate::error::Result;
use crate::spectrum::Spectrum;
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// The eigenvalues of K/n that belong to one degree: N(p,k) of them near mu_k.
///
/// For n independent uniform points, to first order in 1/n:
/// $$\frac{\text{mean}}{\mu_k} = 1 + \frac1n\sum_{j\ne k} N_j\frac{\mu_j}{\mu_k-\mu_j} \pm
/// \frac1n\Bigl(\sum_{j\ne k}\frac{2N_j}{N_k}\Bigl(\frac{\mu_j}{\mu_k-\mu_j}\Bigr)^2\Bigr)^{1/2},\qquad
/// \frac{\text{spread}}{\mu_k} = \sqrt{\frac{N_k-1}{n}},$$ the spread being the root of the mean square of the
/// distances from the mean. By the addition theorem the mean has no fluctuation of first order.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Cluster {
    /// The degree k of the eigenvalue on the sphere.
    pub degree: u64,
    /// The multiplicity N(p,k): how many eigenvalues of the matrix belong to it.
    pub multiplicity: usize,
    /// The eigenvalue mu_k of the kernel on the sphere.
    pub eigenvalue: f64,
    /// The mean that is expected.
    pub expected_mean: f64,
    /// Its standard deviation.
    pub deviation: f64,
    /// At most one mean in a thousand is farther from the one expected, if the eigenvalues move as those of a Gaussian
    /// matrix do.
    pub allowed: f64,
    /// The mean that was found.
    pub mean: f64,
    /// The spread that is expected, in the mean of squares.
    pub expected_spread: f64,
    /// 99.9 % of the spreads lie between these, if the eigenvalues spread as those of a Gaussian matrix.
    pub spread_range: (f64, f64),
    /// The spread that was found.
    pub spread: f64,
}

/// Degrees whose mu_k are computed; the rest of the trace counts as one term.
const HIGHEST: u64 = 60;

/// The part of the means and spreads outside of their ranges.
const OUTSIDE: f64 = 1e-3;

/// What the next order may add to the bias, in units of the bias times itself and the squared spread.
const NEXT_ORDER: f64 = 2.0;

impl Cluster {
    /// Whether mean and spread are as expected.
    pub fn agrees(&self) -> bool {
        let (low, high) = self.spread_range;
        let spread_fits = self.multiplicity == 1 || (low <= self.spread && self.spread <= high);
        spread_fits && (self.mean - self.expected_mean).abs() <= self.allowed
    }
}

/// The clusters of the eigenvalues (decreasing) of a Gram matrix of n points, the whole ones among the leading
/// eigenvalues; degrees in the order of mu_k, at most to those whose distance to the next is less than their spreads.
///
/// # Errors
/// Those of the spectrum.
pub fn clusters(eigenvalues: &[f64], points: usize, spectrum: &Spectrum) -> Result<Vec<Cluster>> {
    let n = points as f64;
    let table = spectrum.table(&(0..=HIGHEST).collect::<Vec<_>>())?;
    let mut degrees: Vec<(u64, f64, f64)> = table
        .rows
        .iter()
        .map(|row| (row.degree, row.multiplicity.to_f64(), row.to_f64()))
        .filter(|(_, _, mu)| *mu > 0.0)
        .collect();
    degrees.sort_by(|a, b| b.2.total_cmp(&a.2));
    // What the degrees beyond add to the trace: eigenvalues that count as 0 in the denominators.
    let trace = spectrum.problem()?.value_at_one(64)?.to_f64();
    let rest = (trace - degrees.iter().map(|(_, count, mu)| count * mu).sum::<f64>()).max(0.0);
    let mut found = Vec::new();
    let mut left = eigenvalues;
    for (index, (degree, count, mu)) in degrees.iter().enumerate() {
        let multiplicity = *count as usize;
        if multiplicity > left.len() {
            break;
        }
        let (own, others) = left.split_at(multiplicity);
        let spread = ((count - 1.0) / n).sqrt();
        // Clusters that overlap cannot be told apart.
        if let Some((_, next_count, next)) = degrees.get(index + 1)
            && mu * (1.0 - 2.0 * spread) < next * (1.0 + 2.0 * (next_count / n).sqrt())
        {
            break;
        }
        left = others;
        // The bias is a weighted sum of chi-squared variables with N_k N_j degrees of freedom.
        let (mut bias, mut square, mut heaviest) = (rest / (mu * n), 0.0, 0.0f64);
        for (_, other_count, other) in degrees.iter().filter(|other| other.0 != *degree) {
            let ratio = other / (mu - other) / n;
            bias += other_count * ratio;
            square += 2.0 * other_count / count * ratio * ratio;
            heaviest = heaviest.max(ratio.abs() / count);
        }
        // Laurent and Massart (Annals of Statistics 2000, Lemma 1): beyond 2 sqrt(x) |w| + 2 x max w with a probability
        // of at most e^-x, each way.
        let x = (2.0 / OUTSIDE).ln();
        let allowed = (2.0 * x * square).sqrt()
            + 2.0 * x * heaviest
            + NEXT_ORDER * bias.abs() * (bias.abs() + spread * spread)
            + 1e-12;
        let own: Vec<f64> = own.iter().map(|value| value / n).collect();
        let mean = own.iter().sum::<f64>() / count;
        // tr H^2 of a matrix with N (N+1)/2 - 1 free entries.
        let freedom = (count + 2.0) * (count - 1.0) / 2.0;
        let quantile = |q: f64| ChiSquared::new(freedom).map_or(0.0, |chi| (chi.inverse_cdf(q) / freedom).sqrt());
        let expected_spread = mu * spread;
        found.push(Cluster {
            degree: *degree,
            multiplicity,
            eigenvalue: *mu,
            expected_mean: mu * (1.0 + bias),
            deviation: mu * square.sqrt(),
            allowed: mu * allowed,
            mean,
            expected_spread,
            spread_range: (expected_spread * quantile(OUTSIDE / 2.0), expected_spread * quantile(1.0 - OUTSIDE / 2.0)),
            spread: (own.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt(),
        });
    }
    Ok(found)
}

/// Whether points may be independent and uniform on the unit sphere: their lengths are 1 to 1e-6, and their mean
/// (Rayleigh's test) and their second moments (Bingham's) are not such as one in 10^4 samples has.
pub fn are_uniform(points: &Points) -> bool {
    let (n, p) = (points.count() as f64, points.dimension());
    if p < 2 || points.count() <= p || (0..points.count()).any(|i| (points.length(i) - 1.0).abs() > 1e-6) {
        return false;
    }
    let mut mean = vec![0.0; p];
    let mut moments = vec![0.0; p * p];
    for x in (0..points.count()).map(|i| points.direction(i)) {
        for (i, a) in x.iter().enumerate() {
            mean[i] += a / n;
            x.iter().enumerate().for_each(|(j, b)| moments[i * p + j] += a * b / n);
        }
    }
    let d = p as f64;
    let rayleigh = n * d * mean.iter().map(|m| m * m).sum::<f64>();
    let bingham = n * d * (d + 2.0) / 2.0 * (moments.iter().map(|m| m * m).sum::<f64>() - 1.0 / d);
    let plausible = |statistic: f64, freedom: f64| {
        ChiSquared::new(freedom).is_ok_and(|chi| (5e-5..=1.0 - 5e-5).contains(&chi.cdf(statistic)))
    };
    plausible(rayleigh, d) && plausible(bingham, (d - 1.0) * (d + 2.0) / 2.0)
}
