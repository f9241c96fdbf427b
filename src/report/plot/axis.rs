//! A logarithmic axis: its range, and ticks at powers of ten whose labels do not overlap.

use super::TICK_SIZE;
use super::label::Label;

/// Room between the data and the frame, as a part of the range.
const PADDING: f64 = 0.04;
/// Below this many decades 2 and 5 are labelled beside the powers of ten, below the second bound equal steps.
const FEW: f64 = 2.0;
const FEWER: f64 = 0.8;
/// Data that span less than this many decades are drawn flat, in a range of this many.
const FLAT: f64 = 1e-4;
const FLAT_RANGE: f64 = 0.3;
/// At most about so many ticks are tried.
const MOST: f64 = 40.0;
/// Smallest distances in pixels: between two labels side by side, and between the middles of two above each other.
const GAP: f64 = 18.0;
const PITCH: f64 = 34.0;
/// Smallest distance in pixels of unlabelled ticks.
const MINOR_PITCH: f64 = 4.0;

/// Where an axis points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Rightward,
    Upward,
}

/// A labelled tick.
#[derive(Clone, Debug)]
pub(super) struct Tick {
    /// log10 of the value.
    pub at: f64,
    pub label: Label,
}

/// The range of an axis in decades and its ticks.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    pub low: f64,
    pub high: f64,
    pub ticks: Vec<Tick>,
    /// Unlabelled ticks.
    pub minor: Vec<f64>,
}

/// A value `digits * 10^exponent`.
#[derive(Clone, Copy, Debug)]
struct Value {
    digits: i64,
    exponent: i64,
}

impl Value {
    fn log10(self) -> f64 {
        self.exponent as f64 + (self.digits as f64).log10()
    }

    /// 10^n, 2×10^n or 1.25×10^n, in markup.
    fn markup(self) -> String {
        let digits = self.digits.to_string();
        let power = format!("10^{{{}}}", self.exponent + digits.len() as i64 - 1);
        let (first, others) = digits.split_at(1);
        match (first, others.trim_end_matches('0')) {
            ("1", "") => power,
            (_, "") => format!("{first}×{power}"),
            (_, others) => format!("{first}.{others}×{power}"),
        }
    }
}

/// Which values may carry a tick.
#[derive(Clone, Copy, Debug)]
enum Rule {
    /// All multiples of a value.
    Steps(Value),
    /// These digits times every power of ten.
    Digits(&'static [i64]),
    /// Every power of ten whose exponent is a multiple.
    Every(i64),
}

const HALVES: &[i64] = &[1, 2, 5];
const ALL: &[i64] = &[1, 2, 3, 4, 5, 6, 7, 8, 9];

impl Rule {
    /// The values in a range, in order; the range must not hold too many.
    fn values(self, low: f64, high: f64) -> Vec<Value> {
        let exponents = low.floor() as i64..=high.ceil() as i64;
        let inside = |value: &Value| (low..=high).contains(&value.log10());
        match self {
            Rule::Steps(Value { digits: step, exponent }) => {
                let multiple = |end: f64| 10f64.powf(end - exponent as f64) / step as f64;
                let multiples = (multiple(low).floor() as i64).max(1)..=multiple(high).ceil() as i64;
                multiples.map(|m| Value { digits: m * step, exponent }).filter(inside).collect()
            }
            Rule::Digits(digits) => {
                let decade = |exponent| digits.iter().map(move |&digits| Value { digits, exponent });
                exponents.flat_map(decade).filter(inside).collect()
            }
            Rule::Every(step) => {
                let multiples = exponents.start().div_euclid(step)..=exponents.end().div_euclid(step);
                multiples.map(|m| Value { digits: 1, exponent: m * step }).filter(inside).collect()
            }
        }
    }
}

impl Axis {
    /// The axis of `length` pixels for these values, of which there is at least one, all finite.
    pub fn new(values: impl Iterator<Item = f64>, direction: Direction, length: f64) -> Self {
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        let (low, high) = if high - low < FLAT {
            ((low + high - FLAT_RANGE) / 2.0, (low + high + FLAT_RANGE) / 2.0)
        } else {
            (low, high)
        };
        let rules = rules(low, high);
        let padding = PADDING * (high - low);
        let (low, high) = (low - padding, high + padding);
        let scale = length / (high - low);

        let fits = |ticks: &[Tick]| {
            ticks.windows(2).all(|pair| {
                let between = (pair[1].at - pair[0].at) * scale;
                match direction {
                    Direction::Upward => between >= PITCH,
                    Direction::Rightward => {
                        let widths = pair[0].label.width(TICK_SIZE) + pair[1].label.width(TICK_SIZE);
                        between >= widths / 2.0 + GAP
                    }
                }
            })
        };
        let labelled = |rule: Rule| {
            let tick = |value: Value| Tick { at: value.log10(), label: Label::parse(&value.markup()) };
            rule.values(low, high).into_iter().map(tick).collect::<Vec<Tick>>()
        };
        let mut rules = rules.into_iter();
        let mut rule = rules.next().unwrap_or(Rule::Every(1));
        let mut ticks = labelled(rule);
        for next in rules {
            let coarser = labelled(next);
            if fits(&ticks) || coarser.len() < 2 {
                break;
            }
            (rule, ticks) = (next, coarser);
        }
        Axis { low, high, ticks, minor: minor(rule, low, high, scale) }
    }

    /// Width in pixels of the widest label of a tick.
    pub fn widest_label(&self) -> f64 {
        self.ticks.iter().map(|tick| tick.label.width(TICK_SIZE)).fold(0.0, f64::max)
    }
}

/// The rules to try for data in this range, the one with most ticks first.
fn rules(low: f64, high: f64) -> Vec<Rule> {
    let span = high - low;
    if span < FEWER {
        // In units of the power of ten below the upper end.
        let exponent = high.floor();
        let width = 10f64.powf(high - exponent) - 10f64.powf(low - exponent);
        let mut decade = (width / MOST).log10().floor() as i64;
        let mut rules = Vec::new();
        while 10f64.powf(decade as f64) < width {
            let steps = HALVES.iter().map(|&digits| Value { digits, exponent: exponent as i64 + decade });
            rules.extend(steps.map(Rule::Steps));
            decade += 1;
        }
        return rules;
    }
    let mut rules = Vec::new();
    if span < FEW {
        rules.push(Rule::Digits(HALVES));
    }
    let mut decade = 1;
    while (decade as f64) < span {
        let steps = HALVES.iter().map(|m| m * decade).filter(|&step| step as f64 * MOST >= span);
        rules.extend(steps.map(Rule::Every));
        decade *= 10;
    }
    rules
}

/// Unlabelled ticks between those of a rule, where they are not too dense.
fn minor(rule: Rule, low: f64, high: f64, scale: f64) -> Vec<f64> {
    let step = match rule {
        // Powers of ten if they have room, otherwise fifths or halves of a step.
        Rule::Every(step) if step > 1 => {
            let finer = [5, 2].into_iter().filter(|parts| step % parts == 0).map(|parts| step / parts);
            match std::iter::once(1).chain(finer).find(|&s| s as f64 * scale >= MINOR_PITCH) {
                Some(fine) => Rule::Every(fine),
                None => return Vec::new(),
            }
        }
        // The last two digits before a power of ten are the nearest.
        Rule::Steps(_) => return Vec::new(),
        _ if (1.0 - 9f64.log10()) * scale >= MINOR_PITCH => Rule::Digits(ALL),
        _ => return Vec::new(),
    };
    step.values(low, high).into_iter().map(Value::log10).collect()
}
