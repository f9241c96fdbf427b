"""Processor time and memory of whole processes of zonal, as a table in Markdown.

    python3 benches/measure.py                                     # target/release/zonal
    python3 benches/measure.py before=PATH after=PATH --repeat 9   # two programs, alternating
    python3 benches/measure.py --write docs/measurements.md        # puts the table between the marks of that page

One thread. A time is the least of the runs, user and system time of the process, from the kernel's accounting; a ratio
is the median of the ratios of neighbouring runs. Every program is copied first: pages of a file that was written at
once are loaded faster than those of a file that a linker wrote here and there (3.0 and 3.4 ms for the shortest task).
Run it on a machine that does nothing else.
"""

import argparse
import datetime
import pathlib
import platform
import resource
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
MARKS = ("<!-- benches/measure.py begins -->", "<!-- benches/measure.py ends -->")

TASKS = [
    ("ntk(3), p = 10, k <= 200, 30 digits", "table --kernel 'ntk(3)' --dim 10 --degrees 0..=200 --digits 30"),
    ("ntk(10), p = 10, k <= 200, 30 digits", "table --kernel 'ntk(10)' --dim 10 --degrees 0..=200 --digits 30"),
    ("ntk(3), p = 10, k <= 10,000, 30 digits", "table --kernel 'ntk(3)' --dim 10 --degrees 0..=10000 --digits 30"),
    ("ntk(3), p = 784, k <= 1001, 30 digits", "table --kernel 'ntk(3)' --dim 784 --degrees 0..=1001 --digits 30"),
    ("the same as doubles", "table --kernel 'ntk(3)' --dim 784 --degrees 0..=1001"),
    ("ntk(3), p = 3072, k <= 200, 30 digits", "table --kernel 'ntk(3)' --dim 3072 --degrees 0..=200 --digits 30"),
    ("ntk(10), p = 784, k = 500, 30 digits", "table --kernel 'ntk(10)' --dim 784 --degrees 500 --digits 30"),
    ("ntk(3), p = 10^6, k = 10^9", "table --kernel 'ntk(3)' --dim 1000000 --degrees 1000000000"),
    ("ntk(10), p = 10, k = 10^9, 50 digits", "table --kernel 'ntk(10)' --dim 10 --degrees 1000000000 --digits 50"),
    ("ntk(10), p = 10, 10^6 rows of CSV", "table --kernel 'ntk(10)' --dim 10 --degrees 0..=1000000 --format csv"),
    ("exp(u), p = 3, k = 5000, 30 digits", "table --kernel 'exp(u)' --dim 3 --degrees 5000 --digits 30"),
    ("exponential(500), p = 3, k = 2000", "table --kernel 'exponential(500)' --dim 3 --degrees 2000"),
    ("law of ntk(3), p = 10", "decay --kernel 'ntk(3)' --dim 10"),
    ("law of gaussian(1), p = 10", "decay --kernel 'gaussian(1)' --dim 10"),
    ("law of ntk(10), p = 50", "decay --kernel 'ntk(10)' --dim 50"),
    ("law of gamma_exponential(1,0.7), p = 10", "decay --kernel 'gamma_exponential(1,0.7)' --dim 10"),
    ("law of ntk(3) for all k, p = 10", "prove --kernel 'ntk(3)' --dim 10"),
    ("expansion of ntk(3) at u = 1", "expand --kernel 'ntk(3)' --at 1"),
    ("a value of ntk(10)", "evaluate --kernel 'ntk(10)' --at 1/3"),
    ("membership and norm of abs(u), ntk(3), p = 10", "norm --kernel 'ntk(3)' --dim 10 --target 'abs(u)'"),
    ("learning curve, 100 sizes, ntk(3), p = 10",
     "learn --kernel 'ntk(3)' --dim 10 --target 'abs(u)' --samples 10..=1000000 --points 100"),
    ("capacity of ntk(3), p = 10", "capacity --kernel 'ntk(3)' --dim 10"),
    ("comparison of ntk(2) and laplace(1), p = 10", "compare --kernels 'ntk(2)' 'laplace(1)' --dim 10"),
    ("Gram matrix of 6 points, ntk(100)", "gram --kernel 'ntk(100)' --data {points}"),
    ("the same of ntk(300)", "gram --kernel 'ntk(300)' --data {points}"),
    ("the same of arccos(1000)", "gram --kernel 'arccos(1000)' --data {points}"),
]


def run(program, arguments):
    """Processor time of one process in seconds; none where the program refuses: an older one may not know the task."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [program, *arguments, "--threads", "1"]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        print(f"{shlex.join(command)}: code {done.returncode}: {done.stderr.strip()}", file=sys.stderr)
        return None
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def machine():
    model = next(line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
    return f"{model}, {platform.system()} {platform.machine()}"


def written(seconds):
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def table(programs, repeat):
    heads = ["task", *programs] + (["ratio"] if len(programs) == 2 else [])
    lines = [" | ".join(["", *heads, ""]).strip(), "| --- " * len(heads) + "|"]
    with tempfile.TemporaryDirectory() as folder:
        programs = {label: shutil.copy(path, pathlib.Path(folder, label)) for label, path in programs.items()}
        points = pathlib.Path(folder, "points.csv")
        points.write_text("".join(f"{i % 5 - 2},{i * i % 7 - 3},{i % 3},1\n" for i in range(6)))
        for name, text in TASKS:
            arguments = shlex.split(text.format(points=points))
            times = {label: [] for label in programs}
            for turn in range(repeat):
                for label, path in programs.items():
                    if None not in times[label]:
                        times[label].append(run(path, arguments))
                # What takes long is not repeated so often.
                if turn >= 2 and any((times[label][-1] or 0) > 1 for label in programs):
                    break
            refused = {label for label in programs if None in times[label]}
            cells = [name, *("-" if label in refused else written(min(times[label])) for label in programs)]
            if len(programs) == 2:
                ratios = [] if refused else [b / a for a, b in zip(*times.values())]
                cells.append(f"{statistics.median(ratios):.2f}" if ratios else "-")
            print(*cells, sep="  ", file=sys.stderr)
            lines.append("| " + " | ".join(cells) + " |")
    when = f"{datetime.date.today()}, {machine()}, one thread, the least of {repeat} runs, processor time."
    return "\n".join([when, "", *lines])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("programs", nargs="*", default=[f"zonal={ROOT / 'target/release/zonal'}"], metavar="NAME=PATH")
    parser.add_argument("--repeat", type=int, default=7, help="runs of each task")
    parser.add_argument("--write", type=pathlib.Path, help="the page between whose marks the table goes")
    options = parser.parse_args()
    found = table(dict(program.split("=", 1) for program in options.programs), options.repeat)
    if not options.write:
        print(found)
        return
    before, rest = options.write.read_text().split(MARKS[0])
    options.write.write_text(f"{before}{MARKS[0]}\n{found}\n{MARKS[1]}{rest.split(MARKS[1])[1]}")


if __name__ == "__main__":
    main()
