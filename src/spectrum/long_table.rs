//! Tables of very many doubles, in parts, and plain lists of doubles.

use super::crossovers::{HIGHEST_COMPARED, MOST_EXACT_DOUBLES};
use super::examined_kernel::ExaminedKernel;
use super::finding::Rigour;
use super::method::Method;
use super::plan::{Assignment, Plan};
use super::{Eigenvalue, Kind, MOST_DOUBLES, Spectrum, Table};
use crate::domain::{LARGEST_DEGREE, Multiplicity};
use crate::error::{Error, Result};
use crate::number::{Digits, Exact, NearDouble, Number};
use rug::{Float, Rational};
use std::ops::RangeInclusive;

/// A part of a table, which follows the one before.
#[derive(Clone, Debug)]
pub enum TablePart {
    /// Rows as [`Spectrum::table`] gives them.
    Table(Table),
    /// Rows of doubles.
    Long(Vec<LongRow>),
}

/// One eigenvalue among very many: exact or proved.
#[derive(Clone, Debug)]
pub struct LongRow {
    /// The degree k.
    pub degree: u64,
    value: Value,
}

#[derive(Clone, Debug)]
enum Value {
    /// Exactly zero by structure.
    Zero,
    /// By the endpoint expansion.
    Near(NearDouble),
    /// Nearer to the middle of two doubles than that tells.
    Row(Box<Eigenvalue>),
}

impl LongRow {
    /// Whether the eigenvalue is exactly zero by the structure of the kernel.
    pub fn is_zero(&self) -> bool {
        matches!(self.value, Value::Zero)
    }

    /// The double nearest to the eigenvalue; 0 where it is exactly zero.
    pub fn to_f64(&self) -> f64 {
        match &self.value {
            Value::Zero => 0.0,
            Value::Near(near) => near.nearest(),
            Value::Row(row) => row.to_f64(),
        }
    }

    /// The eigenvalue as the decimal of its nearest double, and a bound of that decimal's absolute error.
    pub fn decimal(&self) -> (String, String) {
        match &self.value {
            Value::Zero => NearDouble::ZERO.decimal(),
            Value::Near(near) => near.decimal(),
            Value::Row(row) => row.decimal_and_error(),
        }
    }

    /// The method that gave the eigenvalue: structure for exact zeros, the endpoint expansion for others.
    pub fn method(&self) -> Method {
        if self.is_zero() { Method::Structure } else { Method::Endpoint }
    }
}

/// Bits that hold the sum of two doubles of which the second is a correction of the first.
const BITS: u32 = 120;

/// Rows in a part.
const PART: usize = 1 << 16;

/// Shorter lists are not worth parts.
const LONG: usize = 10_000;

impl Spectrum {
    /// Carries out a plan as [`carry_out`](Spectrum::carry_out) does, and hands its rows on in parts, by increasing
    /// degree. Where doubles of many consecutive degrees come from the endpoint expansion, its sums are done in
    /// double-double arithmetic, proved: some 10^6 rows a second, and memory for one part at a time.
    ///
    /// # Errors
    /// As [`carry_out`](Spectrum::carry_out), and what `each` returns.
    pub fn carry_out_in_parts(&self, plan: &Plan, mut each: impl FnMut(TablePart) -> Result<()>) -> Result<()> {
        let long = plan.assignments.iter().find(|a| a.method == Method::Endpoint && a.degrees.len() >= LONG);
        let (Kind::Sphere(problem), Some(long), Digits::Double) = (self.examined()?, long, plan.digits) else {
            return each(TablePart::Table(self.carry_out(plan)?));
        };
        let first = long.degrees[0];
        let apart = |a: &&Assignment| !matches!(a.method, Method::Endpoint | Method::Structure);
        if plan.refused.is_some() || plan.assignments.iter().filter(apart).any(|a| a.degrees.last() >= Some(&first)) {
            return each(TablePart::Table(self.carry_out(plan)?));
        }
        let low = restricted(plan, 0, first - 1);
        if !low.assignments.is_empty() {
            each(TablePart::Table(self.carry_out(&low)?))?;
        }
        let mut degrees: Vec<u64> =
            plan.assignments.iter().flat_map(|a| &a.degrees).copied().filter(|k| *k >= first).collect();
        degrees.sort_unstable();
        for part in degrees.chunks(PART) {
            each(match self.long_rows(problem, part)? {
                Some(rows) => TablePart::Long(rows),
                None => TablePart::Table(self.carry_out(&restricted(plan, part[0], part[part.len() - 1]))?),
            })?;
        }
        Ok(())
    }

    /// mu_k as doubles for consecutive degrees, each within one unit in the last place (2.3e-16 relatively), exact
    /// zeros as 0: for long sums over the spectrum, where a [`Table`] would be too large. The digits asked for do not
    /// matter.
    ///
    /// By the plan of a table, and of many degrees by the endpoint expansion though a closed form is there: some 10^7
    /// eigenvalues a second.
    ///
    /// ```
    /// use zonal::{Kernel, Sphere};
    /// let mu = Kernel::ntk(2)?.spectrum(Sphere::in_dimension(3)?).doubles(0..=1_000_000)?;
    /// // mu_k ~ (1/pi) (k+1/2)^-3 for even k; odd ones vanish
    /// assert!((mu[1_000_000] * 1_000_000.5f64.powi(3) * std::f64::consts::PI - 1.0).abs() < 1e-11);
    /// assert_eq!(mu[999_999], 0.0);
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`table`](Spectrum::table); `Unable` where an eigenvalue is too small for a normal double.
    pub fn doubles(&self, degrees: RangeInclusive<u64>) -> Result<Vec<f64>> {
        let (first, last) = (*degrees.start(), *degrees.end());
        if first > last || last > LARGEST_DEGREE || last - first >= MOST_DOUBLES {
            return Err(Error::input(format!(
                "degrees {first}..={last}; allowed are at most {MOST_DOUBLES} increasing degrees up to {LARGEST_DEGREE}"
            )));
        }
        let spectrum = self.clone().with_digits(Digits::Double);
        let table = |from: u64, to: u64| normal(&spectrum.table(&(from..=to).collect::<Vec<u64>>())?);
        // Beyond the degrees at which methods are compared two stand for all: one parity may vanish.
        let compared = last.min(HIGHEST_COMPARED);
        let planned: Vec<u64> =
            (first..=compared).chain(last.saturating_sub(1).max(first).max(compared + 1)..=last).collect();
        let plan = spectrum.plan(&planned)?;
        let of = |method: Method| plan.assignments.iter().find(move |a| a.method == method);
        // Exact values would be rounded: of many the expansion gives the same doubles sooner.
        let many = of(Method::ClosedForm).is_some_and(|a| a.degrees.len() > MOST_EXACT_DOUBLES);
        let from = match (of(Method::Endpoint), spectrum.examined()?) {
            (Some(a), Kind::Sphere(problem)) => Some((a.degrees[0], problem)),
            (None, Kind::Sphere(problem)) if many => {
                let endpoint = problem.endpoint(Digits::Double, first).ok();
                endpoint.map(|e| e.from.max(first)).filter(|from| *from <= compared).map(|from| (from, problem))
            }
            _ => None,
        };
        let Some((from, problem)) = from else {
            return if last > compared { table(first, last) } else { normal(&spectrum.carry_out(&plan)?.whole()?) };
        };
        let endpoint = problem.endpoint(Digits::Double, first)?;
        let from = from.min(endpoint.from.max(first).max(compared));
        let mut values = match from {
            _ if from == first => Vec::new(),
            _ if from <= compared => normal(&spectrum.carry_out(&restricted(&plan, first, from - 1))?.whole()?)?,
            _ => table(first, from - 1)?,
        };
        let Some(high) = endpoint.doubles(from, (last - from + 1) as usize) else {
            values.extend(table(from, last)?);
            return Ok(values);
        };
        values.extend((from..).zip(high).map(|(k, mu)| if problem.symmetry.vanishes_at(k) { 0.0 } else { mu }));
        Ok(values)
    }

    /// One table of the first part and those that follow it.
    pub fn joined(&self, first: &Table, others: &[TablePart]) -> Table {
        let mut whole = first.clone();
        for part in others {
            match part {
                TablePart::Table(table) => {
                    whole.rows.extend_from_slice(&table.rows);
                    whole.gaps.extend_from_slice(&table.gaps);
                }
                TablePart::Long(long) => whole.rows.extend(long.iter().map(|row| self.eigenvalue_of(row))),
            }
        }
        whole
    }

    fn eigenvalue_of(&self, row: &LongRow) -> Eigenvalue {
        let (value, error, zero) = match &row.value {
            Value::Row(found) => return (**found).clone(),
            Value::Zero => (Float::new(53), Float::new(53), Some(Exact.rational(&Rational::new()))),
            Value::Near(near) => {
                (Float::with_val(BITS, near.value.high) + near.value.low, Float::with_val(53, near.error), None)
            }
        };
        Eigenvalue {
            degree: row.degree,
            multiplicity: Multiplicity::new(&self.domain, row.degree),
            value,
            error,
            rigour: if zero.is_some() { Rigour::Exact } else { Rigour::Rigorous },
            exact: zero,
            method: row.method(),
            digits: self.digits,
        }
    }

    /// Rows of doubles; none if the degrees are far between, or some have no value.
    fn long_rows(&self, problem: &ExaminedKernel, degrees: &[u64]) -> Result<Option<Vec<LongRow>>> {
        let endpoint = problem.endpoint(Digits::Double, degrees[0])?;
        let span = (degrees[degrees.len() - 1] - degrees[0] + 1) as usize;
        if span > 2 * degrees.len() || endpoint.from > degrees[0] {
            return Ok(None);
        }
        let near = endpoint.near_doubles(degrees[0], span);
        let row = |k: &u64| {
            let zero = problem.symmetry.vanishes_at(*k);
            let value = if zero { Value::Zero } else { Value::Near(near[(k - degrees[0]) as usize]) };
            LongRow { degree: *k, value }
        };
        let mut rows: Vec<LongRow> = degrees.iter().map(row).collect();
        let is_open = |row: &LongRow| matches!(row.value, Value::Near(near) if !near.is_decided());
        let open: Vec<u64> = rows.iter().filter(|row| is_open(row)).map(|row| row.degree).collect();
        if open.is_empty() {
            return Ok(Some(rows));
        }
        let assignment =
            Assignment { method: Method::Endpoint, proved: true, degrees: open, detail: String::new(), seconds: 0.0 };
        let plan = Plan { digits: Digits::Double, assignments: vec![assignment], refused: None };
        let Table { rows: found, gaps, .. } = self.carry_out(&plan)?;
        if !gaps.is_empty() || found.iter().any(|row| row.method != Method::Endpoint) {
            return Ok(None);
        }
        for (row, found) in rows.iter_mut().filter(|row| is_open(row)).zip(found) {
            row.value = Value::Row(Box::new(found));
        }
        Ok(Some(rows))
    }
}

/// The nearest doubles of all rows.
fn normal(table: &Table) -> Result<Vec<f64>> {
    match table.rows.iter().find(|row| !row.is_zero() && !row.to_f64().is_normal()) {
        Some(row) => Err(Error::unable(format!("mu_{} = {row} is too small for a double", row.degree))),
        None => Ok(table.rows.iter().map(Eigenvalue::to_f64).collect()),
    }
}

/// A plan for the degrees from `first` to `last` alone.
fn restricted(plan: &Plan, first: u64, last: u64) -> Plan {
    let within = |a: &Assignment| {
        let degrees: Vec<u64> = a.degrees.iter().copied().filter(|k| (first..=last).contains(k)).collect();
        (!degrees.is_empty()).then(|| Assignment { degrees, ..a.clone() })
    };
    Plan { assignments: plan.assignments.iter().filter_map(within).collect(), refused: None, ..plan.clone() }
}
