"""Eigenvalues of kernels with kinks at angles and distances -> kinks.tsv

    mu_k = (1/Z) int_0^pi f(cos t) P_k(cos t) sin(t)^(p-2) dt,  P_k(1) = 1

Run:  python kinks.py        about three minutes on one core (mpmath 1.3)

kinks.tsv (kernel, dim, degree, value to 25 digits). Each smooth piece in the angle t is cut into parts of at most 3/(k+8) and
integrated by mpmath's Gauss-Legendre rule with 40 digits; a second run with parts of 2/(k+8) must agree to 1e-30.
"""
import csv
import os

from mpmath import acos, atan, cos, exp, gamma, linspace, log, mp, mpf, pi, quad, sin, sqrt, tan

mp.dps = 40
HERE = os.path.dirname(os.path.abspath(__file__))
ONE = mpf(1)


def chord(t):
    return 2 * sin(t / 2)


# kernel: (places of the kinks in t, function of t)
KERNELS = {
    "max(0, 1 - acos(u))": ([ONE], lambda t: max(0, 1 - t)),
    "max(0, 1 - acos(u)/2)^3": ([ONE * 2], lambda t: max(0, 1 - t / 2) ** 3),
    "max(0, 1 - acos(u)/2)^4*(2*acos(u) + 1)": ([ONE * 2], lambda t: max(0, 1 - t / 2) ** 4 * (2 * t + 1)),
    "where(1 - acos(u), 1 - 1.5*acos(u) + 0.5*acos(u)^3, 0)":
        ([ONE], lambda t: 1 - mpf(3) / 2 * t + t**3 / 2 if t < 1 else mpf(0)),
    "max(0, 1 - sqrt(2 - 2*u))^4*(4*sqrt(2 - 2*u) + 1)":
        ([pi / 3], lambda t: max(0, 1 - chord(t)) ** 4 * (4 * chord(t) + 1)),
    "max(0, 1 - 3*acos(u)/pi)^2": ([pi / 3], lambda t: max(0, 1 - 3 * t / pi) ** 2),
    "max(exp(u) - 2, 0)": ([acos(log(mpf(2)))], lambda t: max(exp(cos(t)) - 2, 0)),
    "abs(sin(3*u))*u": ([pi / 2], lambda t: abs(sin(3 * cos(t))) * cos(t)),
    "min(acos(u), 2)*u": ([ONE * 2], lambda t: min(t, 2) * cos(t)),
    "max(0, atan(u) - 1/2)": ([acos(tan(ONE / 2))], lambda t: max(0, atan(cos(t)) - ONE / 2)),
}
DIMS = [2, 3, 4, 7]
DEGREES = [0, 1, 2, 3, 8, 25, 60]


def legendre(p, k, t):
    a, b = mpf(1), t
    if k == 0:
        return a
    for j in range(1, k):
        a, b = b, ((2 * j + p - 2) * t * b - j * a) / (j + p - 2)
    return b


def eigenvalue(kernel, p, k, width):
    places, f = KERNELS[kernel]
    ends = [mpf(0)] + sorted(places) + [pi]
    points = []
    for a, b in zip(ends, ends[1:]):
        n = int((b - a) * (k + 8) / width) + 2
        points += linspace(a, b, n)[:-1]
    points.append(pi)
    # A quotient of neighbours would vanish: the rule never samples the ends themselves.
    total = quad(lambda t: f(t) * legendre(p, k, cos(t)) * sin(t) ** (p - 2), points, method="gauss-legendre")
    return total * gamma(mpf(p) / 2) / (sqrt(pi) * gamma(mpf(p - 1) / 2))


def main():
    with open(os.path.join(HERE, "kinks.tsv"), "w", newline="") as file:
        out = csv.writer(file, delimiter="\t", lineterminator="\n")
        out.writerow(["kernel", "dim", "degree", "value"])
        for kernel in KERNELS:
            for p in DIMS:
                for k in DEGREES:
                    value, again = eigenvalue(kernel, p, k, 3), eigenvalue(kernel, p, k, 2)
                    if abs(value - again) > mpf(10) ** -30:
                        raise SystemExit(f"STOP: {kernel} {p} {k}: {value} {again}")
                    out.writerow([kernel, p, k, mp.nstr(value, 25) if abs(value) > mpf(10) ** -29 else "0"])
                    file.flush()


main()
