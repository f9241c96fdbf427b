//! The methods that compute eigenvalues.

use super::route::Route;
use super::structure::Structure;
use super::{certified, closed_form, endpoint, power_series, quadrature};
use std::fmt;

/// The list of methods: one line each.
macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident $text:literal: $($route:expr),*;)+) => {
        /// How an eigenvalue was obtained: the method that computed it, named as on the command line.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Method { $($(#[$doc])* $name),+ }

        impl Method {
            /// All methods, in the order in which a plan prefers them.
            pub const ALL: &[Method] = &[$(Method::$name),+];

            /// The name, as on the command line.
            pub fn name(self) -> &'static str {
                match self { $(Method::$name => $text),+ }
            }

            /// The ways on a sphere.
            pub(super) fn routes(self) -> &'static [&'static dyn Route] {
                match self { $(Method::$name => &[$(&$route),*]),+ }
            }
        }
    };
}

methods! {
    /// Exactly zero by the symmetry of the formula or the degree of a polynomial.
    Structure "structure": Structure;
    /// A closed form in exact arithmetic, or in balls where exact numbers would be very long.
    ClosedForm "closed-form": closed_form::Closed;
    /// The power series of the kernel at u = 0.
    PowerSeries "power-series": certified::power_series::ProvedSeries, power_series::EstimatedSeries;
    /// Quadrature in the angle theta.
    Quadrature "quadrature": certified::ProvedQuadrature, quadrature::EstimatedQuadrature;
    /// The expansion of the kernel at u = 1 and u = -1.
    Endpoint "endpoint": endpoint::Expanded;
    /// On a finite domain: exact sums of the kernel's values at all inner products.
    Transform "transform": ;
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
