//! The command line: every question is a command, its parameters are options; it knows none in particular.

mod bar;
mod interrupt;
mod output;

use crate::error::{Error, Result};
use crate::question::{self, Asked, Form, QuestionEntry, keeps};
use crate::report::abbreviated;
use crate::verdict::Verdict;
use crate::watch::Watch;
use clap::builder::PossibleValuesParser;
use clap::error::ErrorKind;
use clap::{Arg, ArgMatches, Command, value_parser};
use output::{Options, Output};
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The exit code of what was stopped by Ctrl-C.
const INTERRUPTED: u8 = 130;

/// The forms of the answer to a question from a file.
const ANY: Options = Options { forms: &[Form::Json, Form::Text, Form::Csv], figure: None, page: None };

fn command() -> Command {
    let threads =
        Arg::new("threads").long("threads").global(true).value_name("N").default_value("0").display_order(1000);
    let threads = threads.value_parser(value_parser!(usize)).help("Threads to use; 0 for one per core");
    let about = "Eigenvalues of dot-product (zonal) kernels on the sphere, with every printed digit right";
    let mut all = Command::new("zonal").version(env!("CARGO_PKG_VERSION")).about(about).disable_help_subcommand(true);
    all = all.subcommand_required(true).arg_required_else_help(true).arg(threads);
    for entry in question::ALL {
        all = all.subcommand(Command::new(entry.name).about(entry.about).defer(with_options));
    }
    let file = Arg::new("question").required(true).value_name("FILE.json").value_parser(value_parser!(PathBuf));
    let file = file.help("A JSON object: \"question\" is the name of a command, the other keys are its options");
    let ask = Command::new("ask").about("Answers the question of a file, as JSON").arg(file);
    let name = Arg::new("question").required(true).value_name("QUESTION").value_parser(names());
    let schema = Command::new("schema").about("The JSON schema of a question and its answer").arg(name);
    all.subcommand(ANY.added_to(ask)).subcommand(schema)
}

/// The command of a question with its options: only that which is called is made.
fn with_options(own: Command) -> Command {
    let Some(entry) = question::ALL.iter().find(|entry| entry.name == own.get_name()) else { return own };
    // Parameters that are shared bring words of their own: those of the question come last.
    let own = Options::of(entry).added_to(entry.options(own)).about(entry.about).long_about(None);
    if entry.more.is_empty() { own } else { own.long_about(format!("{}\n\n{}", entry.about, entry.more)) }
}

fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(question::ALL.iter().map(|entry| entry.name))
}

/// Runs the command line and returns the exit code: 0 done, 1 a verdict that does not hold, 2 bad input or a file that
/// cannot be read or written, 3 unable or undecided (more digits or another method needed), 130 stopped by Ctrl-C.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match command().try_get_matches_from(arguments) {
        Ok(matches) => report(dispatch(&matches)),
        Err(e) => match e.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                let text = e.render().to_string();
                report(crate::report::write_whole(&text, None).map(|()| Verdict::Holds))
            }
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                let mut names: Vec<&str> = question::ALL.iter().map(|entry| entry.name).collect();
                names.push("ask");
                let list = names.join(", ");
                report(Err(Error::input(format!("a command is needed: {list} or schema; --help tells more"))))
            }
            _ => report(Err(Error::input(in_one_line(&e)))),
        },
    }
}

/// The first paragraph of a message; usage and tips are a call of --help away.
fn in_one_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let lines = text.lines().take_while(|line| !line.trim().is_empty()).map(str::trim);
    let line = lines.collect::<Vec<_>>().join(" ");
    line.strip_prefix("error: ").unwrap_or(&line).to_string()
}

fn dispatch(matches: &ArgMatches) -> Result<Verdict> {
    let Some((name, matches)) = matches.subcommand() else { return Ok(Verdict::Holds) };
    let threads = *matches.get_one::<usize>("threads").unwrap_or(&0);
    let watch = Watch::telling(threads, |line| say(&format!("zonal: {}", one_line(line))))?;
    interrupt::stops(&watch);
    match question::ALL.iter().find(|entry| entry.name == name) {
        Some(entry) => {
            let asked = entry.from_options(matches).map_err(|e| Error::input(in_one_line(&e)))?;
            answered(&*asked, &Options::of(entry).read(matches)?, &watch)
        }
        None if name == "ask" => {
            let path = matches.get_one::<PathBuf>("question").map_or(Path::new(""), PathBuf::as_path);
            let to = ANY.read(matches)?;
            keeps(&[path], &to.files())?;
            let asked = asked_by(path)?;
            if to.form() == Form::Csv && !asked.has_records() {
                return Err(Error::input("--format csv: the answer is no list of records; allowed are json and text"));
            }
            answered(&*asked, &to, &watch)
        }
        None => {
            let name = matches.get_one::<String>("question");
            schema(question::ALL.iter().find(|entry| Some(entry.name) == name.map(String::as_str)))
        }
    }
}

/// The question of a file.
fn asked_by(path: &Path) -> Result<Box<dyn Asked>> {
    let text = std::fs::read(path).map_err(|e| Error::input(format!("{}: {e}", path.display())))?;
    question::read(&text).map_err(|e| e.within(path.display()))
}

fn answered(asked: &dyn Asked, to: &Output, watch: &Watch) -> Result<Verdict> {
    keeps(&[asked.files_read(), asked.files_written()].concat(), &to.files())?;
    let work = || {
        let answer = asked.compute(watch)?;
        to.write(&*answer, watch)?;
        Ok(answer.verdict())
    };
    watch.run_beside(work, |running| bar::show(watch, running))?
}

fn schema(entry: Option<&QuestionEntry>) -> Result<Verdict> {
    let schema = entry.map(QuestionEntry::schema).unwrap_or_default();
    crate::report::write_to(None, |out| {
        serde_json::to_writer_pretty(&mut *out, &schema)?;
        writeln!(out)
    })?;
    Ok(Verdict::Holds)
}

fn report(result: Result<Verdict>) -> ExitCode {
    match result {
        Ok(Verdict::Holds) => ExitCode::SUCCESS,
        Ok(Verdict::Fails) => ExitCode::from(1),
        Ok(Verdict::Undecided) => ExitCode::from(3),
        Err(e) => {
            say(&format!("zonal: {}", one_line(&e.to_string())));
            ExitCode::from(match e {
                Error::Input(_) | Error::Domain(_) => 2,
                Error::Unable(_) => 3,
                Error::Stopped => INTERRUPTED,
            })
        }
    }
}

/// A message is one line of text that leaves the terminal as it is, whatever the input was.
fn one_line(message: &str) -> String {
    abbreviated(&message.replace(|c: char| c.is_control(), " "))
}

/// A line on standard error; if that is closed or full there is nobody to tell.
fn say(line: &str) {
    bar::aside(|| {
        let _ = writeln!(std::io::stderr(), "{line}");
    });
}
