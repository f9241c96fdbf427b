"""Leading decay constants of the eigenvalues mu_k -> decay_constants.tsv (A) and decay_c.tsv (the c's).

    mu_k ~ A (k+(p-2)/2)^(-(p+2 nu-1))  for k even / odd,   nu the smallest non-integer exponent with
    kappa(1-s) ~ smooth + c_1 s^nu,  kappa(-1+s) ~ smooth + c_{-1} s^nu,
    A = (c_1 + (-1)^k c_{-1}) 2^(nu+p-2) G(p/2) G(nu+(p-1)/2) / (sqrt(pi) G(-nu)).

Run:   python decay_constants.py          (under a minute; python-flint, mpmath)

The written c's: power series in r = s^(1/D) in arb balls (600 bits), kernels built up from the angle
2 asin(sqrt(E/2)), E = 1 -+ value (no cancellation, exact zeros); nu and the vanishing of lower exponents
are read off the series, not put in. arccos(n) by integrating arccos(n-1) term by term.
Confirmed, or the script stops:
  1. c's (and all lower and the next coefficients): plain mpmath evaluation of the kernel at t = +-(1-r^D),
     24 points r = j*1e-12, 1100 digits, Vandermonde solve; other formulas (acos, Cho-Saul J_n, Bessel K). 1e-80
  2. c's: the product formulas, where there are some (ntk, nngp, arccos, ntk_bias, distance kernels, steps). 1e-100
  3. A: the exact eigenvalue of c_1 (1-t)^nu + c_{-1} (1+t)^nu (Gamma quotient in (-nu)_k) at k = 10^30 and
     10^30+1, times (k+(p-2)/2)^(exponent): 1 + O(1e-56) of A.
     That Gamma quotient itself: against mpmath quadrature for k = 0..5, some p and nu. 1e-40
  4. arccos(0..4), ntk(2), ntk_bias(2): the exact eigenvalues of the whole kernel at those k against A,
     and exactly 0 where A = 0.
"""
import os
from fractions import Fraction

import mpmath as mp
from flint import arb, arb_series, ctx

HERE = os.path.dirname(os.path.abspath(__file__))
PS = (2, 3, 4, 5, 10, 50, 200)
DIGITS = 45
CAP, BITS = 40, 600
F = Fraction
KERNELS = ([("arccos(%d)" % n, 2) for n in range(5)]
           + [("ntk(%d)" % n, 2) for n in (2, 3, 5, 10)] + [("nngp(%d)" % n, 2) for n in (3, 5, 10)]
           + [("ntk_bias(%d)" % n, 2) for n in (2, 3, 4)]
           + [("laplace(1)", 2), ("laplace(3/2)", 2), ("matern(3/2,1)", 2), ("matern(5/2,1)", 2),
              ("gamma_exponential(1,1/2)", 4), ("gamma_exponential(1,3/2)", 4),
              ("arccos0(arccos0(u))", 4), ("arccos0(arccos0(arccos0(u)))", 8)])


def parse(K):
    if "u" in K:
        return "step", [K.count("arccos0")]
    name, a = K[:-1].split("(")
    return name, [F(x) for x in a.split(",")]


def q(x):
    x = F(x)
    return arb(x.numerator) / x.denominator


# ------------------------------------------------------------ route 1: series in r, balls

class Val:
    """A function of r near 0: near = 1 (value 1-E), -1 (value -1+E), 0 (value E); E(0) = 0 exactly
    when near is not 0."""

    def __init__(self, near, E):
        self.near, self.E = near, E

    def series(self):
        return self.E if self.near == 0 else (1 - self.E if self.near == 1 else self.E - 1)


def coeffs(f):
    c = f.coeffs() if isinstance(f, arb_series) else list(f)
    return (c + [arb(0)] * CAP)[:CAP]


def sqrt_series(E):
    """sqrt of r^(2m) * unit."""
    c = coeffs(E)
    v = next(i for i, x in enumerate(c) if not x.is_zero())
    assert v % 2 == 0 and c[v] > 0
    u = coeffs(arb_series(c[v:]).sqrt())
    return arb_series([0] * (v // 2) + u[:CAP - v])        # the cut-off part is dropped below by CAP/2 use


def edge_angle(E):
    return 2 * (sqrt_series(E / 2)).asin()


def poly_compose(c, x):
    out = arb_series([0])
    for a in reversed(c):
        out = out * x + a
    return out


def taylor_trig(what):
    """exact-rational Taylor coefficients: 1-cos x; x cos x - sin x."""
    out = []
    for n in range(CAP):
        f = F(1)
        for i in range(2, n + 1):
            f /= i
        cos = f * (-1) ** (n // 2) if n % 2 == 0 else F(0)
        sin = f * (-1) ** (n // 2) if n % 2 else F(0)
        xcos = (n * f * (-1) ** ((n - 1) // 2)) if n % 2 else F(0)
        out.append((F(n == 0) - cos) if what == "vers" else xcos - sin)
    return [q(x) for x in out]


def kap0(v):
    pi = arb.pi()
    if v.near == 1:
        return Val(1, edge_angle(v.E) / pi)
    if v.near == -1:
        return Val(0, edge_angle(v.E) / pi)
    return Val(0, 1 - v.E.acos() / pi)


def kap1(v):
    pi = arb.pi()
    if v.near:
        x = edge_angle(v.E)
        low = poly_compose(taylor_trig("xcos"), x) / pi
        return Val(1, poly_compose(taylor_trig("vers"), x) + low) if v.near == 1 else Val(0, -low)
    x = v.E
    return Val(0, ((1 - x * x).sqrt() + (pi - x.acos()) * x) / pi)


def series_route(K, D, end):
    """Coefficients of kappa(end*(1 - r^D)) in r."""
    ctx.prec, ctx.cap = BITS, CAP
    name, a = parse(K)
    u = Val(end, arb_series([0] * D + [1]))
    if name == "step":
        for _ in range(a[0]):
            u = kap0(u)
        return coeffs(u.series())
    if name == "arccos":
        n = int(a[0])
        c = coeffs(kap0(u).series())
        for m in range(1, n + 1):
            # d/dt kappa_m = m^2/(2m-1) kappa_{m-1};  int r^i ds = D r^(i+D)/(i+D)
            c = ([arb(0)] * D + [c[i] * D / (i + D) for i in range(CAP)])[:CAP]
            c = [x * m * m / (2 * m - 1) * (-end) for x in c]
            if end == 1:
                c[0] = arb(1)
            c = [x if (end == -1 or i == 0) else x for i, x in enumerate(c)]
        return c
    if name in ("ntk", "nngp", "ntk_bias"):
        L, bias = int(a[0]), int(name == "ntk_bias")
        s, T = u, u.series() + bias
        for l in range(2, L + 1):
            k0, s = kap0(s), kap1(s)
            T = T * k0.series() + s.series() + (bias if l < L else 0)
        return coeffs(s.series() if name == "nngp" else T)
    # distance kernels; d = sqrt(2) r^(D/2) at +1, sqrt(4 - 2 r^D) at -1
    root2 = arb(2).sqrt()

    def dpow(g):
        if end == 1:
            j = F(D) * g / 2
            assert j.denominator == 1
            return arb_series([0] * int(j) + [root2 ** q(g)])
        return (arb_series([4] + [0] * (D - 1) + [-2]).log() * q(g / 2)).exp()
    if name == "laplace":
        return coeffs((-q(a[0]) * dpow(F(1))).exp())
    if name == "gamma_exponential":
        return coeffs((-q(a[0]) * dpow(a[1])).exp())
    z = q(2 * a[0]).sqrt() / q(a[1]) * dpow(F(1))
    poly = 1 + z if a[0] == F(3, 2) else 1 + z + z * z / 3
    return coeffs(poly * (-z).exp())


# ------------------------------------------------------------ route 2: plain values and a fit

def cho_saul(n):
    """J_n = (-1)^n sin^(2n+1) (1/sin d/dth)^n ((pi-th)/sin th) = (pi-th) A(c) + s B(c), by exact
    differentiation of terms (pi-th)^e s^i c^j: dict (e,i,j) -> coefficient."""
    f = {(1, -1, 0): 1}
    for _ in range(n):
        g = {}

        def add(key, v):
            g[key] = g.get(key, 0) + v
        for (e, i, j), v in f.items():
            if e:
                add((0, i - 1, j), -v)
            if i:
                add((e, i - 2, j + 1), i * v)
            if j:
                add((e, i, j - 1), -j * v)
        f = g
    return {(e, i + 2 * n + 1, j): (-1) ** n * v for (e, i, j), v in f.items() if v}


def mp_kernel(K, t):
    name, a = parse(K)
    f = [mp.mpf(x.numerator) / x.denominator if name != "step" else x for x in a]
    pi = mp.pi

    def k0(x):
        return 1 - mp.acos(x) / pi

    def k1(x):
        return (mp.sqrt((1 - x) * (1 + x)) + (pi - mp.acos(x)) * x) / pi
    if name == "step":
        for _ in range(a[0]):
            t = k0(t)
        return t
    if name == "arccos":
        n, th, s = int(a[0]), mp.acos(t), mp.sqrt((1 - t) * (1 + t))
        df = 1
        for i in range(1, 2 * n, 2):
            df *= i
        return sum(v * (pi - th) ** e * s ** i * t ** j for (e, i, j), v in cho_saul(n).items()) / pi / df
    if name == "nngp":
        for _ in range(int(a[0]) - 1):
            t = k1(t)
        return t
    if name in ("ntk", "ntk_bias"):
        b = int(name == "ntk_bias")
        L, T, s = int(a[0]), t + b, t
        for l in range(2, L + 1):
            T, s = k1(s) + T * k0(s) + (b if l < L else 0), k1(s)
        return T
    d = mp.sqrt(2 - 2 * t)
    if name == "laplace":
        return mp.exp(-f[0] * d)
    if name == "gamma_exponential":
        return mp.exp(-f[0] * d ** f[1])
    z = mp.sqrt(2 * f[0]) * d / f[1]
    return 2 ** (1 - f[0]) / mp.gamma(f[0]) * z ** f[0] * mp.besselk(f[0], z)


_VDM = {}


def fit_route(K, D, end, M=24):
    mp.mp.dps = 1100
    h = mp.mpf(10) ** -12
    if M not in _VDM:
        _VDM[M] = mp.matrix(M, M)
        for j in range(M):
            for m in range(M):
                _VDM[M][j, m] = mp.mpf(j + 1) ** m
        _VDM[M] = _VDM[M] ** -1
    y = mp.matrix([mp_kernel(K, end * (1 - (h * (j + 1)) ** D)) for j in range(M)])
    b = _VDM[M] * y
    return [b[m] / h ** m for m in range(M)]


# ------------------------------------------------------------ closed formulas for the c's

def formula_route(K):
    """(nu, c_1, c_{-1}) or None, in mpmath."""
    mp.mp.dps = 200
    name, a = parse(K)
    r2, pi = mp.sqrt(2), mp.pi

    def prod(L):        # prod_{l=2}^{L-1} kappa_0(sigma^l(-1))
        out, s = mp.mpf(1), mp.mpf(0)
        for _ in range(2, L):
            th = mp.acos(s)
            out *= 1 - th / pi
            s = (mp.sin(th) + (pi - th) * s) / pi
        return out
    if name == "arccos":
        n = int(a[0])
        c = (r2 * 4 ** n * mp.factorial(n) ** 3
             / (mp.factorial(2 * n + 1) * pi * mp.fac2(2 * n - 1)))
        return F(2 * n + 1, 2), (-1) ** (n + 1) * c, c
    if name == "ntk":
        L = int(a[0])
        return F(1, 2), -r2 / pi * L * (L - 1) / 2, -r2 / pi * prod(L)
    if name == "nngp":
        L = int(a[0])
        return F(3, 2), 2 * r2 / (3 * pi) * (L - 1), 2 * r2 / (3 * pi) * prod(L)
    if name == "ntk_bias":      # T_l(1) = 2l, and T_1(-1) = 0 removes the only s^(1/2) at -1
        L = int(a[0])
        return F(1, 2), -r2 / pi * L * (L - 1), mp.mpf(0)
    f = [mp.mpf(x.numerator) / x.denominator if name != "step" else x for x in a]
    if name == "laplace":
        return F(1, 2), -f[0] * r2, mp.mpf(0)
    if name == "gamma_exponential":
        return a[1] / 2, -f[0] * mp.mpf(2) ** (f[1] / 2), mp.mpf(0)
    if name == "matern":        # e^-z (1+z) = .. + z^3/3;  e^-z(1+z+z^2/3) = .. - z^5/45
        z = 2 * mp.sqrt(f[0]) / f[1]
        return a[0], (z ** 3 / 3 if a[0] == F(3, 2) else -z ** 5 / 45), mp.mpf(0)
    n = a[0]
    return F(1, 2 ** n), -(r2 / pi) ** (2 - mp.mpf(2) ** (1 - n)), mp.mpf(0)


# ------------------------------------------------------------ A

def A_formula(c, nu, p):
    nu_ = q(nu)
    return (c * arb(2) ** (nu_ + p - 2) * (arb(p) / 2).gamma() * (nu_ + arb(p - 1) / 2).gamma()
            / (arb.pi().sqrt() * (-nu_).gamma()))


def mu_power(nu, p, k):
    """mu_k of (1-t)^nu, exact Gamma quotient; (-nu)_k = G(k-nu)/G(-nu)."""
    n, h = q(nu), arb(p - 1) / 2
    return (arb(2) ** (n + p - 2) * ((n + h).lgamma() + (arb(p) / 2).lgamma() - arb.pi().log() / 2
            + (k - n).lgamma() - (n + k + p - 1).lgamma()).exp() / (-n).gamma())


def mu_arccos(n, p, k):
    k = int(k)
    if k > n and (k - n) % 2 == 0:
        return arb(0)
    # 1/|G((n-k)/2+1)| = G((k-n)/2) |sin| / pi, the argument is a negative half-integer
    lam = (arb(n).fac() / arb(2) ** (n + 1) / arb.pi()
           * ((arb(p) / 2).lgamma() + (arb(k - n) / 2).lgamma() - (arb(n + k + p) / 2).lgamma()).exp())
    df = 1
    for i in range(1, 2 * n, 2):
        df *= i
    return arb(2) / df * arb(2) ** n * (arb(p) / 2).rising(n) * lam * lam


def mu_whole(K, p, k):
    name, a = parse(K)
    if name == "arccos":
        return mu_arccos(int(a[0]), p, k)
    if K not in ("ntk(2)", "ntk_bias(2)"):
        return None
    v = ((k * mu_arccos(0, p, k - 1) + (k + p - 2) * mu_arccos(0, p, k + 1)) / (2 * k + p - 2)
         + mu_arccos(1, p, k))
    return v + mu_arccos(0, p, k) if name == "ntk_bias" else v


def sig_digits(x, n=DIGITS):
    if x.is_zero():
        return "0"
    assert x.rel_accuracy_bits() > 3.33 * (n + 10), x
    from decimal import Context
    v = Context(prec=n, Emax=10**9, Emin=-10**9).create_decimal(x.mid().str(n + 25, radius=False))
    sgn, dig, e = v.as_tuple()
    e += len(dig) - 1
    t = "".join(map(str, dig)).rstrip("0") or "0"
    return "-" * sgn + t[0] + ("." + t[1:] if len(t) > 1 else "") + ("e%d" % e if e else "")


def to_mp(x):
    mp.mp.dps = 170
    return mp.mpf(x.mid().str(160, radius=False))


def check_identity():
    mp.mp.dps = 60
    worst = 0
    for p in (2, 3, 4, 5, 10, 50):
        Z = mp.sqrt(mp.pi) * mp.gamma(mp.mpf(p - 1) / 2) / mp.gamma(mp.mpf(p) / 2)
        for nu in (F(1, 8), F(1, 4), F(1, 2), F(3, 4), F(3, 2), F(9, 2)):
            n = mp.mpf(nu.numerator) / nu.denominator
            for k in range(6):
                def f(th, sign):
                    t, P0, P1 = mp.cos(th), mp.mpf(1), mp.cos(th)
                    for i in range(1, k):
                        P0, P1 = P1, ((2 * i + p - 2) * t * P1 - i * P0) / (i + p - 2)
                    x = 2 * (mp.sin(th / 2) if sign > 0 else mp.cos(th / 2)) ** 2
                    return x ** n * (P0 if k == 0 else P1) * mp.sin(th) ** (p - 2)
                ctx.prec = 400
                ex = to_mp(mu_power(nu, p, arb(k)))
                mp.mp.dps = 60
                if (p, nu) in ((3, F(1, 8)), (4, F(3, 2)), (2, F(1, 2))):
                    signs = (1, -1)
                else:
                    signs = (1,) if k in (0, 3) else ()
                for sign in signs:
                    got = mp.quad(lambda th: f(th, sign), [0, 1, 2, mp.pi]) / Z * (1 if sign > 0 else (-1) ** k)
                    worst = max(worst, abs(got / ex - 1))
    assert worst < mp.mpf(10) ** -40, worst
    print("identity, worst rel", mp.nstr(worst, 3))


def main():
    check_identity()
    rows, crows = [], []
    wfit = wform = wA = wwhole = mp.mpf(0)
    for K, D in KERNELS:
        S = {e: series_route(K, D, e) for e in (1, -1)}
        W = {e: fit_route(K, D, e) for e in (1, -1)}
        # use coefficients of r^m, m < 12 only (roots cut the series at CAP/2 and below)
        for e in (1, -1):
            for m in range(12):
                mp.mp.dps = 170
                d = abs(to_mp(S[e][m]) - W[e][m]) / max(mp.mpf(1), abs(W[e][m]))
                wfit = max(wfit, d)
                assert d < mp.mpf(10) ** -80, (K, e, m, d)
        sing = [m for m in range(12) if m % D
                and any(abs(to_mp(S[e][m])) > mp.mpf(10) ** -100 for e in (1, -1))]
        m0, m1 = sing[0], sing[1]

        def clean(x):
            return x if abs(to_mp(x)) > mp.mpf(10) ** -100 else arb(0)
        for e in (1, -1):     # lower non-integer exponents are zero to 1e-100, in both routes
            for m in range(1, m0):
                if m % D:
                    assert S[e][m].contains(0) and abs(W[e][m]) < mp.mpf(10) ** -80
        nu = F(m0, D)
        c1, cm = clean(S[1][m0]), clean(S[-1][m0])
        fn, f1, fm = formula_route(K)
        assert fn == nu, (K, fn, nu)
        for x, y in ((c1, f1), (cm, fm)):
            d = abs(to_mp(x) - y)
            wform = max(wform, d)
            assert d < mp.mpf(10) ** -100, (K, d)
        crows.append((K, nu, c1, cm, F(m1, D), clean(S[1][m1]), clean(S[-1][m1])))
        ctx.prec = BITS
        for p in PS:
            ex = F(p) + 2 * nu - 1
            for par in (0, 1):
                c = c1 + (cm if par == 0 else -cm)
                zero = abs(to_mp(c)) < mp.mpf(10) ** -100
                if zero:
                    assert c.contains(0)
                A = arb(0) if zero else A_formula(c, nu, p)
                k = arb(10 ** 30 + par)
                Kk = (k + arb(p - 2) / 2) ** q(ex)
                if not zero:
                    m = mu_power(nu, p, k) * Kk * c
                    d = abs(to_mp(m / A) - 1)
                    wA = max(wA, d)
                    assert d < mp.mpf(10) ** -53, (K, p, d)
                w = mu_whole(K, p, 10 ** 30 + par)
                if w is not None:
                    if zero:
                        assert w.is_zero() or abs(w * Kk) < arb(10) ** -100, (K, p, w)
                    else:
                        d = abs(to_mp(w * Kk / A) - 1)
                        wwhole = max(wwhole, d)
                        assert d < mp.mpf(10) ** -53, (K, p, par, d)
                rows.append((K, p, "odd" if par else "even", ex, sig_digits(A)))
        print(K, "nu", nu, "c_1", mp.nstr(to_mp(c1), 12), "c_-1", mp.nstr(to_mp(cm), 12), "next", F(m1, D),
              mp.nstr(to_mp(crows[-1][5]), 8), mp.nstr(to_mp(crows[-1][6]), 8))
    for x in ("wfit", "wform", "wA", "wwhole"):
        print(x, mp.nstr(locals()[x], 3))
    made = "# made by decay_constants.py (python-flint, mpmath; confirmed as its head tells)\n"
    with open(os.path.join(HERE, "decay_constants.tsv"), "w") as f:
        f.write("# leading term mu_k ~ A (k+(p-2)/2)^(-exponent), k even / odd; A = 0: the coefficient at this\n"
                "# exponent vanishes for this parity (arccos(n), ntk(2): there mu_k = 0 exactly, k > n resp. k >= 3)\n"
                + made + "# columns: kernel\tp\tparity\texponent\tA (45 digits, rounded)\n")
        for r in rows:
            f.write("\t".join(map(str, r)) + "\n")
    with open(os.path.join(HERE, "decay_c.tsv"), "w") as f:
        f.write("# kappa(1-s) ~ smooth + c_1 s^nu + c2_1 s^nu2, kappa(-1+s) ~ smooth + c_{-1} s^nu + c2_{-1} s^nu2;\n"
                "# nu, nu2: the two smallest non-integer exponents with a non-zero coefficient at either end\n"
                + made + "# columns: kernel\tnu\tc_1\tc_{-1}\tnu2\tc2_1\tc2_{-1}\n")
        for K, nu, a, b, n2, a2, b2 in crows:
            f.write("\t".join([K, str(nu), sig_digits(a), sig_digits(b), str(n2), sig_digits(a2), sig_digits(b2)]) + "\n")
    print(len(rows), "rows")


if __name__ == "__main__":
    main()
