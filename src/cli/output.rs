//! The options that say where an answer goes and in which form.

use super::bar;
use crate::error::Result;
use crate::question::{Answered, Form, QuestionEntry, check_figure, check_form, check_page};
use crate::report::{write_to, write_whole};
use crate::watch::Watch;
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, ArgMatches, Command, value_parser};
use std::path::{Path, PathBuf};

/// Which of these options a command has.
pub(super) struct Options {
    /// The forms, the usual one first; without any the text of the answer goes to standard output.
    pub(super) forms: &'static [Form],
    pub(super) figure: Option<&'static str>,
    pub(super) page: Option<&'static str>,
}

/// Where an answer goes.
pub(super) struct Output {
    form: Form,
    file: Option<PathBuf>,
    figure: Option<PathBuf>,
    page: Option<PathBuf>,
}

impl Options {
    pub(super) fn of(entry: &QuestionEntry) -> Self {
        Options { forms: entry.forms, figure: entry.figure, page: entry.page }
    }

    pub(super) fn added_to(&self, mut command: Command) -> Command {
        let file = |name: &'static str, value: &'static str, help: String| {
            Arg::new(name).long(name).value_name(value).value_parser(value_parser!(PathBuf)).help(help)
        };
        if let [usual, others @ ..] = self.forms {
            if !others.is_empty() {
                let forms = self.forms.iter().map(|form| PossibleValue::new(form.name()).help(form.about()));
                let format = Arg::new("format")
                    .long("format")
                    .value_name("FORMAT")
                    .value_parser(PossibleValuesParser::new(forms));
                command = command.arg(format.default_value(usual.name()).help("The form of the output"));
            }
            let help = "Write to this file, whole or not at all, instead of standard output; its ending may not say \
                another form";
            command = command.arg(file("output", "FILE", help.to_string()));
        }
        if let Some(what) = self.figure {
            command = command.arg(file("plot", "FILE.svg", format!("Draw {what} into this SVG file")));
        }
        if let Some(what) = self.page {
            command = command.arg(file("report", "FILE.html", format!("Write {what} to this HTML file")));
        }
        command
    }

    /// What was wanted; names that say another format are refused.
    pub(super) fn read(&self, matches: &ArgMatches) -> Result<Output> {
        let usual = self.forms.first().copied().unwrap_or(Form::Text);
        let is_chosen = self.forms.len() > 1;
        let name = if is_chosen { matches.get_one::<String>("format") } else { None };
        let form = Form::ALL.into_iter().find(|form| name.is_some_and(|name| name == form.name())).unwrap_or(usual);
        let file = |option: &str, exists: bool| {
            if exists { matches.get_one::<PathBuf>(option).cloned() } else { None }
        };
        let output = Output {
            form,
            file: file("output", !self.forms.is_empty()),
            figure: file("plot", self.figure.is_some()),
            page: file("report", self.page.is_some()),
        };
        output.file.as_deref().map_or(Ok(()), |path| check_form(path, form, is_chosen))?;
        output.figure.as_deref().map_or(Ok(()), check_figure)?;
        output.page.as_deref().map_or(Ok(()), check_page)?;
        Ok(output)
    }
}

impl Output {
    pub(super) fn form(&self) -> Form {
        self.form
    }

    /// All files that are written.
    pub(super) fn files(&self) -> Vec<&Path> {
        [&self.file, &self.figure, &self.page].into_iter().flatten().map(PathBuf::as_path).collect()
    }

    pub(super) fn write(&self, answer: &dyn Answered, watch: &Watch) -> Result<()> {
        // What can fail comes before anything is written.
        let figure = self.figure.as_ref().map(|path| Ok((path, answer.figure()?))).transpose()?;
        let page = self.page.as_ref().map(|path| Ok((path, answer.page()?))).transpose()?;
        match figure {
            Some((path, Some(svg))) => write_whole(&svg, Some(path))?,
            Some((_, None)) => watch.note("no figure: there is nothing to draw, all numbers are zero or not known"),
            None => {}
        }
        if let Some((path, html)) = page {
            write_whole(&html, Some(path))?;
        }
        bar::clear();
        write_to(self.file.as_deref(), |out| answer.write(self.form, out))?;
        answer.beside(self.form).iter().for_each(|line| watch.note(line));
        Ok(())
    }
}
