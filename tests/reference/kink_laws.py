"""Eigenvalues of high degree of kernels with kinks, for tests/all/kink_laws.rs

    mu_k = (1/Z) int_0^pi f(cos t) P_k(cos t) sin(t)^(p-2) dt,  P_k(1) = 1

Gauss-Legendre in t on panels between the kinks, in integers of 45 decimals, P_k by its recurrence; panels of half the length must agree to
1e-33. Writes kink_laws.tsv (rounded to that); some minutes.
"""
import csv
import os

from mpmath import acos, cos, exp, gamma, mp, mpf, pi, sin, sqrt

mp.dps = 50
HERE = os.path.dirname(os.path.abspath(__file__))
SCALE = 10**45
NODES = 24


def rule(n):
    """Nodes and weights of Gauss-Legendre on [-1, 1]."""
    found = []
    for i in range(1, n + 1):
        x = cos(pi * (mpf(i) - mpf(1) / 4) / (n + mpf(1) / 2))
        for _ in range(8):
            p0, p1 = mpf(1), x
            for j in range(1, n):
                p0, p1 = p1, ((2 * j + 1) * x * p1 - j * p0) / (j + 1)
            slope = n * (x * p1 - p0) / (x * x - 1)
            x -= p1 / slope
        found.append((x, 2 / ((1 - x * x) * slope**2)))
    return found


RULE = rule(NODES)


def integral(places, f, p, degrees, panels):
    ends = [mpf(0), *places, pi]
    constant = gamma(mpf(p) / 2) / sqrt(pi) / gamma(mpf(p - 1) / 2)
    sums = dict.fromkeys(degrees, 0)
    for piece, (a, b) in enumerate(zip(ends, ends[1:])):
        for i in range(panels):
            low = a + (b - a) * i / panels
            half = (b - a) / panels / 2
            for x, w in RULE:
                t = low + half * (1 + x)
                value = f(t, piece)
                if value == 0:
                    continue
                weight = int(constant * half * w * value * sin(t) ** (p - 2) * SCALE)
                u = int(cos(t) * SCALE)
                before, now = 0, SCALE
                for k in range(max(degrees) + 1):
                    if k in sums:
                        sums[k] += weight * now // SCALE
                    after = ((2 * k + p - 2) * (u * now // SCALE) - k * before) // (k + p - 2) if k else u
                    before, now = now, after
    return {k: mpf(s) / SCALE for k, s in sums.items()}


def chord(t):
    return 2 * sin(t / 2)


THIRD = acos(mpf(1) / 3)
KERNELS = {
    "max(1-sqrt(2-2*u),0)^4*(4*sqrt(2-2*u)+1)": ([pi / 3], lambda t, i: (1 - chord(t)) ** 4 * (4 * chord(t) + 1) if i == 0 else mpf(0), [3, 5]),
    "max(1-acos(u),0)^2": ([mpf(1)], lambda t, i: (1 - t) ** 2 if i == 0 else mpf(0), [2, 3, 4]),
    "max(1-acos(u),0)^3": ([mpf(1)], lambda t, i: (1 - t) ** 3 if i == 0 else mpf(0), [5]),
    "laplace(1)+abs(u)/100": ([pi / 2], lambda t, i: exp(-chord(t)) + abs(cos(t)) / 100, [3, 7]),
    "max(u-1/3,0)^3+acos(u)^2": ([THIRD], lambda t, i: ((cos(t) - mpf(1) / 3) ** 3 if i == 0 else 0) + t * t, [3, 6]),
    "exp(abs(u-1/3))": ([THIRD], lambda t, i: exp(abs(cos(t) - mpf(1) / 3)), [3, 8]),
}
DEGREES = [60, 61, 300, 301, 1200, 1201]


def main():
    rows = []
    for kernel, (places, f, dims) in KERNELS.items():
        for p in dims:
            once, twice = (integral(places, f, p, DEGREES, panels) for panels in (200, 300))
            for k in DEGREES:
                assert abs(once[k] - twice[k]) < mpf(10) ** -33, (kernel, p, k, once[k], twice[k])
                rows.append((kernel, p, k, mp.nstr(twice[k], 20)))
    with open(os.path.join(HERE, "kink_laws.tsv"), "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, delimiter="\t", lineterminator="\n")
        out.writerow(("kernel", "dim", "degree", "value"))
        out.writerows(rows)


if __name__ == "__main__":
    main()
