"""Eigenvalues mu_k of dot-product kernels on the sphere S^(p-1), 36 digits -> eigenvalues.csv

    mu_k = (1/Z) int_0^pi kappa(cos th) P_k(cos th) sin^(p-2) th dth,   P_k(1) = 1, uniform
    probability measure; kernels as in kernels.py.

Run:   pip install -r requirements.txt
       python make_tables.py                  all kernels, 5 to 6 minutes on one core
       python make_tables.py 'ntk(3)' ...     only these; their rows are replaced in the files

Ways to compute a value, all in python-flint ball arithmetic:
  exact    polynomial: finite sum in rationals; poisson: r^k
  closed   arccos(n): Gamma quotients, from these ntk(2), ntk_bias(2); gaussian, exponential,
           gamma_exponential(.,2): Bessel I; inverse_multiquadric, arcsine: 2F1
  series   mu_k = sum_j a_(k+2j) w_j, a = Taylor coefficients, all terms >= 0, tail bounded
  distance laplace, matern, gamma_exponential: kappa = sum b_m d^(e m), eigenvalues of powers of d are
           Gamma quotients (Saalschuetz); p <= 200
  gauss_a, gauss_b   Gauss-Legendre in theta with two node counts and two precisions (for
           gamma_exponential with d^g, 2g an odd integer, in v with theta = pi v^2)
  trap     trapezoidal rule in theta (high p only: the integrand vanishes to order p-2 at the ends)
  mp       mpmath tanh-sinh, kernels and P_k by other formulas (low p, degrees MP_DEGREES)
  shift    mu_k(p) - mu_(k+2)(p) = (2k/p + 1) mu_k(p+2), between dims 2, 4 and 3, 5
The written value is the first of: exact, closed, series (if its tail bound is good enough for all
degrees), gauss_b. Every other way that reaches the value must agree to RTOL, or the script stops; a row
without a second way stops it too. checks.csv lists for each (kernel, dim) the ways, the number of
degrees each confirmed, and the worst relative difference.
"""
import csv
import math
import os
import sys
import time
from fractions import Fraction
from functools import lru_cache

import mpmath as mp
from flint import arb, arb_mat, ctx, fmpq

from kernels import KERNELS, Point, Taylor, double_factorial, is_slow, mp_value, parse, q, sig_digits

HERE = os.path.dirname(os.path.abspath(__file__))
DIMS = [2, 3, 4, 5, 10, 50, 100, 200, 784, 10000]
DEGREES = list(range(51)) + [100, 101, 200, 201, 500, 1000, 1001]
KMAX = max(DEGREES)
DIGITS = 36
RTOL = 1e-38           # required agreement of two ways
MP_DIMS, MP_DEGREES = (2, 3, 4, 5, 10), (0, 1, 2, 7)
SERIES_BITS = 320
ORDER, SERIES_DIMS = 60000, (50, 100, 200, 784, 10000)   # Taylor coefficients; degrees needing more are skipped
GAUSS_DIMS = (2, 3, 4, 5, 10, 50, 100, 200)
# rule: (nodes, bits); 'root' = substitution theta = pi v^2
GAUSS = {"gauss_a": (1800, 1100), "gauss_b": (2200, 1250)}
GAUSS_ROOT = {"gauss_a": (3000, 1100), "gauss_b": (3600, 1250)}
TRAP = {100: (4000, 1200), 200: (4000, 1300), 784: (4000, 2700), 10000: (7500, 5400)}

START = time.time()


def log(*a):
    print("[%6.0f s]" % (time.time() - START), *a, file=sys.stderr, flush=True)


def is_zero(kernel, k):
    """Eigenvalue exactly zero (parity, or beyond the degree)."""
    name, a = parse(kernel)
    if name == "arccos":
        n = int(a[0])
        return k > n and (k - n) % 2 == 0
    if kernel == "ntk(2)" or kernel == "nngp(2)":
        return k >= 3 and k % 2 == 1
    if name == "arcsine":
        return k % 2 == 0
    if name == "polynomial":
        return k > int(a[1])
    return False


# ---------------------------------------------------------------- exact and closed forms

def closed(kernel, p):
    """{degree: arb} or None; precision raised until every ball is narrow."""
    for bits in (400, 800, 1600, 3200, 6400, 12800):
        out = closed_at(kernel, p, bits)
        if out is None or all(v.is_zero() or v.rel_accuracy_bits() > 160 for v in out.values()):
            return out
    raise SystemExit("closed form: %s %d" % (kernel, p))


def closed_at(kernel, p, bits):
    name, a = parse(kernel)
    ctx.prec = bits
    half = q_half(p)
    out = {}

    def over_rising(k):     # 1 / (p/2)_k
        return 1 / half.rising(k) if k else arb(1)

    for k in DEGREES:
        if is_zero(kernel, k):
            out[k] = arb(0)
        elif name == "poisson":
            out[k] = q(a[0]) ** k
        elif name == "polynomial":
            out[k] = polynomial_exact(a[0], int(a[1]), p, k)
        elif name == "arccos":
            out[k] = arccos_closed(int(a[0]), p, k)
        elif kernel in ("ntk(2)", "ntk_bias(2)"):
            # u kappa_0 + kappa_1 (+ kappa_0), and u P_k = (k P_(k-1) + (k+p-2) P_(k+1)) / (2k+p-2)
            lower = arccos_closed(0, p, k - 1) if k else arb(0)
            up = arccos_closed(0, p, k + 1)
            out[k] = arccos_closed(1, p, k) + (
                up if k == 0 else (k * lower + (k + p - 2) * up) / (2 * k + p - 2))
            if name == "ntk_bias":
                out[k] += arccos_closed(0, p, k)
        elif name in ("gaussian", "exponential") or (name == "gamma_exponential" and a[1] == 2):
            # kappa = exp(-2g) exp(c u):  mu = Gamma(p/2) (2/c)^(p/2-1) I_(k+p/2-1)(c)
            c = q(a[0]) if name == "exponential" else 2 * q(a[0])
            shift = arb(0) if name == "exponential" else -c
            nu = q_half(p) - 1
            out[k] = (q_half(p).lgamma() + nu * (2 / c).log() + shift).exp() * c.bessel_i(nu + k)
        elif name == "inverse_multiquadric":
            A = q(a[0] ** 2 + 2)
            x = 2 / A
            out[k] = (A.rsqrt() * q_half(1).rising(k) * (x / 2) ** k * over_rising(k)
                      * (x * x).hypgeom_2f1(arb(2 * k + 1) / 4, arb(2 * k + 3) / 4, half + k))
        elif name == "arcsine":
            x = q(2 * a[0] / (1 + 2 * a[0]))
            i = (k - 1) // 2
            r = q_half(1).rising(i)
            out[k] = (x ** k * r * r * over_rising(k) / arb.pi()
                      * (x * x).hypgeom_2f1(q_half(k), q_half(k), half + k))
        else:
            return None
    return out


def arccos_closed(n, p, k):
    if k > n and (k - n) % 2 == 0:
        return arb(0)
    # Gamma(p/2) / Gamma((n+k+p)/2) and Gamma(p/2+n) / Gamma(p/2)
    half = q_half(p)
    lam = (arb(n).fac() / arb(2) ** (n + 1) * q_half(n - k + 2).rgamma()
           * (half.lgamma() - q_half(n + k + p).lgamma()).exp())
    return arb(2) ** (n + 1) / double_factorial(2 * n - 1) * half.rising(n) * lam * lam


def distance(kernel, p):
    """kappa = sum_m b_m d^(2s), s = e m / 2, with (2a = p-1, Pfaff-Saalschuetz)
    mu_k(d^(2s)) = 4^s Gamma(a+s) Gamma(2a) / (Gamma(a) Gamma(2a+s)) (-s)_k / (2a+s)_k."""
    name, a = parse(kernel)
    ctx.prec = 1500
    if name == "laplace":
        e, c, extra = Fraction(1), q(a[0]), lambda m: 1
    elif name == "gamma_exponential":
        e, c, extra = a[1], q(a[0]), lambda m: 1
    elif name == "matern":
        e, c = Fraction(1), q(2 * a[0]).sqrt() / q(a[1])
        extra = {1: lambda m: Fraction(1), 3: lambda m: Fraction(1 - m),
                 5: lambda m: 1 - m + Fraction(m * (m - 1), 3)}[int(2 * a[0])]
    else:
        return None
    wanted, total = set(DEGREES), {k: arb(0) for k in DEGREES}
    al, m, b = q_half(p - 1), 0, arb(1)             # b = (-c)^m / m!
    while True:
        s = e * m / 2
        qs, num, den = q(s), s.numerator, s.denominator
        t = (b * q(Fraction(extra(m))) * arb(4) ** qs
             * ((al + qs).lgamma() + (2 * al).lgamma() - al.lgamma() - (2 * al + qs).lgamma()).exp())
        for k in range(KMAX + 1):
            if k in wanted:
                total[k] += t
            f = k * den - num
            if f == 0:
                break
            t = t * f / ((p - 1 + k) * den + num)
        size = abs(b) * arb(2) ** q(e * m) * (1 + m * m)      # bound of |b_m d^(2s)|
        m += 1
        b = -b * c / m
        if m > 100 and size < arb(2) ** -1100:                # from here each at most half the last
            break
    err = arb(0, (2 * size).upper())
    out = {k: v + err for k, v in total.items()}
    return {k: v for k, v in out.items() if v.rel_accuracy_bits() > 140}


def q_half(n):
    return arb(n) / 2


def polynomial_exact(c, m, p, k):
    """(u+c)^m: exact rational."""
    total = fmpq(0)
    for n in range(k, m + 1, 2):
        j = (n - k) // 2
        rising = fmpq(1)
        for i in range(k + j):
            rising *= fmpq(p + 2 * i, 2)
        total += (fmpq(math.comb(m, n)) * fmpq(c.numerator, c.denominator) ** (m - n)
                  * fmpq(math.factorial(n), 2 ** n * math.factorial(j)) / rising)
    return arb(total)


# ---------------------------------------------------------------- power series

def first_weight(p, k):
    w = arb(k).fac() / arb(2) ** k
    return w / q_half(p).rising(k) if k else w


@lru_cache(None)
def taylor():
    ctx.prec = SERIES_BITS
    return Taylor(ORDER)


@lru_cache(None)
def taylor_coef(kernel):
    ctx.prec = SERIES_BITS
    c = taylor().coef(kernel)
    rest, mass = q(taylor().total(kernel)), []      # mass[n] = sum of a_i, i >= n
    for a in c:
        mass.append(rest)
        rest = rest - a
    if not all(a > -1e-70 for a in c) or not 0 < rest < 1:
        raise SystemExit("Taylor coefficients of %s: negative, or too much mass" % kernel)
    return c, mass


def series_slow(kernels, p):
    """Kernels with algebraic coefficients: {kernel: {degree: arb}} with the tail in the ball."""
    out = {K: {} for K in kernels}
    if p not in SERIES_DIMS or not kernels:
        return out
    coefs = {K: taylor_coef(K) for K in kernels}
    ctx.prec = SERIES_BITS
    for k in DEGREES:
        # weights until far below their maximum; too many terms: leave the degree out
        w, W, j = first_weight(p, k), [], 0
        limit = (ORDER - k) // 2 - 1
        ok = True
        best = w
        while True:
            W.append(w)
            if j % 64 == 0:
                if w > best:
                    best = w
                if w < best * arb(2) ** -190:
                    break
            if j >= limit:
                ok = False
                break
            w = w * ((k + 2 * j + 2) * (k + 2 * j + 1)) / (4 * (j + 1) * (k + j) + 2 * (j + 1) * p)
            j += 1
        if not ok:
            continue
        for K in kernels:
            if is_zero(K, k):
                continue
            c, mass = coefs[K]
            s = arb(0)
            for i, wi in enumerate(W):
                s += c[k + 2 * i] * wi
            # w_(j+1)/w_j - 1 = (k^2-k+2-2p - (2p-2)j) / ...: once the weights fall they fall
            # for ever, so the tail is at most the last weight times the remaining mass
            s += arb(0, (W[-1] * mass[k + 2 * len(W)]).upper())
            if s.rel_accuracy_bits() > 128:
                out[K][k] = s
    return out


def series_fast(kernel, p):
    """Kernels with coefficients bounded by a geometric series: {degree: arb}."""
    name, a = parse(kernel)
    ctx.prec = SERIES_BITS
    out = {}
    if name == "polynomial":
        return out
    # first coefficient a_k by a closed form, then the quotients a_(n+2)/a_n
    for k in DEGREES:
        if is_zero(kernel, k):
            continue
        if name == "exponential" or name in ("gaussian", "gamma_exponential"):
            c = q(a[0]) if name == "exponential" else 2 * q(a[0])
            t = c ** k / arb(k).fac() * (1 if name == "exponential" else (-c).exp())
            c2, x2 = c * c, None

            def ratio(n):
                return c2 / ((n + 1) * (n + 2))
        elif name == "inverse_multiquadric":
            A = q(a[0] ** 2 + 2)
            x2 = 4 / (A * A)
            t = A.rsqrt() * q_half(1).rising(k) / arb(k).fac() * (2 / A) ** k if k else A.rsqrt()

            def ratio(n):
                return x2 * ((2 * n + 1) * (2 * n + 3)) / (4 * (n + 1) * (n + 2))
        elif name == "arcsine":
            x = q(2 * a[0] / (1 + 2 * a[0]))
            i = (k - 1) // 2
            t = 2 / arb.pi() * arb(2 * i).fac() / arb(4) ** i / arb(i).fac() ** 2 / k * x ** k
            x2 = x * x

            def ratio(n):
                return x2 * (n * n) / ((n + 1) * (n + 2))
        else:  # poisson: (1-r^2)(1+r^2)^(-p/2) (p/2)_n/n! x^n
            r = q(a[0])
            x = 2 * r / (1 + r * r)
            x2 = x * x
            t = (1 - r * r) * (1 + r * r) ** (-q_half(p)) * x ** k
            t = t * q_half(p).rising(k) / arb(k).fac() if k else t

            def ratio(n):
                return x2 * ((p + 2 * n) * (p + 2 * n + 2)) / (4 * (n + 1) * (n + 2))
        t = t * first_weight(p, k)
        s, j = arb(0), 0
        while True:
            s += t
            n = k + 2 * j
            w = arb((n + 2) * (n + 1)) / (4 * (j + 1) * (k + j) + 2 * (j + 1) * p)
            r = ratio(n) * w
            t = t * r
            j += 1
            if j % 16 == 0 and t < s * arb(2) ** -170:
                # Later quotients w_(j+1)/w_j are at most max(1, w); those of the coefficients at
                # most x2 (exp: at most the present one). Poisson: the whole quotient is at most
                # max(x2, r), by the same argument as for w.
                if name == "poisson":
                    bound = x2.max(r)
                else:
                    bound = (x2 if x2 is not None else ratio(n)) * w.max(arb(1))
                if bound < 1:
                    s += arb(0, (t / (1 - bound)).upper())
                    break
        out[k] = s
    return out


# ---------------------------------------------------------------- quadrature

def sampled(p, nodes, bits):
    """arb_mat (degrees x nodes) of weight * sin^(p-2) P_k(cos th) / Z, mid-points.
    nodes: list of (theta, weight); if symmetric about pi/2 use the parity of P_k."""
    ctx.prec = bits
    h = q_half(p)
    Z = arb.pi().sqrt() * (q_half(p - 1).lgamma() - h.lgamma()).exp()
    A = [arb(2 * k + p - 2) / max(k + p - 2, 1) for k in range(KMAX + 1)]
    B = [arb(k) / max(k + p - 2, 1) for k in range(KMAX + 1)]
    wanted = set(DEGREES)
    cols = []
    N = len(nodes)
    half = N // 2
    mirror = (N > 1 and abs(float((nodes[0][0] + nodes[-1][0] - arb.pi()).mid())) < 1e-30
              and abs(float((nodes[half // 2][0] + nodes[N - 1 - half // 2][0] - arb.pi()).mid())) < 1e-30)
    count = (N + 1) // 2 if mirror else N
    for th, w in nodes[:count]:
        s, t = th.sin_cos()
        pref = w * s ** (p - 2) / Z
        col = []
        if p == 2:
            for k in DEGREES:
                col.append((pref * (k * th).cos()).mid())
        else:
            P0, P1 = arb(1), t
            col.append(pref.mid())
            for k in range(1, KMAX + 1):
                if k in wanted:
                    col.append((pref * P1).mid())
                P0, P1 = P1, (A[k] * t * P1 - B[k] * P0).mid()
        cols.append(col)
    if mirror:
        sign = [1 if k % 2 == 0 else -1 for k in DEGREES]
        for i in range(count, N):
            cols.append([a if g > 0 else -a for a, g in zip(cols[N - 1 - i], sign)])
    return arb_mat(cols)       # nodes x degrees


@lru_cache(None)
def gauss_nodes(n, bits, root):
    """[(theta, weight)] on [0, pi]; weight includes d theta / dv."""
    ctx.prec = bits
    pi = arb.pi()
    out = []
    for i in range(n):
        if i < (n + 1) // 2:
            x, w = arb.legendre_p_root(n, i, True)
        else:
            x, w = base[n - 1 - i]
            x = -x
        if i == 0:
            base = []
        base.append((x, w))
        v = (1 - x) / 2
        if root:
            out.append(((pi * v * v).mid(), (pi * v * w).mid()))
        else:
            out.append(((pi * v).mid(), (pi * w / 2).mid()))
    return out


def trap_nodes(n, bits, p):
    """Trapezoid on [0, pi] without the nodes where sin^(p-2) < 2^-bits."""
    ctx.prec = bits
    pi = arb.pi()
    out = []
    for i in range(1, n):
        if (p - 2) * math.log2(math.sin(i * math.pi / n)) > -bits - 20:
            out.append(((pi * i / n).mid(), (pi / n).mid()))
    return out


def quadrature(kernels, p, nodes, bits, points):
    """{kernel: {degree: arb}}, values below the absolute accuracy left out."""
    S = sampled(p, nodes, bits)
    rows = []
    for K in kernels:
        name = parse(K)[0]
        key = (K, p if name == "poisson" else 0)
        if key not in points[1]:
            points[1][key] = [pt.value(K, p).mid() for pt in points[0]]
        rows.append(points[1][key])
    M = arb_mat(rows) * S
    out = {}
    for i, K in enumerate(kernels):
        # absolute accuracy about 2^-bits * largest sample (rows are finite, weights sum to <= 1)
        floor = arb(2) ** (max(0, max(map(log2_ceil, rows[i]))) + 60 - bits)
        vals = {}
        for j, k in enumerate(DEGREES):
            v = M[i, j].mid()
            if not v.is_finite():
                raise SystemExit("quadrature: %s %d %d %s" % (K, p, k, M[i, j]))
            if is_zero(K, k):
                if not abs(v) <= floor:
                    raise SystemExit("not zero: %s %d %d %s" % (K, p, k, v))
                vals[k] = arb(0)
            elif abs(v) > floor * arb(2) ** 135:
                vals[k] = v
        out[K] = vals
    return out


def log2_ceil(v):
    if v.is_zero():
        return -10 ** 9
    m, e = v.man_exp()
    return int(e) + abs(int(m)).bit_length()


def needs_root(kernel):
    name, a = parse(kernel)
    return name == "gamma_exponential" and a[1].denominator != 1


POINTS = {}


def gauss(kernels, p, which):
    out = {}
    for root, table in ((False, GAUSS), (True, GAUSS_ROOT)):
        Ks = [K for K in kernels if needs_root(K) == root]
        if not Ks:
            continue
        n, bits = table[which]
        nodes = gauss_nodes(n, bits, root)
        ctx.prec = bits
        if (which, root) not in POINTS:
            POINTS[which, root] = ([Point(th) for th, _ in nodes], {})
        out.update(quadrature(Ks, p, nodes, bits, POINTS[which, root]))
    return out


def trap(kernels, p):
    n, bits = TRAP[p]
    nodes = trap_nodes(n, bits, p)
    ctx.prec = bits
    # poisson with r near 1 is not concentrated at the equator for high p: the cut is not valid
    Ks = [K for K in kernels if parse(K)[0] != "poisson"]
    return quadrature(Ks, p, nodes, bits, ([Point(th) for th, _ in nodes], {})) if Ks else {}


def mp_check(kernel, p, k):
    mp.mp.dps = 60
    if mp_value(kernel, mp.mpf(1), p) is None:
        return None
    Z = mp.sqrt(mp.pi) * mp.gamma(mp.mpf(p - 1) / 2) / mp.gamma(mp.mpf(p) / 2)

    def f(th):
        if p == 2:
            P = mp.cos(k * th)
        else:   # 2F1(-k, k+p-2; (p-1)/2; (1-t)/2), a finite sum
            x, P, c = mp.sin(th / 2) ** 2, mp.mpf(1), mp.mpf(1)
            for i in range(k):
                c = c * (i - k) * (k + p - 2 + i) / ((mp.mpf(p - 1) / 2 + i) * (i + 1)) * x
                P += c
        return mp_value(kernel, th, p) * P * mp.sin(th) ** (p - 2)
    cuts = [0, mp.mpf(1) / 8, mp.mpf(1), mp.pi]
    return mp.quad(f, cuts, maxdegree=9) / Z


# ---------------------------------------------------------------- assembly

def to_mp(x):
    if not (x.is_finite() and x.rel_accuracy_bits() > 128):
        raise SystemExit("ball too wide: %s" % x)
    mp.mp.dps = 70
    return mp.mpf(x.mid().str(65, radius=False))


def table(kernels):
    """Yields kernel, p, {way: {degree: arb}}, dimension by dimension."""
    slow = [K for K in kernels if is_slow(K)]
    for p in DIMS:
        per = {K: {} for K in kernels}
        for K in kernels:
            c = closed(K, p)
            if c:
                per[K]["exact" if parse(K)[0] in ("poisson", "polynomial") else "closed"] = c
            d = distance(K, p) if p <= 200 else None
            if d:
                per[K]["distance"] = d
            if not is_slow(K):
                s = series_fast(K, p)
                if s:
                    per[K]["series"] = s
        log(p, "closed forms, geometric series")
        for K, s in series_slow(slow, p).items():
            if s:
                per[K]["series"] = s
        log(p, "series")
        if p in GAUSS_DIMS:
            for which in ("gauss_a", "gauss_b"):
                for K, s in gauss(kernels, p, which).items():
                    per[K][which] = s
            log(p, "gauss")
        if p in TRAP:
            for K, s in trap(kernels, p).items():
                per[K]["trap"] = s
            log(p, "trapezoid")
        for K in kernels:
            yield K, p, per[K]


def confirm(K, p, ways):
    """(main way, {degree: text}, rows for checks.csv)."""
    nonzero = [k for k in DEGREES if not is_zero(K, k)]
    for main in ("exact", "closed", "series", "gauss_b"):
        if main in ways and all(k in ways[main] for k in nonzero):
            break
    else:
        raise SystemExit("no complete way for %s %d: %s" % (K, p, {w: len(v) for w, v in ways.items()}))
    values = ways[main]
    seen, checks = {k: 0 for k in DEGREES}, []
    if p in MP_DIMS:
        ways = dict(ways, mp={k: v for k in MP_DEGREES for v in [mp_check(K, p, k)] if v is not None})
    for way, vals in ways.items():
        if way == main:
            continue
        worst, n = mp.mpf(0), 0
        for k, v in vals.items():
            n += 1
            if is_zero(K, k):
                seen[k] += 1
                if way == "mp" and not abs(v) < 1e-40:
                    raise SystemExit("mp: not zero %s %d %d" % (K, p, k))
                continue
            a = to_mp(values[k])
            b = v if way == "mp" else to_mp(v)
            diff = abs(a / b - 1)
            if not diff <= RTOL:
                raise SystemExit("disagree: %s p=%d k=%d %s %s %s" % (K, p, k, main, way, mp.nstr(diff, 3)))
            worst = max(worst, diff)
            seen[k] += 1
        checks.append([K, p, main, way, n, mp.nstr(worst, 2)])
    alone = [k for k in nonzero if not seen[k]]
    if alone:
        raise SystemExit("unconfirmed: %s %d %s" % (K, p, alone))
    text = {}
    for k in DEGREES:
        if is_zero(K, k):
            text[k] = "0"
        else:
            v = values[k] if main != "gauss_b" else values[k].mid()
            text[k] = sig_digits(v, DIGITS)
    return main, text, checks


def shift_checks(numbers, kernels):
    """mu_k(p) - mu_(k+2)(p) = (2k/p+1) mu_k(p+2), relative to the larger side."""
    out = []
    mp.mp.dps = 60
    for K in kernels:
        if parse(K)[0] == "poisson":
            continue             # the kernel itself depends on p
        for p in (2, 3):
            worst = mp.mpf(0)
            for k in range(49):
                a, b, c = (mp.mpf(numbers[K, d, i]) for d, i in ((p, k), (p, k + 2), (p + 2, k)))
                c *= mp.mpf(2 * k + p) / p
                scale = max(abs(a), abs(b), abs(c))
                if scale:
                    worst = max(worst, abs(a - b - c) / scale)
            if not worst <= mp.mpf(10) ** (2 - DIGITS):
                raise SystemExit("shift relation fails: %s %d %s" % (K, p, worst))
            out.append([K, p + 2, "from dim %d" % p, "shift", 49, mp.nstr(worst, 2)])
    return out


def read(name):
    path = os.path.join(HERE, name)
    if not os.path.exists(path):
        return []
    with open(path, newline="") as f:
        return list(csv.reader(f))[1:]


def write(name, head, rows):
    with open(os.path.join(HERE, name), "w", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(head)
        w.writerows(rows)


def save(texts, checks, kernels):
    order = {K: i for i, K in enumerate(KERNELS)}
    done = set(kernels)
    old = [r for r in read("eigenvalues.csv") if r[0] not in done]
    rows = old + [[K, p, k, t] for (K, p), v in texts.items() for k, t in v.items()]
    rows.sort(key=lambda r: (order[r[0]], int(r[1]), int(r[2])))
    write("eigenvalues.csv", ["kernel", "dim", "degree", "eigenvalue"], rows)
    old = [r for r in read("checks.csv") if r[0] not in done]
    rows = old + checks
    rows.sort(key=lambda r: (order[r[0]], int(r[1])))
    write("checks.csv", ["kernel", "dim", "written", "confirmed_by", "degrees", "max_rel_diff"], rows)


def main():
    kernels = sys.argv[1:] or KERNELS
    unknown = [K for K in kernels if K not in KERNELS]
    if unknown:
        raise SystemExit("unknown kernel: %s" % unknown)
    texts, checks, numbers = {}, [], {}
    for K, p, ways in table(kernels):
        _, text, ch = confirm(K, p, ways)
        texts[K, p] = text
        checks += ch
        for k, t in text.items():
            numbers[K, p, k] = t
        if K == kernels[-1]:
            save(texts, checks, kernels)      # partial tables early
            log(p, "written")
    checks += shift_checks(numbers, kernels)
    save(texts, checks, kernels)
    log("done", len(numbers), "values")


if __name__ == "__main__":
    main()
