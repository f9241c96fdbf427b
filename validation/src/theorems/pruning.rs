use crate::Theorem;
use zonal::report::claim::Claim;
pub const THEOREM: Theorem =
    Theorem { claim: Claim { id: "x", statement: "x", source: "x" }, check: || Ok(Default::default()) };
