//! The expansion of a kernel beside a point.

use super::form::csv;
use super::parameter::{DigitsWritten, Words};
use super::{Answer, Form, Question};
use crate::domain::Sphere;
use crate::error::{Error, Result};
use crate::kernel::{Kernel, Point, Program, parse_point};
use crate::number::{Approximation, Digits, Hybrid, HybridNumber, Puiseux, PuiseuxSeries};
use crate::report::{Align, TextTable};
use crate::watch::{self, Watch};
use clap::Args;
use rug::Rational;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::io::{self, Write};

#[derive(Debug, Args, Deserialize, JsonSchema)]
pub(super) struct ExpandQuestion {
    /// The kernel: a name such as ntk(3) or a formula in u.
    #[arg(long, allow_hyphen_values = true)]
    kernel: String,
    /// The point in [-1, 1], an exact decimal or fraction: powers of 2-2u = |x-y|^2 at 1, of 2+2u at -1, and of u-a for
    /// u > a at any other point a.
    #[arg(long, allow_hyphen_values = true, value_name = "A", default_value_t = one())]
    #[serde(default = "one")]
    at: Words,
    /// How many terms, 1 to 200: those that are not exactly zero.
    #[arg(long, value_name = "COUNT", default_value_t = terms())]
    #[serde(default = "terms")]
    terms: usize,
    /// The dimension p, for kernels that depend on it.
    #[arg(long, allow_hyphen_values = true)]
    dim: Option<Words>,
    /// Significant digits, 1 to 1000, or f64 for the nearest double.
    #[arg(long, default_value_t = digits(), allow_hyphen_values = true)]
    #[serde(default = "digits")]
    digits: Words,
}

fn one() -> Words {
    Words::new("1")
}

fn terms() -> usize {
    8
}

fn digits() -> Words {
    Words::new("20")
}

/// The first terms of the expansion, by increasing exponent.
#[derive(Serialize, JsonSchema)]
pub(super) struct ExpandAnswer {
    kernel: String,
    dim: Option<u64>,
    at: String,
    /// What there are powers of.
    variable: String,
    digits: DigitsWritten,
    terms: Vec<Term>,
    /// The exponent of the next term is at least this.
    remainder: String,
}

#[derive(Serialize, JsonSchema)]
struct Term {
    exponent: String,
    coefficient: String,
    exact: Option<String>,
    error: String,
    rigour: &'static str,
}

/// The most terms.
const MOST_TERMS: usize = 200;

/// Series of more coefficients are not tried: terms can be far between.
const MOST_ORDER: u32 = 1024;

/// Bits that are tried at most.
const MOST_BITS: u32 = 20_000;

impl ExpandQuestion {
    /// The point, what there are powers of, and what multiplies that in u.
    fn place(&self) -> Result<(Rational, String, Rational)> {
        let at = parse_point(&self.at)?;
        let half = Rational::from((1, 2));
        Ok(match at {
            _ if at.clone().abs() > 1 => return Err(Error::input(format!("u = {at} lies outside [-1, 1]"))),
            _ if at == 1 => (at, "2-2u".to_string(), -half),
            _ if at == -1 => (at, "2+2u".to_string(), half),
            _ if at == 0 => (at, "u".to_string(), Rational::from(1)),
            _ if at > 0 => (at.clone(), format!("u-{at}"), Rational::from(1)),
            _ => (at.clone(), format!("u+{}", Rational::from(-&at)), Rational::from(1)),
        })
    }
}

/// The series with so many bits and of such an order.
fn series(
    program: &Program,
    (at, slope): (&Rational, &Rational),
    bits: u32,
    order: u32,
) -> Result<PuiseuxSeries<HybridNumber>> {
    watch::check();
    let context = Puiseux::new(Hybrid::strict(bits), order);
    program.evaluate(&context, &Point::at(context.linear(at, slope)))
}

/// Whether a coefficient is zero, as far as one knows.
fn is_zero(c: &HybridNumber) -> bool {
    c.exact.as_ref().map_or(c.ball.middle.is_zero() && c.ball.radius.is_zero(), |exact| exact.is_zero())
}

/// The places of the first terms.
fn first(series: &PuiseuxSeries<HybridNumber>, count: usize) -> Vec<usize> {
    let known = series.coefficients.iter().take(series.known).enumerate();
    known.filter(|(_, c)| !is_zero(c)).map(|(j, _)| j).take(count).collect()
}

impl Question for ExpandQuestion {
    const NAME: &'static str = "expand";
    const ABOUT: &'static str = "The expansion of a kernel in powers, whole or fractional, of the distance from a \
        point u";

    type Answer = ExpandAnswer;

    fn answer(&self, _: &Watch) -> Result<ExpandAnswer> {
        let kernel = Kernel::parse(&self.kernel)?;
        let dimension = self.dim.as_deref().map(Sphere::parse).transpose()?.map(|sphere| sphere.dimension());
        let digits: Digits = self.digits.parse()?;
        let (at, variable, slope) = self.place()?;
        let count = self.terms;
        if !(1..=MOST_TERMS).contains(&count) {
            return Err(Error::input(format!("{count} terms; allowed are 1 to {MOST_TERMS}")));
        }
        let program = kernel.program(dimension)?;
        let mut bits = digits.bits() + 64;
        // A polynomial has no more terms, however long one looks.
        let mut order = (count as u32 + 1).next_power_of_two();
        let mut found = series(&program, (&at, &slope), bits, order)?;
        while first(&found, count).len() < count && order < MOST_ORDER {
            order *= 2;
            found = series(&program, (&at, &slope), bits, order)?;
        }
        loop {
            let places = first(&found, count);
            let coefficient = |j: &usize| -> Result<Approximation> {
                match &found.coefficients[*j] {
                    HybridNumber { exact: Some(exact), .. } => Approximation::exact(exact.clone(), bits, digits),
                    HybridNumber { ball, .. } => Ok(Approximation::of(ball.clone(), digits)),
                }
            };
            let coefficients = places.iter().map(coefficient).collect::<Result<Vec<_>>>()?;
            if coefficients.iter().all(Approximation::is_settled) || 2 * bits > MOST_BITS {
                let term = |(j, c): (&usize, &Approximation)| Term {
                    exponent: found.exponent(*j).to_string(),
                    coefficient: c.to_string(),
                    exact: c.exact.as_ref().map(ToString::to_string),
                    error: c.decimal_error(),
                    rigour: if c.exact.is_some() { "exact" } else { "rigorous" },
                };
                let next = match places.last() {
                    Some(last) if places.len() == count => last + 1,
                    _ => found.known,
                };
                return Ok(ExpandAnswer {
                    kernel: kernel.to_string(),
                    dim: dimension,
                    at: at.to_string(),
                    variable,
                    digits: digits.into(),
                    terms: places.iter().zip(&coefficients).map(term).collect(),
                    remainder: found.exponent(next).to_string(),
                });
            }
            bits *= 2;
            found = series(&program, (&at, &slope), bits, order)?;
        }
    }
}

impl Answer for ExpandAnswer {
    const FORMS: &'static [Form] = &[Form::Text, Form::Csv, Form::Json];

    fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        csv(&self.terms, out)
    }

    fn text(&self) -> String {
        let ExpandAnswer { kernel, at, variable, terms, remainder, .. } = self;
        let heads = [("exponent", Align::Right), ("coefficient", Align::Left), ("error", Align::Left)];
        let mut table = TextTable::new(heads.into_iter().chain([("exact", Align::Left)]));
        for Term { exponent, coefficient, exact, error, .. } in terms {
            table.row([exponent.clone(), coefficient.clone(), error.clone(), exact.clone().unwrap_or_default()]);
        }
        format!(
            "{kernel} at u = {at}: powers of t = {variable}\n{table}\
             further terms, if there are any, have exponents of {remainder} or more\n"
        )
    }
}

