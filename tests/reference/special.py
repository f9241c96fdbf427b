"""Eigenvalues of kernels made of hyperbolic functions, arc tangents, error functions and the normal distribution -> special.tsv

    mu_k = (1/Z) int_0^pi f(cos t) P_k(cos t) sin(t)^(p-2) dt,  P_k(1) = 1

Run:  python special.py        a minute on one core (mpmath 1.3)

special.tsv (kernel, dim, degree, value to 25 digits). The pieces between the places in t are cut geometrically towards both ends, by factors
of 8 down to 1e-9, and integrated by mpmath's tanh-sinh rule with 45 digits; a run with factors of 5 must agree to 1e-28. special_values.tsv
(function, re, im, value re, value im): complex values by mpmath.
"""
import csv
import os

from mpmath import atan, cos, cosh, erf, exp, gamma, mp, mpc, mpf, ncdf, npdf, pi, quad, sin, sinh, sqrt, tanh

mp.dps = 45
HERE = os.path.dirname(os.path.abspath(__file__))
HALF = pi / 2

# kernel: (places inside (0, pi), function of t)
KERNELS = {
    "tanh(2*u)": ([HALF], lambda t: tanh(2 * cos(t))),
    "sinh(u) + cosh(2*u)": ([], lambda t: sinh(cos(t)) + cosh(2 * cos(t))),
    "atan(3*u)": ([HALF], lambda t: atan(3 * cos(t))),
    "erf(u)": ([], lambda t: erf(cos(t))),
    "erf(6*u - 3)": ([mpf("1.0471975511965977461542144610931676280657231331250352736583148641")], lambda t: erf(6 * cos(t) - 3)),
    "u*normal_cdf(u) + normal_pdf(u)": ([], lambda t: cos(t) * ncdf(cos(t)) + npdf(cos(t))),
    "erf(sqrt(1-u))": ([], lambda t: erf(sqrt(mpf(2)) * sin(t / 2))),
    "exp(-atan(sqrt(2-2*u)))": ([], lambda t: exp(-atan(2 * sin(t / 2)))),
    "abs(tanh(u))": ([HALF], lambda t: abs(tanh(cos(t)))),
    "tanh(u)/u": ([HALF], lambda t: tanh(cos(t)) / cos(t)),
}
DIMS = [2, 3, 10]
DEGREES = [0, 1, 2, 5, 8]
FUNCTIONS = {"tanh": tanh, "sinh": sinh, "cosh": cosh, "atan": atan, "erf": erf, "normal_pdf": npdf, "normal_cdf": ncdf}
POINTS = [(0.5, 0.25), (-0.75, 0.5), (1.5, 1.0), (3.0, -2.0), (-0.125, 0.75), (0.0, 0.5), (7.0, 0.5), (-40.0, 1.0)]


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


def table(name, header):
    file = open(os.path.join(HERE, name), "w", newline="", encoding="utf-8")
    out = csv.writer(file, delimiter="\t", lineterminator="\n")
    out.writerow(header)
    return out


out = table("special.tsv", ["kernel", "dim", "degree", "value"])
for kernel, (places, f) in KERNELS.items():
    for p in DIMS:
        for k in DEGREES:
            value, again = (integral(places, f, p, k, factor) for factor in (8, 5))
            assert abs(value - again) < mpf(10) ** -28, (kernel, p, k, value, again)
            out.writerow([kernel, p, k, mp.nstr(value, 25) if abs(value) > mpf(10) ** -26 else "0"])

out = table("special_values.tsv", ["function", "re", "im", "value_re", "value_im"])
for name, f in FUNCTIONS.items():
    for re, im in POINTS:
        z = mpc(re, im)
        if name.startswith("normal"):
            value = exp(-z * z / 2) / sqrt(2 * pi) if name == "normal_pdf" else (1 + erf(z / sqrt(mpf(2)))) / 2
        else:
            value = f(z)
        out.writerow([name, re, im, mp.nstr(value.real, 20), mp.nstr(value.imag, 20)])
