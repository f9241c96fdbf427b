//! Scales far below those of doubles, in multiprecision, on a short circle.

use super::setting::{KERNELS, Origin, Profile, check_slopes, norm, slopes};
use crate::claim::Evidence;
use crate::decay::holds;
use zonal::Result;
use zonal::convolution::ConvolutionalKernel;

const POSITIONS: usize = 24;
const NETWORK: &str = "circular pool(1) conv(3) pool(2) conv(3) pool(4)";
const BITS: u32 = 200;
const SCALES: [f64; 3] = [1e-12, 1e-10, 1e-8];

/// Terms of higher order are 10^-4 of the distances here: sqrt(e).
const TOLERANCE: f64 = 1e-3;

/// A scale for doubles too, and what they may be off by: squares of distances are 1e-11 with errors of 1e-15 (CKN) and
/// 1e-8 with 1e-10 (NTK).
const BOTH: f64 = 1e-5;
const DOUBLES: f64 = 1e-2;

pub fn check(evidence: &mut Evidence) -> Result<()> {
    let kernel = ConvolutionalKernel::new(&NETWORK.parse()?, POSITIONS.to_string().parse()?)?;
    let x = Profile::Waves.deformed(POSITIONS, 0.0);
    let distances = |e: f64| {
        let found = kernel.distances(&x, &Profile::Waves.deformed(POSITIONS, e), BITS)?;
        Ok([found.ckn, found.ntk].map(|d| d / norm(&x)))
    };
    let found = SCALES.iter().map(|e| distances(*e)).collect::<Result<Vec<_>>>()?;
    let origin = Origin::new(NETWORK, &POSITIONS.to_string(), &x)?;
    let doubles = origin.distances(&Profile::Waves.deformed(POSITIONS, BOTH))?;
    let precise = distances(BOTH)?;
    for (k, name) in KERNELS.iter().enumerate() {
        let points: Vec<_> = SCALES.iter().zip(&found).map(|(e, d)| (*e, d[k])).collect();
        let what = format!("{NETWORK}, {POSITIONS} positions, {BITS} bits: slopes of the {name} from 1e-12 to 1e-8");
        let expected = [1.0, 0.5];
        check_slopes(evidence, &what, &slopes(&points), expected[k], TOLERANCE, Some(expected[1 - k]));
        let off = doubles[k] / precise[k] - 1.0;
        let what = format!("{NETWORK}: {name} at {BOTH:e} in doubles, relative to multiprecision");
        evidence.check(what, format!("0 +- {DOUBLES}"), format!("{off:.1e}"), holds(off.abs() <= DOUBLES));
    }
    // Where doubles are of no use.
    let square = origin.squares(&Profile::Waves.deformed(POSITIONS, SCALES[0]))?[0].max(0.0);
    let off = square.sqrt() / norm(&x) / found[0][0] - 1.0;
    let what = format!("{NETWORK}: CKN at {:e} in doubles, relative to multiprecision", SCALES[0]);
    evidence.control(what, format!("0 +- {DOUBLES}"), format!("{off:.1e}"), off.abs() > DOUBLES);
    Ok(())
}
