"""Eigenvalues, energies and learning curves on the Boolean cube -> cube.tsv, cube_energies.tsv, cube_learning.tsv

    mu_k = 2^-d sum_j C(d,j) kappa(1-2j/d) K_k(j)/C(d,k),  K_k(j) = sum_i (-1)^i C(j,i) C(d-j,k-i),  W_k = C(d,k) lambda_k(g)^2

Run:  python cube.py        a minute on one core (mpmath 1.3)

Plain sums with 60 + 4 d digits: mu_d of exp(u) is about d^-d. What is below 10^(20 - digits) of kappa(1) is 0. Learning: n = sum_k C(d,k) mu_k/(mu_k+x) + ridge/x solved by bisection, E0 = n/(n - sum C (mu/(mu+x))^2),
test = E0 (sum_k W_k (x/(mu_k+x))^2 + noise).
"""
import csv
import os
from math import comb

from mpmath import acos, exp, mp, mpf, pi, sqrt

HERE = os.path.dirname(os.path.abspath(__file__))


def kappa0(u):
    return 1 - acos(u) / pi


def kappa1(u):
    return (sqrt(1 - u * u) + (pi - acos(u)) * u) / pi


def ntk3(u):
    once = kappa1(u)
    return kappa1(once) + (once + u * kappa0(u)) * kappa0(once)


def chord(u):
    return sqrt(2 - 2 * u)


KERNELS = {
    "exp(u)": exp,
    "ntk(3)": ntk3,
    "nngp(3)": lambda u: kappa1(kappa1(u)),
    "arccos(0)": kappa0,
    "arccos(1)": kappa1,
    "laplace(1)": lambda u: exp(-chord(u)),
    "matern(3/2,1)": lambda u: (1 + sqrt(mpf(3)) * chord(u)) * exp(-sqrt(mpf(3)) * chord(u)),
    "gaussian(1)": lambda u: exp(-2 * (1 - u)),
    "abs(u)": abs,
    "max(0,1-acos(u))^2": lambda u: max(mpf(0), 1 - acos(u)) ** 2,
    "where(u-1/4,u^2,1/16)": lambda u: u * u if u > 0.25 else mpf(1) / 16,
    "(1+u)^5": lambda u: (1 + u) ** 5,
    "10^400*exp(u)": lambda u: mpf(10) ** 400 * exp(u),
}
TARGETS = {
    "u^3": lambda u: u**3,
    "abs(u)": abs,
    "step(u)": lambda u: mpf(1) if u > 0 else mpf(0),
    "exp(2*u)": lambda u: exp(2 * u),
    "sin(5*u)": lambda u: mp.sin(5 * u),
}
DEGREES = {1: [0, 1], 2: [0, 1, 2], 3: [0, 1, 2, 3], 8: range(9), 64: [0, 1, 2, 3, 8, 31, 32, 33, 63, 64], 201: [0, 1, 7, 100, 101, 200, 201]}
LEARNING = [("ntk(3)", 10), ("laplace(1)", 13), ("gaussian(1)", 64), ("exp(u)", 200)]


def krawtchouk(d, k, j):
    return sum((-1) ** i * comb(j, i) * comb(d - j, k - i) for i in range(max(0, k - d + j), min(j, k) + 1))


def coefficient(f, d, k):
    mp.dps = 60 + 4 * d
    total = sum(comb(d, j) * f(1 - mpf(2 * j) / d) * krawtchouk(d, k, j) for j in range(d + 1))
    value = total / (mpf(2) ** d * comb(d, k))
    return value if abs(value) > abs(f(mpf(1))) * mpf(10) ** (20 - mp.dps) else mpf(0)


def written(x, digits):
    return mp.nstr(x, digits) if x else "0"


def table(name, header, rows):
    with open(os.path.join(HERE, name), "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, delimiter="\t", lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def learning():
    for kernel, d in LEARNING:
        mu = [coefficient(KERNELS[kernel], d, k) for k in range(d + 1)]
        for target in ["u^3", "exp(2*u)"]:
            energies = [comb(d, k) * coefficient(TARGETS[target], d, k) ** 2 for k in range(d + 1)]
            for n in [5, 100, 900]:
                for ridge, noise in [(0, 0), (mpf("0.25"), mpf("0.5"))]:
                    low, high = mpf(10) ** -400, 1000 * mpf(1)
                    count = lambda x: sum(comb(d, k) * mu[k] / (mu[k] + x) for k in range(d + 1)) + ridge / x
                    for _ in range(5000):
                        middle = sqrt(low * high)
                        low, high = (middle, high) if count(middle) > n else (low, middle)
                        if high / low - 1 < mpf(10) ** -25:
                            break
                    halves = sum(comb(d, k) * (mu[k] / (mu[k] + low)) ** 2 for k in range(d + 1))
                    bias = sum(energies[k] * (low / (mu[k] + low)) ** 2 for k in range(d + 1))
                    test = n / (n - halves) * (bias + noise)
                    yield kernel, d, target, n, mp.nstr(mpf(ridge), 3), mp.nstr(mpf(noise), 3), mp.nstr(low, 17), mp.nstr(test, 17)


table(
    "cube.tsv",
    ["kernel", "dim", "degree", "value"],
    ((name, d, k, written(coefficient(f, d, k), 25)) for name, f in KERNELS.items() for d, ks in DEGREES.items() for k in ks),
)
table(
    "cube_energies.tsv",
    ["target", "dim", "degree", "energy"],
    ((name, d, k, written(comb(d, k) * coefficient(f, d, k) ** 2, 17)) for name, f in TARGETS.items() for d in [1, 8, 31] for k in range(d + 1)),
)
table("cube_learning.tsv", ["kernel", "dim", "target", "samples", "ridge", "noise", "regularisation", "test"], learning())
