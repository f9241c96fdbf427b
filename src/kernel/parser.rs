//! Reading kernel formulas.
//!
//! ```text
//! sum      = product { ("+" | "-") product }
//! product  = signed { ("*" | "/") signed }
//! signed   = ("+" | "-") signed | power
//! power    = atom [ "^" signed ]                     right-associative, above unary minus
//! atom     = number | "u" | "p" | "pi" | "(" sum ")" | name "(" arguments ")"
//! ```

use super::catalogue;
use super::expr::{Expr, LARGEST_ORDER, LONGEST_FORMULA, Node};
use super::kink::Kink;
use crate::error::{Error, Result};
use crate::special::Function;
use rug::{Integer, Rational};

/// Exponents of decimal literals beyond this are refused: the exact number would fill the memory.
const LARGEST_EXPONENT: i64 = 10_000;

/// The bits of a number of so many digits.
const MOST_BITS: f64 = LARGEST_EXPONENT as f64 * std::f64::consts::LOG2_10;

/// Parentheses, signs and exponents nested deeper than this are refused: the parser recurses.
const DEEPEST_NESTING: usize = 250;

/// Reads a formula; errors name the position (counted from 1) and what is allowed there.
pub(super) fn parse(text: &str) -> Result<Expr> {
    if text.len() > LONGEST_FORMULA {
        return Err(Error::input(format!(
            "a kernel formula of {} bytes; at most {LONGEST_FORMULA} are allowed",
            text.len()
        )));
    }
    let mut parser = Parser { text, position: 0, depth: 0 };
    let expr = parser.sum()?;
    parser.skip_space();
    if parser.position < text.len() {
        return Err(parser.unexpected("an operator or the end of the formula"));
    }
    Ok(expr)
}

struct Parser<'a> {
    text: &'a str,
    position: usize,
    depth: usize,
}

impl Parser<'_> {
    fn skip_space(&mut self) {
        let rest = &self.text[self.position..];
        self.position += rest.len() - rest.trim_start().len();
    }

    fn peek(&mut self) -> Option<char> {
        self.skip_space();
        self.text[self.position..].chars().next()
    }

    fn eat(&mut self, expected: char) -> bool {
        let found = self.peek() == Some(expected);
        if found {
            self.position += expected.len_utf8();
        }
        found
    }

    fn error_at(&self, position: usize, message: impl std::fmt::Display) -> Error {
        let column = self.text[..position].chars().count() + 1;
        Error::input(format!("at position {column} of the formula: {message}"))
    }

    fn unexpected(&mut self, wanted: &str) -> Error {
        let found = match self.peek() {
            Some(c) => format!("'{}'", c.escape_default()),
            None => "the end".to_string(),
        };
        self.error_at(self.position, format!("found {found} where {wanted} is expected"))
    }

    fn sum(&mut self) -> Result<Expr> {
        let mut left = self.product()?;
        loop {
            let build = if self.eat('+') {
                |a, b| a + b
            } else if self.eat('-') {
                |a, b| a - b
            } else {
                return Ok(left);
            };
            let right = self.product()?;
            left = build(left, right);
        }
    }

    fn product(&mut self) -> Result<Expr> {
        let mut left = self.signed()?;
        loop {
            let build = if self.eat('*') {
                |a, b| a * b
            } else if self.eat('/') {
                |a, b| a / b
            } else {
                return Ok(left);
            };
            let right = self.signed()?;
            left = build(left, right);
        }
    }

    fn signed(&mut self) -> Result<Expr> {
        // The recursion of the parser passes through here: bound it before the tree exists.
        if self.depth >= DEEPEST_NESTING {
            let message = format!("the formula is nested more than {DEEPEST_NESTING} deep");
            return Err(self.error_at(self.position, message));
        }
        self.depth += 1;
        let result = if self.eat('-') {
            self.signed().map(|a| -a)
        } else if self.eat('+') {
            self.signed()
        } else {
            self.power()
        };
        self.depth -= 1;
        result
    }

    fn power(&mut self) -> Result<Expr> {
        let base = self.atom()?;
        if !self.eat('^') {
            return Ok(base);
        }
        let start = self.position;
        let exponent = self.signed()?;
        // Found now, where the position is known; a formula with p is checked when p is.
        if !exponent.needs_dimension() {
            exponent.constant(None).map_err(|e| {
                let detail = match e {
                    Error::Unable(_) => format!("{} is not a rational number", exponent),
                    other => other.to_string(),
                };
                self.error_at(start, format!("an exponent must be a rational number: {detail}"))
            })?;
        }
        Ok(Node::Power(base, exponent).into())
    }

    fn atom(&mut self) -> Result<Expr> {
        match self.peek() {
            Some('(') => {
                self.position += 1;
                let inner = self.sum()?;
                if !self.eat(')') {
                    return Err(self.unexpected("')'"));
                }
                Ok(inner)
            }
            Some(c) if c.is_ascii_digit() || c == '.' => self.number(),
            Some(c) if c.is_ascii_alphabetic() => self.name(),
            _ => Err(self.unexpected("a number, u, pi, a name or '('")),
        }
    }

    fn number(&mut self) -> Result<Expr> {
        let start = self.position;
        let bytes = self.text.as_bytes();
        let digits = |from: usize| from + bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
        let whole_end = digits(start);
        let fraction_end = if bytes.get(whole_end) == Some(&b'.') { digits(whole_end + 1) } else { whole_end };
        let mut end = fraction_end;
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let exponent_end = digits(end + 1 + sign);
            if exponent_end > end + 1 + sign {
                end = exponent_end;
            }
        }
        self.position = end;
        decimal(&self.text[start..end]).map_err(|message| self.error_at(start, message)).map(Expr::number)
    }

    fn name(&mut self) -> Result<Expr> {
        let start = self.position;
        let length = self.text[start..]
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(self.text.len() - start);
        let name = &self.text[start..start + length];
        self.position += length;
        match name {
            "u" => return Ok(Expr::u()),
            "p" => return Ok(Expr::dimension()),
            "pi" => return Ok(Expr::pi()),
            _ => {}
        }
        let arguments = self.arguments(name)?;
        let one = |mut arguments: Vec<Expr>| match (arguments.pop(), arguments.is_empty()) {
            (Some(argument), true) => Ok(argument),
            (last, _) => {
                let count = arguments.len() + usize::from(last.is_some());
                Err(self.error_at(start, format!("{name} takes 1 argument, not {count}")))
            }
        };
        if let Some(f) = Function::of_name(name) {
            return Ok(one(arguments)?.function(f));
        }
        if let Some(order) = name.strip_prefix("arccos").filter(|digits| !digits.is_empty()) {
            let order = order.parse::<usize>().ok().filter(|n| *n <= LARGEST_ORDER).ok_or_else(|| {
                self.error_at(start, format!("unknown function {name}; arccos0 to arccos{LARGEST_ORDER} exist"))
            })?;
            return Ok(one(arguments)?.arccos(order));
        }
        if let Some((kink, _)) = Kink::ALL.iter().find(|(_, known)| *known == name) {
            return kinked(*kink, arguments).map_err(|e| self.error_at(start, e));
        }
        let parameters =
            arguments.iter().map(|argument| argument.constant(None)).collect::<Result<Vec<_>>>().map_err(|e| {
                let hint = match name {
                    "arccos" => " (the angle is acos(...), the arc-cosine function of a formula arccos1(...))",
                    _ => "",
                };
                self.error_at(start, format!("the parameters of {name} must be rational numbers{hint}: {e}"))
            });
        let named = catalogue::find(name).ok_or_else(|| self.error_at(start, unknown("kernel or function", name)))?;
        let parameters = parameters?;
        // Each is printed as a number that can be read again.
        let long = |q: &Rational| f64::from(q.numer().significant_bits().max(q.denom().significant_bits())) > MOST_BITS;
        if parameters.iter().any(long) {
            return Err(self.error_at(
                start,
                format!("a parameter of {name} beyond 10^+-{LARGEST_EXPONENT}, or with more digits"),
            ));
        }
        let named = named.filled(parameters).map_err(|e| self.error_at(start, e))?;
        Ok(Node::Named(named).into())
    }

    fn arguments(&mut self, name: &str) -> Result<Vec<Expr>> {
        if !self.eat('(') {
            let function = Function::of_name(name).is_some() || Kink::ALL.iter().any(|(_, kink)| *kink == name);
            if catalogue::find(name).is_none() && !function {
                let position = self.position - name.len();
                let message = format!("{}; the variable is u", unknown("name", name));
                return Err(self.error_at(position, message));
            }
            return Err(self.unexpected(&format!("'(' after {name}")));
        }
        let mut arguments = Vec::new();
        if self.eat(')') {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.sum()?);
            if self.eat(')') {
                return Ok(arguments);
            }
            if !self.eat(',') {
                return Err(self.unexpected("',' or ')'"));
            }
        }
    }
}

/// What an unknown name may mean, and what is known.
fn unknown(what: &str, name: &str) -> String {
    let meant = match name {
        "ln" => Some("log, the natural logarithm"),
        "log10" => Some("log(...)/log(10)"),
        "log2" => Some("log(...)/log(2)"),
        "arcsin" => Some("asin"),
        "arccos" => Some("acos, the angle, or arccos1, the arc-cosine function"),
        "arctan" | "arctg" => Some("atan"),
        "tan" => Some("sin(x)/cos(x)"),
        "coth" => Some("1/tanh(x)"),
        "sech" => Some("1/cosh(x)"),
        "asinh" | "arcsinh" | "arsinh" => Some("log(x + sqrt(1 + x^2))"),
        "atanh" | "arctanh" | "artanh" => Some("log((1 + x)/(1 - x))/2"),
        "sigmoid" | "logistic" | "expit" => Some("1/(1 + exp(-x))"),
        "erfc" => Some("1 - erf(x)"),
        "Phi" | "norm_cdf" | "ncdf" => Some("normal_cdf"),
        "relu" | "ReLU" => Some("max(0, x)"),
        "sign" | "sgn" => Some("2*step(x) - 1"),
        "heaviside" | "indicator" => Some("step"),
        "if" | "ifelse" => Some("where(condition, a, b)"),
        "cbrt" => Some("x^(1/3)"),
        "pow" | "power" => Some("x^y"),
        "rbf" | "squared_exponential" => Some("gaussian(c)"),
        "t" | "x" | "s" => Some("u"),
        "d" | "n" => Some("p, the dimension"),
        "e" => Some("exp(1)"),
        "theta" => Some("acos(u)"),
        _ => None,
    };
    let meant = meant.map_or(String::new(), |meant| format!(" (write {meant})"));
    let functions: Vec<&str> = Function::ALL.iter().map(|f| f.name()).collect();
    let kinks: Vec<&str> = Kink::ALL.iter().map(|(_, name)| *name).collect();
    format!(
        "unknown {what} '{name}'{meant}; functions are {}, arccos0, arccos1, ..., {}; kernels are {}",
        functions.join(" "),
        kinks.join(" "),
        catalogue::names()
    )
}

/// A function with kinks, its arguments checked.
fn kinked(kink: Kink, arguments: Vec<Expr>) -> std::result::Result<Expr, String> {
    if let Some(allowed) = kink.refuses(arguments.len()) {
        return Err(format!("{} takes {allowed}, not {} arguments", kink.name(), arguments.len()));
    }
    if kink == Kink::Piecewise {
        let ends: Vec<&Expr> = arguments.iter().skip(1).step_by(2).collect();
        if let Some(end) = ends.iter().find(|end| end.degree_if_linear() != Some(0)) {
            return Err(format!("the end {end} of a piece must be a constant"));
        }
        let known: Vec<Rational> = ends.iter().filter_map(|end| end.constant(None).ok()).collect();
        if let Some(pair) = known.windows(2).find(|pair| pair[0] >= pair[1]) {
            return Err(format!("the ends {} and {} of pieces must increase", pair[0], pair[1]));
        }
    }
    Ok(Node::Kink(kink, arguments).into())
}

/// Reads an unsigned decimal such as `12`, `0.1`, `.5` or `1.5e-3` exactly.
pub(crate) fn decimal(text: &str) -> std::result::Result<Rational, String> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("'{text}' is not a number"));
    }
    if digits.len() as i64 > LARGEST_EXPONENT {
        return Err(format!("a number of {} digits; at most {LARGEST_EXPONENT} are allowed", digits.len()));
    }
    let value: Integer = digits.parse().map_err(|_| format!("'{text}' is not a number"))?;
    // Of the first digit, as numbers are printed.
    let length = digits.trim_start_matches('0').len() as i64;
    let scale = exponent.parse::<i64>().ok().and_then(|exponent| exponent.checked_sub(fraction.len() as i64));
    let scale = match scale {
        _ if length == 0 => 0,
        Some(scale) if scale.checked_add(length - 1).is_some_and(|first| first.abs() <= LARGEST_EXPONENT) => scale,
        _ => return Err(format!("the exponent of {text} must lie within +-{LARGEST_EXPONENT}")),
    };
    let power = Integer::from(Integer::u_pow_u(10, scale.unsigned_abs() as u32));
    Ok(if scale >= 0 { Rational::from(value * power) } else { Rational::from((value, power)) })
}
