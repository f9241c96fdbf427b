"""Do the enclosures of `zonal table --certify` contain the truth? An independent check by random draws -> enclosures.tsv

Draws kernels (the catalogue and random formulas), dimensions, degrees and digits; asks the program for
eigenvalue +- error; computes the same eigenvalue by other means; and requires, for every row,
    rigour "exact" or "rigorous",   |independent - eigenvalue| <= error,   error <= 10^(2-digits) |eigenvalue|.
Every miss is printed with its kernel, p, k, digits, and the exit code is then 1. Exit 3 of the program (unable) is allowed
and counted, and so are calls of more than 30 seconds (late). Rows whose independent value is not at least 50 times more accurate than the error are counted as unresolved and do
not count as compared (a distance larger than both together is a miss all the same).

Run:   pip install -r requirements.txt
       python enclosures.py [--binary target/release/zonal] [--seed 1] [--count 20000] [--table enclosures.tsv]

The independent values (python-flint; no formula is shared with the Rust code):
  quadrature  Gauss-Legendre in theta on mu_k = 1/Z int_0^pi kappa(cos theta) P_k(cos theta) sin^(p-2) theta dtheta, all k by the
              Gegenbauer recurrence in one pass. Two rules with different numbers of nodes and bits; the error is taken
              as 100 times their difference plus the rounding. Kernels with a square root of theta or pi - theta inside
              use theta = pi sin^2(pi v/2).
  formula     any k to 10^6: Gamma quotients (arc-cosine), Bessel functions (exp(c u), cos(c u), sin(c u), Gaussian), 2F1
              (powers of z - u), sums of Gamma quotients (powers of the distance: Laplace, Matern, gamma-exponential), r^k,
              their sums and products with u. Ball arithmetic: the error is the ball's.
  contour     k from 4,000 to 10^6, even p: cosine coefficients int kappa(cos theta) exp(i j theta) dtheta along two rays that
              leave 0 and pi into the upper half-plane, at two angles (difference as above), then
              mu_k(p+2) = p/(2k+p) (mu_k(p) - mu_(k+2)(p)).
The table: kernel, p, k, digits and the independent value rounded to 70 digits, of a sample of the compared rows.
"""
import argparse
import json
import os
import random
import subprocess
import sys
import time
from fractions import Fraction as F

from flint import acb, arb, arb_mat, ctx, fmpq

HERE = os.path.dirname(os.path.abspath(__file__))
START = time.time()


def log(*a):
    print("[%5.0f s]" % (time.time() - START), *a, flush=True)


def number(q):
    q = F(q)
    return arb(q.numerator) / q.denominator


# ---------------------------------------------------------------- kernels by their definitions
# An expression is a pair: the text for the program, and a function of a point.


class Point:
    """theta with u = cos theta; real (arb) or complex (acb)."""

    def __init__(self, theta, p):
        self.theta, self.p, self.kind = theta, p, type(theta)
        self.u = theta.cos()
        self.pi = arb.pi()
        self.known = {}

    def layers(self, depth):
        """sigma^1, ..., sigma^depth and kappa_0 of all but the last."""
        sigma, step = self.known.setdefault("layers", ([self.u], []))
        while len(sigma) < depth:
            kappas = arc_cosines(self, sigma[-1], 1, self.theta if len(sigma) == 1 else None)
            step.append(kappas[0])
            sigma.append(kappas[1])
        return sigma, step

    def distance(self):
        return 2 * (self.theta / 2).sin()


def arc_cosines(point, x, n, angle=None):
    angle = x.acos() if angle is None else angle
    sine = angle.sin()
    out = [1 - angle / point.pi, (sine + (point.pi - angle) * x) / point.pi]
    for m in range(1, n):
        out.append(x * out[m] + number(F(m * m, 4 * m * m - 1)) * (sine * sine) * out[m - 1])
    return out[: n + 1]


def power(x, q):
    q = F(q)
    if q.denominator == 1:
        return x ** int(q)
    if q.denominator == 2:
        return x.sqrt() ** q.numerator
    return (x.log() * number(q)).exp()


def nngp(depth):
    return lambda z: z.layers(depth)[0][depth - 1]


def ntk(depth, bias):
    def value(z):
        sigma, step = z.layers(depth)
        total = z.u + bias
        for layer in range(1, depth):
            total = total * step[layer - 1] + sigma[layer] + (bias if layer + 1 < depth else 0)
        return total
    return value


def matern(nu, length):
    m = int(nu - F(1, 2))
    # 2^(1-nu)/Gamma(nu) z^nu K_nu(z) = exp(-z) m!/(2m)! sum_i (m+i)!/(i!(m-i)!) (2z)^(m-i)
    fac = [1]
    for i in range(1, 2 * m + 1):
        fac.append(fac[-1] * i)
    coefficients = [F(fac[m] * fac[m + i] * 2 ** (m - i), fac[2 * m] * fac[i] * fac[m - i]) for i in range(m + 1)]

    def value(z):
        x = number(2 * nu).sqrt() * z.distance() / number(length)
        total = 0 * x
        for c in coefficients:          # powers m, m-1, ..., 0
            total = total * x + number(c)
        return total * (-x).exp()
    value.coefficients = coefficients[::-1]
    return value


def text(q):
    return str(F(q))


class Draw:
    """Random expressions with a crude range, so that functions get arguments inside their domains."""

    def __init__(self, rng):
        self.rng = rng

    def rational(self, low, high):
        denominator = self.rng.choice([1, 2, 3, 4, 5, 7, 10, 100])
        for _ in range(100):
            q = F(self.rng.randint(int(low * denominator), int(high * denominator)), denominator)
            if low < q < high:
                return q
        return F(low + high) / 2

    def named(self, smooth=False):
        r = self.rng
        kinds = ["arccos", "arccosf", "gaussian", "exponential", "arcsine", "poisson", "polynomial", "imq", "matern"]
        if not smooth:
            kinds += ["ntk", "ntk", "nngp", "ntk_bias", "laplace", "ntk", "nngp", "ntk_bias", "laplace", "matern"]
        kind = r.choice(kinds)
        if kind == "arccos" or kind == "arccosf":
            n = r.choice([0, 1, 2, 3, 4, 5, 8])
            name = "arccos(%d)" % n if kind == "arccos" else "arccos%d(u)" % n
            return name, lambda z: arc_cosines(z, z.u, n, z.theta)[n]
        if kind == "ntk":
            depth = r.randint(1, 10)
            return "ntk(%d)" % depth, ntk(depth, 0)
        if kind == "nngp":
            depth = r.randint(1, 10)
            return "nngp(%d)" % depth, nngp(depth)
        if kind == "ntk_bias":
            depth = r.randint(2, 8)
            return "ntk_bias(%d)" % depth, ntk(depth, 1)
        if kind == "laplace":
            c = self.rational(0, 6)
            return "laplace(%s)" % text(c), lambda z: (-number(c) * z.distance()).exp()
        if kind == "matern":
            nu, length = F(r.choice([1, 3, 5, 7, 9]), 2), self.rational(F(1, 3), 4)
            return "matern(%s,%s)" % (text(nu), text(length)), matern(nu, length)
        if kind == "gaussian":
            g = self.rational(0, 4)
            return "gaussian(%s)" % text(g), lambda z: (-2 * number(g) * (1 - z.u)).exp()
        if kind == "exponential":
            c = self.rational(-4, 6)
            return "exponential(%s)" % text(c), lambda z: (number(c) * z.u).exp()
        if kind == "arcsine":
            w = self.rational(0, 8)
            return "arcsine(%s)" % text(w), lambda z: 2 / z.pi * (number(2 * w / (1 + 2 * w)) * z.u).asin()
        if kind == "poisson":
            c = self.rational(0, F(9, 10))
            return "poisson(%s)" % text(c), lambda z: number(1 - c * c) / power(
                1 - 2 * number(c) * z.u + number(c * c), F(z.p, 2))
        if kind == "imq":
            c = self.rational(F(1, 4), 4)
            return "inverse_multiquadric(%s)" % text(c), lambda z: 1 / (number(c * c) + 2 - 2 * z.u).sqrt()
        c, m = self.rational(-2, 2), r.randint(0, 12)
        return "polynomial(%s,%d)" % (text(c), m), lambda z: (z.u + number(c)) ** m

    SAMPLES = [0.0, 0.05, 0.2, 0.5, 0.9, 1.2, 1.5708, 2.0, 2.4, 2.8, 3.0, 3.1, 3.14159]

    def range(self, e):
        ctx.prec = 64
        values = [float(e[1](Point(arb(t) + arb("1e-9"), 5)).mid()) for t in self.SAMPLES]
        return min(values), max(values)

    def normalised(self, deep=1):
        """An expression with value 1 at u = 1 and all values in [-1, 1]."""
        r = self.rng
        if deep and r.random() < 0.3:
            inner, n = self.normalised(deep - 1), r.choice([1, 1, 2, 3])
            return "arccos%d(%s)" % (n, inner[0]), lambda z: arc_cosines(z, inner[1](z), n)[n]
        kind = r.randint(0, 6)
        if kind == 0:
            n = r.choice([1, 2, 3, 4])
            return "arccos%d(u)" % n, lambda z: arc_cosines(z, z.u, n, z.theta)[n]
        if kind == 1:
            depth = r.randint(2, 4)
            return "nngp(%d)" % depth, nngp(depth)
        if kind == 2:
            g = self.rational(0, 2)
            return "gaussian(%s)" % text(g), lambda z: (-2 * number(g) * (1 - z.u)).exp()
        if kind == 3:
            m = r.randint(2, 4)
            return "u^%d" % m, lambda z: z.u ** m
        if kind == 4:
            a = self.rational(0, 1)
            return "(%s*u + %s)" % (text(a), text(1 - a)), lambda z: number(a) * z.u + number(1 - a)
        if kind == 5:
            length = self.rational(F(1, 2), 3)
            return "matern(3/2,%s)" % text(length), matern(F(3, 2), length)
        a = self.rational(0, 1)
        return "(%s + %s*u*arccos1(u))" % (text(a), text(1 - a)), lambda z: number(a) + number(1 - a) * (
            z.u * arc_cosines(z, z.u, 1, z.theta)[1])

    def affine_inside(self, e, low, high):
        """a e + b with values strictly inside (low, high)."""
        bottom, top = self.range(e)
        width = max(top - bottom, 1e-3)
        share = self.rng.choice([0.3, 0.6, 0.9]) * (high - low)
        a = F(round(100 * share / width), 100) or F(1, 100)
        a *= self.rng.choice([1, -1])
        spare = (high - low) - abs(float(a)) * width
        shift = low + spare * self.rng.uniform(0.1, 0.9) - min(float(a) * bottom, float(a) * top)
        b = F(round(1000 * shift), 1000)
        return "%s*(%s) + %s" % (text(a), e[0], text(b)), lambda z: number(a) * e[1](z) + number(b)

    def applied(self, deep):
        r = self.rng
        kind = r.choice(["arccos", "arccosn", "exp", "sin", "cos", "sqrt", "log", "asin", "acos", "over", "power", "arccos",
                         "square", "narrow"])
        if kind == "arccosn":
            n, inner = r.choice([0, 1, 1, 2, 3]), self.normalised()
            return "arccos%d(%s)" % (n, inner[0]), lambda z: arc_cosines(z, inner[1](z), n)[n]
        e = self.expression(deep - 1) if r.random() < 0.5 else ("u", lambda z: z.u)
        if kind in ("arccos", "asin", "acos"):
            low, high = r.choice([(-1, 1), (-0.9, 0.9), (0, 1)])
            a = self.affine_inside(e, low, high)
            if kind == "arccos":
                n = r.choice([0, 1, 1, 2, 3, 4])
                return "arccos%d(%s)" % (n, a[0]), lambda z: arc_cosines(z, a[1](z), n)[n]
            return "%s(%s)" % (kind, a[0]), lambda z: getattr(a[1](z), kind)()
        if kind in ("sqrt", "log", "power"):
            low = r.choice([0.05, 0.5, 1])
            a = self.affine_inside(e, low, low + r.choice([0.5, 2, 5]))
            if kind == "power":
                q = r.choice([F(1, 3), F(-1, 2), F(3, 2), F(-7, 5), F(5, 4), F(-2), F(-9, 2)])
                return "(%s)^(%s)" % (a[0], text(q)), lambda z: power(a[1](z), q)
            return "%s(%s)" % (kind, a[0]), lambda z: getattr(a[1](z), kind)()
        if kind == "over":
            a = self.affine_inside(e, 0.1, 3)
            return "1/(%s)" % a[0], lambda z: 1 / a[1](z)
        if kind == "square":
            c = self.rational(F(1, 10), 12)
            return "1/(1 + %s*u^2)" % text(c), lambda z: 1 / (1 + number(c) * z.u * z.u)
        if kind == "narrow":
            c = self.rational(1, 5)
            return "sqrt(%s - u)" % text(c), lambda z: (number(c) - z.u).sqrt()
        a = self.affine_inside(e, -2, 3)
        return "%s(%s)" % (kind, a[0]), lambda z: getattr(a[1](z), kind)()

    def expression(self, deep):
        r = self.rng
        kind = r.choice(["named", "applied", "sum", "product", "difference", "scaled", "u", "square"]) if deep > 0 else "named"
        if kind == "named":
            return self.named()
        if kind == "applied":
            return self.applied(deep)
        a = self.expression(deep - 1)
        if kind == "u":
            return "u*(%s)" % a[0], lambda z: z.u * a[1](z)
        if kind == "square":
            return "(%s)^2" % a[0], lambda z: a[1](z) ** 2
        if kind == "scaled":
            c = self.rational(-3, 3) or F(1, 2)
            return "%s*(%s)" % (text(c), a[0]), lambda z: number(c) * a[1](z)
        b = self.expression(deep - 1)
        if kind == "sum":
            return "%s + %s" % (a[0], b[0]), lambda z: a[1](z) + b[1](z)
        if kind == "difference":
            return "(%s) - (%s)" % (a[0], b[0]), lambda z: a[1](z) - b[1](z)
        return "(%s)*(%s)" % (a[0], b[0]), lambda z: a[1](z) * b[1](z)

    def rough(self):
        """With a square root of theta or of pi - theta inside."""
        r = self.rng
        c = self.rational(0, 3)
        kind = r.randint(0, 8)
        if kind == 0:
            g = r.choice([F(1, 2), F(3, 2)])
            return "gamma_exponential(%s,%s)" % (text(c), text(g)), lambda z: (-number(c) * power(z.distance(), g)).exp()
        if kind == 1:
            n = r.choice([0, 1, 2])
            return "arccos%d(arccos0(u))" % n, lambda z: arc_cosines(z, 1 - z.theta / z.pi, n)[n]
        if kind == 2:
            q = F(r.choice([1, 3, 5]), 4)
            return "(1 + u)^(%s)" % text(q), lambda z: power(2 * (z.theta / 2).cos() ** 2, q)
        if kind == 3:
            q = F(r.choice([1, 3, 5]), 4)
            return "(1 - u)^(%s) + %s*u" % (text(q), text(c)), lambda z: power(
                2 * (z.theta / 2).sin() ** 2, q) + number(c) * z.u
        if kind == 4:
            n = r.choice([0, 1, 2])
            return "arccos%d(laplace(%s))" % (n, text(c)), lambda z: arc_cosines(
                z, (-number(c) * z.distance()).exp(), n)[n]
        if kind == 5:
            return "sqrt(arccos1(u))", lambda z: arc_cosines(z, z.u, 1, z.theta)[1].sqrt()
        if kind == 6:
            return "arccos0(arccos0(u))*ntk(2)", lambda z: arc_cosines(z, 1 - z.theta / z.pi, 0)[0] * ntk(2, 0)(z)
        if kind == 7:
            return "exp(-%s*acos(u)^(1/2))" % text(c), lambda z: (-number(c) * z.theta.sqrt()).exp()
        return "sqrt(1 - arccos0(u)/2)*laplace(%s)" % text(c), lambda z: (
            1 - (1 - z.theta / z.pi) / 2).sqrt() * (-number(c) * z.distance()).exp()


# ---------------------------------------------------------------- quadrature


class Rule:
    """Gauss-Legendre with n nodes at so many bits; the first half of the nodes is theta < pi/2."""

    def __init__(self, n, bits):
        self.n, self.bits = n, bits
        ctx.prec = bits
        half = [arb.legendre_p_root(n, i, True) for i in range((n + 1) // 2)]
        self.half = [(x.mid(), w.mid()) for x, w in half]
        self.points = {}

    def angles(self, root):
        """(theta, weight) with weights for d theta; theta and pi - theta follow each other."""
        if root not in self.points:
            ctx.prec = self.bits
            pi, out = arb.pi(), []
            for x, w in self.half:
                v = (1 - x) / 2
                if root:
                    theta, weight = pi * (pi * v / 2).sin() ** 2, pi * pi / 4 * (pi * v).sin() * w
                else:
                    theta, weight = pi * v, pi * w / 2
                middle = x.is_zero()
                out.append((theta.mid(), (weight / 2 if middle else weight).mid()))
                out.append(((pi - theta).mid(), (weight / 2 if middle else weight).mid()))
            self.points[root] = out
        return self.points[root]

    def eigenvalues(self, kernels, p, degrees, root):
        """Rows of mu_k, one per kernel, and the largest values of the kernels."""
        angles = self.angles(root)
        ctx.prec = self.bits
        places = [Point(theta, p) for theta, _ in angles]
        values = [[e[1](z).mid() for z in places] for e in kernels]
        scale = [max(abs(float(v)) for v in row) for row in values]
        z = arb.pi().sqrt() * (arb(p - 1) / 2).gamma() / (arb(p) / 2).gamma()
        top, columns = max(degrees), []
        for i in range(0, len(angles), 2):
            theta, weight = angles[i]
            t = places[i].u.mid()
            w = (weight * theta.sin() ** (p - 2) / z).mid()
            a, b = w, (w * t).mid()
            column = [a, b]
            for k in range(1, top):
                a, b = b, (((2 * k + p - 2) * t * b - k * a) / (k + p - 2)).mid()
                column.append(b)
            chosen = [column[k] for k in degrees]
            columns.append(chosen)
            columns.append([-x if k % 2 else x for x, k in zip(chosen, degrees)])
        product = arb_mat(values) * arb_mat(columns)
        return [[product[i, j].mid() for j in range(len(degrees))] for i in range(len(kernels))], scale


def by_quadrature(rules, kernels, p, degrees, root):
    """{(kernel, k): (value, error)}"""
    (first, _), (second, scale) = [rule.eigenvalues(kernels, p, degrees, root) for rule in rules]
    ctx.prec = rules[1].bits
    rounding = arb(2) ** (80 - rules[0].bits)
    out = {}
    for i, e in enumerate(kernels):
        for j, k in enumerate(degrees):
            value = second[i][j]
            error = (100 * abs(first[i][j] - value) + rounding * arb(max(scale[i], 1))).upper()
            out[e[0], k] = (value, error)
    return out


# ---------------------------------------------------------------- formulas for all degrees


def gamma_ratio(a, b):
    return (a.lgamma() - b.lgamma()).exp()


def of_arccos(n):
    def mu(p, k):
        if k > n and (k - n) % 2 == 0:
            return arb(0)
        # kappa_n = const E relu(w.x)^n relu(w.y)^n, so that mu_k is const times the square of the Funk-Hecke eigenvalue of
        # relu(t)^n, which is n! 2^-(n+1) Gamma(p/2) / (Gamma((n-k)/2 + 1) Gamma((n+k+p)/2)).
        twice = n - k + 2
        if twice > 0:
            rgamma = 1 / (arb(twice) / 2).gamma()
        else:                           # 1/Gamma(x) = Gamma(1-x) sin(pi x)/pi, x = twice/2, twice odd
            rgamma = (arb(2 - twice) / 2).lgamma().exp() * (1 if twice % 4 == 1 else -1) / arb.pi()
        double = 1
        for m in range(1, 2 * n, 2):
            double *= m
        relu = arb(n).fac() / arb(2) ** (n + 1) * rgamma * (
            (arb(p) / 2).lgamma() - (arb(n + k + p) / 2).lgamma()).exp()
        rising = arb(1)
        for i in range(n):
            rising *= arb(p + 2 * i) / 2
        return arb(2) ** (n + 1) / double * rising * relu * relu
    return mu


def of_exponential(c, factor=lambda: arb(1)):
    def mu(p, k):
        nu, x = arb(p) / 2 - 1, number(c)
        if c == 0:
            return factor() * (1 if k == 0 else 0)
        size = (arb(p) / 2).gamma() * power(2 / abs(x), F(p, 2) - 1) * abs(x).bessel_i(nu + k)
        return factor() * size * (-1 if c < 0 and k % 2 else 1)
    return mu


def of_wave(c, odd):
    def mu(p, k):
        if k % 2 != odd:
            return arb(0)
        x = number(c)
        size = (arb(p) / 2).gamma() * power(2 / x, F(p, 2) - 1) * x.bessel_j(arb(p) / 2 - 1 + k)
        return size * (-1 if (k // 2) % 2 else 1)
    return mu


def of_pole(z, s):
    """(z - u)^-s, z > 1"""
    def mu(p, k):
        x, a, top = number(z), number(s), number(s)
        lead = power(x, -s) * (2 * x) ** (-k) * a.rising(k) * gamma_ratio(arb(p) / 2, arb(p) / 2 + k)
        return lead * (1 / (x * x)).hypgeom_2f1((top + k) / 2, (top + k + 1) / 2, arb(p) / 2 + k)
    return mu


def of_distance(coefficients, step):
    """sum_m b_m d^(step m), with coefficients(m) = b_m and |b_m| decreasing factorially."""
    def mu(p, k):
        a2 = arb(p - 1)
        a = a2 / 2
        const = gamma_ratio(a2, a)
        total, m = arb(0), 0
        while True:
            s, b = F(m) * step / 2, coefficients(m)
            if m > 60 and abs(b) * arb(2) ** number(2 * s) < arb(2) ** (-ctx.prec):
                # The terms beyond are smaller still, by a factor below 1/2 each, and |mu_k(d^s)| <= 2^s.
                bound = abs(b) * arb(2) ** number(2 * s) * 4
                return total + arb(0, bound.upper())
            if not (s.denominator == 1 and s < k) and b != 0:
                x = number(s)
                # E[d^2s P_k] = 4^s Gamma(p-1)/Gamma((p-1)/2) Gamma(a+s)/Gamma(2a+s) (-s)_k/(2a+s)_k
                term = arb(4) ** x * const * gamma_ratio(a + x, a2 + x)
                # (-s)_k, for fractional s < k as Gamma(k-s)/Gamma(-s) = -Gamma(k-s) Gamma(1+s) sin(pi s)/pi
                if s < k:
                    term *= -gamma_ratio(k - x, a2 + x + k) * ((a2 + x).lgamma() + (1 + x).lgamma()).exp()
                    term *= arb.sin_pi_fmpq(fmpq(s.numerator, s.denominator)) / arb.pi()
                else:
                    term *= (-x).rising(k) * gamma_ratio(a2 + x, a2 + x + k)
                total += b * term
            m += 1
    return mu


def series(f):
    known = []

    def coefficient(m):
        while len(known) <= m:
            known.append(f(len(known), known))
        return known[m]
    return coefficient


def of_laplace(c):
    return lambda p, k: of_distance(series(lambda m, b: arb(1) if m == 0 else -b[-1] * number(c) / m), F(1))(p, k)


def of_gamma_exponential(c, g):
    return lambda p, k: of_distance(series(lambda m, b: arb(1) if m == 0 else -b[-1] * number(c) / m), g)(p, k)


def of_matern(nu, length):
    poly = matern(nu, length).coefficients

    def mu(p, k):
        z = number(2 * nu).sqrt() / number(length)

        def coefficient(m, _):
            total = arb(0)
            for i, c in enumerate(poly):
                if i <= m:
                    total += number(c) * (-1) ** (m - i) / arb(m - i).fac()
            return total * z ** m
        return of_distance(series(coefficient), F(1))(p, k)
    return mu


def times_u(f):
    def mu(p, k):
        if k == 0:
            return f(p, 1)
        return (k * f(p, k - 1) + (k + p - 2) * f(p, k + 1)) / (2 * k + p - 2)
    return mu


def of_ntk2(p, k):
    return times_u(of_arccos(0))(p, k) + of_arccos(1)(p, k)


class Formulas:
    def __init__(self, draw):
        self.draw = draw

    def atom(self, smooth):
        """(text, mu). Smooth kernels have eigenvalues that fall faster than any power."""
        d, r = self.draw, self.draw.rng
        if smooth:
            kind = r.randint(0, 6)
            c = d.rational(0, 5)
            if kind == 0:
                c *= r.choice([1, -1])
                return "exp(%s*u)" % text(c), of_exponential(c)
            if kind == 1:
                return "gaussian(%s)" % text(c), of_exponential(2 * c, lambda: (-2 * number(c)).exp())
            if kind == 2:
                return "cos(%s*u)" % text(c), of_wave(c, 0)
            if kind == 3:
                return "sin(%s*u)" % text(c), of_wave(c, 1)
            if kind == 4:
                z, s = 1 + d.rational(0, 4), r.choice([F(1), F(1, 2), F(-1, 2), F(3, 2), F(2), F(1, 3)])
                return "(%s - u)^(%s)" % (text(z), text(-s)), of_pole(z, s)
            if kind == 5:
                c = d.rational(F(1, 4), 4)
                return "inverse_multiquadric(%s)" % text(c), lambda p, k: of_pole(1 + c * c / 2, F(1, 2))(
                    p, k) / arb(2).sqrt()
            c = d.rational(0, 1)
            return "poisson(%s)" % text(c), lambda p, k: number(c) ** k
        kind = r.randint(0, 6)
        c = d.rational(0, 5)
        if kind == 0:
            n = r.randint(0, 6)
            return "arccos(%d)" % n, of_arccos(n)
        if kind == 1:
            return "ntk(2)", of_ntk2
        if kind == 2:
            return "ntk_bias(2)", lambda p, k: of_ntk2(p, k) + of_arccos(0)(p, k)
        if kind == 3:
            return "laplace(%s)" % text(c), of_laplace(c)
        if kind == 4:
            nu, length = F(r.choice([1, 3, 5, 7]), 2), d.rational(F(1, 2), 4)
            return "matern(%s,%s)" % (text(nu), text(length)), of_matern(nu, length)
        if kind == 5:
            g = r.choice([F(1, 2), F(3, 2), F(1, 3), F(4, 3), F(1), F(2, 5), F(7, 4)])
            return "gamma_exponential(%s,%s)" % (text(c), text(g)), of_gamma_exponential(c, g)
        return "nngp(2)", of_arccos(1)

    def expression(self, smooth):
        r = self.draw.rng
        a = self.atom(smooth)
        if r.random() < 0.35:
            c, b = self.draw.rational(-3, 3) or F(1, 2), self.atom(smooth or r.random() < 0.3)
            a = ("%s + %s*%s" % (a[0], text(c), b[0]),
                 lambda p, k, f=a[1], g=b[1]: f(p, k) + number(c) * g(p, k))
        if r.random() < 0.25:
            a = "u*(%s)" % a[0], times_u(a[1])
        return a


def by_formula(mu, p, k):
    """A ball of at least 280 good bits relative to its size, or as good as 4000 bits make it."""
    for bits in (500, 1200, 4000):
        ctx.prec = bits
        value = mu(p, k)
        if value.is_zero() or value.rel_accuracy_bits() > 280:
            break
    return value.mid(), value.rad()


# ---------------------------------------------------------------- contours for high degrees, even p


class Contour:
    """int_0^pi kappa(cos theta) cos(j theta) dtheta / pi along theta = r e^(i phi) and theta = pi - r e^(-i phi), r <= height.

    The rest of the path, at imaginary part height sin(phi), is of the order exp(-height sin(phi) k) and left out.
    """

    def __init__(self, n, bits, phi):
        self.bits, self.phi = bits, phi
        ctx.prec = bits
        self.nodes = []
        for i in range((n + 1) // 2):
            x, w = arb.legendre_p_root(n, i, True)
            self.nodes += [((1 - x) / 2, w / 2), ((1 + x) / 2, w / 2)]

    def eigenvalue(self, e, p, k, decay):
        ctx.prec = self.bits
        angle = number(self.phi) * arb.pi()
        ray = acb(angle.cos(), angle.sin())
        height = arb(decay) / k / angle.sin()
        count = (p - 2) // 2
        sums = [acb(0)] * (count + 1)
        i = acb(0, 1)
        for v, w in self.nodes:
            theta = height * v * ray
            near = e[1](Point(theta, p)) * ray
            far = e[1](Point(arb.pi() - theta.conjugate(), p)) * ray.conjugate() * (-1) ** k
            wave, step = (i * theta * k).exp(), (i * theta * 2).exp()
            for m in range(count + 1):
                # exp(ij (pi - conj z)) = (-1)^j conj(exp(ij z)), and k + 2m has the parity of k.
                sums[m] = sums[m] + w * (near * wave + far * wave.conjugate())
                wave = wave * step
        mu = [(s * height).real / arb.pi() for s in sums]
        q = 2
        while q < p:
            mu = [(mu[m] - mu[m + 1]) * q / (2 * (k + 2 * m) + q) for m in range(len(mu) - 1)]
            q += 2
        return mu[0].mid()


# ---------------------------------------------------------------- the comparison


class Tally:
    def __init__(self, binary):
        self.binary = binary
        self.calls = self.outside = self.unable_calls = self.unable_rows = self.late = self.compared = self.unresolved = self.zeros = 0
        self.errors, self.misses, self.rows, self.methods = [], [], [], {}
        self.program_seconds, self.seconds, self.seconds_of = 0.0, 0.0, {}
        self.unable = {}

    def ask(self, kernel, p, degrees, digits):
        """The rows of the program, or None."""
        self.calls += 1
        start = time.time()
        command = [self.binary, "table", "--certify", "--threads", "1", "--kernel", kernel, "--dim", str(p), "--degrees",
                   ",".join(map(str, degrees)), "--digits", str(digits), "--format", "json"]
        try:
            run = subprocess.run(command, capture_output=True, text=True, timeout=30)
        except subprocess.TimeoutExpired:
            self.late += 1
            log("late", kernel, p, degrees, digits)
            return None
        finally:
            self.seconds = time.time() - start
            self.program_seconds += self.seconds
        if run.returncode == 3:
            self.unable_calls += 1
            self.unable_rows += len(degrees)
            self.unable[kernel] = run.stderr.strip().split("\n")[-1]
            return None
        if run.returncode == 2 and "is not finite and real on all of [-1, 1]" in run.stderr:
            self.outside += 1           # the crude range of the draw was wrong
            return None
        if run.returncode != 0:
            self.errors.append((kernel, p, digits, run.returncode, run.stderr.strip()[-300:]))
            log("error", *self.errors[-1])
            return None
        self.seconds_of[kernel, p, digits] = self.seconds
        rows = json.loads(run.stdout)["rows"]
        assert [row["degree"] for row in rows] == degrees, (kernel, p, degrees)
        return rows

    def miss(self, why, kernel, p, row, digits, value, own):
        self.misses.append((why, kernel, p, row["degree"], digits))
        log("MISS", why, "kernel", kernel, "p", p, "k", row["degree"], "digits", digits, "eigenvalue", row["eigenvalue"],
            "error", row["error"], row["rigour"], row["method"], "independent", value.str(80, radius=False), "+-",
            own.str(5, radius=False))

    def compare(self, kernel, p, digits, row, value, own, way):
        """value: the independent one, with error own."""
        ctx.prec = 6000
        k, eigenvalue, error = row["degree"], arb(row["eigenvalue"]).mid(), arb(row["error"]).mid()
        if row["rigour"] not in ("exact", "rigorous"):
            self.miss("rigour " + row["rigour"], kernel, p, row, digits, value, own)
            return
        # Decimals converted to 6000 bits; own error far above that rounding.
        distance = abs(value - eigenvalue)
        zero = row["eigenvalue"] == "0"
        slack = abs(eigenvalue) * arb(2) ** -5000
        if distance > error + own + slack:
            self.miss("outside", kernel, p, row, digits, value, own)
            return
        if zero and not error.is_zero() or not zero and error > abs(eigenvalue) * arb(10) ** (2 - digits):
            self.miss("wide", kernel, p, row, digits, value, own)
            return
        if zero:
            good = own < arb(10) ** -200
        elif error.is_zero():
            good = own < abs(eigenvalue) * arb(10) ** -65
        else:
            good = own * 50 < error
        if not good:
            self.unresolved += 1
            return
        self.compared += 1
        self.zeros += zero
        method = row["method"] + " by " + way
        self.methods[method] = self.methods.get(method, 0) + 1
        if self.seconds_of.get((kernel, p, digits), 0) > 3:
            return                      # too slow for the table, which a test reads
        if zero:
            self.rows.append((kernel, p, k, digits, "0"))
        elif own < abs(value) * arb(10) ** -72:
            self.rows.append((kernel, p, k, digits, value.str(70, radius=False)))


def some_degrees(rng, top, count):
    kind = rng.randint(0, 3)
    if kind == 0:
        start = rng.randint(0, max(0, top - count))
        return list(range(start, min(top, start + count) + 1))
    if kind == 1:
        return sorted(set(range(count // 2)) | {rng.randint(0, top) for _ in range(count // 2)})
    if kind == 2:
        step = rng.randint(2, 6)
        return sorted({min(top, rng.randint(0, 3) + step * i) for i in range(count)})
    return sorted({rng.randint(0, top) for _ in range(count)})


def some_digits(rng):
    return rng.choice([5, 8, 10, 15, 16, 17, 20, 25, 30, 40, 50, 60, rng.randint(5, 60)])


def some_dimension(rng):
    return rng.choice([2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, rng.randint(2, 60), rng.randint(2, 60), rng.randint(20, 60),
                       rng.choice([80, 100, 150, 200, 500])])


def compare_by_quadrature(tally, draw, rules, groups, root, per_group=12):
    rng = draw.rng
    for group in range(groups):
        p, top = some_dimension(rng), rng.choice([40, 120, 200, 300, 300])
        asked, failed = [], 0
        while len(asked) < per_group and failed < 3 * per_group:
            kind = rng.random()
            try:
                e = draw.rough() if root else draw.named() if kind < 0.3 else draw.expression(rng.choice([1, 2, 2, 3]))
            except (ValueError, OverflowError, ZeroDivisionError):
                continue
            degrees, digits = some_degrees(rng, top, rng.choice([10, 40, 60])), some_digits(rng)
            rows = tally.ask(e[0], p, degrees, digits)
            if rows is None:
                failed += 1
                continue
            asked.append((e, digits, rows))
        if not asked:
            continue
        kernels = list({e[0]: e for e, _, _ in asked}.values())
        degrees = sorted({row["degree"] for _, _, rows in asked for row in rows} | {0, 1})
        truth = by_quadrature(rules, kernels, p, degrees, root)
        for e, digits, rows in asked:
            before = tally.unresolved
            for row in rows:
                value, own = truth[e[0], row["degree"]]
                tally.compare(e[0], p, digits, row, value, own, "quadrature")
            if tally.unresolved > before:
                log("unresolved", tally.unresolved - before, "of", len(rows), e[0], "p", p, "digits", digits)
        log("quadrature", "root" if root else "plain", group + 1, "of", groups, "p", p, "compared", tally.compared, "misses",
            len(tally.misses), "unable", tally.unable_calls)


def compare_by_formula(tally, draw, count):
    rng, formulas = draw.rng, Formulas(draw)
    for i in range(count):
        smooth = rng.random() < 0.35
        e, p, digits = formulas.expression(smooth), some_dimension(rng), some_digits(rng)
        top = rng.choice([60, 100, 200, 300, 400] if smooth else [300, 3000, 10 ** 5, 10 ** 6, 10 ** 6])
        degrees = sorted({rng.randint(0, top) for _ in range(6)} | {top - rng.randint(0, 1)} | {rng.randint(0, 60)})
        rows = tally.ask(e[0], p, degrees, digits)
        for row in rows or []:
            value, own = by_formula(e[1], p, row["degree"])
            tally.compare(e[0], p, digits, row, value, own, "formula")
        if i % 50 == 49:
            log("formula", i + 1, "of", count, "compared", tally.compared, "misses", len(tally.misses), "unable",
                tally.unable_calls)


def compare_by_contour(tally, draw, count):
    rng = draw.rng
    rules = [Contour(320, 1300, F(1, 4)), Contour(400, 1450, F(1, 5))]
    for i in range(count):
        try:
            e = draw.named() if rng.random() < 0.4 else draw.expression(2)
        except (ValueError, OverflowError, ZeroDivisionError):
            continue
        p, digits = rng.choice([2, 4, 6, 8, 10]), some_digits(rng)
        degrees = sorted({int(10 ** rng.uniform(3.6, 6)) for _ in range(3)})
        rows = tally.ask(e[0], p, degrees, digits)
        for row in rows or []:
            first, second = [rule.eigenvalue(e, p, row["degree"], 500) for rule in rules]
            if first.is_finite() and second.is_finite():
                ctx.prec = 1600
                own = (100 * abs(first - second) + arb(10) ** -195).upper()
                tally.compare(e[0], p, digits, row, second, own, "contour")
            else:
                tally.unresolved += 1
        if i % 20 == 19:
            log("contour", i + 1, "of", count, "compared", tally.compared, "misses", len(tally.misses), "unable",
                tally.unable_calls)


def write_table(path, rows, rng, seed, count=400):
    by_kernel = {}
    for row in rows:
        by_kernel.setdefault(row[0], []).append(row)
    names, chosen = sorted(by_kernel), set()
    rng.shuffle(names)
    while len(chosen) < min(count, len(rows)):
        for name in names:
            if by_kernel[name]:
                chosen.add(by_kernel[name].pop(rng.randrange(len(by_kernel[name]))))
            if len(chosen) >= count:
                break
    with open(path, "w") as f:
        f.write("# mu_k, uniform probability measure on S^(p-1), P_k(1) = 1; rounded to 70 digits, 0 = exactly zero\n"
                "# made by enclosures.py --seed %d: a sample of the rows for which zonal table --certify --digits gave an\n"
                "# enclosure, which held the independent value written here\n"
                "# columns: kernel\tp\tk\tdigits\tmu\n" % seed)
        for row in sorted(chosen, key=lambda row: (row[0], row[1], row[2], row[3], row[4])):
            f.write("\t".join(map(str, row)) + "\n")
    log(len(chosen), "rows in", os.path.basename(path))


def main():
    parser = argparse.ArgumentParser(description="Do the enclosures of zonal table --certify contain the truth?")
    parser.add_argument("--binary", default=os.path.join(HERE, "..", "..", "target", "release", "zonal"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=20000, help="about so many enclosures")
    parser.add_argument("--table", default=None, help="write a sample of the rows there")
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    draw, tally, share = Draw(rng), Tally(arguments.binary), arguments.count / 20000
    compare_by_formula(tally, draw, max(1, round(600 * share)))
    compare_by_contour(tally, draw, max(1, round(300 * share)))
    rules = [Rule(1400, 1600), Rule(1700, 1750)]
    compare_by_quadrature(tally, draw, rules, max(1, round(2 * share)), True)
    del rules
    rules = [Rule(1400, 1600), Rule(1700, 1750)]
    while tally.compared < arguments.count:
        compare_by_quadrature(tally, draw, rules, 1, False)
    log("enclosures compared", tally.compared, "(exact zeros: %d)" % tally.zeros, "misses", len(tally.misses))
    log("unresolved rows", tally.unresolved, "calls", tally.calls, "unable", tally.unable_calls, "late", tally.late,
        "formulas drawn outside their domain", tally.outside, "other errors", len(tally.errors), "seconds in the program %.0f" % tally.program_seconds)
    for method in sorted(tally.methods):
        log(" ", method, tally.methods[method])
    for kernel in sorted(tally.unable):
        log("  unable", kernel, "|", tally.unable[kernel])
    if arguments.table:
        write_table(arguments.table, tally.rows, rng, arguments.seed)
    sys.exit(1 if tally.misses or tally.errors else 0)


if __name__ == "__main__":
    main()
