//! What a person can ask: one file per question, from its parameters to the words and figures of its answer.
//!
//! A question is read from the command line (its parameters are options) or from JSON (they are keys of the same
//! names). Its answer is data (JSON, CSV), text and figures. Whatever asks, the command line or a program, goes through
//! [`QuestionEntry`] and knows no question in particular.
//!
//! ```
//! use zonal::question;
//! use zonal::watch::Watch;
//! let json = serde_json::json!({ "question": "table", "kernel": "ntk(3)", "dim": 10, "degrees": "0..=3" });
//! let answer = question::from_json(json)?.ask(&Watch::new())?;
//! assert!(answer.to_string().contains("0.01132869712246295"));
//! # Ok::<(), zonal::Error>(())
//! ```

mod data;
mod degrees;
mod entry;
mod field;
mod figures;
mod form;
mod json;
mod names;
mod parameter;
mod place;
mod samples;

use crate::error::Result;
use crate::verdict::Verdict;
use crate::watch::Watch;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;
use std::io::{self, Write};
use std::path::Path;

pub use degrees::parse_degrees;
pub use entry::{Answered, Asked, QuestionEntry, SCHEMA, from_json};
pub use form::Form;
pub use json::read;
pub(crate) use names::{check_figure, check_form, check_page, keeps};

/// A question: its parameters, and how it is answered.
///
/// The parameters are options of the command line and keys of a JSON object, of the same names; what is not allowed is
/// refused when the question is answered, so that both refuse the same.
pub trait Question: clap::Args + DeserializeOwned + JsonSchema + Debug + Send + Sync + 'static {
    /// Its name: the command, and "question" in JSON.
    const NAME: &'static str;

    /// What it asks, in one line.
    const ABOUT: &'static str;

    /// What more there is to say of it.
    const MORE: &'static str = "";

    /// Its answer.
    type Answer: Answer;

    /// Files that it reads.
    fn reads(&self) -> Vec<&Path> {
        Vec::new()
    }

    /// Files that it writes itself, beside its answer: none of them may be read.
    fn writes(&self) -> Vec<&Path> {
        Vec::new()
    }

    /// Computes the answer, beneath [`Watch::run`].
    ///
    /// # Errors
    /// `Input` for parameters that are not allowed; others as the computation has them.
    fn answer(&self, watch: &Watch) -> Result<Self::Answer>;
}

/// An answer: data by its serialisation, text, records, figures.
pub trait Answer: Serialize + JsonSchema + Send + 'static {
    /// The forms it can have on the command line, the usual one first; none where nothing but its text is of interest
    /// there.
    const FORMS: &'static [Form] = &[Form::Text, Form::Json];

    /// What its figure shows, if it has one.
    const FIGURE: Option<&'static str> = None;

    /// What its page shows, if it has one.
    const PAGE: Option<&'static str> = None;

    /// Text for people, in whole lines.
    fn text(&self) -> String;

    /// What was concluded: an answer that fails is a statement that does not hold.
    fn verdict(&self) -> Verdict {
        Verdict::Holds
    }

    /// Writes its records as CSV, if it is a list of records.
    ///
    /// # Errors
    /// Those of the writer; another one if there are no records.
    fn csv(&self, _out: &mut dyn Write) -> io::Result<()> {
        Err(io::Error::other("the answer is no list of records"))
    }

    /// What its records do not say, in lines.
    fn beside_csv(&self) -> Vec<String> {
        Vec::new()
    }

    /// Its figure, SVG; none where nothing can be drawn.
    ///
    /// # Errors
    /// As what is drawn is computed.
    fn figure(&self) -> Result<Option<String>> {
        Ok(None)
    }

    /// Its page, HTML.
    ///
    /// # Errors
    /// As what is drawn is computed.
    fn page(&self) -> Result<String> {
        Ok(String::new())
    }
}

/// The modules of questions, and the list of them.
macro_rules! questions {
    ($($module:ident: $($question:ident),+;)+) => {
        $(mod $module;)+

        /// All kinds of questions that can be asked, an entry for each.
        pub const ALL: &[QuestionEntry] = &[$($(QuestionEntry::of::<$module::$question>(),)+)+];
    };
}

questions! {
    table: TableQuestion;
    decay: DecayQuestion;
    prove: ProveQuestion;
    evaluate: EvaluateQuestion;
    expand: ExpandQuestion;
    gram: GramQuestion;
    convnet: ConvnetQuestion;
    stability: StabilityQuestion;
    deform: DeformQuestion;
    fit: FitQuestion;
    predict: PredictQuestion;
    norm: NormQuestion;
    approximate: ApproximateQuestion;
    capacity: CapacityQuestion;
    learn: LearnQuestion;
    compare: CompareQuestion;
    kernels: KernelsQuestion;
}
