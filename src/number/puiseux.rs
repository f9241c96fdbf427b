//! Truncated Puiseux series: power series in a fractional power of a small positive variable.

use super::shown::shown;
use super::{Elementary, Number, Series, Smooth, Truth, arc_cosine_slope};
use crate::error::{Error, Result};
use rug::{Integer, Rational};

/// Series in powers of $\tau^{1/m}$ for a small $\tau \ge 0$, modulo $\tau^\text{order}$, with coefficients in `base`.
///
/// Unlike [`Series`], which is two-sided, these go through branch points: a fractional power of a series whose first
/// terms vanish refines m, and the inverse and arc-cosine functions expand at 1 and -1 as well. Every element knows how
/// many of its coefficients are right; an operation that loses some says so in its result.
///
/// ```
/// use zonal::number::{Exact, Elementary, Number, Puiseux};
/// let c = Puiseux::new(Exact, 2);
/// // acos(1 - t/2) = sqrt(t) + t^(3/2)/24 + ...
/// let angle = c.elementary(Elementary::Acos, &c.linear(&1.into(), &(-1, 2).into())).unwrap();
/// let coefficients: Vec<String> = angle.coefficients.iter().map(ToString::to_string).collect();
/// assert_eq!((angle.root, &coefficients[..]), (2, &["0", "1", "0"].map(String::from)[..]));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Puiseux<C> {
    base: C,
    order: u32,
}

/// $\sum_{j < \text{known}} c_j \tau^{j/\text{root}} + O(\tau^{\text{known}/\text{root}})$; coefficients beyond the
/// stored ones are zero.
#[derive(Clone, Debug)]
pub struct PuiseuxSeries<E> {
    /// The denominator of the exponents.
    pub root: u32,
    /// How many coefficients are right.
    pub known: usize,
    /// The coefficients.
    pub coefficients: Vec<E>,
    /// Where all exponents, known or not, differ by whole numbers: the j of one of them, modulo the root.
    /// cos(sqrt(tau)) has 0, sqrt(tau) 1.
    pub offset: Option<u32>,
}

/// Finer series are refused: a formula can refine the exponents without bound.
const MOST_COEFFICIENTS: u64 = 4096;

impl<E> PuiseuxSeries<E> {
    /// A series of which nothing is known.
    fn unknown() -> Self {
        PuiseuxSeries { root: 1, known: 0, coefficients: Vec::new(), offset: None }
    }

    /// Whether it is a series in whole powers of tau, by its form: also beyond the coefficients that are known.
    pub fn is_whole(&self) -> bool {
        self.offset == Some(0)
    }

    /// The offset of a product with a series of the same root.
    fn shifted(&self, other: Option<u32>) -> Option<u32> {
        self.offset.zip(other).map(|(a, b)| (a + b) % self.root)
    }

    /// The offset of f of the series: even and odd functions of sqrt(tau) times a series in tau are such series again.
    fn offset_after(&self, f: Elementary) -> Option<u32> {
        match (self.offset?, f) {
            (0, _) => Some(0),
            (half, Elementary::Cos) if 2 * half == self.root => Some(0),
            (half, Elementary::Sin | Elementary::Asin) if 2 * half == self.root => Some(half),
            _ => None,
        }
    }

    /// The exponent j/root of tau in the term of the j-th coefficient, j = 0, 1, ...
    pub fn exponent(&self, j: usize) -> Rational {
        Rational::from((j, self.root))
    }

    /// The coefficient of a power; `None` where it is 0 by form or beyond those computed.
    pub fn coefficient(&self, exponent: &Rational) -> Option<&E> {
        let index = Rational::from(exponent * self.root);
        let index = index.is_integer().then(|| index.numer().to_usize()).flatten()?;
        self.coefficients.get(index)
    }
}

impl<C: Number + Clone> Puiseux<C> {
    /// Series modulo `tau^order` (at least 1) over `base`.
    pub fn new(base: C, order: u32) -> Self {
        Puiseux { base, order: order.max(1) }
    }

    /// The series `a + b tau` with rational coefficients, known up to the order of the context.
    pub fn linear(&self, a: &Rational, b: &Rational) -> PuiseuxSeries<C::Element> {
        let coefficients = vec![self.base.rational(a), self.base.rational(b)];
        self.cut(PuiseuxSeries { root: 1, known: self.order as usize, coefficients, offset: Some(0) })
    }

    /// x^n by squaring.
    fn whole_power(&self, x: &PuiseuxSeries<C::Element>, mut n: u32) -> PuiseuxSeries<C::Element> {
        let (mut result, mut square) = (self.constant(self.base.rational(&Rational::from(1))), x.clone());
        while n > 0 {
            if n & 1 == 1 {
                result = self.mul(&result, &square);
            }
            n >>= 1;
            if n > 0 {
                square = self.mul(&square, &square);
            }
        }
        result
    }

    fn constant(&self, x: C::Element) -> PuiseuxSeries<C::Element> {
        PuiseuxSeries { root: 1, known: self.order as usize, coefficients: vec![x], offset: Some(0) }
    }

    fn zero(&self) -> C::Element {
        self.base.rational(&Rational::new())
    }

    fn first(&self, x: &PuiseuxSeries<C::Element>) -> C::Element {
        x.coefficients.first().cloned().unwrap_or_else(|| self.zero())
    }

    /// Power series in h with as many coefficients as are wanted.
    fn series(&self, known: usize) -> Series<C> {
        Series::new(self.base.clone(), known)
    }

    fn cut(&self, mut x: PuiseuxSeries<C::Element>) -> PuiseuxSeries<C::Element> {
        x.known = x.known.min(self.order as usize * x.root as usize);
        x.coefficients.truncate(x.known);
        x
    }

    /// The same series in powers of `tau^(1/(root factor))`.
    fn refined(&self, x: &PuiseuxSeries<C::Element>, factor: u32) -> Result<PuiseuxSeries<C::Element>> {
        let root = u64::from(x.root) * u64::from(factor);
        if root * u64::from(self.order) > MOST_COEFFICIENTS {
            return Err(Error::unable(format!(
                "an expansion in powers of 1/{root} to order {} has more than {MOST_COEFFICIENTS} coefficients",
                self.order
            )));
        }
        let mut coefficients =
            vec![self.zero(); (x.coefficients.len() * factor as usize).saturating_sub(factor as usize - 1)];
        for (j, c) in x.coefficients.iter().enumerate() {
            coefficients[j * factor as usize] = c.clone();
        }
        let offset = x.offset.map(|offset| offset * factor);
        Ok(PuiseuxSeries { root: root as u32, known: x.known * factor as usize, coefficients, offset })
    }

    /// Both series with a common denominator of the exponents.
    fn common(
        &self,
        x: &PuiseuxSeries<C::Element>,
        y: &PuiseuxSeries<C::Element>,
    ) -> Result<[PuiseuxSeries<C::Element>; 2]> {
        let root = Integer::from(x.root).lcm_u(y.root);
        let factor = |other: u32| root.clone().div_exact_u(other).to_u32().unwrap_or(u32::MAX);
        Ok([self.refined(x, factor(x.root))?, self.refined(y, factor(y.root))?])
    }

    /// The index of the first coefficient that does not vanish; `None` if all known ones do. Where that cannot be
    /// decided it counts as not vanishing.
    fn valuation(&self, x: &PuiseuxSeries<C::Element>) -> Option<usize> {
        x.coefficients.iter().position(|c| self.base.is_zero(c) != Truth::Yes)
    }

    /// The valuation for operations that need to be sure of it.
    fn sure_valuation(&self, x: &PuiseuxSeries<C::Element>) -> Result<Option<usize>> {
        match self.valuation(x) {
            Some(v) if self.base.is_zero(&x.coefficients[v]) == Truth::Unknown => Err(Error::unable(
                "whether a function reaches its branch point at the end cannot be decided at this precision",
            )),
            valuation => Ok(valuation),
        }
    }

    fn multiply(
        &self,
        x: &PuiseuxSeries<C::Element>,
        y: &PuiseuxSeries<C::Element>,
    ) -> Result<PuiseuxSeries<C::Element>> {
        let [x, y] = self.common(x, y)?;
        let cap = self.order as usize * x.root as usize;
        let reach = |a: &PuiseuxSeries<C::Element>, b| a.known + self.valuation(b).unwrap_or(cap);
        let known = reach(&x, &y).min(reach(&y, &x)).min(cap);
        let coefficients = self.series(known).mul(&x.coefficients, &y.coefficients);
        Ok(PuiseuxSeries { root: x.root, known, coefficients, offset: x.shifted(y.offset) })
    }

    /// A function that is analytic about the values of x, by power series in h.
    fn analytic(&self, f: Elementary, x: &PuiseuxSeries<C::Element>) -> Result<PuiseuxSeries<C::Element>> {
        let coefficients = self.series(x.known).elementary(f, &x.coefficients)?;
        Ok(PuiseuxSeries { coefficients, offset: x.offset_after(f), ..*x })
    }

    /// The integral over h of f'(h) w(h), plus a constant.
    fn integrate_chain(
        &self,
        constant: C::Element,
        f: &PuiseuxSeries<C::Element>,
        w: &PuiseuxSeries<C::Element>,
    ) -> Result<PuiseuxSeries<C::Element>> {
        let [f, w] = self.common(f, w)?;
        let coefficients = self.series(f.known).derivative(&f.coefficients);
        let slope = PuiseuxSeries { coefficients, known: f.known.saturating_sub(1), ..f };
        let product = self.multiply(&slope, &w)?;
        let known = product.known + 1;
        let coefficients = self.series(known).integral(constant, &product.coefficients);
        // In h the slope is one lower and the integral one higher; the constant is a whole power.
        let offset = product.offset.filter(|offset| *offset == 0);
        Ok(self.cut(PuiseuxSeries { root: product.root, known, coefficients, offset }))
    }

    /// Whether the function's argument starts at the branch point 1 or -1, and which.
    fn branch(&self, x: &PuiseuxSeries<C::Element>) -> Result<Option<i32>> {
        let first = self.first(x);
        for end in [1, -1] {
            let distance = self.base.sub(&first, &self.base.rational(&Rational::from(end)));
            match self.base.is_zero(&distance) {
                Truth::Yes => return Ok(Some(end)),
                Truth::Unknown => {
                    return Err(Error::unable("whether a function starts at its branch point cannot be decided"));
                }
                Truth::No => {}
            }
        }
        Ok(None)
    }

    /// The angle between x and the branch point: acos(x) at 1, pi - acos(x) at -1; 2 asin(sqrt((1 -+ x)/2)).
    fn angle_from(&self, x: &PuiseuxSeries<C::Element>, end: i32) -> Result<PuiseuxSeries<C::Element>> {
        let one = self.rational(&Rational::from(1));
        let distance = self.add(&one, &self.scale(x, &Rational::from(-end)));
        let sine = self.power(&self.scale(&distance, &Rational::from((1, 2))), &Rational::from((1, 2)))?;
        let half = self.analytic(Elementary::Asin, &sine)?;
        Ok(self.scale(&half, &Rational::from(2)))
    }
}

impl<C: Number + Clone> Number for Puiseux<C> {
    type Element = PuiseuxSeries<C::Element>;

    fn rational(&self, q: &Rational) -> Self::Element {
        self.constant(self.base.rational(q))
    }

    fn pi(&self) -> Self::Element {
        self.constant(self.base.pi())
    }

    fn add(&self, x: &Self::Element, y: &Self::Element) -> Self::Element {
        // Exponents too fine for the limit: nothing is known then.
        let Ok([x, y]) = self.common(x, y) else {
            return PuiseuxSeries::unknown();
        };
        let known = x.known.min(y.known);
        let coefficients = self.series(known).add(&x.coefficients, &y.coefficients);
        let offset = x.offset.filter(|_| x.offset == y.offset);
        self.cut(PuiseuxSeries { root: x.root, known, coefficients, offset })
    }

    fn neg(&self, x: &Self::Element) -> Self::Element {
        PuiseuxSeries { coefficients: x.coefficients.iter().map(|c| self.base.neg(c)).collect(), ..x.clone() }
    }

    fn mul(&self, x: &Self::Element, y: &Self::Element) -> Self::Element {
        self.multiply(x, y).unwrap_or(PuiseuxSeries::unknown())
    }

    fn scale(&self, x: &Self::Element, q: &Rational) -> Self::Element {
        PuiseuxSeries { coefficients: x.coefficients.iter().map(|c| self.base.scale(c, q)).collect(), ..x.clone() }
    }

    fn div(&self, x: &Self::Element, y: &Self::Element) -> Result<Self::Element> {
        let [x, y] = self.common(x, y)?;
        let below = self.sure_valuation(&y)?.ok_or_else(|| Error::domain("division by zero"))?;
        let above = self.valuation(&x).unwrap_or(x.known);
        if above < below {
            return Err(Error::domain("a quotient that is infinite at the end"));
        }
        let known = x.known.min(y.known + above - below) - below;
        let shifted = |c: &[C::Element]| c.get(below..).unwrap_or_default().to_vec();
        let coefficients = self.series(known).div(&shifted(&x.coefficients), &shifted(&y.coefficients))?;
        let offset = x.shifted(y.offset.map(|offset| (y.root - offset) % y.root));
        Ok(PuiseuxSeries { root: x.root, known, coefficients, offset })
    }

    fn elementary(&self, f: Elementary, x: &Self::Element) -> Result<Self::Element> {
        match f {
            Elementary::Sqrt => self.power(x, &Rational::from((1, 2))),
            Elementary::Asin => {
                let quarter = self.scale(&self.pi(), &Rational::from((1, 2)));
                match self.branch(x)? {
                    Some(end) => {
                        let angle = self.angle_from(x, end)?;
                        let asin = self.sub(&quarter, &angle);
                        Ok(if end == 1 { asin } else { self.neg(&asin) })
                    }
                    None => self.analytic(f, x),
                }
            }
            Elementary::Acos => match self.branch(x)? {
                Some(1) => self.angle_from(x, 1),
                Some(end) => Ok(self.sub(&self.pi(), &self.angle_from(x, end)?)),
                None => self.analytic(f, x),
            },
            Elementary::Log if self.sure_valuation(x)? != Some(0) => {
                Err(Error::unable("a logarithm at the end: there is no series in powers of the distance"))
            }
            Elementary::Log | Elementary::Exp | Elementary::Sin | Elementary::Cos => self.analytic(f, x),
        }
    }

    fn smooth<F: Smooth>(&self, f: &F, x: &Self::Element) -> Result<Self::Element> {
        let constant = self.base.smooth(f, &self.first(x))?;
        self.integrate_chain(constant, x, &f.derivative(self, x)?)
    }

    fn power(&self, x: &Self::Element, q: &Rational) -> Result<Self::Element> {
        if q.is_zero() {
            return Ok(self.rational(&Rational::from(1)));
        }
        let valuation = match (self.sure_valuation(x), q.numer().to_u32().filter(|_| q.is_integer())) {
            // A whole power is a product: it has no branch point to be told from others.
            (Err(Error::Unable(_)), Some(n)) => return Ok(self.whole_power(x, n)),
            (valuation, _) => valuation?,
        };
        let Some(v) = valuation else {
            // Zero as far as is known; tau^(known q) at least.
            let zero = self.base.power(&self.zero(), q)?;
            let known = (Rational::from(q * x.known as u64)).floor().numer().to_usize().unwrap_or(usize::MAX);
            return Ok(self.cut(PuiseuxSeries { root: x.root, known, coefficients: vec![zero], offset: None }));
        };
        if v > 0 && q.cmp0().is_lt() {
            return Err(Error::domain(format!("0 to the power {} is infinite", shown(q))));
        }
        // (h^v g)^q = h^(v q) g^q, and h^(v q) = h'^shift with h' = h^(1/d).
        let exponent = Rational::from(q * v as u64);
        let factor = exponent.denom().to_u32().ok_or_else(|| Error::unable(format!("the power {}", shown(q))))?;
        // Beyond all that is known.
        let shift = exponent.numer().to_usize();
        let relative = x.known - v;
        let coefficients = self.series(relative).power(&x.coefficients[v..].to_vec(), q)?;
        // v is one of the exponents: those of g differ from 0 by whole numbers.
        let offset = x.offset.map(|_| 0);
        let power = self.refined(&PuiseuxSeries { root: x.root, known: relative, coefficients, offset }, factor)?;
        let root = power.root;
        let cap = self.order as usize * root as usize;
        let offset = power.offset.and(shift).map(|shift| (shift % root as usize) as u32);
        let Some(shift) = shift.filter(|shift| *shift < cap) else {
            return Ok(PuiseuxSeries { root, known: cap, coefficients: Vec::new(), offset });
        };
        let mut coefficients = vec![self.zero(); shift];
        coefficients.extend(power.coefficients);
        Ok(self.cut(PuiseuxSeries { root, known: shift + power.known, coefficients, offset }))
    }

    fn arc_cosines(&self, x: &Self::Element, n: usize) -> Result<Vec<Self::Element>> {
        let Some(end) = self.branch(x)? else {
            let series = self.series(x.known);
            let kappas = series.arc_cosines(&x.coefficients, n)?;
            let offset = x.offset.filter(|offset| *offset == 0);
            return Ok(kappas.into_iter().map(|c| PuiseuxSeries { coefficients: c, offset, ..*x }).collect());
        };
        // kappa_0 = 1 - angle/pi at 1 and angle/pi at -1; d kappa_m(f) = m^2/(2m-1) kappa_{m-1}(f) f'.
        let share = self.div(&self.angle_from(x, end)?, &self.pi())?;
        let constant = self.base.rational(&Rational::from(u32::from(end == 1)));
        let first = if end == 1 { self.sub(&self.rational(&Rational::from(1)), &share) } else { share };
        let mut kappas = vec![first];
        for m in 1..=n {
            let weight = self.scale(&kappas[m - 1], &Rational::from(arc_cosine_slope(m)));
            kappas.push(self.integrate_chain(constant.clone(), x, &weight)?);
        }
        Ok(kappas)
    }

    fn is_zero(&self, x: &Self::Element) -> Truth {
        match self.valuation(x) {
            None => Truth::Yes,
            Some(v) => self.base.is_zero(&x.coefficients[v]),
        }
    }
}
