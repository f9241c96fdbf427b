"""The kernels of the reference tables, each written down several times:

  parse(text)            "matern(5/2,1/2)" -> ("matern", [5/2, 1/2])
  Point(theta).value(K)  kappa(cos theta) in python-flint arb, from the angle
  Taylor(order).coef(K)  Taylor coefficients of kappa at u = 0 (all >= 0)
  mp_value(K, theta)     kappa(cos theta) in mpmath (other library, other formulas)

Nothing here looks at the Rust code.
"""
import re
from fractions import Fraction
from functools import lru_cache

import mpmath as mp
from flint import arb, arb_series, ctx, fmpq

KERNELS = """arccos(0) arccos(1) arccos(2) arccos(3) arccos(6) nngp(3) nngp(5) ntk(2) ntk(3)
ntk(5) ntk(10) ntk_bias(2) ntk_bias(3) laplace(1) laplace(5/2) gaussian(1/2) gaussian(10)
matern(1/2,1) matern(3/2,1) matern(5/2,1/2) gamma_exponential(1,1/2) gamma_exponential(2,3/2)
gamma_exponential(1,2) exponential(1) exponential(7/2) arcsine(1) arcsine(20) poisson(1/2)
poisson(9/10) inverse_multiquadric(1) inverse_multiquadric(1/4) polynomial(1,3)
polynomial(1/2,7)""".split()


@lru_cache(None)
def parse(text):
    name, args = re.fullmatch(r"(\w+)\((.*)\)", text).groups()
    return name, [Fraction(a) for a in args.split(",")]


def q(x):
    """Fraction -> arb at the current precision."""
    return arb(fmpq(x.numerator, x.denominator))


def double_factorial(n):
    return n * double_factorial(n - 2) if n > 1 else 1


@lru_cache(None)
def arccos_polynomials(n):
    """Integer polynomials A, B with kappa_n = [(pi-th) A(cos) + sin B(cos)] / (pi (2n-1)!!),
    from J_n = (-1)^n sin^(2n+1) (1/sin d/dth)^n ((pi-th)/sin th)."""
    def shift_add(*terms):  # sum of c * x^s * poly
        out = [0] * (n + 3)
        for c, s, poly in terms:
            for i, a in enumerate(poly):
                if a:
                    out[i + s] += c * a
        return out

    def der(poly):
        return [i * a for i, a in enumerate(poly)][1:]

    A, B = [1], [0]
    for m in range(n):
        dA, dB = der(A), der(B)
        A, B = (shift_add((-1, 0, dA), (1, 2, dA), (-(2 * m + 1), 1, A)),
                shift_add((-1, 0, A), (-1, 0, dB), (1, 2, dB), (-2 * m, 1, B)))
    sign = (-1) ** n
    return [sign * a for a in A], [sign * b for b in B]


def horner(poly, x):
    out = arb(0)
    for a in reversed(poly):
        out = out * x + a
    return out


class Point:
    """All kernels at one angle theta (arb). Only shared sub-results are cached."""

    def __init__(self, theta):
        self.th = theta
        self.s, self.c = theta.sin_cos()
        self.d = 2 * (theta / 2).sin()
        self.pi = arb.pi()
        self.sig = [None, self.c]      # sigma^l
        self.kap0 = [None]             # kappa_0(sigma^l)

    def layer(self, l):
        """sigma^l; fills kappa_0(sigma^(l-1)) on the way."""
        while len(self.sig) <= l:
            f = self.sig[-1]
            if len(self.sig) == 2:
                th, s = self.th, self.s
            else:
                th, s = f.acos(), (1 - f * f).sqrt()
            self.kap0.append((1 - th / self.pi).mid())
            self.sig.append(((s + (self.pi - th) * f) / self.pi).mid())
        return self.sig[l]

    def value(self, kernel, dim=None):
        name, a = parse(kernel)
        u, d = self.c, self.d
        if name == "arccos":
            n = int(a[0])
            A, B = arccos_polynomials(n)
            return (((self.pi - self.th) * horner(A, u) + self.s * horner(B, u))
                    / (self.pi * double_factorial(2 * n - 1)))
        if name == "nngp":
            return self.layer(int(a[0]))
        if name == "ntk":
            T = u
            for l in range(2, int(a[0]) + 1):
                s = self.layer(l)
                T = T * self.kap0[l - 1] + s
            return T
        if name == "ntk_bias":
            L = int(a[0])
            T = u + 1
            for l in range(2, L):
                s = self.layer(l)
                T = s + 1 + T * self.kap0[l - 1]
            s = self.layer(L)
            return s + T * self.kap0[L - 1]
        if name == "laplace":
            return (-q(a[0]) * d).exp()
        if name == "gaussian":
            return (-q(a[0]) * d * d).exp()
        if name == "matern":
            z = q(2 * a[0]).sqrt() * d / q(a[1])
            poly = {1: 1, 3: 1 + z, 5: 1 + z + z * z / 3}[int(2 * a[0])]
            return poly * (-z).exp()
        if name == "gamma_exponential":
            if d.is_zero():
                return arb(1)
            return (-q(a[0]) * d ** q(a[1])).exp()
        if name == "exponential":
            return (q(a[0]) * u).exp()
        if name == "arcsine":
            return 2 / self.pi * (q(2 * a[0] / (1 + 2 * a[0])) * u).asin()
        if name == "poisson":
            r = q(a[0])
            return (1 - r * r) / (1 - 2 * r * u + r * r) ** q(Fraction(dim, 2))
        if name == "inverse_multiquadric":
            return (q(a[0] ** 2) + d * d).rsqrt()
        if name == "polynomial":
            return (u + q(a[0])) ** int(a[1])
        raise KeyError(kernel)


# kernels whose Taylor coefficients decay only algebraically (singular at u = 1 or -1)
SLOW = ("arccos", "nngp", "ntk", "ntk_bias", "laplace", "matern")


def is_slow(kernel):
    name, a = parse(kernel)
    return name in SLOW or (name == "gamma_exponential" and a[1] != 2)


class Taylor:
    """Taylor coefficients a_0 .. a_(order-1) at u = 0, as lists of arb."""

    def __init__(self, order):
        self.order = order
        self.sig, self.kap0 = [None], [None]
        ctx.cap = order
        self.sig.append(arb_series([0, 1]))

    def _kappa0(self, f):
        f0 = f[0]
        d = f.derivative() * (1 - f * f).rsqrt() / arb.pi()
        return d.integral() + (1 - f0.acos() / arb.pi())

    def _kappa1(self, f, k0):
        f0 = f[0]
        c = ((1 - f0 * f0).sqrt() + (arb.pi() - f0.acos()) * f0) / arb.pi()
        return (k0 * f.derivative()).integral() + c

    def layer(self, l):
        while len(self.sig) <= l:
            f = self.sig[-1]
            self.kap0.append(self._kappa0(f))
            self.sig.append(self._kappa1(f, self.kap0[-1]))
        return self.sig[l]

    def _power(self, g):
        """(2-2u)^g = d^(2g), by the binomial recurrence."""
        out, c = [], arb(2) ** q(g)
        den, num = g.denominator, g.numerator
        for n in range(self.order):
            out.append(c)
            c = c * (n * den - num) / ((n + 1) * den)
        return arb_series(out)

    def coef(self, kernel):
        ctx.cap = self.order
        s = self.series(kernel)
        c = s.coeffs() if isinstance(s, arb_series) else s
        return c + [arb(0)] * (self.order - len(c))

    def total(self, kernel):
        """kappa(1), for the mass not covered by the coefficients."""
        name, a = parse(kernel)
        if name == "ntk":
            return a[0]
        if name == "ntk_bias":   # T_1(1) = 2, T_l(1) = 2 + T_(l-1)(1), last layer without + 1
            return 2 * a[0] - 1
        return Fraction(1)

    def series(self, kernel):
        name, a = parse(kernel)
        u = self.sig[1]
        if name == "arccos":
            # d kappa_n / du = n^2/(2n-1) kappa_(n-1); kappa_n(0) from E[relu^n]^2
            self.layer(2)
            f = self.kap0[1]
            for n in range(1, int(a[0]) + 1):
                m = arb(2) ** q(Fraction(n, 2)) * q(Fraction(n + 1, 2)).gamma() / arb.pi().sqrt()
                f = f.integral() * n * n / (2 * n - 1) + m * m / (2 * double_factorial(2 * n - 1))
            return f
        if name == "nngp":
            return self.layer(int(a[0]))
        if name == "ntk":
            T = u
            for l in range(2, int(a[0]) + 1):
                s = self.layer(l)
                T = T * self.kap0[l - 1] + s
            return T
        if name == "ntk_bias":
            L = int(a[0])
            T = u + 1
            for l in range(2, L):
                s = self.layer(l)
                T = s + 1 + T * self.kap0[l - 1]
            s = self.layer(L)
            return s + T * self.kap0[L - 1]
        if name == "laplace":
            return (-q(a[0]) * self._power(Fraction(1, 2))).exp()
        if name == "matern":
            z = self._power(Fraction(1, 2)) * (q(2 * a[0]).sqrt() / q(a[1]))
            poly = {1: 1, 3: 1 + z, 5: 1 + z + z * z / 3}[int(2 * a[0])]
            return poly * (-z).exp()
        if name == "gamma_exponential" and a[1] != 2:
            return (-q(a[0]) * self._power(a[1] / 2)).exp()
        raise KeyError(kernel)


def mp_value(kernel, th, dim=None):
    """kappa(cos th) by mpmath; None where no separate formula is given (arccos(6))."""
    name, a = parse(kernel)
    f = [mp.mpf(x.numerator) / x.denominator for x in a]
    u, pi = mp.cos(th), mp.pi
    d2 = 4 * mp.sin(th / 2) ** 2

    def k0(t):
        return 1 - t / pi

    def k1(t):
        return (mp.sin(t) + (pi - t) * mp.cos(t)) / pi

    def angle(x):  # acos, with 1-x < 1e-45 etc. clipped
        return mp.acos(min(mp.mpf(1), x))
    if name == "arccos":
        s = mp.sin(th)
        return {0: lambda: k0(th), 1: lambda: k1(th),
                2: lambda: (3 * s * u + (pi - th) * (1 + 2 * u * u)) / (3 * pi),
                3: lambda: (15 * s - 11 * s ** 3 + (pi - th) * (9 * u + 6 * u ** 3)) / (15 * pi),
                6: lambda: None}[int(a[0])]()
    if name in ("nngp", "ntk", "ntk_bias"):
        bias = int(name == "ntk_bias")
        L, t, T, s = int(a[0]), th, u + bias, u
        for l in range(2, L + 1):
            s = k1(t)
            T = T * k0(t) + s + (bias if l < L else 0)
            t = angle(s)
        return s if name == "nngp" else T
    if name == "laplace":
        return mp.exp(-f[0] * mp.sqrt(d2))
    if name == "gaussian":
        return mp.exp(-f[0] * d2)
    if name == "matern":
        z = mp.sqrt(2 * f[0] * d2) / f[1]
        return 2 ** (1 - f[0]) / mp.gamma(f[0]) * z ** f[0] * mp.besselk(f[0], z) if z else mp.mpf(1)
    if name == "gamma_exponential":
        return mp.exp(-f[0] * d2 ** (f[1] / 2))
    if name == "exponential":
        return mp.exp(f[0] * u)
    if name == "arcsine":
        return 2 / pi * mp.asin(2 * f[0] * u / (1 + 2 * f[0]))
    if name == "poisson":
        return (1 - f[0] ** 2) / (1 - 2 * f[0] * u + f[0] ** 2) ** (mp.mpf(dim) / 2)
    if name == "inverse_multiquadric":
        return 1 / mp.sqrt(f[0] ** 2 + d2)
    if name == "polynomial":
        return (u + f[0]) ** int(a[1])
    raise KeyError(kernel)


def sig_digits(x, n):
    """arb or mpf -> n significant digits, d.ddde[-]x ('0' for zero); refuses a ball too wide."""
    if isinstance(x, arb):
        if x.is_zero():
            return "0"
        if x.rel_accuracy_bits() < n * 3.33 + 8:
            raise ValueError("ball too wide: %s" % x)
        x = x.mid().str(n + 25, radius=False)
    from decimal import Context, Decimal
    text = "%s" % Decimal(str(x)) if not isinstance(x, mp.mpf) else mp.nstr(x, n + 25)
    v = Context(prec=n, Emax=10**8, Emin=-10**8).create_decimal(text)
    if not v:
        return "0"
    _, digits, exp = v.as_tuple()
    t = "".join(map(str, digits)).rstrip("0") or "0"
    e = len(digits) - 1 + exp
    body = t[0] + ("." + t[1:] if len(t) > 1 else "")
    return ("-" if v < 0 else "") + body + ("e%d" % e if e else "")
