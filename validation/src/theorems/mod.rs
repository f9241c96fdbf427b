//! The statements, in the order of the report.

pub mod convolutional_comparison;
pub mod convolutional_features;
pub mod convolutional_smoothness;
pub mod convolutional_spectrum;
pub mod decay_arc_cosine;
pub mod decay_deep;
pub mod decay_distance;
pub mod decay_ntk_bias;
pub mod decay_ntk_two_layers;
pub mod decay_step;
pub mod deformation_stability;
pub mod early_stopping;
pub mod empirical_ntk;
pub mod gaussian;
pub mod gram_clusters;
pub mod learning_curves;
pub mod learning_speed;
pub mod limiting_identities;
pub mod lipschitz_approximation;
pub mod membership;
pub mod mercer;
pub mod more_is_better;
pub mod parity;
pub mod positive_definite;
pub mod pruning;
pub mod random_features;
pub mod rkhs_inclusion;

use crate::Theorem;

/// All of them.
pub const ALL: &[Theorem] = &[
    limiting_identities::THEOREM,
    mercer::THEOREM,
    parity::THEOREM,
    decay_arc_cosine::THEOREM,
    decay_ntk_two_layers::THEOREM,
    decay_deep::THEOREM,
    decay_ntk_bias::THEOREM,
    decay_distance::THEOREM,
    decay_step::THEOREM,
    gaussian::THEOREM,
    positive_definite::THEOREM,
    membership::THEOREM,
    rkhs_inclusion::THEOREM,
    gram_clusters::THEOREM,
    early_stopping::THEOREM,
    learning_speed::THEOREM,
    lipschitz_approximation::THEOREM,
    learning_curves::THEOREM,
    more_is_better::THEOREM,
    random_features::THEOREM,
    empirical_ntk::THEOREM,
    pruning::THEOREM,
    convolutional_features::THEOREM,
    convolutional_spectrum::THEOREM,
    convolutional_smoothness::THEOREM,
    deformation_stability::THEOREM,
    convolutional_comparison::THEOREM,
];
