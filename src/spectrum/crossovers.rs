//! Where one method takes over from another, and what no method is asked for: each number beside the measurement that
//! set it.
//!
//! Times are processor seconds on one 2.6 GHz core, GMP without assembly.

use crate::kernel::Program;

/// A plan refuses work that it expects to take longer than this many seconds.
pub(super) const LONGEST_SECONDS: f64 = 86_400.0;

/// A proof that takes less than this is not compared with an estimate: to know the time of the estimate takes as long.
/// Sixteen kernels of the catalogue, p = 3, 10, 784: proved tables take 0.2 to 1.7 times the estimated ones, but for
/// gamma_exponential(1,1.3) at p = 784, 0.028 s for 0.005 s.
pub(super) const CHEAP_PROOF_SECONDS: f64 = 0.1;

/// A proof that takes longer is preferred up to so many times the time of the estimate.
pub(super) const DEAREST_PROOF: f64 = 3.0;

/// Below this expected time the endpoint expansion is not considered. To make and prove it at 30 digits and p = 10
/// takes 12 ms for ntk(3) and 70 ms for ntk(10); quadrature up to k = 200, 400, 800 takes 8, 17, 46 ms and 18, 34, 77
/// ms (`cargo bench --bench endpoint`): the crossover lies near k = 400 to 800.
const ENDPOINT_SETUP_SECONDS: f64 = 0.03;

/// The same for longer formulas, where every step multiplies series, and more terms are needed: for nngp(300), p = 784
/// (300 steps), more than 280 s were spent in vain at k = 2, which quadrature finds in 0.3 s.
pub(super) fn endpoint_setup_seconds(steps: usize, p: u64) -> f64 {
    ENDPOINT_SETUP_SECONDS * (steps as f64 / 40.0).max(1.0).powi(2) * (p as f64 / 50.0).max(1.0)
}

/// What takes less than this is not compared with other methods: to know the nodes of a quadrature takes up to 45 ms
/// (gamma_exponential(1,1.3), p = 3).
pub(super) const TRIFLING_SECONDS: f64 = 0.02;

/// Closed forms of arc-cosine functions of high order that take less than this are used without a comparison.
pub(super) const CHEAP_CLOSED_FORM_SECONDS: f64 = 5.0;

/// Above this degree the endpoint expansion is used without a comparison, wherever it exists: to plan the others takes
/// long.
pub(super) const HIGHEST_COMPARED: u64 = 20_000;

/// Doubles of more degrees than this are not rounded from exact values of a closed form, where there is an expansion:
/// ntk(2), p = 5, k up to 200, 500, 2000 take 4, 11, 53 ms by closed form.
pub(super) const MOST_EXACT_DOUBLES: usize = 200;

/// Quadrature is not tried above these degrees, estimated and proved: it would take days, and hours.
pub(super) const HIGHEST_BY_QUADRATURE: u64 = 1_000_000;
pub(super) const HIGHEST_BY_PROVED_QUADRATURE: u64 = 50_000;

/// The memory that the nodes of a quadrature may take.
pub(super) const MOST_BYTES_OF_NODES: f64 = 4e9;

/// Up to these digits rules on intervals that shrink towards a singular place take less time than tanh-sinh: half of it
/// at 17 digits, the same at 30 in two dimensions. Beside a kink they do at any digits.
pub(super) const FEW_DIGITS: u32 = 20;

/// The time of rules on intervals, in that of tanh-sinh: up to those digits, and beyond.
pub(super) const INTERVALS: [f64; 2] = [0.5, 1.5];

/// The time of a proved rule on one interval, in that of the estimated one as planned: its samples are not checked by
/// others. One thread, 17 to 19 degrees up to 500, p = 784: planned 2.35, 2.48, 0.61, 0.33 s for nngp(3), ntk(3),
/// ntk(10), laplace(1), taken 0.61, 0.63, 0.19, 0.12 s; at p = 100 0.026 and 0.016 s.
pub(super) const PROVED_RULE: f64 = 0.5;

/// To cover the region of analyticity for a proved quadrature with complex rectangles, for each step of the formula:
/// 3.3 ms for ntk(10), 37 steps.
pub(super) const COVERING_SECONDS: f64 = 9e-5;

/// Time of one multiprecision product, fitted to GMP: 20 ns plus 0.55 ns per pair of limbs, Karatsuba's exponent beyond
/// 40 limbs.
pub(super) fn product_seconds(bits: u32) -> f64 {
    let limbs = f64::from(bits) / 64.0;
    let products = if limbs < 40.0 { limbs * limbs } else { 1600.0 * (limbs / 40.0).powf(1.585) };
    2e-8 + 5.5e-10 * products
}

/// Time of one term of the sums of coefficients with weights: 1,002 degrees of ntk(3), p = 784, are a million terms and
/// take 0.02 s at two limbs.
pub(super) fn weighted_sum_seconds(limbs: usize) -> f64 {
    1.5e-8 + 2e-9 * (limbs * limbs) as f64
}

/// Time of the series of a formula, by sums of products or by products of integers: ntk(3), 5,055 coefficients, and
/// ntk(10), 1,860, of 158 bits take 0.13 and 0.35 s.
pub(super) fn series_seconds(program: &Program, length: u64, precision: u32) -> f64 {
    let (n, limbs) = (length as f64, f64::from(precision.div_ceil(64)));
    let product = (n * n * (2e-8 + 1e-9 * limbs * limbs)).min(n * (1e-6 + 4e-7 * limbs) * (1.0 + n / 20_000.0));
    program.nonlinear_steps() as f64 * 2.5 * product
}

/// The memory that the values on a finite domain may take, as long as the transform makes them.
pub(super) const MOST_BYTES_OF_SAMPLES: f64 = 1e9;

/// Time of one addition of integers: 10 ns plus 0.5 ns for each limb.
pub(super) fn addition_seconds(bits: u32) -> f64 {
    1e-8 + 5e-10 * f64::from(bits) / 64.0
}

/// Time of a step of the recurrence for one node and degree, with its share of the sums: fitted to ntk(3) at p = 10 and
/// p = 784.
pub(super) fn fixed_point_seconds(bits: u32) -> f64 {
    let limbs = f64::from(bits) / 64.0;
    1e-8 + 2e-9 * limbs * limbs
}
