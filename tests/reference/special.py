"""Eigenvalues of kernels made of hyperbolic functions, arc tangents, error functions and the normal distribution -> special.tsv

Run:  python special.py        two minutes on one core (mpmath 1.3)

special.tsv (kernel, dim, degree, value to 25 digits), by the integrals of pieces.py. special_values.tsv (function, re, im, value re, value im):
complex values by mpmath.
"""
from mpmath import atan, cos, cosh, erf, exp, mp, mpc, mpf, ncdf, npdf, pi, sin, sinh, sqrt, tanh
from pieces import HALF, eigenvalues, table

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
FUNCTIONS = {"tanh": tanh, "sinh": sinh, "cosh": cosh, "atan": atan, "erf": erf, "normal_pdf": npdf, "normal_cdf": ncdf}
POINTS = [(0.5, 0.25), (-0.75, 0.5), (1.5, 1.0), (3.0, -2.0), (-0.125, 0.75), (0.0, 0.5), (7.0, 0.5), (-40.0, 1.0)]

eigenvalues("special.tsv", {kernel: (*entry, DIMS) for kernel, entry in KERNELS.items()})



def value(name, z):
    if name == "normal_pdf":
        return exp(-z * z / 2) / sqrt(2 * pi)
    return (1 + erf(z / sqrt(mpf(2)))) / 2 if name == "normal_cdf" else FUNCTIONS[name](z)


values = ((name, re, im, value(name, mpc(re, im))) for name in FUNCTIONS for re, im in POINTS)
table(
    "special_values.tsv",
    ["function", "re", "im", "value_re", "value_im"],
    ((name, re, im, mp.nstr(z.real, 20), mp.nstr(z.imag, 20)) for name, re, im, z in values),
)
