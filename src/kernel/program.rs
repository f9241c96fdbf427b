//! A kernel as a straight-line program: what evaluation, symmetry and singularities are read from.

mod apart;

use super::expr::{Expr, Node};
use crate::error::{Error, Result};
use crate::number::Number;
use crate::special::Function;
use crate::watch;
use rug::Rational;
use std::collections::HashMap;
use std::sync::OnceLock;

/// The index of an intermediate value of a program, in the order of its steps.
pub type Register = usize;

/// One step of a program. Each writes the register of its own index, except the arc-cosine functions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// A rational constant.
    Rational(Rational),
    /// The number pi.
    Pi,
    /// The variable u.
    Variable,
    /// `-a`
    Neg(Register),
    /// `a + b`
    Add(Register, Register),
    /// `a - b`
    Sub(Register, Register),
    /// `a * b`
    Mul(Register, Register),
    /// `a / b`
    Div(Register, Register),
    /// `a ^ q`
    Power(Register, Rational),
    /// `f(a)`
    Function(Function, Register),
    /// kappa_n(a), for every order n in the list, into the register beside it.
    ArcCosines(Register, Vec<(usize, Register)>),
    /// Computed by an earlier arc-cosine step.
    Done,
}

/// A kernel for one dimension p, compiled: every subexpression is computed once, and the arc-cosine functions of
/// one argument share their angle.
#[derive(Clone, Debug)]
pub struct Program {
    steps: Vec<Step>,
    result: Register,
    /// A multiple that fits doubles, if this does not; found when it is asked for.
    apart: OnceLock<Option<Box<apart::Apart>>>,
}

/// Where a kernel is evaluated: the inner product u, and the angle theta where that is known better.
#[derive(Clone, Debug)]
pub struct Point<E> {
    /// u = <x, y>.
    pub u: E,
    /// The angle theta with u = cos(theta) and sin(theta), where they are known better than u tells them.
    pub angle: Option<(E, E)>,
}

impl<E> Point<E> {
    /// A point given by its inner product u alone, without its angle.
    pub fn at(u: E) -> Self {
        Point { u, angle: None }
    }
}

/// A step that could not be computed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The index of the step.
    pub step: usize,
    /// Why it could not be computed.
    pub error: Error,
}

impl Program {
    /// Compiles a formula for dimension p, which replaces `p` in it.
    ///
    /// # Errors
    /// `Input` if the formula needs a dimension and none is given, an exponent is not a rational number, or it has
    /// kinks inside (-1, 1).
    pub fn new(expr: &Expr, dimension: Option<u64>) -> Result<Self> {
        let mut builder = Builder::new(dimension);
        let result = builder.compile(expr)?;
        Ok(builder.finish(result))
    }

    /// A program whose steps fit doubles, and n: the kernel is 2^n times its value. Where none is found, or none is
    /// needed, this program and 0.
    pub(super) fn within_doubles(&self) -> (&Program, i64) {
        let find = || if apart::fits(self) { None } else { apart::apart(self).map(Box::new) };
        self.apart.get_or_init(find).as_deref().map_or((self, 0), |(program, n)| (program, *n))
    }

    /// Operations of one evaluation, an arc-cosine function of order n as n.
    pub(crate) fn operations(&self) -> usize {
        let orders = self.steps.iter().map(|step| match step {
            Step::ArcCosines(_, outputs) => outputs.iter().map(|(order, _)| *order).max().unwrap_or(0),
            _ => 0,
        });
        self.steps.len() + orders.sum::<usize>()
    }

    /// The steps of the program in order; each uses only registers that earlier ones have written.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The number of steps whose cost counts: functions, powers, quotients, arc-cosine functions.
    pub fn nonlinear_steps(&self) -> usize {
        let costs = |step: &&Step| {
            matches!(step, Step::Mul(..) | Step::Div(..) | Step::Power(..) | Step::Function(..) | Step::ArcCosines(..))
        };
        self.steps.iter().filter(costs).count()
    }

    /// Which registers depend on u.
    pub(super) fn dependent_steps(&self) -> Vec<bool> {
        let mut depends = vec![false; self.steps.len()];
        for (index, step) in self.steps.iter().enumerate() {
            match step {
                Step::Rational(_) | Step::Pi | Step::Done => {}
                Step::Variable => depends[index] = true,
                Step::Neg(a) | Step::Power(a, _) | Step::Function(_, a) => depends[index] = depends[*a],
                Step::Add(a, b) | Step::Sub(a, b) | Step::Mul(a, b) | Step::Div(a, b) => {
                    depends[index] = depends[*a] || depends[*b];
                }
                Step::ArcCosines(a, outputs) => {
                    let source = depends[*a];
                    outputs.iter().for_each(|(_, register)| depends[*register] = source);
                }
            }
        }
        depends
    }

    /// Whether the kernel's value depends on u by the form of its program: that of u - u does.
    pub fn depends_on_u(&self) -> bool {
        self.dependent_steps()[self.result]
    }

    /// The register that holds the kernel's value.
    pub fn result(&self) -> Register {
        self.result
    }

    /// The program that stops when `register` is known.
    pub fn up_to(&self, register: Register) -> Program {
        let mut steps = self.steps[..=register].to_vec();
        for step in &mut steps {
            if let Step::ArcCosines(_, outputs) = step {
                outputs.retain(|(_, output)| *output <= register);
            }
        }
        Program { steps, result: register, apart: OnceLock::new() }
    }

    /// The kernel's value at `point` in the number system `c`.
    ///
    /// # Errors
    /// Those of the number system.
    pub fn evaluate<C: Number>(&self, c: &C, point: &Point<C::Element>) -> Result<C::Element> {
        let mut registers = self.run(c, point).map_err(|failure| failure.error)?;
        registers[self.result].take().ok_or_else(|| Error::unable("the program computed no value"))
    }

    /// Every intermediate value at `point`, by register; `None` for steps that write no register of their own.
    ///
    /// # Errors
    /// The step that failed.
    pub fn run<C: Number>(
        &self,
        c: &C,
        point: &Point<C::Element>,
    ) -> std::result::Result<Vec<Option<C::Element>>, Failure> {
        match self.run_partly(c, point) {
            (registers, None) => Ok(registers),
            (_, Some(failure)) => Err(failure),
        }
    }

    /// The intermediate values at `point` up to the first step that fails, and that failure.
    pub fn run_partly<C: Number>(
        &self,
        c: &C,
        point: &Point<C::Element>,
    ) -> (Vec<Option<C::Element>>, Option<Failure>) {
        let mut registers: Vec<Option<C::Element>> = vec![None; self.steps.len()];
        let failure = self.fill(c, point, &mut registers).err();
        (registers, failure)
    }

    fn fill<C: Number>(
        &self,
        c: &C,
        point: &Point<C::Element>,
        registers: &mut [Option<C::Element>],
    ) -> std::result::Result<(), Failure> {
        watch::check();
        for (index, step) in self.steps.iter().enumerate() {
            let fail = |error| Failure { step: index, error };
            let get = |r: Register| registers[r].as_ref().ok_or_else(|| fail(Error::unable("a step before its input")));
            let value = match step {
                Step::Done => continue,
                Step::Rational(q) => c.rational(q),
                Step::Pi => c.pi(),
                Step::Variable => point.u.clone(),
                Step::Neg(a) => c.neg(get(*a)?),
                Step::Add(a, b) => c.add(get(*a)?, get(*b)?),
                Step::Sub(a, b) => c.sub(get(*a)?, get(*b)?),
                Step::Mul(a, b) => c.mul(get(*a)?, get(*b)?),
                Step::Div(a, b) => c.div(get(*a)?, get(*b)?).map_err(fail)?,
                Step::Power(a, q) => c.power(get(*a)?, q).map_err(fail)?,
                Step::Function(Function::Acos, a) if self.is_variable(*a) && point.angle.is_some() => {
                    point.angle.clone().map(|(angle, _)| angle).ok_or_else(|| fail(Error::unable("no angle")))?
                }
                Step::Function(f, a) => f.value(c, get(*a)?).map_err(fail)?,
                Step::ArcCosines(a, outputs) => {
                    let highest = outputs.iter().map(|(n, _)| *n).max().unwrap_or(0);
                    let values = match &point.angle {
                        Some((angle, sine)) if self.is_variable(*a) => {
                            c.arc_cosines_of_angle(angle, sine, get(*a)?, highest)
                        }
                        _ => c.arc_cosines(get(*a)?, highest),
                    }
                    .map_err(fail)?;
                    for (order, register) in outputs {
                        registers[*register] = Some(values[*order].clone());
                    }
                    continue;
                }
            };
            registers[index] = Some(value);
        }
        Ok(())
    }

    fn is_variable(&self, register: Register) -> bool {
        matches!(self.steps[register], Step::Variable)
    }
}

struct Builder {
    dimension: Option<u64>,
    steps: Vec<Step>,
    known: HashMap<Step, Register>,
}

impl Builder {
    fn new(dimension: Option<u64>) -> Self {
        Builder { dimension, steps: Vec::new(), known: HashMap::new() }
    }

    /// The program that computes a register.
    fn finish(self, result: Register) -> Program {
        let mut steps = self.steps;
        group_arc_cosines(&mut steps);
        Program { steps, result, apart: OnceLock::new() }
    }

    /// The register of a step, which is added only if it is new.
    fn push(&mut self, step: Step) -> Register {
        let next = self.steps.len();
        let register = *self.known.entry(step.clone()).or_insert(next);
        if register == next {
            // An arc-cosine step gets its output register here, so that equal ones were found equal above.
            self.steps.push(match step {
                Step::ArcCosines(a, outputs) => {
                    Step::ArcCosines(a, outputs.into_iter().map(|(n, _)| (n, next)).collect())
                }
                other => other,
            });
        }
        register
    }

    fn compile(&mut self, expr: &Expr) -> Result<Register> {
        expr.try_fold(Node::arguments, |expr, operands: Vec<Register>| {
            let step = match (expr.node(), &operands[..]) {
                (Node::Number(q), _) => Step::Rational(q.clone()),
                (Node::Pi, _) => Step::Pi,
                (Node::Variable, _) => Step::Variable,
                (Node::Dimension, _) => Step::Rational(expr.constant(self.dimension)?),
                (Node::Neg(_), [a]) => Step::Neg(*a),
                (Node::Add(..), [a, b]) => Step::Add(*a, *b),
                (Node::Sub(..), [a, b]) => Step::Sub(*a, *b),
                (Node::Mul(..), [a, b]) => Step::Mul(*a, *b),
                (Node::Div(..), [a, b]) => Step::Div(*a, *b),
                (Node::Power(_, exponent), [a]) => {
                    let q = exponent.constant(self.dimension);
                    match q.map_err(|e| e.within(format!("the exponent {exponent}")))? {
                        q if q == 1 => return Ok(*a),
                        q => Step::Power(*a, q),
                    }
                }
                (Node::Function(f, _), [a]) => Step::Function(*f, *a),
                (Node::ArcCosine(n, _), [a]) => Step::ArcCosines(*a, vec![(*n, 0)]),
                (Node::Named(_), [a]) => return Ok(*a),
                _ => {
                    return Err(Error::input(format!(
                        "{expr} has kinks: it is computed piece by piece, which is not done here"
                    )));
                }
            };
            Ok(self.push(step))
        })
    }
}

/// Merges the arc-cosine steps of one argument into the first of them, which can serve all: its input is ready.
fn group_arc_cosines(steps: &mut [Step]) {
    let mut first_of: HashMap<Register, usize> = HashMap::new();
    for index in 0..steps.len() {
        let Step::ArcCosines(a, outputs) = steps[index].clone() else {
            continue;
        };
        match first_of.get(&a) {
            None => {
                first_of.insert(a, index);
            }
            Some(&first) => {
                if let Step::ArcCosines(_, earlier) = &mut steps[first] {
                    earlier.extend(outputs);
                }
                steps[index] = Step::Done;
            }
        }
    }
}
