//! Questions whose kind is not known in particular.

use super::{ALL, Answer, Form, Question};
use crate::error::{Error, Result};
use crate::verdict::Verdict;
use crate::watch::Watch;
use clap::{ArgMatches, Command};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::{Value, json};
use std::fmt::{self, Debug};
use std::io::{self, Write};
use std::path::Path;

/// The version of the JSON documents: it grows when a key changes its meaning or goes.
pub const SCHEMA: u32 = 1;

/// A kind of question, as a program sees it that knows none in particular.
#[derive(Clone, Copy)]
pub struct QuestionEntry {
    /// Its name.
    pub name: &'static str,
    /// What it asks, in one line.
    pub about: &'static str,
    /// What more there is to say of it.
    pub more: &'static str,
    /// The forms of its answer on the command line, the usual one first.
    pub forms: &'static [Form],
    /// What its figure shows, if it has one.
    pub figure: Option<&'static str>,
    /// What its page shows, if it has one.
    pub page: Option<&'static str>,
    options: fn(Command) -> Command,
    from_options: fn(&ArgMatches) -> std::result::Result<Box<dyn Asked>, clap::Error>,
    from_json: fn(Value) -> serde_json::Result<Box<dyn Asked>>,
    parameters: fn() -> Value,
    answer: fn() -> Value,
}

impl Debug for QuestionEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QuestionEntry({})", self.name)
    }
}

impl QuestionEntry {
    /// That of a type.
    pub(super) const fn of<Q: Question>() -> Self {
        QuestionEntry {
            name: Q::NAME,
            about: Q::ABOUT,
            more: Q::MORE,
            forms: Q::Answer::FORMS,
            figure: Q::Answer::FIGURE,
            page: Q::Answer::PAGE,
            options: Q::augment_args,
            from_options: |matches| Ok(Box::new(Q::from_arg_matches(matches)?)),
            from_json: |parameters| Ok(Box::new(serde_json::from_value::<Q>(parameters)?)),
            parameters: || SchemaSettings::default().into_generator().into_root_schema_for::<Q>().into(),
            answer: || {
                let written = SchemaSettings::default().for_serialize().into_generator();
                written.into_root_schema_for::<Versioned<Q::Answer>>().into()
            },
        }
    }

    /// Adds its parameters to a command, as options.
    pub fn options(&self, command: Command) -> Command {
        (self.options)(command)
    }

    /// The question of this kind that the options of a command line ask.
    ///
    /// # Errors
    /// Those of clap.
    pub fn from_options(&self, matches: &ArgMatches) -> std::result::Result<Box<dyn Asked>, clap::Error> {
        (self.from_options)(matches)
    }

    /// The question of this kind whose parameters are the keys of a JSON object.
    ///
    /// # Errors
    /// `Input` for parameters that are missing, unknown or of another type.
    pub fn from_json(&self, parameters: Value) -> Result<Box<dyn Asked>> {
        let fail = |why: String| Error::input(format!("question '{}': {why}", self.name));
        let schema = (self.parameters)();
        let known = schema["properties"].as_object();
        let given = parameters.as_object().into_iter().flat_map(|given| given.keys());
        if let Some(unknown) = given.into_iter().find(|key| !known.is_some_and(|known| known.contains_key(*key))) {
            let list: Vec<&str> = known.into_iter().flat_map(|known| known.keys()).map(String::as_str).collect();
            return Err(fail(format!("there is no parameter '{unknown}'; there are {}", list.join(", "))));
        }
        (self.from_json)(parameters).map_err(|e| fail(e.to_string()))
    }

    /// The JSON schemas of its parameters and of its answer.
    ///
    /// ```
    /// let table = zonal::question::ALL.iter().find(|entry| entry.name == "table").unwrap();
    /// let schema = table.schema();
    /// assert_eq!(schema["parameters"]["required"], serde_json::json!(["kernel", "degrees"]));
    /// assert_eq!(schema["answer"]["properties"]["schema"]["type"], "integer");
    /// ```
    pub fn schema(&self) -> Value {
        let (parameters, answer) = ((self.parameters)(), (self.answer)());
        json!({
            "question": self.name, "about": self.about, "schema": SCHEMA, "parameters": parameters, "answer": answer
        })
    }
}

/// A question of any kind with its parameters: names the files it needs and computes its answer.
pub trait Asked: Debug + Send + Sync {
    /// Files that it reads.
    fn files_read(&self) -> Vec<&Path>;

    /// Files that it writes itself.
    fn files_written(&self) -> Vec<&Path>;

    /// Whether its answer is a list of records, for CSV.
    fn has_records(&self) -> bool;

    /// Computes the answer, beneath [`Watch::run`].
    ///
    /// # Errors
    /// As [`Question::answer`].
    fn compute(&self, watch: &Watch) -> Result<Box<dyn Answered>>;

    /// Computes the answer, on threads of its own.
    ///
    /// # Errors
    /// As [`Question::answer`]; [`Error::Stopped`] if the watch was asked to stop.
    fn ask(&self, watch: &Watch) -> Result<Box<dyn Answered>> {
        watch.run(|| self.compute(watch))?
    }
}

impl<Q: Question> Asked for Q {
    fn files_read(&self) -> Vec<&Path> {
        self.reads()
    }

    fn files_written(&self) -> Vec<&Path> {
        self.writes()
    }

    fn has_records(&self) -> bool {
        Q::Answer::FORMS.contains(&Form::Csv)
    }

    fn compute(&self, watch: &Watch) -> Result<Box<dyn Answered>> {
        super::keeps(&self.reads(), &self.writes())?;
        Ok(Box::new(self.answer(watch)?))
    }
}

/// An answer of any kind; [`Display`](fmt::Display) writes its text.
pub trait Answered: Send {
    /// Text for people.
    fn text(&self) -> String;

    /// What was concluded.
    fn verdict(&self) -> Verdict;

    /// Writes it in a form, with a line break at the end.
    ///
    /// # Errors
    /// Those of the writer; another one for CSV of what is no list of records.
    fn write(&self, form: Form, out: &mut dyn Write) -> io::Result<()>;

    /// As data.
    ///
    /// # Errors
    /// None that is known.
    fn data(&self) -> serde_json::Result<Value>;

    /// What the form does not say and should be told beside it, in lines.
    fn beside(&self, form: Form) -> Vec<String>;

    /// Its figure, SVG; none where nothing can be drawn.
    ///
    /// # Errors
    /// As [`Answer::figure`].
    fn figure(&self) -> Result<Option<String>>;

    /// Its page, HTML.
    ///
    /// # Errors
    /// As [`Answer::page`].
    fn page(&self) -> Result<String>;
}

/// A document with the version of its meaning.
#[derive(Serialize, JsonSchema)]
struct Versioned<T> {
    schema: u32,
    #[serde(flatten)]
    answer: T,
}

impl fmt::Display for dyn Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl<A: Answer> Answered for A {
    fn text(&self) -> String {
        Answer::text(self)
    }

    fn verdict(&self) -> Verdict {
        Answer::verdict(self)
    }

    fn write(&self, form: Form, out: &mut dyn Write) -> io::Result<()> {
        match form {
            Form::Text => out.write_all(Answer::text(self).as_bytes()),
            Form::Csv => self.csv(out),
            Form::Json => {
                serde_json::to_writer_pretty(&mut *out, &Versioned { schema: SCHEMA, answer: self })?;
                writeln!(out)
            }
        }
    }

    fn data(&self) -> serde_json::Result<Value> {
        serde_json::to_value(Versioned { schema: SCHEMA, answer: self })
    }

    fn beside(&self, form: Form) -> Vec<String> {
        if form == Form::Csv { self.beside_csv() } else { Vec::new() }
    }

    fn figure(&self) -> Result<Option<String>> {
        Answer::figure(self)
    }

    fn page(&self) -> Result<String> {
        Answer::page(self)
    }
}

/// The question that a JSON object asks: its name under "question", its parameters beside it.
///
/// # Errors
/// `Input` for an unknown question, or parameters that are missing, unknown or of another type.
pub fn from_json(mut json: Value) -> Result<Box<dyn Asked>> {
    let names = || ALL.iter().map(|entry| entry.name).collect::<Vec<_>>().join(", ");
    let object = json.as_object_mut().ok_or_else(|| Error::input("a question is one JSON object"))?;
    let name = object.remove("question");
    let name = name
        .as_ref()
        .and_then(Value::as_str)
        .ok_or_else(|| Error::input(format!("\"question\" is needed, one of {}", names())))?;
    let entry = ALL.iter().find(|entry| entry.name == name);
    entry.ok_or_else(|| Error::input(format!("no question '{name}'; there are {}", names())))?.from_json(json)
}
