#!/usr/bin/env python3
"""zonal beside python-flint, mpmath and scipy: one table of eigenvalues, timed and compared digit by digit.

The task: ntk(3), p = 10, k = 0..=200, 30 digits,

    mu_k = (1/Z) int_0^pi kappa(cos th) P_k(cos th) sin^(p-2)(th) dth,  P_k(1) = 1,
    (k+p-2) P_{k+1} = (2k+p-2) t P_k - k P_{k-1},   Z = int_0^pi sin^(p-2)(th) dth.

Run, after `cargo build --release`, with the packages of requirements.txt (half a minute):

    python benches/peers/side_by_side.py [ZONAL] [--repeat N]

ZONAL is the binary, by default target/release/zonal of this repository. What is compared:

    zonal            the command line, a whole process with start-up and printing, --threads 1; wall time at 1 and 2 threads
    flint_careful    python-flint balls, Gauss-Legendre in theta, 400 nodes, 680 bits, all k at once, as a careful user writes it
    flint_our_plan   python-flint with the nodes and bits of `zonal table --plan`, in the formulations of flint_tables.py;
                     the fastest that does zonal's own algorithm, and the fastest of all, are named below the table
    mpmath_table     mpmath's own Gauss-Legendre rule, 384 nodes, the plan's bits and 32 more; run once
    scipy_f64        scipy.special.roots_gegenbauer, 400 nodes, double precision, and where it fails

Every peer is single-threaded, runs in this process (imports not counted) and makes its own nodes within the time.
CPU time is user + system; the smallest and the median of the repetitions. Exit code: 0; 1 if a 30-digit value of
zonal is off by more than half a unit of its last digit or two 30-digit peers differ; 2 if zonal cannot be run.
"""

import argparse
import csv
import gc
import io
import json
import re
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import flint
import mpmath
import numpy
import scipy
from flint import arb, ctx
from flint_tables import CAREFUL_BITS, CAREFUL_NODES, HIGHEST, PLAN_FORMULATIONS, flint_careful
from mpmath import mp, mpf
from scipy.special import roots_gegenbauer

ROOT = Path(__file__).resolve().parents[2]
DIGITS = 30
COMPARE_BITS = 1000  # for differences only
# zonal prints the nearest 30-digit decimal: half a unit, and a hair for the peers' own error.
HALF_UNIT = 0.5 + 1e-9
# Peers carry more than 30 digits; between each other they must agree to this.
PEER_TOLERANCE = 1e-32


# ---------------------------------------------------------------------------------------------- zonal


def table_command(binary, p):
    return [binary, "table", "--kernel", "ntk(3)", "--dim", str(p), "--degrees", f"0..={HIGHEST}", "--digits", str(DIGITS)]


def run(command):
    """Output, CPU seconds and wall seconds of a child process."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return output, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def zonal(binary, p, repeat, threads=1):
    runs = [run(table_command(binary, p) + ["--threads", str(threads), "--format", "csv"]) for _ in range(repeat)]
    values = [row["eigenvalue"] for row in csv.DictReader(io.StringIO(runs[0][0]))]
    if len(values) != HIGHEST + 1:
        raise ValueError(f"{len(values)} eigenvalues instead of {HIGHEST + 1}")
    return values, [r[1] for r in runs], [r[2] for r in runs]


def plan(binary, p):
    output = run(table_command(binary, p) + ["--plan", "--rigour", "estimated"])[0]
    found = re.search(r"(\d+) nodes, (\d+) bits", output)
    if not found:
        raise ValueError(f"no nodes and bits in the plan: {output!r}")
    return int(found[1]), int(found[2])


def criterion_estimates():
    """(name, mean in seconds) of the project's own benchmarks, as far as they have been run."""
    for path in sorted((ROOT / "target/criterion").glob("**/new/estimates.json")):
        name = str(path.parents[1].relative_to(ROOT / "target/criterion"))
        yield name, json.loads(path.read_text())["mean"]["point_estimate"] * 1e-9


# ------------------------------------------------------------------------------------------- mpmath, scipy


def mpmath_table(p, bits):
    mp.prec = bits + 32
    rule = mpmath.calculus.quadrature.GaussLegendre(mp).calc_nodes(8, mp.prec)  # 3 * 2^7 nodes
    sums = [mpf(0)] * (HIGHEST + 1)
    z = mpf(0)
    for x, w in rule:
        theta = mp.pi / 2 * (1 + x)
        t, sine = mp.cos(theta), mp.sin(theta)
        sigma = (sine + (mp.pi - theta) * t) / mp.pi
        angle = mp.acos(sigma)
        kappa = (t * (1 - theta / mp.pi) + sigma) * (1 - angle / mp.pi)
        kappa += (mp.sin(angle) + (mp.pi - angle) * sigma) / mp.pi
        measure = w * sine ** (p - 2)
        z += measure
        f = measure * kappa
        before, value = mpf(1), t
        for k in range(HIGHEST + 1):
            sums[k] += f * before
            before, value = value, ((2 * k + p) * t * value - (k + 1) * before) / (k + p - 1)
    return [s / z for s in sums]


def scipy_f64(p, nodes=400):
    t, w = roots_gegenbauer(nodes, (p - 2) / 2)
    theta = numpy.arccos(t)
    sigma = numpy.minimum((numpy.sqrt(1 - t * t) + (numpy.pi - theta) * t) / numpy.pi, 1)
    angle = numpy.arccos(sigma)
    kappa = (t * (1 - theta / numpy.pi) + sigma) * (1 - angle / numpy.pi)
    kappa += (numpy.sqrt(1 - sigma * sigma) + (numpy.pi - angle) * sigma) / numpy.pi
    f = w * kappa / w.sum()
    before, value = numpy.ones_like(t), t
    result = []
    for k in range(HIGHEST + 1):
        result.append(float(f @ before))
        before, value = value, ((2 * k + p) * t * value - (k + 1) * before) / (k + p - 1)
    return result


# ------------------------------------------------------------------------------------ timing and comparison


def timed(function, repeat):
    times = []
    gc.collect()
    gc.disable()
    for _ in range(repeat):
        start = time.process_time()
        values = function()
        times.append(time.process_time() - start)
    gc.enable()
    return values, times


def exact(values):
    """Numbers of any of the programs (arb, mpf, float, decimal string) as mid-points at COMPARE_BITS."""
    ctx.prec = COMPARE_BITS
    digits = int(COMPARE_BITS * 0.3)
    return [arb(mp.nstr(v, digits) if isinstance(v, mpf) else v).mid() for v in values]


def differences(values, reference):
    return [abs(float(((v - r) / r).mid())) for v, r in zip(values, reference)]


def off_by(decimal, reference):
    """The error of a printed decimal in units of its last of 30 digits."""
    digits, _, exponent = decimal.partition("e")
    unit = arb(10) ** (int(exponent or 0) - len(digits.partition(".")[2]))
    return abs(float(((arb(decimal) - reference) / unit).mid()))


class Report:
    def __init__(self):
        self.rows, self.notes, self.failed = [], [], []

    def row(self, program, what, times, zonal_time, difference):
        worst = "" if difference is None else f"{max(difference):.1e}"
        ratio = min(times) / zonal_time
        self.rows.append((program, what, f"{min(times):.4f}", f"{statistics.median(times):.4f}", f"{ratio:.2f}", worst))

    def print(self):
        head = ("program", "what", "CPU s, min", "median", "ratio to zonal", "relative difference")
        widths = [max(len(row[i]) for row in [head, *self.rows]) for i in range(len(head))]
        for row in [head, *self.rows]:
            cells = [cell.ljust(w) if i < 2 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths))]
            print("  ".join(cells).rstrip())
        print()
        for note in self.notes:
            print(note)
        for failure in self.failed:
            print("DISAGREEMENT:", failure)


def check(report, p, decimals, peers):
    """All 30-digit peers against each other, and zonal's decimals against the first of them."""
    reference = next(iter(peers.values()))
    apart = {name: max(differences(values, reference)) for name, values in peers.items()}
    for name, worst in apart.items():
        if not worst <= PEER_TOLERANCE:
            report.failed.append(f"p = {p}: {name} differs from {next(iter(peers))} by {worst:.1e} (relative)")
    report.notes.append(f"p = {p}: the {len(peers)} peers of 30 digits and more agree to {max(apart.values()):.1e} (relative)")
    errors = [off_by(d, r) for d, r in zip(decimals, reference)]
    for k, e in enumerate(errors):
        if not e <= HALF_UNIT:
            report.failed.append(f"p = {p}: zonal's mu_{k} = {decimals[k]} is off by {e:.3f} units of digit {DIGITS}")
    short = [k for k, d in enumerate(decimals) if len(re.sub(r"e.*|\D", "", d).lstrip("0")) != DIGITS]
    if short:
        report.failed.append(f"p = {p}: not {DIGITS} digits at degrees {short}")
    report.notes.append(f"p = {p}: zonal's {len(errors)} values are off by at most {max(errors):.4f} units of digit {DIGITS}")


def dimension(report, binary, p, repeat):
    nodes, bits = plan(binary, p)
    decimals, cpu, wall = zonal(binary, p, repeat)
    wall2 = zonal(binary, p, repeat, threads=2)[2]
    ours = exact(decimals)
    base = min(cpu)
    peers = {}

    def add(program, what, function, count, certain=True):
        values, times = timed(function, count)
        points = exact(values)
        report.row(program, f"p = {p}, {what}", times, base, differences(points, ours))
        if certain:
            peers[program] = points
        return values, times

    report.row("zonal", f"p = {p}, whole process, 1 thread, about {nodes} nodes, {bits} bits", cpu, base, None)
    careful, _ = add(
        "flint_careful", f"balls, {CAREFUL_NODES} nodes, {CAREFUL_BITS} bits", lambda: flint_careful(p), max(3, repeat // 4)
    )
    certified = min(v.rel_accuracy_bits() for v in careful)
    if certified < 110:
        report.failed.append(f"p = {p}: the balls of flint_careful are good to {certified} bits only")
    best = {}
    for function, same in PLAN_FORMULATIONS:
        name = f"flint_our_plan {function.__name__}"
        what = f"{nodes} nodes, {bits} bits" + ("" if same else ", another algorithm")
        _, times = add(name, what, lambda: function(p, nodes, bits), repeat)
        for group in ["of zonal's algorithm", "of all"] if same else ["of all"]:
            best[group] = min(best.get(group, (1e9, "")), (min(times), name))
    add("mpmath_table", f"384 nodes, {bits + 32} bits, {mpmath.libmp.BACKEND} integers", lambda: mpmath_table(p, bits), 1)
    values, _ = add("scipy_f64", "roots_gegenbauer, 400 nodes, double", lambda: scipy_f64(p), repeat, certain=False)
    wrong = next((k for k, d in enumerate(differences(exact(values), peers["flint_careful"])) if not d <= 1e-3), None)

    check(report, p, decimals, peers)
    for group, (seconds, name) in best.items():
        report.notes.append(f"p = {p}: fastest {group} at the plan's nodes and bits: {name}, {seconds / base:.2f} times zonal's")
    report.notes.append(f"p = {p}: scipy_f64 is off by more than 1e-3 {'nowhere' if wrong is None else f'from degree {wrong}'}")
    report.notes.append(
        f"p = {p}: zonal's wall time {min(wall):.4f} s (median {statistics.median(wall):.4f}) with 1 thread, "
        f"{min(wall2):.4f} s (median {statistics.median(wall2):.4f}) with 2"
    )


def main():
    parser = argparse.ArgumentParser(description="zonal beside python-flint, mpmath and scipy on ntk(3), 201 eigenvalues")
    parser.add_argument("zonal", nargs="?", default=str(ROOT / "target/release/zonal"), help="the zonal binary")
    parser.add_argument("--repeat", type=int, default=20, help="repetitions of the fast programs (20)")
    arguments = parser.parse_args()
    print(
        f"ntk(3), k = 0..={HIGHEST}, {DIGITS} digits; Python {sys.version.split()[0]}, python-flint {flint.__version__}, "
        f"FLINT {flint.__FLINT_VERSION__}, mpmath {mpmath.__version__}, scipy {scipy.__version__}\n"
    )
    report = Report()
    try:
        for p in (10, 50):
            dimension(report, arguments.zonal, p, max(1, arguments.repeat))
    except (OSError, subprocess.CalledProcessError, ValueError, KeyError) as error:
        print(f"cannot run {arguments.zonal}: {error}", file=sys.stderr)
        return 2
    report.print()
    estimates = list(criterion_estimates())
    for name, seconds in estimates:
        print(f"criterion, in process: {name} {seconds:.5f} s wall")
    if not estimates:
        print("criterion, in process: not measured yet (cargo bench --bench table)")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
