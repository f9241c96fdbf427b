//! Convolutional kernels and small deformations: linear in |grad tau| for the kernel network, a square root for the
//! tangent kernel.
//!
//! Statement: with Phi the features of a network with n convolutions, a pooling of scale sigma_n at the end and L_tau
//! x(u) = x(u - tau(u)), CKN |Phi(L_tau x) - Phi(x)| <= (C (n+1) |grad tau| + C' |tau|/sigma_n) |x|, NTK |Phi(L_tau
//! x) - Phi(x)| <= (C n^{7/4} |grad tau|^{1/2} + C' n^2 |grad tau| + sqrt(n+1) C'' |tau|/sigma_n) |x|; constants grow
//! at most like the cube of the patch. Hypotheses: signals on the plane, pooled first; patches at most a multiple of
//! the pooling scale before them; |grad tau| <= 1/2. Source: Bietti and Mairal, JMLR 2019 (CKN); Bietti and Mairal,
//! NeurIPS 2019 (NTK). The bounds have no constants; what is checked is their form. For a translation by c the constant
//! is known: without pooling in between the features of all layers move along, their squared length is at most
//! (n+1) |x|^2, and sup_w |e^{iwc} - 1| e^{-(w sigma)^2/2} is at most c/(sqrt(e) sigma), so that the distance is at
//! most c/(sqrt(e) sigma) times |x| (CKN) or sqrt(n+1) |x| (NTK).
//!
//! Grids: the operators of the library commute with translations by whole positions only. The map from signals to
//! features of the NTK is continuous of order 1/2, so that
//! *any* change of the samples by less than one position costs a square root, a translation too. This part is one of
//! sampling: it falls like the root of the spacing. What is left on a fine grid is linear for signals whose patches
//! turn all the time, and a square root where many patches are parallel, as for e^{au}: there one hyperplane passes
//! through all of them at once.
//!
//! Doubles: squares of distances are differences of kernels, with errors of 1e-15 |Phi|^2 (CKN) and up to 1e-10 |Phi|^2
//! (NTK, pooling between convolutions); the former do from
//! |grad tau| = 10^-5 on, the latter from 10^-6 on. `precise` compares them with multiprecision and goes on below.
//!
//! Check: scales (slopes over |grad tau| from 10^-6 to 10^-1, fits), grids (finer and finer ones), growth (depth,
//! patches), shifts (translations), digits (MNIST, random smooth fields), precise (multiprecision, where doubles
//! cancel).

pub mod digits;
mod grids;
mod growth;
mod precise;
mod scales;
pub mod setting;
mod shifts;

use crate::Theorem;
use crate::claim::{Claim, Evidence};
use zonal::Result;

/// The statement.
pub const THEOREM: Theorem = Theorem {
    claim: Claim {
        id: "deformation_stability",
        statement: "Small deformations move the features of a convolutional kernel network by at most C(n+1)|grad \
            tau| + C'|tau|/sigma_n, those of a convolutional \
                    tangent kernel by at most C n^{7/4}|grad tau|^{1/2} + C' n^2 |grad tau| + C'' \
                    sqrt(n+1)|tau|/sigma_n, relative to |x|",
        source: "Bietti and Mairal, JMLR 2019; Bietti and Mairal, NeurIPS 2019",
        checked_by: "`Deformation`, `ConvolutionalKernel::distances`, 20 digits of MNIST",
        found: Some(
            "on sampled signals the root belongs to moves by parts of a position, translations included; on \
            fine grids it is left only where many patches are parallel",
        ),
    },
    check,
};

fn check() -> Result<Evidence> {
    let mut evidence = Evidence::new();
    scales::check(&mut evidence)?;
    precise::check(&mut evidence)?;
    grids::check(&mut evidence)?;
    growth::check(&mut evidence)?;
    shifts::check(&mut evidence)?;
    digits::check(&mut evidence)?;
    Ok(evidence)
}
