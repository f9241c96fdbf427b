"""What a cut at 50 degrees costs: the eigenlearning equations as they are usually coded, beside `zonal learn`.

Run:   python eigenlearning.py [path of the zonal binary]        (seconds; numpy)

The usual code (method of Simon et al., TMLR 2023): eigenvalues mu_k for k < 50 with multiplicities N(p,k), doubles; kappa by bisection of
sum N mu/(mu + kappa) + ridge/kappa = n; test error n/(n - sum N L^2) (sum (1-L)^2 E_k + noise). Two ways with the rest of the trace, kappa(1) - sum_{k<50} N mu_k:
left out, or put into the ridge. The eigenvalues come from `zonal table`, so that nothing but the cut differs. Targets |u|: energy beyond degree 50 counts as
not learned. Printed: test errors and their ratio to those with all degrees, and the times of 100 sizes (zonal: whole process).
"""
import json
import resource
import subprocess
import sys
import time

import numpy as np

BINARY = sys.argv[1] if len(sys.argv) > 1 else "target/release/zonal"
DEGREES = 50


def zonal(*arguments):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    text = subprocess.run([BINARY, *arguments, "--format", "json"], check=True, capture_output=True, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return json.loads(text), after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def usual(mu, count, energies, n, ridge, noise):
    """kappa by bisection, then the test error."""
    low, high = 1e-300, 1e6
    for _ in range(2000):
        kappa = np.sqrt(low * high)
        if np.sum(count * mu / (mu + kappa)) + ridge / kappa > n:
            low = kappa
        else:
            high = kappa
        if high / low < 1 + 1e-14:
            break
    learned = mu / (mu + kappa)
    factor = n / (n - np.sum(count * learned**2))
    return factor * (np.sum((1 - learned) ** 2 * energies) + noise)


for kernel, p, noise in [("ntk(3)", 3, 0.1), ("ntk(3)", 5, 0.1), ("ntk(3)", 10, 0.1), ("laplace(1)", 3, 0.0)]:
    learn = ["learn", "--kernel", kernel, "--dim", str(p), "--target", "abs(u)", "--samples", "10..=1000000", "--noise", str(noise)]
    document, seconds = zonal(*learn, "--points", "100")
    rows = zonal(*learn, "--points", "6")[0]["rows"]
    table = zonal("table", "--kernel", kernel, "--dim", str(p), "--degrees", f"0..={DEGREES - 1}")[0]["rows"]
    mu = np.array([float(row["eigenvalue"]) for row in table])
    count = np.array([float(row["multiplicity"]) for row in table])
    trace = float(zonal("evaluate", "--kernel", kernel, "--at", "1")[0]["rows"][0]["value"])
    energies = np.array((document["energies"] + [0.0] * DEGREES)[:DEGREES])
    lost = document["energy"] - energies.sum()
    rest = trace - np.sum(count * mu)

    def cut(n, ridge):
        return usual(mu, count, energies, n, ridge, noise + lost)

    start = time.process_time()
    for row in document["rows"]:
        cut(row["samples"], rest)
    own = time.process_time() - start
    print(f"\n{kernel} on S^{p - 1}, |u|, noise {noise}; 100 sizes: zonal {seconds:.3f} s whole process, 50 degrees in numpy {own:.3f} s")
    print(f"{'n':>9} {'all degrees':>12} {'50, rest in the ridge':>22} {'ratio':>7} {'50, rest left out':>18} {'ratio':>9}")
    for row in rows:
        n, full = row["samples"], row["test"]
        kept = cut(n, rest)
        without = cut(n, 0.0) if n < np.sum(count) else float("nan")
        print(f"{n:9.0f} {full:12.4e} {kept:22.4e} {kept / full:7.3f} {without:18.4e} {without / full:9.3f}")
