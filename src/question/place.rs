//! A kernel on a domain, as most questions take it.

use super::parameter::Words;
use crate::domain::{self, Domain, Needed, Sphere};
use crate::error::{Error, Result};
use crate::kernel::Kernel;
use crate::report::plot::{escaped, raised};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Debug, clap::Args, Deserialize, JsonSchema)]
pub(super) struct Place {
    /// The kernel: a name such as ntk(3) or a formula in u; `zonal kernels` lists the names.
    #[arg(long, allow_hyphen_values = true)]
    kernel: String,
    /// The dimension p of the space around the sphere S^{p-1}, 2 to 1000000.
    #[arg(
        long,
        allow_hyphen_values = true,
        value_name = "P",
        required_unless_present = "domain",
        conflicts_with = "domain"
    )]
    dim: Option<Words>,
    /// The domain: sphere(P), the same as --dim P, or, for table and learn, the Boolean cube(D) {-1,1}^D, or
    /// hamming(D,Q), the words of D letters from an alphabet of Q.
    #[arg(long)]
    domain: Option<String>,
}

/// A kernel on a domain, as answers name it.
#[derive(Serialize, JsonSchema)]
pub(super) struct Subject {
    pub(super) kernel: String,
    pub(super) dim: u64,
    domain: String,
    /// The domain in words.
    #[serde(skip)]
    pub(super) place: String,
}

impl Subject {
    pub(super) fn new(kernel: &Kernel, domain: &dyn Domain) -> Self {
        let (dim, name, place) = (domain.dimension(), domain.name(), domain.title());
        Subject { kernel: kernel.to_string(), dim, domain: name, place }
    }

    /// The title of a figure of a target.
    pub(super) fn title(&self, target: &str) -> String {
        format!("{} on {}, target {}", escaped(&self.kernel), raised(&self.place), escaped(target))
    }
}

impl Place {
    /// Of questions that know spheres only.
    pub(super) fn read(&self) -> Result<(Kernel, Sphere)> {
        let (kernel, domain) = self.read_anywhere()?;
        match domain.needed() {
            Needed::Everywhere(sphere) => Ok((kernel, sphere)),
            Needed::Grid(_) => Err(Error::input(format!(
                "the domain {}: this command knows spheres only; table and learn know others",
                domain.name()
            ))),
        }
    }

    pub(super) fn read_anywhere(&self) -> Result<(Kernel, Arc<dyn Domain>)> {
        let domain: Arc<dyn Domain> = match (&self.domain, &self.dim) {
            (Some(domain), None) => domain::parse(domain)?,
            (None, Some(dim)) => Arc::new(Sphere::parse(dim)?),
            (Some(_), Some(_)) => {
                return Err(Error::input("both 'dim' and 'domain' are given; one of them is allowed"));
            }
            (None, None) => return Err(Error::input("a domain is needed: 'dim', or 'domain'")),
        };
        Ok((Kernel::parse(&self.kernel)?, domain))
    }
}
