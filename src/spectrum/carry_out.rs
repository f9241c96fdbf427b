//! From a plan to a table: what falls short is planned anew, among the ways that are left.

use super::finding::{Estimate, Finding};
use super::method::Method;
use super::plan::{Assignment, Plan, Planned, Planner, Refusal, word};
use super::{Eigenvalue, Gap, Kind, Spectrum, Table};
use crate::domain::Multiplicity;
use crate::error::{Error, Result};
use crate::number::{Approximation, Digits};

/// What was found for a degree, and by which method.
type Found = (u64, Method, Finding);

impl Spectrum {
    fn planner<'a, P>(&self, problem: &'a P, barred: &'a [(Method, bool)]) -> Planner<'a, P> {
        Planner { problem, digits: self.digits, choice: self.choice, assurance: self.assurance, barred }
    }

    /// What would be computed how, for all degrees.
    ///
    /// # Errors
    /// `Input` for a bad list of degrees; `Domain` for a kernel that is not finite and real on \[-1, 1\]; `Unable` if
    /// some degrees are refused.
    pub fn plan(&self, degrees: &[u64]) -> Result<Plan> {
        let plan = self.plan_with_gaps(degrees)?;
        plan.refused.map_or(Ok(Plan { refused: None, ..plan }), |refused| Err(refused.reason))
    }

    /// As [`plan`](Spectrum::plan), where the highest degrees may be refused.
    ///
    /// # Errors
    /// As [`plan`](Spectrum::plan), if all are refused.
    pub fn plan_with_gaps(&self, degrees: &[u64]) -> Result<Plan> {
        let degrees = self.checked(degrees)?;
        match self.examined()? {
            Kind::Sphere(problem) => self.planner(&**problem, &[]).plan(&degrees),
            Kind::Grid(problem) => self.planner(&**problem, &[]).plan(&degrees),
        }
    }

    /// As [`table`](Spectrum::table), where degrees whose eigenvalue cannot be had are listed with the reason.
    ///
    /// ```
    /// use zonal::{Kernel, Sphere};
    /// let spectrum = Kernel::parse("poisson(0.1)")?.spectrum(Sphere::in_dimension(3)?);
    /// let degrees = [2, 900_000_000];
    /// assert!(spectrum.table(&degrees).is_err());
    /// let table = spectrum.table_with_gaps(&degrees)?;
    /// assert_eq!((table.rows[0].to_string().as_str(), table.gaps[0].degree), ("0.01", 900_000_000));
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`table`](Spectrum::table), if no eigenvalue can be had.
    pub fn table_with_gaps(&self, degrees: &[u64]) -> Result<Table> {
        self.carry_out(&self.plan_with_gaps(degrees)?)
    }

    /// Carries out a plan of this spectrum, which may have been changed. Degrees at which a method falls short are
    /// planned anew among the ways that are left; those that stay without an eigenvalue are listed with the reasons.
    ///
    /// ```
    /// use zonal::spectrum::Method;
    /// use zonal::{Kernel, Sphere};
    /// let spectrum = Kernel::ntk(3)?.spectrum(Sphere::in_dimension(10)?);
    /// let mut plan = spectrum.plan(&[0, 1, 2000])?;
    /// assert_eq!(plan.assignments[1].method, Method::Endpoint);
    /// plan.assignments.remove(0);
    /// let table = spectrum.carry_out(&plan)?;
    /// assert_eq!((table.rows.len(), table.rows[0].degree), (1, 2000));
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`table`](Spectrum::table), if no eigenvalue can be had; `Input` for an assignment without degrees, or to a
    /// way that its method does not have.
    pub fn carry_out(&self, plan: &Plan) -> Result<Table> {
        if plan.digits != self.digits {
            return self.clone().with_digits(plan.digits).carry_out(plan);
        }
        match self.examined()? {
            Kind::Sphere(problem) => self.carried_out(&**problem, plan),
            Kind::Grid(problem) => self.carried_out(&**problem, plan),
        }
    }

    fn carried_out<P: Planned>(&self, problem: &P, plan: &Plan) -> Result<Table> {
        let mut found = Vec::with_capacity(plan.assignments.iter().map(|a| a.degrees.len()).sum());
        for assignment in &plan.assignments {
            let degrees = self.checked(&assignment.degrees)?;
            self.assigned(problem, Assignment { degrees, ..assignment.clone() }, &mut found)?;
        }
        if let Some(Refusal { degrees, reason }) = &plan.refused {
            found.extend(degrees.iter().map(|k| (*k, Method::Quadrature, Finding::Nothing(reason.clone()))));
        }
        self.assemble(found, problem.value_at_one_within(self.digits))
    }

    /// What one assignment finds, and others at the degrees where it falls short.
    fn assigned<P: Planned>(&self, problem: &P, assignment: Assignment, found: &mut Vec<Found>) -> Result<()> {
        let (mut barred, mut reasons) = (Vec::new(), Vec::<String>::new());
        let mut work = vec![assignment];
        while let Some(Assignment { method, proved, degrees, .. }) = work.pop() {
            let way = method.ways::<P>().find(|(_, route)| route.is_proved() == proved);
            let (_, route) =
                way.ok_or_else(|| Error::input(format!("{method} has no way that is {}", word(proved))))?;
            let findings = match route.run(problem, &degrees, self.digits) {
                Err(reason @ Error::Unable(_)) => vec![Finding::Nothing(reason); degrees.len()],
                other => other?,
            };
            let mut open = Vec::new();
            for (k, finding) in degrees.into_iter().zip(findings) {
                match finding.checked(k) {
                    Finding::Nothing(Error::Unable(why)) => {
                        if let Err(why) = problem.told_from_zero(k) {
                            found.push((k, method, Finding::Nothing(why)));
                            continue;
                        }
                        if open.is_empty() {
                            reasons.push(why.to_string());
                        }
                        open.push(k);
                    }
                    finding => found.push((k, method, finding)),
                }
            }
            if open.is_empty() {
                continue;
            }
            barred.push((method, proved));
            match self.planner(problem, &barred).assignments(&open) {
                Ok(others) => work.extend(others),
                Err(Error::Unable(_)) => {
                    let reason = Error::unable(reasons.join("; "));
                    found.extend(open.into_iter().map(|k| (k, method, Finding::Nothing(reason.clone()))));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The table of what was found; an error if nothing was.
    fn assemble(&self, mut found: Vec<(u64, Method, Finding)>, value_at_one: Result<Approximation>) -> Result<Table> {
        found.sort_by_key(|(degree, ..)| *degree);
        let (mut rows, mut gaps) = (Vec::with_capacity(found.len()), Vec::new());
        for (degree, method, finding) in found {
            let (reason, beyond) = match finding {
                Finding::Value(estimate) => {
                    rows.push(self.row(degree, method, estimate));
                    continue;
                }
                Finding::Beyond(value) => {
                    let text =
                        value.written(Digits::Count(5)).map_or_else(String::new, |(text, _)| format!(" = {text}"));
                    let reason = format!("mu_{degree}{text} is beyond the range of multiprecision");
                    (Error::unable(reason), Some(value))
                }
                Finding::Nothing(reason) => (reason, None),
            };
            let reason = reason.of_degree(method.name(), degree, self.digits.significant());
            let multiplicity = Multiplicity::new(&self.domain, degree);
            gaps.push(Gap { degree, multiplicity, reason, beyond, digits: self.digits });
        }
        if let Some(Gap { reason, .. }) =
            gaps.first().filter(|_| rows.is_empty() && gaps.iter().all(|g| g.beyond.is_none()))
        {
            return Err(reason.clone());
        }
        Ok(Table {
            kernel: self.kernel.clone(),
            domain: self.domain.clone(),
            digits: self.digits,
            rows,
            gaps,
            value_at_one: value_at_one?,
        })
    }

    fn row(&self, degree: u64, method: Method, estimate: Estimate) -> Eigenvalue {
        Eigenvalue {
            degree,
            multiplicity: Multiplicity::new(&self.domain, degree),
            value: estimate.value,
            exact: estimate.exact,
            error: estimate.error,
            rigour: estimate.rigour,
            method,
            digits: self.digits,
        }
    }
}
