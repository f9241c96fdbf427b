"""Learning curves and capacities by sums over single degrees: writes learning.tsv and capacity.tsv beside this file.

Independent of the program: eigenvalues of degrees below CUT by Gauss-Legendre quadrature in theta with python-flint (120 digits), beyond by the series of
the kernel in |x-y| and |x+y| (python-flint power series) whose terms |x-y|^(2 nu) have eigenvalues known in Gamma functions; both are compared at degree CUT.
Sums run degree by degree to LAST, then Euler-Maclaurin with integrals by 30 Gauss nodes on short panels of log k.

    python3 learning.py 2 3        (some ten minutes; needs python-flint, mpmath, numpy, scipy; writes learning23.tsv and capacity23.tsv)
"""

import math
import os
import sys
import numpy as np
import mpmath as mp
import flint
from flint import arb, arb_series, fmpq
from scipy.optimize import brentq
from scipy.special import gammaln

DIGITS = 120
flint.ctx.prec = int(DIGITS * 3.33) + 40
mp.mp.dps = 60
CUT, LAST, NODES = 300, 100_000, 700
TERMS = 60
L = np.longdouble


# ---- kernels as functions of theta, as arb or as power series in r = |x-y| (at u = 1) or |x+y| (at u = -1)

def k0(th, pi):
    return 1 - th / pi


def k1(s, c, th, pi):
    return (s + (pi - th) * c) / pi


def at_angle(name, th):
    pi = arb.pi()
    s, c = th.sin(), th.cos()
    if name.startswith("arccos"):
        return k1(s, c, th, pi)
    if name.startswith("ntk"):
        sigma, value = c, c
        for _ in range(int(name[4]) - 1):
            angle = sigma.acos() if sigma is not c else th
            dot = k0(angle, pi)
            sigma = k1(angle.sin(), angle.cos(), angle, pi)
            value = value * dot + sigma
        return value
    d = 2 * (th / 2).sin()
    return of_distance(name, d)


def of_distance(name, d):
    if name == "laplace(1)":
        return (-d).exp()
    nu2 = int(name[7:].split("/")[0])          # matern(nu2/2, 1)
    n = (nu2 - 1) // 2
    x = arb(nu2).sqrt() * d
    total = 0 * x
    for i in range(n + 1):                     # exp(-x) n!/(2n)! sum (n+i)!/(i!(n-i)!) (2x)^(n-i)
        c = fmpq(math.factorial(n + i), math.factorial(i) * math.factorial(n - i))
        total = total + arb(c) * (2 * x) ** (n - i)
    return (-x).exp() * total * arb(fmpq(math.factorial(n), math.factorial(2 * n)))


def series(name, end):
    """Coefficients in r."""
    flint.ctx.cap = 2 * TERMS + 6
    pi = arb.pi()
    r = arb_series([0, 1])
    half = (r / 2).asin() * 2                  # the angle between x and the end
    if name.startswith("arccos") or name.startswith("ntk"):
        th = half if end == 1 else pi - half
        s, c = half.sin(), (half.cos() if end == 1 else -half.cos())
        if name.startswith("arccos"):
            return k1(s, c, th, pi)
        sigma, value = c, c
        angle, sine = th, s
        for _ in range(int(name[4]) - 1):
            dot = k0(angle, pi)
            new = k1(sine, sigma, angle, pi)
            value = value * dot + new
            sigma = new
            if end == 1:
                # 1 - sigma = r^2 g, angle = 2 asin(sqrt((1 - sigma)/2))
                cs = list((1 - sigma).coeffs())
                g = arb_series(cs[2:])
                root = (g / 2).sqrt()
                root = arb_series([0] + list(root.coeffs()))
                angle = root.asin() * 2
            else:
                angle = sigma.acos()
            sine = angle.sin()
        return value
    if end == 1:
        return of_distance(name, r)
    # at u = -1 |x-y| = sqrt(4 - r^2)
    return of_distance(name, (4 - r * r).sqrt())


class Spectrum:
    def __init__(self, name, p, cache={}):
        self.name, self.p = name, p
        if "nodes" not in cache:
            cache["nodes"] = [arb.legendre_p_root(NODES, i, weight=True) for i in range(NODES)]
            pi = arb.pi()
            cache["angles"] = [(pi * (1 + x) / 2, w * pi / 2) for x, w in cache["nodes"]]
        if name not in cache:
            cache[name] = [at_angle(name, th).mid() for th, _ in cache["angles"]]
            cache[name + "s"] = [series(name, 1), series(name, -1)]
        z = arb(p) / 2
        norm = z.gamma() / (arb.pi().sqrt() * (z - arb(1) / 2).gamma())
        t = [th.cos().mid() for th, _ in cache["angles"]]
        f = [(v * w * (th.sin() ** (p - 2)) * norm).mid() for v, (th, w) in zip(cache[name], cache["angles"])]
        before = [arb(1)] * NODES
        now = list(t)
        low = [sum(f, arb(0)), sum((a * b for a, b in zip(f, t)), arb(0))]
        for k in range(1, CUT):
            nxt = [((2 * k + p - 2) * x * y - k * z) / (k + p - 2) for x, y, z in zip(t, now, before)]
            nxt = [x.mid() for x in nxt]
            before, now = now, nxt
            low.append(sum((a * b for a, b in zip(f, now)), arb(0)))
        self.low = [mp.mpf(x.mid().str(50, radius=False)) for x in low]
        one, minus = cache[name + "s"]
        self.constants = {}
        self.terms = []                        # (nu, a, b)
        for i in range(TERMS):
            a = mp.mpf(one[2 * i + 1].mid().str(60, radius=False))
            b = mp.mpf(minus[2 * i + 1].mid().str(60, radius=False))
            # what cancels leaves noise of the precision
            a, b = [x if abs(x) > mp.mpf(10) ** -80 else mp.mpf(0) for x in (a, b)]
            self.terms.append((mp.mpf(2 * i + 1) / 2, a, b))
        kappa = one[0]
        self.trace = float(kappa.mid())
        self.check()
        k = np.arange(CUT + 1, LAST + 1)
        self.direct = np.concatenate([np.array([float(x) for x in self.low], dtype=float), np.exp(self.logs(k)).astype(float)])
        for k in range(3, LAST + 1):
            if self.zero(k):
                self.direct[k] = 0
        self.N = multiplicity(p, np.arange(LAST + 1, dtype=float))

    def zero(self, k):
        return self.name in ("arccos(1)", "ntk(2)") and k % 2 == 1 and k > 1

    def weight(self, nu, k):
        p = self.p
        return (mp.gamma(mp.mpf(p) / 2) / mp.sqrt(mp.pi) * 2 ** (2 * nu + p - 2) * mp.gamma(nu + mp.mpf(p - 1) / 2) / mp.gamma(-nu)
                * mp.gammaprod([k - nu], [k + nu + p - 1]))

    def one(self, k):
        total, least = mp.mpf(0), mp.inf
        s = 1 if k % 2 == 0 else -1
        for nu, a, b in self.terms:
            term = (a + s * b) * self.weight(nu, k)
            if abs(term) > least or abs(term) < mp.mpf(10) ** -30 * abs(total):
                break
            total += term
            if term:
                least = abs(term)
        return total

    def check(self):
        for k in (CUT, CUT - 1):
            if self.zero(k):
                continue
            x, y = self.one(k), self.low[k]
            assert abs(x / y - 1) < 1e-17, (self.name, self.p, k, x, y)

    def logs(self, k):
        """log mu_k for arrays of degrees (long double)."""
        k = np.asarray(k, dtype=L)
        out = np.full(k.shape, -np.inf, dtype=L)
        for parity in (0, 1):
            here = k % 2 == parity
            if self.zero(3) and parity == 1:
                continue
            out[here] = self.smooth(parity, k[here])
        return out

    def smooth(self, parity, k):
        p = self.p
        k = np.asarray(k, dtype=L)
        s = 1 if parity == 0 else -1
        if parity not in self.constants:
            found, lead = [], None
            for nu, a, b in self.terms[:14]:
                const = (a + s * b) * mp.gamma(mp.mpf(p) / 2) / mp.sqrt(mp.pi) * 2 ** (2 * nu + p - 2)
                const *= mp.gamma(nu + mp.mpf(p - 1) / 2) / mp.gamma(-nu)
                lead = const if lead is None and const else lead
                found.append((float(nu), L(str(const / lead)) if const else L(0)))
            self.constants[parity] = (found, L(str(mp.log(lead))))
        found, lead = self.constants[parity]
        total = np.zeros(k.shape, dtype=L)
        ratio = np.ones(k.shape, dtype=L)
        for nu, const in found:
            total = total + const * ratio
            # Gamma(k-nu-1)/Gamma(k+nu+p) over Gamma(k-nu)/Gamma(k+nu+p-1)
            ratio = ratio / ((k - L(nu) - 1) * (k + L(nu) + (p - 1)))
        # log Gamma(k-1/2)/Gamma(k+p-1/2) = -log prod_{i=0}^{p-1} (k - 1/2 + i)
        log = L(0)
        for i in range(p):
            log = log - np.log(k - L(0.5) + i)
        return log + np.log(total) + lead


def multiplicity(p, k):
    k = np.asarray(k)
    if p == 2:
        return np.where(k == 0, 1.0, 2.0)
    x = (2 * k + p - 2)
    for i in range(1, p - 2):
        x = x * (k + i)
    # k = 0: (p-2) (p-3)!/(p-2)! = 1
    return x / math.factorial(p - 2)


GX, GW = np.polynomial.legendre.leggauss(30)


def beyond(spec, f, steep):
    """sum over k > LAST of f(parity, k) by Euler-Maclaurin; f takes float arrays of k."""
    total = 0.0
    for parity in (0, 1):
        if spec.zero(3) and parity == 1:
            continue
        first = LAST + 1 + (LAST + 1 + parity) % 2
        a = first - 1.0
        lo, step = math.log(a), min(0.5, 2.0 / steep)
        part, x = 0.0, lo
        while True:
            ks = np.exp(x + step / 2 + step / 2 * GX)
            add = float(np.sum(GW * step / 2 * ks * f(parity, ks))) / 2
            part += add
            x += step
            if x - lo > 8 and abs(add) < 1e-19 * abs(part) or x - lo > 60 or part == 0 and x - lo > 8:
                break
        h = a * 1e-3
        d = (f(parity, np.array([a + h]))[0] - f(parity, np.array([a - h]))[0]) / (2 * h)
        total += part + 2.0 / 24 * float(d)
    return total


def spectral(spec, g):
    """sum over all eigenvalues of g(lambda), g(0) = 0."""
    low = math.fsum(spec.N * g(spec.direct))
    b = spec.exponent()
    return low + beyond(spec, lambda parity, k: multiplicity(spec.p, k) * g(np.exp(spec.smooth(parity, k)).astype(float)), b)


def exponent(self):
    return float(-(self.smooth(0, np.array([2e6]))[0] - self.smooth(0, np.array([1e6]))[0]) / np.log(L(2e6 + (self.p - 2) / 2) / L(1e6 + (self.p - 2) / 2)))


Spectrum.exponent = exponent


def energies(target, p, relu):
    """E_k to LAST and a function of (parity, k) beyond, or None."""
    n = LAST + 1
    e = np.zeros(n)
    if target in ("u", "u^2+u"):
        e[1] = 1 / p
        if target == "u^2+u":
            e[0] = 1 / p ** 2
            e[2] = 3 / (p * (p + 2)) - 1 / p ** 2
        return e, None
    if target == "exp(u)":
        for k in range(0, 120):
            c = mp.gamma(mp.mpf(p) / 2) * mp.mpf(2) ** (mp.mpf(p) / 2 - 1) * mp.besseli(k + mp.mpf(p) / 2 - 1, 1)
            e[k] = float(multiplicity(p, float(k)) * c ** 2)
        return e, None
    # max(u,0): mu_k(arccos(1)) = 2p lambda_k^2, since the kernel is 2 E max(<w,x>,0) max(<w,y>,0) over Gaussian w
    e = relu.N * relu.direct / (2 * p)
    factor = 1.0
    if target == "abs(u)":
        e = np.where(np.arange(n) % 2 == 0, 4 * e, 0.0)
        factor = 4.0
    return e, lambda parity, k: (factor * multiplicity(p, k) * np.exp(relu.smooth(0, k)).astype(float) / (2 * p) if parity == 0 else 0 * k)


def learn(spec, e, far, n, ridge, noise):
    def equation(logk):
        x = math.exp(logk)
        return math.log((spectral(spec, lambda l: l / (l + x)) + ridge / x) / n)
    top = math.log((spec.trace + ridge) / n * 1.1)
    low = top - 1
    while equation(low) < 0:
        low -= 4
    x = math.exp(brentq(equation, low, min(top, low + 4.5), xtol=1e-13, rtol=1e-15))
    free = spectral(spec, lambda l: (l / (l + x)) * (x / (l + x))) + ridge / x
    bias = math.fsum(e * (x / (spec.direct + x)) ** 2)
    if far:
        bias += beyond(spec, lambda parity, k: far(parity, k) * (x / (np.exp(spec.smooth(parity, k)).astype(float) + x)) ** 2, spec.exponent())
    over = n / free
    test = over * (bias + noise)
    return x, over, test, (ridge / (n * x)) ** 2 * test


def exact_width(spec, n):
    """sqrt(lambda_(n+1)) by counting whole degrees."""
    i, p = int(n) + 1, spec.p
    def upto(parity, k):                       # harmonics of the parity up to degree k
        k -= (k - parity) % 2
        return math.comb(k + p - 1, p - 1) if k >= 0 else 0
    if spec.zero(3):
        extra = p                              # degree 1
        lo, hi = 0, 2
        low = [(spec.direct[0], 1), (spec.direct[1], p)]
        # degree 1 is larger than degree 2 here
        if i <= 1:
            return math.sqrt(spec.direct[0])
        if i <= 1 + extra:
            return math.sqrt(spec.direct[1])
        i -= extra
        k = 2
        while upto(0, k) < i:
            k *= 2
        lo = k // 2
        lo -= lo % 2
        while k - lo > 2:
            m = (k + lo) // 2
            m -= m % 2
            lo, k = (lo, m) if upto(0, m) >= i else (m, k)
        return math.sqrt(spec.value(k))
    # the smallest value with fewer than i eigenvalues above it; each parity decreases
    def above(parity, v):
        lo, hi = -1, 1                         # steps: degree parity + 2 step
        while spec.value(parity + 2 * hi) > v:
            hi *= 2
        while hi - lo > 1:
            m = (lo + hi) // 2
            lo, hi = (m, hi) if spec.value(parity + 2 * m) > v else (lo, m)
        return upto(parity, parity + 2 * lo) if lo >= 0 else 0
    best = math.inf
    for parity in (0, 1):
        fewer = lambda step: sum(above(q, spec.value(parity + 2 * step)) for q in (0, 1)) < i
        if not fewer(0):
            continue
        lo, hi = 0, 1
        while fewer(hi):
            hi *= 2
        while hi - lo > 1:
            m = (lo + hi) // 2
            lo, hi = (m, hi) if fewer(m) else (lo, m)
        best = min(best, spec.value(parity + 2 * lo))
    return math.sqrt(best)


def value(self, k):
    return float(self.direct[k]) if k <= LAST else float(np.exp(self.smooth(k % 2, np.array([float(k)])))[0])


Spectrum.value = value


def entropy(spec, logballs):
    mu, N = spec.direct, spec.N
    order = np.argsort(-mu, kind="stable")
    order = order[mu[order] > 0]
    half = 0.5 * np.log(mu[order].astype(L))
    counts = np.cumsum(N[order].astype(L))
    logs = np.cumsum(N[order].astype(L) * half)
    means = (logs - L(logballs)) / counts
    best = int(np.argmax(means))
    assert best < len(means) * 0.9
    return float(np.exp(means[best]))


def kinked(target, p):
    """Energies on S^2 of functions with a kink at t_0, from integrals of P_k over [t_0, 1], and their average far out."""
    assert p == 3
    kind, t = {"max(u-1/2,0)": ("max", 0.5), "abs(u-3/10)": ("abs", 0.3)}[target]
    n = LAST + 1
    P = np.empty(n + 3, dtype=L)
    P[0], P[1] = 1, L(str(t))
    x = L(str(t))
    for k in range(1, n + 2):
        P[k + 1] = ((2 * k + 1) * x * P[k] - k * P[k - 1]) / (k + 1)
    k = np.arange(n + 2, dtype=L)
    # integral of P_k from t to 1
    I = np.empty(n + 2, dtype=L)
    I[0] = 1 - x
    I[1:] = (P[:n + 1] - P[2:n + 3]) / (2 * k[1:] + 1)
    sine = math.sqrt(1 - t * t)
    c = np.empty(n, dtype=L)
    c[0] = (1 - x) ** 2 / 4
    c[1:] = (I[:n - 1] - I[2:n + 1]) / (2 * k[1:n] + 1) / 2
    scale = 1.0
    if kind == "abs":
        scale = 4.0
        c *= 2
        c[0] -= -x                             # (u - t)_+ twice less u - t
        c[1] -= L(1) / 3
    far = lambda parity, m: scale * sine ** 3 / (2 * math.pi * (m + 0.5) ** 4)
    return ((2 * k[:n] + 1) * c * c).astype(float), far


KERNELS = ["arccos(1)", "ntk(2)", "ntk(3)", "laplace(1)", "matern(3/2,1)", "matern(9/2,1)", "matern(15/2,1)"]


class Table:
    def __init__(self, path, columns, program="learning.py"):
        self.file = open(path, "w")
        self.file.write("# %s: written by %s\n" % (columns, program))

    def append(self, row):
        cells = ("-" if x is None else str(x) if isinstance(x, (str, int)) else "%.17g" % x for x in row)
        self.file.write("\t".join(cells) + "\n")
        self.file.flush()


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    rows = Table(os.path.join(here, "learning%s.tsv" % "".join(sys.argv[1:])),
                 "kernel, p, samples, ridge, noise, target, regularisation, overfitting, test, train")
    caps = Table(os.path.join(here, "capacity%s.tsv" % "".join(sys.argv[1:])),
                 "kernel, p, n, width, s of the entropy bounds (- if not summed), effective dimension at kappa(1)/n, information gain at noise 1")
    wanted = [int(p) for p in sys.argv[1:]] or [2, 3, 5, 10]
    targets = ["u", "u^2+u", "abs(u)", "max(u,0)", "exp(u)"]
    turn = 0
    for p in wanted:
        relu = Spectrum("arccos(1)", p)
        for name in KERNELS:
            spec = relu if name == "arccos(1)" else Spectrum(name, p)
            sizes = [10.0, 300.0, 1e4, 1e6, 1e9, 1e12]
            if p == 2:
                sizes = [10.0, 300.0, 4000.0, 1e4, 1e5, 1e6]
            for n in sizes:
                for noise, ridge in ((0.0, 0.0), (1.0, 0.0), (0.1, 1e-3 * n ** 0.5)):
                    target = targets[turn % 5]
                    turn += 1
                    e, far = energies(target, p, relu)
                    if p == 10 and n > 1e9 and name.startswith("matern(15"):
                        continue
                    rows.append((name, p, n, ridge, noise, target) + learn(spec, e, far, n, ridge, noise))
                print(name, p, n, file=sys.stderr, flush=True)
            if p == 3 and name in ("ntk(3)", "laplace(1)", "matern(3/2,1)", "matern(9/2,1)"):
                for target in ("max(u-1/2,0)", "abs(u-3/10)"):
                    e, far = kinked(target, p)
                    for n in (30.0, 3e3, 1e5, 1e6):
                        rows.append((name, p, n, 0.0, 0.0, target) + learn(spec, e, far, n, 0.0, 0.0))
            for n in [1, 7, 100, 3000, 5000, 1e5, 1e6, 1e8, 1e9, 1e12]:
                if p == 2 and n > 1e9:
                    continue
                x = spec.trace / n
                d = spectral(spec, lambda l: l / (l + x))
                gain = 0.5 * spectral(spec, lambda l: np.log1p(n * l))
                s = entropy(spec, n) if n <= (1e4 if p == 2 else 1e8 if p == 3 else 1e12) else None
                caps.append((name, p, n, exact_width(spec, n), s, d, gain))


if __name__ == "__main__":
    main()
