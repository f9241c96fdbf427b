"""Eigenvalues of (u+c)^m in exact arithmetic: the mean of (u+c)^m P_k(u) over the sphere, from the moments of u.

    python3 tests/reference/high_powers.py > tests/reference/high_powers.tsv

Columns: kernel, dimension, degree, value to 30 digits. E[u^(2n)] = prod_{l<n} (2l+1)/(p+2l); P_k by its three-term recurrence.
"""
from fractions import Fraction
from math import comb
from mpmath import mp, mpf

mp.dps = 60

CASES = [
    ("polynomial(1,1000)", 1, 1000, 3, (0, 1, 2, 7, 30)),
    ("polynomial(-3,1000)", -3, 1000, 3, (0, 1, 2, 7, 30)),
    ("polynomial(-3,1000)", -3, 1000, 10, (0, 1, 6)),
    ("polynomial(1/3,2500)", Fraction(1, 3), 2500, 4, (0, 1, 2, 9)),
    ("(u+2)^301", 2, 301, 5, (0, 3, 8)),
    ("u^10000", 0, 10000, 3, (0, 2, 10)),
    ("u^9999", 0, 9999, 6, (1, 3, 9)),
    ("polynomial(1,10000)", 1, 10000, 3, (0, 1, 4)),
    ("(3-2*u)^400", Fraction(-3, 2), 400, 3, (0, 1, 5)),
]


def legendre_coefficients(k, p):
    before, here = [Fraction(1)], [Fraction(0), Fraction(1)]
    if k == 0:
        return before
    for j in range(1, k):
        following = [Fraction(0)] * (j + 2)
        for i, c in enumerate(here):
            following[i + 1] += c * Fraction(2 * j + p - 2, j + p - 2)
        for i, c in enumerate(before):
            following[i] -= c * Fraction(j, j + p - 2)
        before, here = here, following
    return here


def moments(highest, p):
    even, list_ = Fraction(1), []
    for n in range(highest + 1):
        if n % 2:
            list_.append(Fraction(0))
        else:
            list_.append(even)
            even *= Fraction(n + 1, p + n)
    return list_


for name, c, m, p, degrees in CASES:
    # In high precision from here on: the sums have one sign, and the digits lost in P_k are few at these degrees.
    mp.dps = 120
    mean = [mpf(x.numerator) / x.denominator for x in moments(m + max(degrees), p)]
    shift = mpf(Fraction(c).numerator) / Fraction(c).denominator
    scale = mpf(-2) ** m if name.startswith("(3-2") else mpf(1)
    for k in degrees:
        total = mpf(0)
        for i, a in enumerate(legendre_coefficients(k, p)):
            if a:
                weights = range(m, m + 1) if c == 0 else range(m + 1)
                inner = sum(comb(m, j) * shift ** (m - j) * mean[i + j] for j in weights if (i + j) % 2 == 0)
                total += mpf(a.numerator) / a.denominator * inner
        print(name, p, k, mp.nstr(total * scale, 30, min_fixed=0, max_fixed=0), sep="\t")
