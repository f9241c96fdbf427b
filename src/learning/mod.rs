//! Learning curves: what kernel regression and random-feature regression are expected to do with n samples.
//!
//! With the eigenvalues lambda_i of the kernel (mu_k, N(p,k) times) and a target of energy v_k^2 in degree k, the test
//! error follows from one number, the implicit regularisation. The equations are those of a Gaussian model of the
//! eigenfunctions: exact for many dimensions, good to a few per cent on spheres of five and more, to ten in three. They
//! are predictions, not bounds.
//!
//! Sources: Bordelon, Canatar and Pehlevan, ICML 2020; Simon, Dickens, Karkada and DeWeese, TMLR 2023; Simon, Karkada,
//! Ghosh and Belkin, ICLR 2024.

mod curve;
mod exponents;
mod features;
mod flow;
mod regression;

pub use exponents::CurveExponents;
pub use features::random_features;
pub use flow::{flow_error, flow_error_estimated, flow_time};
pub use regression::{Risk, RiskErrors, Setting, ridge_regression};
