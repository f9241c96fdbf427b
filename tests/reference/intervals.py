"""Eigenvalues of kernels that are analytic between places only, or nearly singular -> intervals.tsv

    mu_k = (1/Z) int_0^pi f(cos t) P_k(cos t) sin(t)^(p-2) dt,  P_k(1) = 1

Run:  python intervals.py        some minutes on one core (mpmath 1.3)

intervals.tsv (kernel, dim, degree, value to 25 digits). The pieces between the places in t are cut geometrically towards both ends, by factors
of 8 down to 1e-9, and integrated by mpmath's tanh-sinh rule with 45 digits; a run with factors of 5 must agree to 1e-28.
"""
import csv
import os

from mpmath import acos, asin, cos, exp, gamma, mp, mpf, pi, quad, sin, sqrt

mp.dps = 45
HERE = os.path.dirname(os.path.abspath(__file__))
HALF = pi / 2


def chord(t):
    return 2 * sin(t / 2)


def kappa0(x):
    return 1 - acos(x) / pi


def kappa1(x):
    return (sqrt(1 - x * x) + (pi - acos(x)) * x) / pi


def poisson(t):
    r = mpf(1) / 2
    return (1 - r * r) / (1 - 2 * r * cos(t) + r * r) ** (mpf(3) / 2)


# kernel: (places inside (0, pi), function of t, dimensions)
ALL = [2, 3, 5, 10]
KERNELS = {
    "max(0, u - cos(1))^(3/2)": ([mpf(1)], lambda t: max(0, cos(t) - cos(1)) ** (mpf(3) / 2), ALL),
    "exp(abs(u))": ([HALF], lambda t: exp(abs(cos(t))), ALL),
    "abs(u)^(1/2)": ([HALF], lambda t: sqrt(abs(cos(t))), ALL),
    "(u^2)^(1/3)": ([HALF], lambda t: (cos(t) ** 2) ** (mpf(1) / 3), ALL),
    "((u-1/3)^4)^(1/3)": ([acos(mpf(1) / 3)], lambda t: ((cos(t) - mpf(1) / 3) ** 4) ** (mpf(1) / 3), ALL),
    "sqrt(u^2+1e-6)": ([HALF], lambda t: sqrt(cos(t) ** 2 + mpf(10) ** -6), ALL),
    "sin(u)/u": ([HALF], lambda t: sin(cos(t)) / cos(t), ALL),
    "asin(u)/u": ([HALF], lambda t: (HALF - t) / cos(t), ALL),
    "gamma_exponential(1,13/10)": ([], lambda t: exp(-chord(t) ** (mpf(13) / 10)), ALL),
    "gamma_exponential(1,1/10)": ([], lambda t: exp(-chord(t) ** (mpf(1) / 10)), ALL),
    "(1-u)^(7/10)": ([], lambda t: (2 * sin(t / 2) ** 2) ** (mpf(7) / 10), ALL),
    "sqrt(acos(u))": ([], lambda t: sqrt(t), ALL),
    "acos(arccos0(u))": ([], lambda t: acos(1 - t / pi), ALL),
    "arccos1(laplace(1))": ([], lambda t: kappa1(exp(-chord(t))), ALL),
    "acos(cos(u))": ([HALF], lambda t: abs(cos(t)), ALL),
    "sqrt(1-cos(sqrt(1-u)))": ([], lambda t: sqrt(mpf(2)) * sin(sin(t / 2) / sqrt(mpf(2))), ALL),
    "arccos1(u^2-1)": ([HALF], lambda t: kappa1(cos(t) ** 2 - 1), ALL),
    "(1-cos(u))/u^2": ([HALF], lambda t: 2 * (sin(cos(t) / 2) / cos(t)) ** 2, ALL),
    "sin(u)^40/u^40": ([HALF], lambda t: (sin(cos(t)) / cos(t)) ** 40, ALL),
    "sin(3*u-1)/(3*u-1)+u": ([acos(mpf(1) / 3)], lambda t: sin(3 * cos(t) - 1) / (3 * cos(t) - 1) + cos(t), ALL),
    "exp(poisson(1/2))": ([], lambda t: exp(poisson(t)), [3]),
    "cos(poisson(1/2))": ([], lambda t: cos(poisson(t)), [3]),
}
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


with open(os.path.join(HERE, "intervals.tsv"), "w", newline="", encoding="utf-8") as file:
    out = csv.writer(file, delimiter="\t", lineterminator="\n")
    out.writerow(["kernel", "dim", "degree", "value"])
    for kernel, (places, f, dims) in KERNELS.items():
        for p in dims:
            for k in DEGREES:
                value, again = (integral(places, f, p, k, factor) for factor in (8, 5))
                assert abs(value - again) < mpf(10) ** -28, (kernel, p, k, value, again)
                out.writerow([kernel, p, k, mp.nstr(value, 25) if abs(value) > mpf(10) ** -26 else "0"])
                file.flush()
