"""Eigenvalues of kernels that are analytic between places only, or nearly singular -> intervals.tsv

Run:  python intervals.py        some minutes on one core (mpmath 1.3)

intervals.tsv (kernel, dim, degree, value to 25 digits), by the integrals of pieces.py.
"""
from mpmath import acos, asin, cos, exp, log, mpf, pi, sin, sqrt
from pieces import HALF, eigenvalues


def chord(t):
    return 2 * sin(t / 2)


def kappa0(x):
    return 1 - acos(x) / pi


def kappa1(x):
    return (sqrt(1 - x * x) + (pi - acos(x)) * x) / pi


def less(t):
    """1 - u"""
    return 2 * sin(t / 2) ** 2


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
    "(1-u)*log(1-u)": ([], lambda t: less(t) * log(less(t)), ALL),
    "(2-2*u)^2*log(2-2*u)": ([], lambda t: (2 * less(t)) ** 2 * log(2 * less(t)), ALL),
    "sqrt(1-u)*log(1-u)": ([], lambda t: sqrt(less(t)) * log(less(t)), ALL),
    "(1-u)*log(1-u)^2+u": ([], lambda t: less(t) * log(less(t)) ** 2 + cos(t), ALL),
    "acos(u)*log(acos(u))": ([], lambda t: t * log(t), ALL),
    "exp(-1/u^2)": ([HALF], lambda t: exp(-1 / cos(t) ** 2), ALL),
    "1/(1+1/u^2)": ([HALF], lambda t: cos(t) ** 2 / (cos(t) ** 2 + 1), ALL),
    "tanh(1/u^2)": ([HALF], lambda t: 1 - 2 / (1 + exp(2 / cos(t) ** 2)), ALL),
}

eigenvalues("intervals.tsv", KERNELS)
