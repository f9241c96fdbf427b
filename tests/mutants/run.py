"""Wrong programs that the tests must notice: each of list.json is built and tested in a copy of the last commit.

    python3 tests/mutants/run.py [PART OF A NAME]

Prints a line for each: noticed, or NOT NOTICED; exit code 1 if one was not. About eight minutes each on two cores.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main():
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    mutants = [m for m in json.loads((ROOT / "tests/mutants/list.json").read_text()) if wanted in m["name"]]
    if not mutants:
        sys.exit(f"no mutant's name contains '{wanted}'")
    survivors = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "copy"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(copy)], check=True)
        environment = dict(os.environ, CARGO_TARGET_DIR=str(ROOT / "target/mutants"))
        for mutant in mutants:
            path = copy / mutant["file"]
            text = path.read_text()
            path.write_text(text.replace(mutant["old"], mutant["new"]))
            build = ["cargo", "test", "--release"] + (["--lib"] if mutant.get("unit") else ["--test", "all"])
            built = subprocess.run(build + ["--no-run"], cwd=copy, env=environment, capture_output=True)
            if built.returncode != 0:
                sys.exit(f"{mutant['name']}: does not compile\n{built.stderr.decode()[-2000:]}")
            tested = subprocess.run(build + [mutant["tests"]], cwd=copy, env=environment, capture_output=True)
            path.write_text(text)
            survivors += tested.returncode == 0
            print(f"{mutant['name']}: {'NOT NOTICED' if tested.returncode == 0 else 'noticed'}", flush=True)
    sys.exit(1 if survivors else 0)


if __name__ == "__main__":
    main()
