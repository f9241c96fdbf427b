//! The command line: one file per subcommand.

mod approximate;
mod capacity;
mod compare;
mod convnet;
mod data;
mod decay;
mod deform;
mod degrees;
mod evaluate;
mod field;
mod figures;
mod fit;
mod flow;
mod gram;
mod kernels;
mod learn;
mod names;
mod norm;
mod progress;
mod prove;
mod samples;
mod stability;
mod table;

use crate::domain::{self, Domain, Needed, Sphere};
use crate::error::{Error, Result};
use crate::kernel::Kernel;
use crate::report::{write_parts, write_whole};
use clap::error::ErrorKind;
use clap::{Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

pub use degrees::parse_degrees;

/// Eigenvalues of dot-product (zonal) kernels on the sphere, with every printed digit right.
#[derive(Debug, Parser)]
#[command(name = "zonal", version, about, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Threads to use; 0 for one per core.
    #[arg(long, global = true, default_value_t = 0, value_name = "N")]
    threads: usize,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// A table of eigenvalues mu_k.
    Table(table::Arguments),
    /// The law by which the eigenvalues decay, derived and measured.
    Decay(decay::Arguments),
    /// Theorems about all degrees: decay laws with explicit constants, enclosures below them, positivity.
    Prove(prove::Arguments),
    /// Values of a kernel at points u.
    Evaluate(evaluate::Arguments),
    /// Gram matrices of points, their spectrum, and the theory beside it.
    Gram(gram::Arguments),
    /// Gram matrices of the kernels of convolutional networks.
    Convnet(convnet::Arguments),
    /// How far deformations of an image move its features, for the kernels of a convolutional network.
    Stability(stability::Arguments),
    /// Deforms images, by random smooth fields or rotations, scalings, translations.
    Deform(deform::Arguments),
    /// Kernel ridge regression of labels on points.
    ///
    /// The labels are centred: the mean of all labels (of classes: of each indicator, 1 for the class and 0 for the others) is taken off before the fit and
    /// added to predictions, unless --no-centre is given.
    Fit(fit::FitArguments),
    /// Predictions of a model that `fit` wrote.
    Predict(fit::PredictArguments),
    /// Whether a target lies in the function space of a kernel, and its norm there.
    Norm(norm::Arguments),
    /// How well a target is approximated within balls of a kernel's function space.
    Approximate(approximate::Arguments),
    /// How large the unit ball of a kernel's function space is: widths, entropy, Rademacher complexity, information gain.
    Capacity(capacity::Arguments),
    /// Predicted learning curves of kernel regression and of random features.
    Learn(learn::Arguments),
    /// Spectra, spaces, effective dimensions and learning curves of several kernels, in one table and one figure.
    Compare(compare::Arguments),
    /// The catalogue: names, formulas, parameters.
    Kernels(kernels::Arguments),
}

/// The form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Aligned columns.
    Text,
    /// Comma-separated values with a header.
    Csv,
    /// One JSON object.
    Json,
}

/// The form of what is no list of records: no CSV.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TextOrJson {
    /// Text for people.
    Text,
    /// One JSON object.
    Json,
}

/// Where and how a list of records is written.
#[derive(Debug, clap::Args)]
struct OutputOptions {
    /// The form of the output.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write to this file, whole or not at all, instead of standard output; its ending may not say another form.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

type Output = names::Checked<OutputOptions>;

impl OutputOptions {
    fn write(&self, text: &str) -> Result<()> {
        self.write_parts(&[text])
    }

    fn write_parts(&self, texts: &[impl AsRef<str>]) -> Result<()> {
        progress::clear();
        write_parts(texts, self.output.as_deref())
    }
}

/// Where and how other output is written.
#[derive(Debug, clap::Args)]
struct TextOrJsonOptions {
    /// The form of the output.
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    format: TextOrJson,
    /// Write to this file, whole or not at all, instead of standard output; its ending may not say another form.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

type TextOrJsonOutput = names::Checked<TextOrJsonOptions>;

impl TextOrJsonOptions {
    fn write(&self, document: &impl serde::Serialize, text: impl FnOnce() -> String) -> Result<()> {
        let text = match self.format {
            TextOrJson::Json => json(document)?,
            TextOrJson::Text => text(),
        };
        progress::clear();
        write_whole(&text, self.output.as_deref())
    }
}

/// A kernel on a domain, as most commands take it.
#[derive(Debug, clap::Args)]
struct Place {
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
    dim: Option<String>,
    /// The domain: sphere(P), the same as --dim P, or, for table and learn, the Boolean cube(D) {-1,1}^D, or hamming(D,Q), the words of D letters from an alphabet of Q.
    #[arg(long)]
    domain: Option<String>,
}

impl Place {
    /// Of commands that know spheres only.
    fn read(&self) -> Result<(Kernel, Sphere)> {
        let (kernel, domain) = self.read_anywhere()?;
        match domain.needed() {
            Needed::Everywhere(sphere) => Ok((kernel, sphere)),
            Needed::Grid(_) => Err(Error::input(format!(
                "the domain {}: this command knows spheres only; table and learn know others",
                domain.name()
            ))),
        }
    }

    fn read_anywhere(&self) -> Result<(Kernel, Arc<dyn Domain>)> {
        let domain = match (&self.domain, &self.dim) {
            (Some(domain), _) => domain::parse(domain)?,
            (None, dim) => Arc::new(Sphere::parse(dim.as_deref().unwrap_or_default())?),
        };
        Ok((Kernel::parse(&self.kernel)?, domain))
    }
}

/// What a command concluded, for the exit code.
enum Verdict {
    Done,
    DoesNotHold,
    Undecided,
}

/// Runs the command line and returns the exit code: 0 done, 1 a verdict that does not hold, 2 bad input or a file that
/// cannot be read or written, 3 unable or undecided (more digits or another method needed).
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match Cli::try_parse_from(arguments) {
        Ok(cli) => report(dispatch(cli)),
        Err(e) => match e.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                let text = e.render().to_string();
                report(crate::report::write_whole(&text, None).map(|()| Verdict::Done))
            }
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => report(Err(Error::input(
                "a command is needed: table, decay, prove, evaluate, gram, convnet, stability, deform, fit, predict, norm, approximate, capacity, learn, compare or kernels; --help tells more",
            ))),
            _ => {
                // The first paragraph in one line; usage and tips are a call of --help away.
                let text = e.render().to_string();
                let lines = text.lines().take_while(|line| !line.trim().is_empty()).map(str::trim);
                let line = lines.collect::<Vec<_>>().join(" ");
                report(Err(Error::input(line.strip_prefix("error: ").unwrap_or(&line))))
            }
        },
    }
}

fn dispatch(cli: Cli) -> Result<Verdict> {
    if cli.threads > 1024 {
        return Err(Error::input(format!("{} threads; allowed are 0 (one per core) to 1024", cli.threads)));
    }
    if cli.threads > 0 {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(cli.threads).build_global();
        pool.map_err(|e| Error::unable(format!("cannot start {} threads: {e}", cli.threads)))?;
    }
    progress::watched(|| match cli.command {
        Command::Table(arguments) => table::run(&arguments),
        Command::Decay(arguments) => decay::run(&arguments),
        Command::Prove(arguments) => prove::run(&arguments),
        Command::Evaluate(arguments) => evaluate::run(&arguments),
        Command::Gram(arguments) => gram::run(&arguments),
        Command::Convnet(arguments) => convnet::run(&arguments),
        Command::Stability(arguments) => stability::run(&arguments),
        Command::Deform(arguments) => deform::run(&arguments),
        Command::Fit(arguments) => fit::fit(&arguments),
        Command::Predict(arguments) => fit::predict(&arguments),
        Command::Norm(arguments) => norm::run(&arguments),
        Command::Approximate(arguments) => approximate::run(&arguments),
        Command::Capacity(arguments) => capacity::run(&arguments),
        Command::Learn(arguments) => learn::run(&arguments),
        Command::Compare(arguments) => compare::run(&arguments),
        Command::Kernels(arguments) => kernels::run(&arguments),
    })
}

fn report(result: Result<Verdict>) -> ExitCode {
    match result {
        Ok(Verdict::Done) => ExitCode::SUCCESS,
        Ok(Verdict::DoesNotHold) => ExitCode::from(1),
        Ok(Verdict::Undecided) => ExitCode::from(3),
        Err(e) => {
            // A message is one line of text that leaves the terminal as it is, whatever the input was.
            let line = e.to_string().replace(|c: char| c.is_control(), " ");
            say(&format!("zonal: {}", abbreviated(&line)));
            ExitCode::from(if matches!(e, Error::Unable(_)) { 3 } else { 2 })
        }
    }
}

/// Files that are written must be neither the one that is read nor one another.
fn keeps(read: &Path, written: &[Option<&Path>]) -> Result<()> {
    // A file that is not there yet is its name in its folder.
    let place = |path: &Path| {
        path.canonicalize().ok().or_else(|| {
            let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            Some(folder.canonicalize().ok()?.join(path.file_name()?))
        })
    };
    let mut places = vec![place(read)];
    for path in written.iter().flatten() {
        let found = place(path);
        if found.is_some() && places.contains(&found) {
            return Err(Error::input(format!("{} is read or written already; another name is needed", path.display())));
        }
        places.push(found);
    }
    Ok(())
}

/// A line on standard error; if that is closed or full there is nobody to tell.
fn say(line: &str) {
    progress::aside(|| {
        let _ = writeln!(std::io::stderr(), "{line}");
    });
}

/// A message with its middle cut out if it is very long (a formula can be).
fn abbreviated(line: &str) -> String {
    const LONGEST: usize = 2000;
    let count = line.chars().count();
    if count <= LONGEST {
        return line.to_string();
    }
    let head: String = line.chars().take(LONGEST / 2).collect();
    let tail: String = line.chars().skip(count - LONGEST / 2).collect();
    format!("{head} ... {tail}")
}

/// JSON with a line break at the end.
fn json(value: &impl serde::Serialize) -> Result<String> {
    let text = serde_json::to_string_pretty(value).map_err(|e| Error::unable(format!("cannot write JSON: {e}")))?;
    Ok(text + "\n")
}

/// Records as CSV; the header is the names of their fields.
fn csv<T: serde::Serialize>(rows: impl IntoIterator<Item = T>) -> Result<String> {
    let fail = |e: String| Error::unable(format!("cannot write CSV: {e}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row).map_err(|e| fail(e.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|e| fail(e.to_string()))?;
    String::from_utf8(bytes).map_err(|e| fail(e.to_string()))
}

/// The number of digits as JSON: a number, or "f64".
fn digits_value(digits: crate::number::Digits) -> serde_json::Value {
    match digits {
        crate::number::Digits::Double => "f64".into(),
        crate::number::Digits::Count(d) => d.into(),
    }
}
