"""zonal table in high dimensions beside python-flint's arb_series: ntk(L), p = 784, 30 digits, proved.

The flint program does the same work: Taylor coefficients at u = 0 in balls by arb_series (acos and square root of series by
integer multiplication), then mu_k = sum_j a_{k+2j} w_{k,j} with w_{k,j+1}/w_{k,j} = (k+2j+1)(k+2j+2)/(2(j+1)(2k+2j+p)). Its length
is that of zonal's plan; its tail is not bounded (zonal's is). Both report processor time of one thread; the median counts.

    python benches/peers/power_series.py [ZONAL] [--repeat 3]
"""

import argparse
import os
import re
import resource
import statistics
import subprocess
import time

from flint import arb, arb_series, ctx

P, DIGITS, BITS = 784, 30, 200
TASKS = [(3, "0..=1001"), (10, "500")]


def ntk(layers, length):
    ctx.cap = length
    u = arb_series([0, 1], prec=length)
    one, pi = arb_series([1], prec=length), arb.pi()
    sigma, tangent = u, u
    for _ in range(layers - 1):
        sine = (one - sigma * sigma).sqrt()
        angle = sigma.acos()
        k0 = one - angle / pi
        k1 = (sine + (arb_series([pi], prec=length) - angle) * sigma) / pi
        tangent = tangent * k0 + k1
        sigma = k1
    return [tangent[n] for n in range(length)]


def eigenvalue(a, k):
    weight = arb(1)
    for i in range(k):
        weight = weight * (i + 1) / (P + 2 * i)
    total = arb(0)
    for j in range((len(a) - k) // 2):
        total += a[k + 2 * j] * weight
        weight = weight * ((k + 2 * j + 1) * (k + 2 * j + 2)) / (2 * (j + 1) * (2 * k + 2 * j + P))
    return total


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("zonal", nargs="?", default="target/release/zonal")
    parser.add_argument("--repeat", type=int, default=3)
    arguments = parser.parse_args()
    environment = dict(os.environ, RAYON_NUM_THREADS="1")
    ctx.prec = BITS
    for layers, degrees in TASKS:
        command = [arguments.zonal, "table", "--kernel", f"ntk({layers})", "--dim", str(P), "--degrees", degrees]
        command += ["--digits", str(DIGITS)]
        plan = subprocess.run(command + ["--plan"], capture_output=True, text=True, env=environment, check=True).stdout
        length = int(re.search(r"(\d+) coefficients", plan)[1])
        ours, series, sums = [], [], []
        wanted = range(1002) if ".." in degrees else [int(degrees)]
        for _ in range(arguments.repeat):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            table = subprocess.run(command + ["--format", "csv"], capture_output=True, text=True, env=environment, check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            ours.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
            start = time.process_time()
            a = ntk(layers, length)
            middle = time.process_time()
            # A tenth of the degrees tells the time of all.
            some = list(wanted)[:: max(1, len(list(wanted)) // 100)]
            found = {k: eigenvalue(a, k) for k in some}
            series.append(middle - start)
            sums.append((time.process_time() - middle) / len(some) * len(list(wanted)))
        rows = {int(line.split(",")[0]): line.split(",")[2] for line in table.stdout.splitlines()[1:]}
        with_digits = {k: arb(rows[k]) for k in found}
        worst = max(float(abs(found[k] / with_digits[k] - 1).mid()) for k in found)
        assert worst < 1e-29, worst
        mine, theirs = statistics.median(ours), statistics.median(series) + statistics.median(sums)
        print(f"ntk({layers}), p = {P}, k = {degrees}, {DIGITS} digits, {length} coefficients: zonal {mine:.3f} s, flint "
              f"{statistics.median(series):.3f} + {statistics.median(sums):.3f} s, {theirs / mine:.1f} times; agree to {worst:.0e}")


if __name__ == "__main__":
    main()
