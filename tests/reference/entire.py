"""Eigenvalues of exponential kernels whose Taylor coefficients grow before they fall -> entire.tsv

Run:   python entire.py          (seconds; mpmath)

mu_k(e^(c u)) = Gamma(p/2) (2/c)^(p/2-1) I_{k+p/2-1}(c) on the sphere in R^p (Funk, Hecke); e^(-2b(1-u)) for gaussian(b).
Written to 40 digits, computed to 60 and to 90, which agree.
"""
import os

import mpmath as mp

CASES = [
    ("exponential", 500, 3, [0, 1, 499, 500, 1000, 1001, 2000]),
    ("exponential", -500, 3, [0, 1, 500, 1000, 2000, 2001]),
    ("exponential", 100, 3, [99, 1000]),
    ("exponential", 300, 10, [300, 1500]),
    ("exponential", 5000, 4, [0, 10, 5000]),
    ("gaussian", 250, 3, [0, 501, 1500]),
]


def value(name, c, p, k, digits):
    with mp.workdps(digits):
        b = abs(c) if name == "exponential" else 2 * c
        mu = mp.gamma(mp.mpf(p) / 2) * (mp.mpf(2) / b) ** (mp.mpf(p) / 2 - 1) * mp.besseli(k + mp.mpf(p) / 2 - 1, b)
        if name == "gaussian":
            mu *= mp.exp(-b)
        if c < 0 and k % 2:
            mu = -mu
        return mu


with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "entire.tsv"), "w") as out:
    out.write("kernel\tp\tk\tmu\n")
    for name, c, p, degrees in CASES:
        for k in degrees:
            first, second = value(name, c, p, k, 60), value(name, c, p, k, 90)
            assert abs(first / second - 1) < mp.mpf(10) ** -50
            with mp.workdps(90):
                out.write("%s(%d)\t%d\t%d\t%s\n" % (name, c, p, k, mp.nstr(second, 40, min_fixed=0, max_fixed=0)))
