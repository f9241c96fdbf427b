//! Whether a target lies in the space of a kernel, and its norm there.

use super::figures::written_with_error;
use super::place::Place;
use super::{Answer, Question};
use crate::error::{Error, Result};
use crate::parity::Parity;
use crate::report::{Align, TextTable};
use crate::rkhs::{EnergyLaw, MeanPower, Norm, Space, Target};
use crate::verdict::Verdict;
use crate::watch::Watch;
use clap::Args;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt::Write;

#[derive(Debug, Args, Deserialize, JsonSchema)]
pub(super) struct NormQuestion {
    #[command(flatten)]
    #[serde(flatten)]
    place: Place,
    /// The target: a formula in u for g(<e_1, x>), kinks allowed: abs(u), max(u,0), step(u-1/2), piecewise(u^2, 0, u);
    /// or a sum over directions: 'abs(u) @ 1,0,0; u^3 @ 1,2'; or energies:0.2,0.5.
    #[arg(long, allow_hyphen_values = true, value_name = "G")]
    target: String,
    /// How many degrees to list.
    #[arg(long, value_name = "COUNT", default_value_t = listed())]
    #[serde(default = "listed")]
    degrees: u64,
}

fn listed() -> u64 {
    8
}

/// Whether the target lies in the space, and its norm there.
#[derive(Serialize, JsonSchema)]
pub(super) struct NormAnswer {
    kernel: String,
    dim: u64,
    target: String,
    space: String,
    /// The mean square of the target.
    energy: f64,
    energy_error: f64,
    /// Even and odd degrees.
    laws: [String; 2],
    /// In the space, not, or undecided (null).
    inside: Option<bool>,
    reason: String,
    rigour: &'static str,
    norm: Option<f64>,
    norm_error: Option<f64>,
    /// Why there is no norm for a target inside.
    norm_unknown: Option<String>,
    rows: Vec<Row>,
}

#[derive(Serialize, JsonSchema)]
struct Row {
    degree: u64,
    multiplicity: String,
    eigenvalue: f64,
    energy: f64,
    /// Energy over eigenvalue, none where the eigenvalue is zero and the energy is not.
    quotient: Option<f64>,
    /// A bound of the relative errors of the three, estimated; 0 for exact zeros.
    error: f64,
}

/// The most degrees listed.
const MOST_DEGREES: u64 = 1000;

/// Bits of the energies that are listed.
const BITS: u32 = 160;

/// The energy law in words.
fn law(law: &EnergyLaw) -> String {
    match law {
        EnergyLaw::Finite(degrees) => match degrees.last() {
            None => "zero".to_string(),
            Some(last) => format!("zero beyond degree {last}"),
        },
        EnergyLaw::Power(MeanPower { exponent, log_mean }) => format!("{:.6e} k^-{exponent} on \
            average", log_mean.exp()),
        EnergyLaw::Faster(()) => "faster than any power".to_string(),
        EnergyLaw::Undecided(why) => format!("undecided: {why}"),
    }
}

impl Question for NormQuestion {
    const NAME: &'static str = "norm";
    const ABOUT: &'static str = "Whether a target lies in the function space of a kernel, and its norm there";

    type Answer = NormAnswer;

    fn answer(&self, _: &Watch) -> Result<NormAnswer> {
        let (kernel, sphere) = self.place.read()?;
        let target = Target::parse(&self.target, sphere)?;
        let spectrum = kernel.spectrum(sphere);
        let space = Space::of(&spectrum)?;
        let membership = space.membership(&target)?;
        let (norm, norm_unknown) = match membership.inside {
            Some(true) => match Norm::of(&spectrum, &target) {
                Ok(norm) => (Some(norm), None),
                Err(error) => (None, Some(error.to_string())),
            },
            _ => (None, None),
        };
        let highest = self.degrees;
        if highest > MOST_DEGREES {
            return Err(Error::input(format!("{highest} degrees to list; allowed are 0 to {MOST_DEGREES}")));
        }
        let mut rows = Vec::new();
        if highest > 0 {
            let table = spectrum.table(&(0..highest).collect::<Vec<_>>())?;
            for (row, energy) in table.rows.iter().zip(target.energies(highest - 1, BITS)?) {
                let (eigenvalue, energy_error, energy) = (row.to_f64(), energy.error, energy.value.to_f64());
                let quotient = match (row.is_zero(), energy == 0.0) {
                    (_, true) => Some(0.0),
                    (true, _) => None,
                    _ => Some(energy / eigenvalue),
                };
                // The errors of both, the rounding of both and of their quotient.
                let relative = |error: f64, size: f64| match size {
                    0.0 => 0.0,
                    _ => error / size.abs() + f64::EPSILON,
                };
                let error = relative(row.error.to_f64(), eigenvalue) + relative(energy_error, energy);
                rows.push(Row {
                    error: error * (1.0 + 1e-9),
                    degree: row.degree,
                    multiplicity: row.multiplicity.to_string(),
                    eigenvalue,
                    energy,
                    quotient,
                });
            }
        }
        let (energy, energy_error) = target.energy_with_error()?;
        Ok(NormAnswer {
            kernel: kernel.to_string(),
            dim: sphere.dimension(),
            target: target.text.clone(),
            space: space.to_string(),
            energy,
            energy_error,
            laws: Parity::BOTH.map(|parity| law(&target.law(parity))),
            inside: membership.inside,
            reason: membership.reason,
            rigour: if membership.proved { "proved" } else { "computed" },
            norm: norm.map(|norm| norm.squared.sqrt()),
            // d sqrt(x) = dx / (2 sqrt(x))
            norm_error: norm.map(|norm| match norm.squared.sqrt() {
                root if root > 0.0 => 0.5 * norm.error / root + f64::EPSILON * root,
                _ => 0.0,
            }),
            norm_unknown,
            rows,
        })
    }
}

impl Answer for NormAnswer {
    fn text(&self) -> String {
        let NormAnswer { kernel, dim, target, space, energy, laws, reason, rigour, .. } = self;
        let mut text = format!("target {target} and {kernel} on the sphere in R^{dim}\n");
        let verdict = match self.inside {
            Some(true) => format!("in the space ({rigour})"),
            Some(false) => format!("not in the space ({rigour})"),
            None => "undecided".to_string(),
        };
        let norm = match (self.norm, self.norm_error, &self.norm_unknown) {
            (Some(norm), Some(bound), _) => {
                let [norm, error] = written_with_error(norm, bound);
                format!("{norm}, error {error} (estimated)")
            }
            (_, _, Some(why)) => format!("not known: {why}"),
            _ if self.inside == Some(false) => "infinite".to_string(),
            _ => "not known".to_string(),
        };
        let [even, odd] = laws;
        let [size, size_error] = written_with_error(*energy, self.energy_error);
        for (name, value) in [
            ("space", space.as_str()),
            ("verdict", &verdict),
            ("reason", reason),
            ("norm", &norm),
            ("energy", &format!("{size}, error {size_error}, the mean square of the target")),
            ("even degrees", even),
            ("odd degrees", odd),
        ] {
            // Writing to a string does not fail.
            let _ = writeln!(text, "  {name:<13} {value}");
        }
        if self.rows.is_empty() {
            return text;
        }
        let _ = writeln!(text, "error: relative, of mu_k, E_k and E_k/mu_k before they are cut to 7 digits, estimated");
        let columns = ["k", "N(p,k)", "mu_k", "E_k", "E_k/mu_k", "error"];
        let mut table = TextTable::new(columns.map(|name| (name, Align::Right)));
        for row in &self.rows {
            let quotient = row.quotient.map_or("infinite".to_string(), |q| format!("{q:.6e}"));
            let (eigenvalue, energy) = (format!("{:.6e}", row.eigenvalue), format!("{:.6e}", row.energy));
            let error = format!("{:.1e}", row.error);
            table.row([row.degree.to_string(), row.multiplicity.clone(), eigenvalue, energy, quotient, error]);
        }
        let _ = write!(text, "{table}");
        text
    }

    fn verdict(&self) -> Verdict {
        if self.inside.is_none() { Verdict::Undecided } else { Verdict::Holds }
    }
}

