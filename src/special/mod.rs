//! Special functions: one file for each family.
//!
//! A file says of a function what parser, printer, evaluation, symmetry and the search for singular points need to know
//! of it. To add one, write its file and name it in the list below. The number systems know none of them but the
//! [`Elementary`](crate::number::Elementary) ones; see there and [`Smooth`](crate::number::Smooth) for what a value is
//! made of.
//!
//! Gamma functions, in forms that do not cancel or overflow, are here too.

mod elementary;
mod error;
mod gamma;
mod hyperbolic;
pub mod laws;
mod normal;
mod tangent;

pub use gamma::{endpoint_constant, endpoint_ratio, exact_gamma, log_gamma_ratio};

use crate::error::Result;
use crate::number::Number;

/// The symmetry of a special function: what f(-x) is in terms of f(x).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reflection {
    /// f(-x) = f(x)
    Even,
    /// f(-x) = -f(x)
    Odd,
    /// A constant minus f(x).
    Central,
    /// Nothing of these.
    Other,
}

/// What is known of a function of a real variable, apart from its values.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Facts {
    /// The name in kernel formulas.
    pub name: &'static str,
    /// What it is, in a few words.
    pub summary: &'static str,
    /// What f(-x) is.
    pub reflection: Reflection,
    /// The ends of the numbers at which it is defined: there it is not analytic, everywhere between it is. `None` for
    /// an infinite end.
    pub domain: [Option<i32>; 2],
    /// Whether it is infinite at the ends of its domain.
    pub infinite: bool,
    /// Whether it is entire with |f(z)| at most a multiple of e^|z|.
    pub exponential_type: bool,
    /// The numbers a and b with f(x) = (a e^x + b e^-x)/2, where it is such a sum.
    pub exponentials: Option<[i32; 2]>,
    /// Whether it vanishes at 0 and nowhere else.
    pub vanishes_at_zero_alone: bool,
    /// g and whether the sign changes, where f(x + pi/2) = +-g(x).
    pub quarter_turn: Option<(Function, bool)>,
    /// g, where f(x) = pi/2 - g(x).
    pub complement: Option<Function>,
    /// What undoes it, where it is one-to-one and a formula does.
    pub inverse: Option<Inverse>,
    /// The ends of its values in units of pi/2, taken where the end of the domain is finite; `None` for an infinite
    /// end.
    pub range: [Option<i32>; 2],
    /// g, where f is one-to-one on \[-pi/2, pi/2\] and g undoes it there.
    pub inverse_around_zero: Option<Function>,
}

/// What undoes a special function where that is one-to-one: a function, the square or the tangent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Inverse {
    /// Another special function.
    Function(Function),
    /// The square x^2.
    Square,
    /// The tangent, sin/cos.
    Tangent,
}

impl Facts {
    /// A function that is analytic on the whole line, without symmetry.
    const fn entire(name: &'static str, summary: &'static str) -> Self {
        Facts {
            name,
            summary,
            reflection: Reflection::Other,
            domain: [None, None],
            infinite: false,
            exponential_type: false,
            exponentials: None,
            vanishes_at_zero_alone: false,
            quarter_turn: None,
            complement: None,
            inverse: None,
            range: [None, None],
            inverse_around_zero: None,
        }
    }

    const fn even(self) -> Self {
        Facts { reflection: Reflection::Even, ..self }
    }

    const fn odd(self) -> Self {
        Facts { reflection: Reflection::Odd, ..self }
    }

    /// An odd function that increases or decreases.
    const fn odd_and_monotone(self) -> Self {
        Facts { reflection: Reflection::Odd, vanishes_at_zero_alone: true, ..self }
    }

    const fn of_exponential_type(self) -> Self {
        Facts { exponential_type: true, ..self }
    }

    /// The function (a e^x + b e^-x)/2.
    const fn of_exponentials(self, a: i32, b: i32) -> Self {
        Facts { exponentials: Some([a, b]), ..self.of_exponential_type() }
    }

    /// A one-to-one function with these ends of its values, in units of pi/2.
    const fn undone(self, inverse: Inverse, low: Option<i32>, high: Option<i32>) -> Self {
        Facts { inverse: Some(inverse), range: [low, high], ..self }
    }

    const fn central(self) -> Self {
        Facts { reflection: Reflection::Central, ..self }
    }

    const fn on(self, low: Option<i32>, high: Option<i32>) -> Self {
        Facts { domain: [low, high], ..self }
    }
}

/// A function of one variable.
trait Special {
    /// What is known of it.
    const FACTS: Facts;

    /// Its value in any number system.
    fn value<C: Number>(c: &C, x: &C::Element) -> Result<C::Element>;
}

macro_rules! functions {
    ($($(#[$text:meta])* $family:ident $name:ident),* $(,)?) => {
        /// The functions of one variable that a kernel formula may use.
        ///
        /// ```
        /// use zonal::number::{Balls, Number};
        /// use zonal::special::Function;
        /// let c = Balls::new(100);
        /// let erf = Function::of_name("erf").unwrap();
        /// let value = erf.value(&c, &c.rational(&(1, 2).into()))?;
        /// // erf(1/2) = 0.520499877813046537682746653891964528...
        /// assert!(value.middle.to_string_radix(10, Some(25)).starts_with("5.20499877813046537682746"));
        /// assert!(value.radius.to_float() < 1e-28);
        /// # Ok::<(), zonal::Error>(())
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Function {
            $($(#[$text])* $name),*
        }

        impl Function {
            /// Every special function that a kernel formula may use, as declared.
            pub const ALL: &[Function] = &[$(Function::$name),*];

            /// What is known of the function apart from its values: symmetry, domain, range, inverse.
            pub fn facts(self) -> &'static Facts {
                match self {
                    $(Function::$name => const { &<$family::$name as Special>::FACTS }),*
                }
            }

            /// The value f(x) of the special function in any number system.
            ///
            /// # Errors
            /// `Domain` where it is not defined; those of the number system.
            pub fn value<C: Number>(self, c: &C, x: &C::Element) -> Result<C::Element> {
                match self {
                    $(Function::$name => $family::$name::value(c, x)),*
                }
            }
        }
    };
}

functions! {
    /// Square root.
    elementary Sqrt,
    /// Exponential function.
    elementary Exp,
    /// Natural logarithm.
    elementary Log,
    /// Sine.
    elementary Sin,
    /// Cosine.
    elementary Cos,
    /// Arc sine.
    elementary Asin,
    /// Arc cosine.
    elementary Acos,
    /// Arc tangent.
    tangent Atan,
    /// Hyperbolic sine.
    hyperbolic Sinh,
    /// Hyperbolic cosine.
    hyperbolic Cosh,
    /// Hyperbolic tangent.
    hyperbolic Tanh,
    /// Error function.
    error Erf,
    /// Density of the standard normal distribution.
    normal NormalPdf,
    /// Distribution function of the standard normal distribution.
    normal NormalCdf,
}

impl Function {
    /// The name of the function in kernel formulas, such as `erf`.
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    /// The function with exactly this name in kernel formulas; `None` if there is none.
    pub fn of_name(name: &str) -> Option<Function> {
        Self::ALL.iter().copied().find(|f| f.name() == name)
    }
}
