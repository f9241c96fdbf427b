//! Questions from files: the same answers as from the command line, their schemas, and Ctrl-C.

use crate::cli_support;

use cli_support::{done, fails, rejects, text, zonal};
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;
use zonal::question::{self, QuestionEntry};
use zonal::watch::Watch;

/// A question of each kind, with the fewest parameters.
fn questions(folder: &Path) -> Vec<Value> {
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let own = |name: &str| folder.join(name).display().to_string();
    let points = file("points.csv", "1,0\n0.6,0.8\n0,1\n-0.8,0.6\n-1,0.25\n");
    let labels = file("labels.csv", "1\n2\n4\n3\n1.5\n");
    let image = file("image.csv", "0,1,2,1\n1,3,4,1\n0,2,5,2\n0,0,1,1\n");
    vec![
        json!({ "question": "table", "kernel": "ntk(3)", "dim": 10, "degrees": [0, 3, 4] }),
        json!({ "question": "decay", "kernel": "arccos(1)", "dim": 3 }),
        json!({ "question": "prove", "kernel": "arccos(1)", "dim": 3 }),
        json!({ "question": "evaluate", "kernel": "ntk(3)", "at": ["1", 0.5, "-1/3"] }),
        json!({ "question": "expand", "kernel": "arccos(0)", "at": 0.5, "terms": 3 }),
        json!({ "question": "gram", "kernel": "laplace(1)", "data": points }),
        json!({ "question": "convnet", "network": "conv(3)", "data": image, "output": own("matrix.npy") }),
        json!({ "question": "stability", "network": "conv(3x3)", "image": image, "sizes": "1e-3,1e-2" }),
        json!({ "question": "deform", "data": image, "size": 0.25, "output": own("deformed.npy") }),
        json!({ "question": "fit", "kernel": "laplace(1)", "data": points, "labels": labels,
            "model": own("model.json") }),
        json!({ "question": "predict", "model": own("model.json"), "data": points }),
        json!({ "question": "norm", "kernel": "arccos(1)", "dim": 3, "target": "u^2" }),
        json!({ "question": "approximate", "kernel": "arccos(1)", "dim": 3, "target": "abs(u)", "radius": "1,2" }),
        json!({ "question": "capacity", "kernel": "arccos(1)", "dim": 3 }),
        json!({ "question": "learn", "kernel": "arccos(1)", "dim": 3, "target": "u^2", "samples": "10,100" }),
        json!({ "question": "compare", "kernels": ["arccos(1)", "laplace(1)"], "dim": 3, "samples": 10 }),
        json!({ "question": "kernels" }),
    ]
}

fn entry(question: &Value) -> &'static QuestionEntry {
    question::ALL.iter().find(|entry| entry.name == question["question"]).unwrap()
}

/// The same question on the command line.
fn options(question: &Value) -> Vec<String> {
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    let mut arguments = vec![word(&question["question"])];
    for (key, value) in question.as_object().unwrap().iter().filter(|(key, _)| *key != "question") {
        arguments.push(format!("--{}", key.replace('_', "-")));
        let list = || value.as_array().unwrap().iter().map(word);
        match (key.as_str(), value) {
            ("kernels", _) => arguments.extend(list()),
            (_, Value::Array(_)) => arguments.push(list().collect::<Vec<_>>().join(",")),
            _ => arguments.push(word(value)),
        }
    }
    arguments
}

/// Options and keys have the same defaults: of each kind the same JSON comes from both. All validate against their
/// schemas, which allow no key that is not there.
#[test]
fn files_ask_what_options_ask_and_answers_follow_their_schemas() {
    let folder = tempfile::tempdir().unwrap();
    let asked = questions(folder.path());
    let names: Vec<&str> = question::ALL.iter().map(|entry| entry.name).collect();
    assert_eq!(asked.iter().map(|question| question["question"].as_str().unwrap()).collect::<Vec<_>>(), names);
    for question in &asked {
        let name = question["question"].as_str().unwrap();
        let file = folder.path().join("question.json");
        std::fs::write(&file, question.to_string()).unwrap();
        let mut answer: Value = serde_json::from_str(&done(&["ask", file.to_str().unwrap()])).unwrap();
        assert_eq!(answer["schema"], question::SCHEMA, "{name}");

        let schema = entry(question).schema();
        let parameters = jsonschema::validator_for(&schema["parameters"]).unwrap();
        let mut own = question.clone();
        own.as_object_mut().unwrap().remove("question");
        assert!(parameters.is_valid(&own), "{name}: {own}");
        let validator = jsonschema::validator_for(&schema["answer"]).unwrap();
        if let Some(error) = validator.iter_errors(&answer).next() {
            panic!("{name}: {error}");
        }
        // Negative controls: a parameter of another type, an answer without its version.
        if let Some(first) = own.as_object().unwrap().keys().next().cloned() {
            own[first] = json!({ "a": true });
            assert!(!parameters.is_valid(&own), "{name}: {own}");
        }
        let mut bare = answer.clone();
        bare.as_object_mut().unwrap().remove("schema");
        assert!(!validator.is_valid(&bare), "{name}");

        // The text says the same.
        let arguments = options(question);
        let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let text = done(&["ask", file.to_str().unwrap(), "--format", "text"]);
        let of_time = |text: &str| text.split(" in ").next().unwrap_or_default().to_string();
        match entry(question).forms {
            [] => {
                assert_eq!(done(&arguments), text, "{name}");
                continue;
            }
            [question::Form::Text, ..] => assert_eq!(of_time(&done(&arguments)), of_time(&text), "{name}"),
            _ => {}
        }
        arguments.extend(["--format", "json"]);
        let mut other: Value = serde_json::from_str(&done(&arguments)).unwrap();
        for document in [&mut answer, &mut other] {
            document.as_object_mut().unwrap().remove("seconds");
        }
        assert_eq!(answer, other, "{name}");
    }
}

#[test]
fn what_a_file_must_not_ask_is_refused_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let ask = |json: &str, parts: &[&str]| {
        let file = folder.path().join("question.json");
        std::fs::write(&file, json).unwrap();
        rejects(&["ask", file.to_str().unwrap()], &[parts, &["question.json"]].concat());
    };
    ask("{", &["not JSON of a question"]);
    ask("[1]", &["one JSON object"]);
    ask("{\"question\": \"kernels\", \"question\": \"kernels\"}", &["'question' comes twice"]);
    ask("{\"question\": \"evaluate\", \"kernel\": \"u\", \"at\": 0.1234567890123456789}", &["write it as a string"]);
    ask("{}", &["\"question\" is needed", "table, decay"]);
    ask("{\"question\": 3}", &["\"question\" is needed"]);
    ask("{\"question\": \"spectrum\"}", &["no question 'spectrum'", "table, decay"]);
    ask("{\"question\": \"table\", \"kernel\": \"u\"}", &["question 'table'", "degrees"]);
    ask(
        "{\"question\": \"table\", \"kernel\": \"u\", \"dim\": 3, \"degree\": 1}",
        &["no parameter 'degree'", "degrees"],
    );
    ask("{\"question\": \"table\", \"kernel\": 3, \"dim\": 3, \"degrees\": 1}", &["question 'table'", "string"]);
    ask(
        "{\"question\": \"table\", \"kernel\": \"u\", \"dim\": true, \"degrees\": 1}",
        &["question 'table'", "a number"],
    );

    // What clap refuses on the command line is refused by the question itself.
    let own = |json: &str, parts: &[&str]| {
        let file = folder.path().join("question.json");
        std::fs::write(&file, json).unwrap();
        rejects(&["ask", file.to_str().unwrap()], parts);
    };
    let place = "\"kernel\": \"u\", \"dim\": 3";
    own("{\"question\": \"table\", \"kernel\": \"u\", \"degrees\": 1}", &["a domain is needed"]);
    own(
        &format!("{{\"question\": \"table\", {place}, \"domain\": \"cube(3)\", \"degrees\": 1}}"),
        &["both 'dim' and 'domain'"],
    );
    own(
        &format!("{{\"question\": \"table\", {place}, \"degrees\": 1, \"method\": \"magic\"}}"),
        &["no method 'magic'"],
    );
    own(
        &format!("{{\"question\": \"table\", {place}, \"degrees\": 1, \"certify\": true, \"rigour\": \"estimated\"}}"),
        &["certify"],
    );
    own(&format!("{{\"question\": \"learn\", {place}, \"target\": \"u\"}}"), &["'samples' or 'time'"]);
    own(
        &format!("{{\"question\": \"learn\", {place}, \"target\": \"u\", \"samples\": 3, \"time\": 3}}"),
        &["'samples' or 'time'"],
    );
    own(
        &format!("{{\"question\": \"learn\", {place}, \"target\": \"u\", \"time\": 3, \"noise\": 1}}"),
        &["gradient flow"],
    );
    own("{\"question\": \"compare\", \"kernels\": [], \"dim\": 3}", &["0 kernels"]);
    own(
        "{\"question\": \"gram\", \"kernel\": \"u\", \"uniform\": 3, \"dim\": 3, \"tolerance\": 1}",
        &["--tolerance 1"],
    );
    own(
        "{\"question\": \"gram\", \"kernel\": \"u\", \"uniform\": 3, \"dim\": 3, \"matrix\": \"g.csv\"}",
        &["end in .npy"],
    );
    own(
        "{\"question\": \"gram\", \"kernel\": \"u\", \"uniform\": 3, \"dim\": 3, \"single\": true}",
        &["'matrix' is needed"],
    );

    let points = folder.path().join("points.csv");
    std::fs::write(&points, "1,2\n3,4\n").unwrap();
    let model = json!({ "question": "fit", "kernel": "u", "data": points, "labels": points, "model": points });
    own(&model.to_string(), &["is read or written already"]);
    assert_eq!(std::fs::read_to_string(&points).unwrap(), "1,2\n3,4\n");
    rejects(&["ask", "no-such-file.json"], &["no-such-file.json"]);
    let same = folder.path().join("question.json");
    std::fs::write(&same, "{\"question\": \"kernels\"}").unwrap();
    let same = same.to_str().unwrap();
    rejects(&["ask", same, "--output", same], &["is read or written already"]);
    std::fs::write(same, "{\"question\": \"prove\", \"kernel\": \"u\", \"dim\": 3}").unwrap();
    rejects(&["ask", same, "--format", "csv"], &["no list of records"]);
    fails(2, &["schema", "spectrum"]);
    let schema: Value = serde_json::from_str(&done(&["schema", "table"])).unwrap();
    assert_eq!(schema, question::ALL[0].schema());
}

/// A question that the library answers for a program: stopped, it says so, and answers when asked again.
#[test]
fn a_question_that_is_stopped_says_so_and_can_be_asked_again() {
    let long = json!({ "question": "table", "kernel": "laplace(1)", "dim": 3, "degrees": "0..=3000", "digits": 1000 });
    let asked = question::from_json(long).unwrap();
    let (said, heard) = channel();
    let watch = Watch::telling(2, move |line| said.send(line.to_string()).unwrap()).unwrap();
    let handle = watch.clone();
    let waiting = std::thread::spawn(move || {
        // What takes long is announced before it starts.
        let line = heard.recv_timeout(Duration::from_secs(100));
        std::thread::sleep(Duration::from_millis(300));
        handle.stop();
        line
    });
    assert_eq!(asked.ask(&watch).map(|_| ()), Err(zonal::Error::Stopped));
    assert!(waiting.join().unwrap().unwrap().starts_with("this may take about"));
    let short = json!({ "question": "table", "kernel": "ntk(30)", "dim": 3, "degrees": 1 });
    assert_eq!(question::from_json(short.clone()).unwrap().ask(&watch).map(|_| ()), Err(zonal::Error::Stopped));
    let answer = question::from_json(short).unwrap().ask(&Watch::new()).unwrap();
    assert_eq!(answer.data().unwrap()["rows"][0]["rigour"], "rigorous");
}

/// The binary with Ctrl-C as a terminal gives it: jobs in the background start with it ignored.
fn interruptible(arguments: &[&str], folder: &Path) -> Child {
    let mut command = Command::new("env");
    command.args(["--default-signal=INT", env!("CARGO_BIN_EXE_zonal")]).args(arguments).current_dir(folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn interrupt(child: &Child) {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn ctrl_c_ends_with_130_and_leaves_files_whole_or_absent() {
    for arguments in [
        &["table", "--kernel", "ntk(30)", "--dim", "3", "--degrees", "0..=3000", "--digits", "1000"][..],
        &["gram", "--kernel", "laplace(1)", "--uniform", "12000", "--dim", "30", "--top", "30"],
        &["norm", "--kernel", "ntk(100)", "--dim", "50", "--target", "abs(u-1/3)^(1/3)"],
    ] {
        let folder = tempfile::tempdir().unwrap();
        let child = interruptible(&[arguments, &["--output", "answer.txt"]].concat(), folder.path());
        std::thread::sleep(Duration::from_millis(500));
        interrupt(&child);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130), "{arguments:?}: {}", text(&output.stderr));
        assert_eq!(text(&output.stdout), "", "{arguments:?}");
        assert_eq!(names(folder.path()), [""; 0], "{arguments:?}");
    }
}

/// A matrix that was interrupted while it grew is finished by the same call, with the same bytes.
#[test]
fn an_interrupted_matrix_can_be_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let arguments =
        ["gram", "--kernel", "ntk(3)", "--uniform", "9000", "--dim", "20", "--top", "0", "--matrix", "g.npy"];
    let child = interruptible(&arguments, folder.path());
    let part = folder.path().join("g.npy.part");
    // Some rows, of 648 MB.
    while std::fs::metadata(&part).map_or(0, |part| part.len()) < 50_000_000 {
        std::thread::sleep(Duration::from_millis(5));
    }
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", text(&output.stderr));
    assert_eq!(names(folder.path()), ["g.npy.part", "g.npy.part.json"]);
    let again = interruptible(&arguments, folder.path()).wait_with_output().unwrap();
    assert!(text(&again.stderr).contains("rows were there already"), "{}", text(&again.stderr));
    let whole = tempfile::tempdir().unwrap();
    interruptible(&arguments, whole.path()).wait_with_output().unwrap();
    let read = |folder: &Path| std::fs::read(folder.join("g.npy")).unwrap();
    assert!(read(folder.path()) == read(whole.path()), "other bytes");
    assert!(zonal(&["--version"]).status.success());
}
