//! The elementary functions, which every number system computes by itself.

use super::{Facts, Function, Inverse, Special};
use crate::error::Result;
use crate::number::{Elementary, Number};

/// The facts of an elementary function: under its name, with the summary.
const fn plain(f: Elementary, summary: &'static str) -> Facts {
    Facts::entire(f.name(), summary)
}

macro_rules! elementary {
    ($($name:ident: $facts:expr;)*) => {
        $(
            pub(super) struct $name;

            impl Special for $name {
                const FACTS: Facts = $facts;

                fn value<C: Number>(c: &C, x: &C::Element) -> Result<C::Element> {
                    c.elementary(Elementary::$name, x)
                }
            }
        )*
    };
}

elementary! {
    Sqrt: Facts { vanishes_at_zero_alone: true, ..plain(Elementary::Sqrt, "square \
        root").on(Some(0), None).undone(Inverse::Square, Some(0), None) };
    Exp: plain(Elementary::Exp, "exponential function")
        .of_exponentials(2, 0)
        .undone(Inverse::Function(Function::Log), Some(0), None);
    Log: Facts { infinite: true, ..plain(Elementary::Log, "natural logarithm")
        .on(Some(0), None)
        .undone(Inverse::Function(Function::Exp), None, None) };
    Sin: Facts {
        quarter_turn: Some((Function::Cos, false)),
        inverse_around_zero: Some(Function::Asin),
        ..plain(Elementary::Sin, "sine of an angle in radians").odd().of_exponential_type()
    };
    Cos: Facts {
        quarter_turn: Some((Function::Sin, true)),
        ..plain(Elementary::Cos, "cosine of an angle in radians").even().of_exponential_type()
    };
    Asin: plain(Elementary::Asin, "arc sine")
        .odd_and_monotone()
        .on(Some(-1), Some(1))
        .undone(Inverse::Function(Function::Sin), Some(-1), Some(1));
    Acos: Facts {
        complement: Some(Function::Asin),
        ..plain(Elementary::Acos, "arc cosine")
            .central()
            .on(Some(-1), Some(1))
            .undone(Inverse::Function(Function::Cos), Some(0), Some(2))
    };
}
