"""Integrals between places, for intervals.py and special.py

    mu_k = (1/Z) int_0^pi f(cos t) P_k(cos t) sin(t)^(p-2) dt,  P_k(1) = 1

The pieces between the places in t are cut geometrically towards both ends, by factors of 8 down to 1e-9, and integrated by mpmath's tanh-sinh
rule with 45 digits; a run with factors of 5 must agree to 1e-28.
"""
import csv
import os

from mpmath import cos, gamma, mp, mpf, pi, quad, sin, sqrt

mp.dps = 45
HERE = os.path.dirname(os.path.abspath(__file__))
HALF = pi / 2
DEGREES = [0, 1, 2, 5, 8]


def cuts(a, b, factor):
    """Places between a and b, close to both."""
    steps, distance = [], (b - a) / 2
    while distance > mpf(10) ** -9:
        steps.append(distance)
        distance /= factor
    return sorted({a, b} | {a + s for s in steps} | {b - s for s in steps})


def legendre(k, p, t):
    before, value = mpf(0), mpf(1)
    for j in range(k):
        if j == 0:
            before, value = value, t
        else:
            before, value = value, ((2 * j + p - 2) * t * value - j * before) / (j + p - 2)
    return value


def integral(places, f, p, k, factor):
    ends = [mpf(0), *places, pi]
    constant = gamma(mpf(p) / 2) / sqrt(pi) / gamma(mpf(p - 1) / 2)

    def integrand(t):
        if t == 0 or t == pi or t in places:
            return mpf(0)
        return f(t) * legendre(k, p, cos(t)) * sin(t) ** (p - 2)

    return constant * sum(quad(integrand, cuts(a, b, factor)) for a, b in zip(ends, ends[1:]))


def table(name, header, rows):
    """A file of rows beside this one."""
    with open(os.path.join(HERE, name), "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, delimiter="\t", lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def rows_of(kernels):
    for kernel, (places, f, dims) in kernels.items():
        for p in dims:
            for k in DEGREES:
                value, again = (integral(places, f, p, k, factor) for factor in (8, 5))
                assert abs(value - again) < mpf(10) ** -28, (kernel, p, k, value, again)
                yield kernel, p, k, mp.nstr(value, 25) if abs(value) > mpf(10) ** -26 else "0"


def eigenvalues(name, kernels):
    """kernels: the name of each with its places inside (0, pi), the function of t and the dimensions -> kernel, dim, degree, value to 25 digits"""
    table(name, ["kernel", "dim", "degree", "value"], rows_of(kernels))
