#!/usr/bin/env python3
"""A million eigenvalues: zonal beside numpy/scipy with the same asymptotic series, and python-flint's quadrature.

The task: ntk(10), p = 10, every k from 0 to 10^6 in double precision. Run after `cargo build --release --example million`:

    python benches/peers/high_degrees.py [ZONAL_EXAMPLE]

    zonal            examples/million, a whole process, one thread; its own clock (set-up included) and the processor time
    numpy_gammaln    the series sum_j (a_j + (-1)^k b_j) W_j(k), j odd, with coefficients from python-flint (tests/reference/decay_constants.py),
                     Gamma ratios as exp(gammaln - gammaln), vectorised over k >= 200
    numpy_product    the same with the ratio as a product of p factors
    flint_quadrature Gauss-Legendre in theta in balls, all k <= K at once, for K = 250, 500, 1000: it grows like K^2

Accuracy: against mpmath with the same series at 60 digits on 1,000 degrees above 1000, where the series is exact to 25 digits.
Exit code: 0; 1 if a double of zonal is off by more than 2.3e-16.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import mpmath
import numpy
from scipy.special import gammaln

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "reference"))
sys.path.insert(0, str(ROOT / "benches" / "peers"))
from decay_constants import series_route  # noqa: E402
from flint import arb, ctx  # noqa: E402

P, HIGHEST, FROM = 10, 10**6, 200
TERMS = 17  # odd powers of r = sqrt(s), below the 40 coefficients of series_route less those that lose accuracy


def cpu(who):
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def zonal(example, file):
    env = dict(os.environ, RAYON_NUM_THREADS="1")
    before = cpu(resource.RUSAGE_CHILDREN)
    text = subprocess.run([example, "ntk(10)", str(P), str(HIGHEST), file], env=env, check=True, capture_output=True, text=True).stdout
    return text.strip(), cpu(resource.RUSAGE_CHILDREN) - before


def coefficients():
    """a_j, b_j for odd j, in arb."""
    ends = [series_route("ntk(10)", 2, end) for end in (1, -1)]
    return [[c[2 * i + 1] for i in range(TERMS)] for c in ends]


def constant(i):
    """W_j without its ratio of Gamma functions, j = 2i + 1, in arb."""
    nu = arb(2 * i + 1) / 2
    return (arb(P) / 2).gamma() / arb.pi().sqrt() * arb(2) ** (nu + P - 2) * (nu + arb(P - 1) / 2).gamma() / (-nu).gamma()


def numpy_series(terms, product):
    k = numpy.arange(FROM, HIGHEST + 1, dtype=float)
    if product:
        ratio = 1.0 / numpy.prod([k - 0.5 + i for i in range(P)], axis=0)
    else:
        ratio = numpy.exp(gammaln(k - 0.5) - gammaln(k + P - 0.5))
    total = numpy.zeros_like(k)
    even = numpy.arange(FROM, HIGHEST + 1) % 2 == 0
    for i in reversed(range(TERMS)):
        total += numpy.where(even, terms[0][i], terms[1][i])
        if i:
            total /= (k - 0.5 - i) * (k + P - 1.5 + i)
    return total * ratio


def truth(k, terms):
    """The same series with 60 digits."""
    k = mpmath.mpf(k)
    total = mpmath.mpf(0)
    for i in reversed(range(TERMS)):
        total += terms[int(k) % 2][i]
        if i:
            total /= (k - mpmath.mpf(1) / 2 - i) * (k + P - mpmath.mpf(3) / 2 + i)
    return total / mpmath.fprod(k - mpmath.mpf(1) / 2 + i for i in range(P))


def flint_quadrature(highest):
    """All k <= highest: nodes and bits as a careful user would take them."""
    ctx.prec = 128 + int(33 + 11 * mpmath.log(highest, 2))
    n = highest + 120
    start = time.process_time()
    pi = arb.pi()
    sums = [arb(0)] * (highest + 1)
    for i in range((n + 1) // 2):
        x, w = arb.legendre_p_root(n, i, weight=True)
        for sign in (1, -1) if not x.contains(0) else (1,):
            theta = pi / 2 * (1 + sign * x)
            t = theta.cos()
            s, T = t, t
            for _ in range(9):
                angle = pi - s.acos()
                kappa_0 = angle / pi
                s, T = ((1 - s * s).sqrt() + angle * s) / pi, T * kappa_0
                T += s
            value = T * theta.sin() ** (P - 2) * w
            before, now = arb(1), t
            sums[0] += value
            for k in range(1, highest + 1):
                sums[k] += value * now
                before, now = now, ((2 * k + P - 2) * t * now - k * before) / (k + P - 2)
    return time.process_time() - start


def main():
    example = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "target/release/examples/million")
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "doubles")
        text, seconds = min((zonal(example, file) for _ in range(5)), key=lambda run: run[1])
        ours = numpy.fromfile(file, dtype="<f8")
    print(text)
    a, b = coefficients()
    ctx.prec = 300
    exact = [[(a[i] + sign * b[i]) * constant(i) for i in range(TERMS)] for sign in (1, -1)]
    floats = [[float(x) for x in row] for row in exact]
    mpmath.mp.dps = 60
    precise = [[mpmath.mpf(x.str(60, radius=False)) for x in row] for row in exact]
    generator = numpy.random.default_rng(1)
    sample = generator.integers(1000, HIGHEST, 1000)
    reference = {int(k): truth(int(k), precise) for k in sample}
    rows = []

    def worst(values, first):
        return max(float(abs(mpmath.mpf(float(values[k - first])) / reference[k] - 1)) for k in reference)

    rows.append(("zonal, whole process, one thread", seconds, worst(ours, 0)))
    for name, product in (("numpy + scipy gammaln", False), ("numpy, product of p factors", True)):
        start = time.process_time()
        values = numpy_series(floats, product)
        rows.append((name + f", k >= {FROM}", time.process_time() - start, worst(values, FROM)))
    width = max(len(row[0]) for row in rows)
    print(f"{'program':{width}}  cpu seconds  worst relative error")
    for name, time_, error in rows:
        print(f"{name:{width}}  {time_:11.3f}  {error:.1e}")
    for highest in (250, 500, 1000):
        print(f"python-flint quadrature, k <= {highest}: {flint_quadrature(highest):.2f} cpu seconds")
    return int(rows[0][2] > 2.3e-16)


if __name__ == "__main__":
    sys.exit(main())
