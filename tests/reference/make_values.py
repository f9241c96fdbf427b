"""Point values kappa(u), 40 digits -> values.csv (kernel,at,value) and, because the Poisson kernel
depends on the dimension, values_poisson.csv (kernel,dim,at,value).

Run:  python make_values.py       (seconds)

`at` is an exact decimal. Values by ball arithmetic (kernels.Point.value, 700 bits, the radius is
checked); confirmed with mpmath (kernels.mp_value, 200 digits, other formulas; arccos(6) by the Cho-Saul
integral). The rows 1-arccos1(u), 1-arccos0(u), 1-nngp(5), 5-ntk(5), 1-laplace(1) are differences at
u = 1-1e-20, 1-1e-40, where a formula in plain doubles loses everything.
"""
import csv
import os

import mpmath as mp
from flint import arb, ctx

from kernels import KERNELS, Point, mp_value, parse, sig_digits

HERE = os.path.dirname(os.path.abspath(__file__))
DIGITS = 40
N20, N40 = "0." + "9" * 20, "0." + "9" * 40
ATS = ["1", "-1", "0", "0.5", "-0.3", "0.999999", N20, "-" + N20]
EXPRESSIONS = [("1-arccos1(u)", 1, "arccos(1)"), ("1-arccos0(u)", 1, "arccos(0)"),
               ("1-nngp(5)", 1, "nngp(5)"), ("5-ntk(5)", 5, "ntk(5)"),
               ("1-laplace(1)", 1, "laplace(1)")]
POISSON_DIMS = (2, 3, 10)


class At(Point):
    """A point given by u; the end points exactly."""

    def __init__(self, text):
        u = arb(text)
        self.pi = arb.pi()
        self.sig, self.kap0 = [None, u], [None]
        self.c, self.d = u, (2 - 2 * u).sqrt()
        if text in ("1", "-1"):
            self.th = arb(0) if text == "1" else self.pi
            self.s = arb(0)
        else:
            self.th, self.s = u.acos(), (1 - u * u).sqrt()

    def layer(self, l):
        while len(self.sig) <= l:
            f = self.sig[-1]
            if len(self.sig) == 2:
                th, s = self.th, self.s
            elif self.s.is_zero() and self.th.is_zero():
                th, s = arb(0), arb(0)
            else:
                th, s = f.acos(), (1 - f * f).sqrt()
            self.kap0.append(1 - th / self.pi)
            self.sig.append((s + (self.pi - th) * f) / self.pi)
        return self.sig[l]


def mp_at(kernel, text, dim=None):
    mp.mp.dps = 200
    th = mp.acos(mp.mpf(text))
    if kernel == "arccos(6)":   # Cho & Saul: J_n = n! sin^(2n+1) int cos^n / (1 - cos th cos f)^(n+1)
        if text in ("1", "-1"):
            return mp.mpf(text == "1")
        mp.mp.dps = 130
        n, u = 6, mp.mpf(text)
        cuts = [mp.mpf(0), mp.pi / 2]      # the peak at f = 0 has width theta: geometric cuts
        while cuts[1] > th / 2:
            cuts.insert(1, cuts[1] / 3)
        I = mp.quad(lambda f: mp.cos(f) ** n / (1 - u * mp.cos(f)) ** (n + 1), cuts)
        return mp.factorial(n) * mp.sqrt(1 - u * u) ** (2 * n + 1) * I / (mp.pi * 10395)
    return mp_value(kernel, th, dim)


def text_of(kernel, at, v, m):
    """v: arb, m: mpf -> text, after comparison."""
    mp.mp.dps = 200
    a = mp.mpf(v.mid().str(190, radius=False))
    scale = abs(m) if abs(m) > mp.mpf(10) ** -140 else 1
    if abs(a - m) > scale * mp.mpf(10) ** -46:
        raise SystemExit("disagree %s %s %s %s" % (kernel, at, v, m))
    if v.contains(0):
        if float(v.rad()) > 1e-150:
            raise SystemExit("zero? %s %s %s" % (kernel, at, v))
        return "0"
    return sig_digits(v, DIGITS)


def main():
    ctx.prec = 700
    rows, poisson = [], []
    for K in KERNELS:
        for at in ATS:
            pt = At(at)
            if parse(K)[0] == "poisson":
                for p in POISSON_DIMS:
                    poisson.append([K, p, at, text_of(K, at, pt.value(K, p), mp_at(K, at, p))])
                continue
            rows.append([K, at, text_of(K, at, pt.value(K), mp_at(K, at))])
    for name, c, K in EXPRESSIONS:
        for at in (N20, N40):
            rows.append([name, at, text_of(name, at, c - At(at).value(K), c - mp_at(K, at))])
    for name, head, data in (("values.csv", ["kernel", "at", "value"], rows),
                             ("values_poisson.csv", ["kernel", "dim", "at", "value"], poisson)):
        with open(os.path.join(HERE, name), "w", newline="") as f:
            w = csv.writer(f, lineterminator="\n")
            w.writerow(head)
            w.writerows(data)
    print(len(rows), len(poisson), "rows, all confirmed")


if __name__ == "__main__":
    main()
