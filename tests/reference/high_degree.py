"""Eigenvalues mu_k at high degree, 45 digits -> high_degree.tsv

Run:   python high_degree.py          (minutes, one core; python-flint, mpmath)

Part a (exact; k to 1e9, p to 1e4): arccos(0..3) by
        mu_k(kappa_n) = 2^(n+1)/(2n-1)!! G(p/2+n)/G(p/2) lam_k^2,
        lam_k = n! G(p/2) 2^(-n-1) / (G((n-k)/2+1) G((n+k+p)/2)),
    ntk(2) = t kappa_0 + kappa_1, ntk_bias(2) = ntk(2) + kappa_0 with the three-term relation; arb balls.
    Zeros by parity are written 0.
    Confirmed to 1e-50 by another formula: mu_k(f; p) = mu_{k-1}(f'; p+2)/p, kappa_n' = n^2/(2n-1) kappa_{n-1},
    kappa_0' = (1-t^2)^(-1/2)/pi, and for j = 2m, l = (q-2)/2, sphere in R^q (Saalschuetz sums)
        mu_j((1-t^2)^(-1/2)) = B(l,1/2)/B(l+1/2,1/2) [(1/2)_m/(l+1/2)_m]^2,
        mu_j((1-t^2)^(-3/2)) = B(l-1,1/2)/B(l+1/2,1/2) (1/2)_m (3/2)_m / ((l+1/2)_m (l-1/2)_m);
    ntk(2)'' = 2 (1-t^2)^(-1/2)/pi + (1-t^2)^(-3/2)/pi: no cancellation. mpmath loggamma there (arb here).

Part b (Gauss-Legendre): ntk, nngp, ntk_bias in theta on [0, pi]. Two rules (nodes, bits) with
    different kernel code: rule A plain acos of sigma, rule B from E = 1 - sigma by half angles; P_k by the
    three-term recurrence (A) and, for rule B, the same recurrence in the differences P_{k+1} - P_k.
    Agreement to 1e-55 relative. Written: rule B.
    laplace, matern: rules A and B, and the expansion in powers of d with
        mu_k(d^(2s)) = 4^s G(a+s) G(2a) / (G(a) G(2a+s)) (-s)_k / (2a+s)_k, 2a = p-1    (same agreement).
    gamma_exponential(1,1/2): the same with theta = pi v^2.
    arccos0(arccos0(u)), arccos0(arccos0(arccos0(u))): rules A and B with theta = pi v^2, pi v^4.
    arccos1(u)+1/(1+25*u^2), p = 3: rules A and B, and the closed form
        mu_k(arccos1) + (i/5) Q_k(i/5), Legendre Q by a backward recurrence (k even).
    Against eigenvalues.csv (other scripts, 36 digits) where the rows exist: see the log.
Part c (log only): mu_k / leading term with decay_constants.tsv.
"""
import csv
import os
import time
from fractions import Fraction

import mpmath as mp
from flint import acb, arb, arb_mat, ctx

from decay_constants import F, parse, q, sig_digits

HERE = os.path.dirname(os.path.abspath(__file__))
REFERENCE = os.path.join(HERE, "eigenvalues.csv")
RTOL = arb(10) ** -55
START = time.time()


def log(*a):
    print("[%5.0f s]" % (time.time() - START), *a, flush=True)


# ---------------------------------------------------------------- part a

KS_A = [1000, 1001, 9999, 10000, 10**6, 10**6 + 1, 10**9 - 1, 10**9]
PS_A = [2, 3, 4, 5, 10, 50, 200, 10**4]
KERNELS_A = ["arccos(0)", "arccos(1)", "arccos(2)", "arccos(3)", "ntk(2)", "ntk_bias(2)"]


def df(n):
    return n * df(n - 2) if n > 1 else 1


def half(n):
    return arb(n) / 2


def rgamma_half(n):
    """1/G(n/2), n odd and negative, by reflection: G(1-n/2) sin(pi n/2)/pi."""
    return half(2 - n).lgamma().exp() * (1 if n % 4 == 1 else -1) / arb.pi()


def arccos_exact(n, p, k):
    if k > n and (k - n) % 2 == 0:
        return arb(0)
    lam = (arb(n).fac() / arb(2) ** (n + 1) * rgamma_half(n - k + 2)
           * (half(p).lgamma() - half(n + k + p).lgamma()).exp())
    return arb(2) ** (n + 1) / df(2 * n - 1) * half(p).rising(n) * lam * lam


def exact(K, p, k):
    name, a = parse(K)
    if name == "arccos":
        return arccos_exact(int(a[0]), p, k)
    if K == "ntk(2)" and k % 2:
        return arb(0)
    v = ((k * arccos_exact(0, p, k - 1) + (k + p - 2) * arccos_exact(0, p, k + 1)) / (2 * k + p - 2)
         + arccos_exact(1, p, k))
    return v + arccos_exact(0, p, k) if name == "ntk_bias" else v


def second(K, p, k):
    """The other formula, mpmath (160 digits set by the caller)."""
    name, a = parse(K)
    lg, h = mp.loggamma, mp.mpf(1) / 2

    def rise(x, m):
        return lg(x + m) - lg(x)

    def beta_ratio(x, l):           # log B(x,1/2)/B(l+1/2,1/2)
        return lg(x) - lg(x + h) - lg(l + h) + lg(l + 1)

    def inv1(qd, j):
        m, l = j // 2, mp.mpf(qd - 2) / 2
        return mp.exp(beta_ratio(l, l) + 2 * (rise(h, m) - rise(l + h, m)))

    def inv3(qd, j):
        m, l = j // 2, mp.mpf(qd - 2) / 2
        return mp.exp(beta_ratio(l - 1, l) + rise(h, m) + rise(3 * h, m) - rise(l + h, m) - rise(l - h, m))

    def arc(n):
        # n+1 derivatives, degree k-n-1 in dimension p+2n+2
        j, qd = k - n - 1, p + 2 * n + 2
        if j % 2:
            return mp.mpf(0)
        c = mp.mpf(1)
        for m in range(1, n + 1):
            c = c * m * m / (2 * m - 1)
        for i in range(n + 1):
            c /= p + 2 * i
        return c * inv1(qd, j) / mp.pi
    if name == "arccos":
        return arc(int(a[0]))
    if k % 2:
        v = mp.mpf(0)
    else:
        v = (2 * inv1(p + 4, k - 2) + inv3(p + 4, k - 2)) / mp.pi / (p * (p + 2))
    return v + arc(0) if name == "ntk_bias" else v


def part_a(rows):
    worst = mp.mpf(0)
    ctx.prec = 900
    for K in KERNELS_A:
        for p in PS_A:
            for k in KS_A:
                v = exact(K, p, k)
                mp.mp.dps = 160
                w = second(K, p, k)
                if v.is_zero():
                    assert w == 0
                else:
                    d = abs(mp.mpf(v.mid().str(120, radius=False)) / w - 1)
                    worst = max(worst, d)
                    assert d < mp.mpf(10) ** -50, (K, p, k, d)
                rows.append((K, p, k, sig_digits(v)))
    log("part a: worst relative difference of the two formulas", mp.nstr(worst, 3), len(rows), "rows")


# ---------------------------------------------------------------- part b

KS_B = [100, 101, 200, 201, 500, 1000, 1001]
STEP2, STEP3 = "arccos0(arccos0(u))", "arccos0(arccos0(arccos0(u)))"
RUNGE = "arccos1(u)+1/(1+25*u^2)"
JOBS = [  # kernels, p, degrees, root (theta = pi v^root)
    (["ntk(3)", "ntk(5)", "ntk(10)", "nngp(3)", "nngp(10)", "laplace(1)", "matern(3/2,1)", "ntk_bias(3)"],
     3, KS_B, 1),
    (["ntk(3)", "ntk(5)", "ntk(10)", "nngp(3)", "nngp(10)", "laplace(1)", "matern(3/2,1)", "ntk_bias(3)"],
     10, KS_B, 1),
    (["ntk(10)"], 50, KS_B, 1),
    ([RUNGE], 3, [50, 51, 100, 200, 400], 1),
    (["gamma_exponential(1,1/2)"], 3, [50, 51, 100], 2),
    ([STEP2], 3, [100, 101, 1000, 1001], 2), ([STEP2], 10, [100, 101, 1000, 1001], 2),
    ([STEP3], 3, [100, 101, 1000, 1001], 4), ([STEP3], 10, [100, 101, 1000, 1001], 4),
]
RULES = {"A": (2200, 1300), "B": (2700, 1500)}


class KernelsA:
    """From t = cos theta, acos of sigma itself."""

    def __init__(self, th):
        self.th, self.t, self.pi = th, th.cos(), arb.pi()
        self.lay = [None, self.t]
        self.k0 = [None]

    def sigma(self, l):
        while len(self.lay) <= l:
            x = self.lay[-1]
            th = self.th if len(self.lay) == 2 else x.acos()
            self.k0.append((1 - th / self.pi).mid())
            self.lay.append(((((1 - x) * (1 + x)).sqrt() + (self.pi - th) * x) / self.pi).mid())
        return self.lay[l]

    def ntk(self, L, bias):
        T = self.t + bias
        for l in range(2, L + 1):
            s = self.sigma(l)
            T = T * self.k0[l - 1] + s + (bias if l < L else 0)
        return T

    def value(self, K):
        if K == RUNGE:
            return self.sigma(2) + 1 / (1 + 25 * self.t * self.t)
        if K in (STEP2, STEP3):
            x = self.t
            for _ in range(K.count("arccos0")):
                x = 1 - x.acos() / self.pi
            return x
        name, a = parse(K)
        if name == "nngp":
            return self.sigma(int(a[0]))
        if name in ("ntk", "ntk_bias"):
            return self.ntk(int(a[0]), int(name == "ntk_bias"))
        d = (2 - 2 * self.t).sqrt()
        if name == "laplace":
            return (-q(a[0]) * d).exp()
        if name == "gamma_exponential":
            return (-q(a[0]) * (d.log() * q(a[1])).exp()).exp()
        assert name == "matern" and a[0] == F(3, 2)
        z = arb(3).sqrt() * d / q(a[1])
        return (1 + z) * (-z).exp()


class KernelsB(KernelsA):
    """Angles of the layers from E = 1 - sigma = 2 sin^2(angle/2), d = 2 sin(theta/2)."""

    def sigma(self, l):
        while len(self.lay) <= l:
            if len(self.lay) == 2:
                self.ang = self.th
            # angle of the previous layer is self.ang; 1 - kappa_1 = (1-cos)(1-x/pi)... in half angles
            x = self.ang
            s2, c2 = (x / 2).sin_cos()
            self.k0.append(((self.pi - x) / self.pi).mid())
            E = 2 * s2 * s2 - (2 * s2 * c2 - x * (1 - 2 * s2 * s2)) / self.pi
            self.lay.append((1 - E).mid())
            self.ang = (2 * (E / 2).sqrt().asin()).mid()
        return self.lay[l]

    def value(self, K):
        name, a = parse(K) if K not in (RUNGE, STEP2, STEP3) else ("", None)
        if K in (STEP2, STEP3):
            x = self.th
            for _ in range(K.count("arccos0") - 1):
                x = 2 * (x / (2 * self.pi)).sqrt().asin()
            return 1 - x / self.pi
        d = 2 * (self.th / 2).sin()
        if name == "laplace":
            return (-q(a[0]) * d).exp()
        if name == "matern":
            e = (-q(a[0]) .sqrt() / q(a[1]) * arb(2).sqrt() * d).exp()
            return e - e * e.log()
        if name == "gamma_exponential":
            return (-q(a[0]) * d.sqrt()).exp() if a[1] == F(1, 2) else None
        return super().value(K)


_GL = {}


def gauss_legendre(n, bits):
    if n not in _GL:
        ctx.prec = bits
        h = [arb.legendre_p_root(n, i, True) for i in range((n + 1) // 2)]
        full = [(x.mid(), w.mid()) for x, w in h]
        full += [(-x, w) for x, w in reversed(full[:n // 2])]
        _GL[n] = full
    return _GL[n]


def nodes(rule, root):
    n, bits = RULES[rule]
    out = []
    gl = gauss_legendre(n, bits)
    ctx.prec = bits
    pi = arb.pi()
    for x, w in gl:
        v = (1 - x) / 2
        out.append(((pi * v ** root).mid(), (pi * root * v ** (root - 1) * w / 2).mid()))
    return out


def column(rule, t, p, ks):
    """[P_k(t) for k in ks]."""
    out, K, want = {0: arb(1), 1: t}, max(ks), set(ks)
    if rule == "A":
        a, b = arb(1), t
        for k in range(1, K):
            a, b = b, (((2 * k + p - 2) * t * b - k * a) / (k + p - 2)).mid()
            if k + 1 in want:
                out[k + 1] = b
    else:      # D_k = P_{k+1} - P_k: (k+p-2) D_k = k D_{k-1} + (2k+p-2)(t-1) P_k
        P, D, u = t, t - 1, t - 1
        for k in range(1, K):
            D = ((k * D + (2 * k + p - 2) * u * P) / (k + p - 2)).mid()
            P = (P + D).mid()
            if k + 1 in want:
                out[k + 1] = P
    return [out[k] for k in ks]


_VALS = {}


def quadrature(rule, kernels, p, ks, root):
    n, bits = RULES[rule]
    nd = nodes(rule, root)
    ctx.prec = bits
    Z = arb.pi().sqrt() * half(p - 1).gamma() / half(p).gamma()
    cls = KernelsA if rule == "A" else KernelsB
    need = [K for K in kernels if (rule, root, K) not in _VALS]
    if need:
        pts = [cls(th) for th, _ in nd]
        for K in need:
            _VALS[rule, root, K] = [pt.value(K).mid() for pt in pts]
    M, cols = [_VALS[rule, root, K] for K in kernels], []
    for i, (th, w) in enumerate(nd):
        if root == 1 and i >= (n + 1) // 2:        # mirror node: P_k(-t) = (-1)^k P_k(t)
            cols.append([x if k % 2 == 0 else -x for x, k in zip(cols[n - 1 - i], ks)])
            continue
        s, t = th.sin_cos()
        f = w * s ** (p - 2) / Z
        cols.append([(f * x).mid() for x in column(rule, t.mid(), p, ks)])
    R = arb_mat(M) * arb_mat(cols)
    return {(K, k): R[i, j].mid() for i, K in enumerate(kernels) for j, k in enumerate(ks)}


def distance(K, p, k):
    """Expansion in powers of d; arb, with the tail small enough (checked by agreement)."""
    name, a = parse(K)
    ctx.prec = 2500
    A2 = arb(p - 1)
    A = A2 / 2
    e = a[1] if name == "gamma_exponential" else F(1)
    c = arb(3).sqrt() / q(a[1]) if name == "matern" else q(a[0])
    total, b, m = arb(0), arb(1), 0
    const = (A2.lgamma() - A.lgamma()).exp()
    while True:
        s = e * m / 2
        f = 1 - m if name == "matern" else 1              # (1+z)e^-z = sum (1-m)(-z)^m/m!
        if not (s.denominator == 1 and s < k):
            S = q(s)
            t = b * f * arb(4) ** S * const * ((A + S).lgamma() - (A2 + S).lgamma()).exp()
            t *= (-S).rising(k) / (A2 + S).rising(k)
            total += t
            if m > 40 and abs(b) * arb(2) ** q(e * m) * (1 + m) < arb(2) ** -1400:
                break
        m += 1
        b = -b * c / m
    return total


def runge_closed(k):
    """mu_k of 1/(1+25t^2) at p = 3, k even: (1/2) int P_k/(1+25 t^2) = (i/5) Q_k(i/5);
    Q by backward recurrence (minimal solution), from Q_0(i/5) = -i acot(1/5)."""
    ctx.prec = 1500
    z = acb(0, 1) / 5
    N = k + 8000
    f1, f0, got = acb(0), acb(1), None
    for j in range(N, 0, -1):         # f_{j-1} = ((2j+1) z f_j - (j+1) f_{j+1}) / j
        if j == k:
            got = f0
        f1, f0 = f0, ((2 * j + 1) * z * f0 - (j + 1) * f1) / j
    Qk = got / f0 * acb(0, -1) * arb(5).atan()
    v = acb(0, 1) * Qk / 5
    assert abs(v.imag) < arb(10) ** -100
    return v.real.mid()


def rel(a, b):
    return abs(a / b - 1).upper()       # an upper bound, exact number


def part_b(rows):
    ref = {}
    if os.path.exists(REFERENCE):
        with open(REFERENCE) as f:
            for r in csv.DictReader(f):
                ref[r["kernel"], int(r["dim"]), int(r["degree"])] = r["eigenvalue"]
    nref, wref = 0, arb(0)
    for kernels, p, ks, root in JOBS:
        V = {r: quadrature(r, kernels, p, ks, root) for r in "AB"}
        for K in kernels:
            worst, worst2, ways = arb(0), arb(0), "two rules"
            for k in ks:
                va, vb = V["A"][K, k], V["B"][K, k]
                ctx.prec = 600
                if K == RUNGE and k % 2:
                    assert abs(va) < arb(10) ** -150 and abs(vb) < arb(10) ** -150
                    rows.append((K, p, k, "0"))
                    continue
                d = rel(va, vb)
                worst = max(worst, d)
                if not d < RTOL:
                    raise SystemExit("rules differ: %s %d %d %s" % (K, p, k, d.str(3)))
                third = None
                if K == RUNGE:
                    third = runge_closed(k) + arccos_exact(1, p, k)
                elif K not in (STEP2, STEP3) and parse(K)[0] in ("laplace", "matern", "gamma_exponential"):
                    third = distance(K, p, k)
                ctx.prec = 600
                if third is not None:
                    assert third.rel_accuracy_bits() > 200, (K, p, k, third)
                    d = rel(third.mid(), vb)
                    worst2, ways = max(worst2, d), "two rules and a formula"
                    if not d < RTOL:
                        raise SystemExit("formula differs: %s %d %d %s" % (K, p, k, d.str(3)))
                if (K, p, k) in ref:
                    d = rel(arb(ref[K, p, k]), vb)
                    nref, wref = nref + 1, max(wref, d)
                    if not d < arb(10) ** -35:
                        raise SystemExit("eigenvalues.csv differs: %s %d %d" % (K, p, k))
                rows.append((K, p, k, sig_digits(vb)))
            log(K, p, ways, "worst", worst.str(3, radius=False), worst2.str(3, radius=False))
    log("eigenvalues.csv: %d rows agree, worst" % nref, wref.str(3, radius=False))


def part_c(rows):
    A = {}
    with open(os.path.join(HERE, "decay_constants.tsv")) as f:
        for line in f:
            if line[0] != "#":
                K, p, par, ex, a = line.rstrip("\n").split("\t")
                A[K, int(p), par] = (F(ex), a)
    ctx.prec = 600
    for K, p, k, mu in rows:
        key = (K, p, "odd" if k % 2 else "even")
        if key in A and k in (1000, 1001):
            ex, a = A[key]
            if a != "0":
                r = arb(mu) * (arb(k) + half(p - 2)) ** q(ex) / arb(a)
                log("ratio to the leading term", K, p, k, r.str(12, radius=False))


def main():
    rows = []
    part_a(rows)
    na = len(rows)
    part_b(rows)
    with open(os.path.join(HERE, "high_degree.tsv"), "w") as f:
        f.write("# mu_k, uniform probability measure on S^(p-1), P_k(1) = 1; correctly rounded to 45 digits (trailing zeros cut)\n"
                "# made by high_degree.py (python-flint, mpmath; confirmed as its head tells)\n"
                "# columns: kernel\tp\tk\tmu\n")
        for r in rows:
            f.write("\t".join(map(str, r)) + "\n")
    log(na, "+", len(rows) - na, "rows")
    part_c(rows)


if __name__ == "__main__":
    main()
