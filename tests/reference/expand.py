"""Coefficients of expansions of kernels beside points, independently: contour integrals by mpmath.

At u = 1 and -1 the variable is t = s^m; with the angle written as 2 asin(s^(m/2)/2) the kernels are analytic in s, and
    c_j = 1/(2 pi r^j) * integral of f(r e^(i phi)) e^(-i j phi) d phi,
by the trapezoid rule, whose error falls geometrically. At other points s = u - a.

    python3 tests/reference/expand.py > tests/reference/expand.tsv
"""
from mpmath import mp, mpf, mpc, asin, cos, exp, expjpi, fac, pi, sin, sqrt

mp.dps = 60
NODES = 512
TERMS = 9


def half_sine_to_angle(h):
    """The angle whose half has this sine: 1 - cos = 2 h^2."""
    return 2 * asin(h)


def arc_cosines(theta):
    """kappa_0, kappa_1 and sqrt((1 - kappa_1)/2) / theta, analytic in theta."""
    zero = 1 - theta / pi
    one = (sin(theta) + (pi - theta) * cos(theta)) / pi
    # 1 - kappa_1 = (theta cos theta - sin theta)/pi + 1 - cos theta
    return zero, one


def networks(layers, half):
    """nngp and ntk of a number of layers, from half = sqrt((1-u)/2), analytic in it near 0."""
    theta = half_sine_to_angle(half)
    u = 1 - 2 * half * half
    nngp = ntk = u
    for _ in range(layers - 1):
        zero, one = arc_cosines(theta)
        ntk = ntk * zero + one
        nngp = one
        # sqrt((1-u)/2) = half * sqrt of what is positive at half = 0
        half = half * sqrt((1 - one) / (2 * half * half))
        theta = half_sine_to_angle(half)
    return nngp, ntk


# name, powers of s in t, function of d with d^2 = t = 2 - 2u
ENDS = [
    ("laplace(1)", 2, lambda s: exp(-s)),
    ("matern(3/2,1)", 2, lambda s: (1 + sqrt(mpf(3)) * s) * exp(-sqrt(mpf(3)) * s)),
    ("gaussian(1)", 1, lambda s: exp(-s)),
    ("gamma_exponential(1,3/2)", 4, lambda s: exp(-(s**3))),
    ("arccos(0)", 2, lambda s: arc_cosines(half_sine_to_angle(s / 2))[0]),
    ("arccos(1)", 2, lambda s: arc_cosines(half_sine_to_angle(s / 2))[1]),
    ("nngp(3)", 2, lambda s: networks(3, s / 2)[0]),
    ("ntk(2)", 2, lambda s: networks(2, s / 2)[1]),
    ("ntk(3)", 2, lambda s: networks(3, s / 2)[1]),
    ("ntk(5)", 2, lambda s: networks(5, s / 2)[1]),
    ("exp(u)*asin(u)", 2, lambda s: exp(1 - s * s / 2) * (pi / 2 - half_sine_to_angle(s / 2))),
]


def real_networks(layers, u):
    nngp = ntk = u
    for _ in range(layers - 1):
        theta = pi / 2 - asin(nngp)
        zero, one = arc_cosines(theta)
        ntk = ntk * zero + one
        nngp = one
    return nngp, ntk


# At the other end theta = pi - 2 asin(s/2).
ANTIPODES = [
    ("laplace(1)", 1, lambda s: exp(-sqrt(4 - s))),
    ("arccos(0)", 2, lambda s: arc_cosines(pi - half_sine_to_angle(s / 2))[0]),
    ("arccos(1)", 2, lambda s: arc_cosines(pi - half_sine_to_angle(s / 2))[1]),
    ("ntk(2)", 2, lambda s: (-1 + s * s / 2) * arc_cosines(pi - half_sine_to_angle(s / 2))[0]
     + arc_cosines(pi - half_sine_to_angle(s / 2))[1]),
]

INSIDE = [
    ("laplace(1)", lambda u: exp(-sqrt(2 - 2 * u))),
    ("ntk(3)", lambda u: real_networks(3, u)[1]),
    ("nngp(3)", lambda u: real_networks(3, u)[0]),
    ("gaussian(1)", lambda u: exp(2 * u - 2)),
    ("exp(u)*asin(u)", lambda u: exp(u) * asin(u)),
]


def coefficients(f, radius):
    values = [f(radius * expjpi(mpf(2 * i) / NODES)) for i in range(NODES)]
    for j in range(TERMS):
        total = sum(v * expjpi(-mpf(2 * i * j) / NODES) for i, v in enumerate(values))
        yield (total / NODES / radius**j).real


def row(kernel, at, exponent, value):
    print(f"{kernel}\t{at}\t{exponent}\t{mp.nstr(value, 40)}")


def fraction(j, m):
    from fractions import Fraction
    return Fraction(j, m)


print("# kernel, point, exponent, coefficient: tests/reference/expand.py")
for kernel, m, f in ENDS:
    for j, c in enumerate(coefficients(f, mpf(1) / 4)):
        row(kernel, 1, fraction(j, m), 0 if abs(c) < mpf(10) ** -45 else c)
for kernel, m, f in ANTIPODES:
    for j, c in enumerate(coefficients(f, mpf(1) / 4)):
        row(kernel, -1, fraction(j, m), 0 if abs(c) < mpf(10) ** -45 else c)
for kernel, f in INSIDE:
    for at in (mpf(0), mpf(1) / 3):
        for j, c in enumerate(coefficients(lambda s: f(at + s), mpf(1) / 8)):
            row(kernel, "0" if at == 0 else "1/3", j, 0 if abs(c) < mpf(10) ** -40 else c)
