//! The elementary functions, which every number system computes by itself.

use super::{Facts, Function, Special};
use crate::error::Result;
use crate::number::{Elementary, Number};

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
    Sqrt: Facts { vanishes_at_zero_alone: true, ..Facts::entire("sqrt", "square root").on(Some(0), None) };
    Exp: Facts::entire("exp", "exponential function");
    Log: Facts { infinite: true, ..Facts::entire("log", "natural logarithm").on(Some(0), None) };
    Sin: Facts { quarter_turn: Some((Function::Cos, false)), ..Facts::entire("sin", "sine of an angle in radians").odd() };
    Cos: Facts { quarter_turn: Some((Function::Sin, true)), ..Facts::entire("cos", "cosine of an angle in radians").even() };
    Asin: Facts::entire("asin", "arc sine").odd_and_monotone().on(Some(-1), Some(1));
    Acos: Facts {
        complement: Some(Function::Asin),
        ..Facts::entire("acos", "arc cosine").central().on(Some(-1), Some(1))
    };
}
