"""Funk-Hecke coefficients of target functions -> targets.tsv; RKHS norms of targets -> norms.tsv

    lambda_k(g) = (1/Z) int g(t) P_k(t) (1-t^2)^((p-3)/2) dt,  P_k(1) = 1,  E_k = N(p,k) lambda_k^2
    norm2 = sum_k E_k / mu_k,  mu_k = lambda_k(kernel)

Run:  python targets.py            both files, about 110 seconds on one core (python-flint, 0.9.0 used)
      python targets.py targets    or: norms

targets.tsv (target, dim, degree, value to 30 digits, correctly rounded; 0 = exactly zero). Two ways, must agree to RTOL:
  gauss    Gauss-Legendre in theta on each smooth piece (for |u|^(3/2): in s with theta = pi/2 -+ s^2), P_k by recurrence
  moments  P_k with exact rational coefficients, times incomplete moments int_a^b t^j f(t) w(t) dt in ball arithmetic
           (recurrence in j from an incomplete beta function; exp and sin by their Taylor series with a bounded tail)
Zeros: from parity or degree (the 'zero' entry of each target), both ways below 1e-100 there; any other value
whose ball contains 0 must be proven zero in rationals by the jump formula, or the script stops:
  jump     repeated integration by parts, w_p P_k^p = -(1/(p-1)) d/dt [w_(p+2) P_(k-1)^(p+2)], w_p = (1-t^2)^((p-3)/2): for
           piecewise polynomials of degree < k, Z lambda_k = sum over breaks c and i of
           (jump of g^(i) at c) w_(p+2i+2)(c) P_(k-1-i)^(p+2i+2)(c) / ((p-1)(p+1)..(p-1+2i))
Accidental zeros so proven, 12 rows (p, k): max(u-1/3,0) (5, 4), from P_2^(9)(1/3) = 0; step(u-1/2) (8, 4), (20, 9);
max(u-1/2,0)^2 (4, 6), (20, 8); abs(u^2-1/4) p = 4, k = 8, 14, 20, 26, 32, 38, 200.
The pieces are compared with the text of each target in doubles.

norms.tsv (kernel, dim, target, energy = int g^2, norm2, reason). mu_k to k = KMAX by Gauss-Legendre in theta (1900 bits),
compared with eigenvalues.csv (p = 3, 4, 5) and, for p = 8, with p = 4 by mu_k(p) - mu_(k+2)(p) = (2k/p + 1) mu_k(p+2).
lambda_k: moments up to k = 40, jump formula beyond, compared on the overlap. Sum of E_k compared with the energy.
Tail of |u|^a (even k only): with x = k + (p-2)/2, E_k/mu_k = x^-m (c_0 + c_1/x^2 + ...), c_j interpolated, tail by Hurwitz zeta.
Tail of |u-1/4|^5: E_k by recurrence in doubles to k = 2e5 (1e5 the second time), beyond it the integral of
the mean term; mu_k from x^p mu_k = c_0 + c_1/x^2 + ... for each parity.
Both tails are taken from two starting degrees, with different numbers of terms, and must agree to 1e-13 (the table has 12 digits).
'inf': mu_k = 0 < E_k at an odd k >= 3 (arccos(1), ntk(2)), or a kink |u-c|^a: E_k ~ k^(-2-2a) and mu_k ~ k^-d (d = p; p+2 for
arccos(1)), so the sum diverges for 2 + 2a - d <= 1; the script checks that its dyadic blocks grow like 2^(d-1-2a).
"""
import csv
import math
import os
import sys
import time

from flint import acb, arb, arb_mat, ctx, fmpq, fmpq_poly

from kernels import sig_digits

HERE = os.path.dirname(os.path.abspath(__file__))
DIMS = [3, 4, 5, 8, 20, 100]
DEGREES = list(range(41)) + [60, 61, 99, 100, 150, 151, 200, 201]
BITS, NODES, RTOL, ZERO = 3000, 900, 1e-36, 1e-100
SERIES = 520                                   # Taylor terms of exp, sin(3u)
NORM_DIMS, KMAX, NORM_BITS, NORM_NODES = [3, 4, 5, 8], 1000, 1900, 1600
START = time.time()

def log(*a):
    print("[%5.0f s]" % (time.time() - START), *a, file=sys.stderr, flush=True)

def stop(*a):
    raise SystemExit("STOP: " + " ".join(map(str, a)))

# ---------------------------------------------------------------- targets
# name: (pieces, zero(k)); piece (a, b, coefficients, f) is polynomial(u) f(u) on [a, b]; "r" is sqrt(1/2)

Q, I, H = fmpq, fmpq(1), fmpq(1, 2)

def power(c, n, sign=1):
    """coefficients of sign (u-c)^n"""
    return (fmpq_poly([-c, 1]) ** n * sign).coeffs()

def kink(c, n):
    return [(Q(-1), c, power(c, n, (-1) ** n), "1"), (c, Q(1), power(c, n), "1")]

def odd(k):
    return k % 2 == 1

def never(k):
    return False

TARGETS = {
    "abs(u)": (kink(Q(0), 1), odd),
    "max(u,0)": ([(Q(0), I, [0, 1], "1")], lambda k: odd(k) and k >= 3),         # (|u| + u)/2
    "step(u)": ([(Q(0), I, [1], "1")], lambda k: not odd(k) and k >= 2),         # (1 + sign u)/2
    "abs(u)^3": (kink(Q(0), 3), odd),
    "u^3": ([(-I, I, [0, 0, 0, 1], "1")], lambda k: k not in (1, 3)),
    "u^4+u": ([(-I, I, [0, 1, 0, 0, 1], "1")], lambda k: k not in (0, 1, 2, 4)),
    "u^2": ([(-I, I, [0, 0, 1], "1")], lambda k: k not in (0, 2)),
    "step(u-1/2)": ([(H, I, [1], "1")], never),
    "max(u-1/3,0)": ([(Q(1, 3), I, [Q(-1, 3), 1], "1")], never),
    "abs(u-1/4)": (kink(Q(1, 4), 1), never),
    "abs(u^2-1/4)": ([(-I, -H, [Q(-1, 4), 0, 1], "1"), (-H, H, [Q(1, 4), 0, -1], "1"), (H, I, [Q(-1, 4), 0, 1], "1")], odd),
    "max(u-1/2,0)^2": ([(H, I, power(H, 2), "1")], never),
    "min(u,1/4)": ([(-I, Q(1, 4), [0, 1], "1"), (Q(1, 4), I, [Q(1, 4)], "1")], never),
    "piecewise(u^2,-1/2,1/4,1/3,exp(u))": (
        [(-I, -H, [0, 0, 1], "1"), (-H, Q(1, 3), [Q(1, 4)], "1"), (Q(1, 3), I, [1], "exp")], never),
    "sqrt(1-u)": ([(-I, I, [1], "sqrt(1-u)")], never),
    "sqrt(2+2*u)*abs(u)": ([(-I, Q(0), [0, -1], "sqrt(2+2u)"), (Q(0), I, [0, 1], "sqrt(2+2u)")], never),
    "exp(u)": ([(-I, I, [1], "exp")], never),
    "abs(u)^(3/2)": ([(-I, Q(0), [1], "3/2"), (Q(0), I, [1], "3/2")], odd),
    # pi/3 > 1: the only zero of sin(3u) in [-1, 1] is 0
    "abs(sin(3*u))": ([(-I, Q(0), [-1], "sin3"), (Q(0), I, [1], "sin3")], odd),
    "max(u^2,1/2)": ([(-I, "-r", [0, 0, 1], "1"), ("-r", "r", [H], "1"), ("r", I, [0, 0, 1], "1")], odd),
}
NORM_ONLY = {"abs(u)^5": (kink(Q(0), 5), odd), "abs(u-1/4)^5": (kink(Q(1, 4), 5), never)}

def at(c):
    return arb(H).sqrt() * (-1 if c == "-r" else 1) if isinstance(c, str) else arb(c)

def zee(p):
    return arb.pi().sqrt() * arb(fmpq(p - 1, 2)).gamma() / arb(fmpq(p, 2)).gamma()

def harmonics(p, k):
    return fmpq(2 * k + p - 2, k) * math.comb(k + p - 3, p - 2) if k else fmpq(1)

def agree(a, b, tol, *what):
    """upper bound of the relative difference (radii included); stops if above tol"""
    d = abs(a / b - 1).upper()
    if not d <= arb(tol):
        stop("disagree", *what, a.str(40), b.str(40))
    return d

# ---------------------------------------------------------------- moments

def jacobi_moments(alpha, beta, a, b, count):
    """int_a^b t^j (1-t)^alpha (1+t)^beta dt, j < count, by parts from j = 0"""
    x, y = arb(beta + 1), arb(alpha + 1)
    def below(c):
        if c in (-1, 1):
            return x.gamma() * y.gamma() / (x + y).gamma() * (1 if c == 1 else 0)
        return acb((1 + at(c)) / 2).beta_lower(acb(x), acb(y)).real
    def edge(c):
        return arb(0) if c in (-1, 1) else (1 - at(c)) ** y * (1 + at(c)) ** x
    m = [(below(b) - below(a)) * arb(2) ** (x + y - 1)]
    lo, hi, ea, eb = at(a), at(b), edge(a), edge(b)
    for j in range(count - 1):
        m.append(((x - y) * m[j] - (eb - ea) + (j * m[j - 1] if j else 0)) / (x + y + j))
        ea, eb = ea * lo, eb * hi
    return m

def moments(f, a, b, p, count):
    """int_a^b t^j f(t) (1-t^2)^((p-3)/2) dt, j < count"""
    e = fmpq(p - 3, 2)
    if f == "1":
        return jacobi_moments(e, e, a, b, count)
    if f == "sqrt(1-u)":
        return jacobi_moments(e + H, e, a, b, count)
    if f == "sqrt(2+2u)":
        return [arb(2).sqrt() * m for m in jacobi_moments(e, e + H, a, b, count)]
    if f == "3/2":                             # int_0^1 t^(j+3/2) (1-t^2)^e dt = B((j+5/2)/2, e+1)/2
        y = arb(e + 1)
        full = [(x.gamma() * y.gamma() / (x + y).gamma()) / 2 for x in (arb(fmpq(2 * j + 5, 4)) for j in range(count))]
        return full if b == 1 else [(-1) ** j * m for j, m in enumerate(full)]
    m = jacobi_moments(e, e, a, b, count + SERIES)
    if f == "exp":
        series = [(n, 1 / arb(n).fac()) for n in range(SERIES)]
    else:                                      # sin(3u)
        series = [(n, (-1) ** (n // 2) * arb(3) ** n / arb(n).fac()) for n in range(1, SERIES, 2)]
    rest = arb(0, abs(series[-1][1]) * zee(p))  # more than the rest of the series
    return [sum((w * m[j + n] for n, w in series), rest) for j in range(count)]

def gegenbauer_polys(p, kmax):
    t, out = fmpq_poly([0, 1]), [fmpq_poly([1]), fmpq_poly([0, 1])]
    for k in range(1, kmax):
        out.append((t * out[k] * (2 * k + p - 2) - out[k - 1] * k) / (k + p - 2))
    return out

def by_moments(targets, p, degrees):
    """{(target, k): lambda_k}"""
    kmax, z, table = max(degrees), zee(p), {}
    polys, out = gegenbauer_polys(p, kmax), {(name, k): arb(0) for name in targets for k in degrees}
    coeffs = {k: [arb(c) for c in polys[k].coeffs()] for k in degrees}
    for name, (pieces, _) in targets.items():
        for a, b, poly, f in pieces:
            key = (f, str(a), str(b))
            if key not in table:
                table[key] = moments(f, a, b, p, kmax + 7)
            m, poly = table[key], [arb(c) for c in poly]
            mixed = [sum((c * m[j + i] for i, c in enumerate(poly)), arb(0)) for j in range(kmax + 1)]
            for k in degrees:
                out[name, k] += sum((c * mixed[j] for j, c in enumerate(coeffs[k]) if j % 2 == k % 2), arb(0)) / z
    return out

# ---------------------------------------------------------------- Gauss-Legendre in theta

def rule(n):
    """nodes and weights on [-1, 1]"""
    half = [arb.legendre_p_root(n, i, weight=True) for i in range((n + 1) // 2)]
    return half + [(-x, w) for x, w in half[:n // 2]]

def by_gauss(targets, p, degrees, nodes):
    jobs = {}
    for name, (pieces, _) in targets.items():
        for a, b, poly, f in pieces:
            jobs.setdefault((str(a), str(b), f == "3/2"), (a, b, []))[2].append((name, poly, f))
    out, z, pi = {(name, k): arb(0) for name in targets for k in degrees}, zee(p), arb.pi()
    for (_, _, root), (a, b, uses) in jobs.items():
        t, vectors = [], [[] for _ in uses]
        lo, hi = (arb(0), (pi / 2).sqrt()) if root else (at(b).acos(), at(a).acos())
        for x, w in nodes:
            s = (lo + hi) / 2 + (hi - lo) / 2 * x
            theta = (pi / 2 - s * s * (1 if b == 1 else -1)) if root else s
            u = theta.cos()
            weight = w * (hi - lo) / 2 * theta.sin() ** (p - 2) * (2 * s if root else 1) / z
            t.append(u)
            for vector, (_, poly, f) in zip(vectors, uses):
                g = sum((arb(c) * u ** i for i, c in enumerate(poly)), arb(0))
                g *= {"1": lambda: 1, "exp": u.exp, "sin3": (3 * u).sin, "3/2": lambda: abs(u) ** arb(1.5),
                      "sqrt(1-u)": lambda: arb(2).sqrt() * (theta / 2).sin(),
                      "sqrt(2+2u)": lambda: 2 * (theta / 2).cos()}[f]()
                vector.append(weight * g)
        for k, values in gegenbauer_at(p, t, max(degrees)):
            if k in degrees:
                for vector, (name, _, _) in zip(vectors, uses):
                    out[name, k] += sum((v * w for v, w in zip(values, vector)), arb(0))
    return out

def gegenbauer_at(p, t, kmax):
    """k, [P_k(t_i)] for k = 0..kmax"""
    before, now = [arb(1)] * len(t), t
    yield 0, before
    for k in range(1, kmax + 1):
        yield k, now
        a, b = arb(2 * k + p - 2) / (k + p - 2), arb(k) / (k + p - 2)
        before, now = now, [a * (x * y) - b * w for x, y, w in zip(t, now, before)]

# ---------------------------------------------------------------- jump formula

def jumps(pieces):
    """[(c, i, jump of the i-th derivative at c)] of a piecewise polynomial with rational breaks"""
    polys = [(a, b, fmpq_poly(c)) for a, b, c, f in pieces]
    out = []
    for c in {str(e): e for piece in polys for e in piece[:2] if e not in (-1, 1)}.values():
        left = next((g for a, b, g in polys if b == c), fmpq_poly([0]))
        right = next((g for a, b, g in polys if a == c), fmpq_poly([0]))
        d, i = right - left, 0
        while d.degree() >= 0:
            if d(c) != 0:
                out.append((c, i, d(c)))
            d, i = d.derivative(), i + 1
    return out

def front(c, i, jump, p):
    """factor of P_(k-1-i)^(p+2i+2)(c) without (1-c^2)^((p-1)/2)/Z"""
    return jump * (1 - c * c) ** i / math.prod(p - 1 + 2 * l for l in range(i + 1))

def proven_zero(pieces, p, k):
    if any(f != "1" or isinstance(a, str) or isinstance(b, str) for a, b, _, f in pieces):
        return False
    js = jumps(pieces)
    if k <= max(len(poly) for _, _, poly, _ in pieces) - 1 or len({c * c for c, _, _ in js}) != 1:
        return False
    return sum((front(c, i, jump, p) * gegenbauer_polys(p + 2 * i + 2, k)[k - 1 - i](c) for c, i, jump in js), Q(0)) == 0

def by_jumps(pieces, p, kmax):
    """[lambda_k], right for k > degree"""
    out = [arb(0)] * (kmax + 1)
    for c, i, jump in jumps(pieces):
        factor = arb(front(c, i, jump, p)) * arb(1 - c * c) ** arb(fmpq(p - 1, 2)) / zee(p)
        for n, (value,) in gegenbauer_at(p + 2 * i + 2, [arb(c)], kmax - 1 - i):
            out[n + 1 + i] += factor * value
    return out

def check_text(targets):
    """the pieces against the target's text, evaluated in doubles"""
    def piecewise(a, *rest):                   # a below rest[0], rest[1] between, ..
        for c, b in zip(rest[::2], rest[1::2]):
            a = b if names["u"] > c else a
        return a
    names = {"abs": abs, "max": max, "min": min, "sqrt": math.sqrt, "exp": math.exp, "sin": math.sin,
             "step": lambda x: float(x > 0), "piecewise": piecewise}
    shapes = {"1": lambda u: 1, "exp": math.exp, "sin3": lambda u: math.sin(3 * u), "3/2": lambda u: abs(u) ** 1.5,
              "sqrt(1-u)": lambda u: math.sqrt(1 - u), "sqrt(2+2u)": lambda u: math.sqrt(2 + 2 * u)}
    for name, (pieces, zero) in targets.items():
        for u in (i / 64 + 0.001 for i in range(-64, 64)):
            names["u"] = u
            g = sum(shapes[f](u) * sum(float(arb(c)) * u ** i for i, c in enumerate(poly))
                    for a, b, poly, f in pieces if float(at(a)) <= u < float(at(b)))
            if abs(g - eval(name.replace("^", "**"), {}, names)) > 1e-12:
                stop("pieces", name, u)

def write_targets():
    ctx.prec = BITS
    check_text(TARGETS)
    nodes, values, worst, accidental = rule(NODES), {}, arb(0), []
    for p in DIMS:
        one = by_moments(TARGETS, p, DEGREES)
        log("moments", p)
        two = by_gauss(TARGETS, p, DEGREES, nodes)
        for (name, k), a in one.items():
            b = two[name, k]
            pieces, zero = TARGETS[name]
            if zero(k) or a.contains(0):
                if not (abs(a) < ZERO and abs(b) < ZERO):
                    stop("not zero", name, p, k, a.str(10), b.str(10))
                if not zero(k):
                    if not proven_zero(pieces, p, k):
                        stop("zero without proof", name, p, k)
                    accidental.append((name, p, k))
                a = arb(0)
            else:
                worst = max(worst, agree(a, b, RTOL, name, p, k))
            values[name, p, k] = sig_digits(a, 30)
        log("gauss", p, "worst relative difference so far", worst.str(2, radius=False))
    log("accidental zeros:", accidental)
    with open(os.path.join(HERE, "targets.tsv"), "w") as out:
        out.write("target\tdim\tdegree\tvalue\n")
        for name in TARGETS:
            for p in DIMS:
                for k in DEGREES:
                    out.write("%s\t%d\t%d\t%s\n" % (name, p, k, values[name, p, k]))

# ---------------------------------------------------------------- norms

KERNELS = ["arccos(1)", "ntk(2)", "ntk(3)", "laplace(1)"]

def kernel_eigenvalues():
    """{(kernel, p): [mu_k]}, k <= KMAX"""
    pi, nodes, z = arb.pi(), rule(NORM_NODES), {p: zee(p) for p in NORM_DIMS}
    out, t, weights, values = {}, [], {p: [] for p in NORM_DIMS}, {}
    def k0(angle):
        return 1 - angle / pi
    def k1(angle):
        return (angle.sin() + (pi - angle) * angle.cos()) / pi
    for x, w in nodes:
        th = pi / 2 * (1 + x)
        c, sigma = th.cos(), k1(th).acos()
        two = c * k0(th) + k1(th)
        t.append(c)
        for kernel, v in zip(KERNELS, (k1(th), two, two * k0(sigma) + k1(sigma), (-2 * (th / 2).sin()).exp())):
            values.setdefault(kernel, []).append(v)
        for p in NORM_DIMS:
            weights[p].append(w * pi / 2 * th.sin() ** (p - 2) / z[p])
    for p in NORM_DIMS:
        vectors = {kernel: [a * b for a, b in zip(v, weights[p])] for kernel, v in values.items()}
        for k, harmonic in gegenbauer_at(p, t, KMAX):
            for kernel, v in vectors.items():
                mu = sum((a * b for a, b in zip(harmonic, v)), arb(0))
                if kernel in ("arccos(1)", "ntk(2)") and k >= 3 and odd(k):
                    if not abs(mu) < ZERO:
                        stop("mu not zero", kernel, p, k)
                    mu = arb(0)
                elif not mu > 0:
                    stop("mu not positive", kernel, p, k, mu.str(10))
                out.setdefault((kernel, p), []).append(mu)
        log("eigenvalues", p)
    return out

def check_eigenvalues(mu):
    worst, rows = arb(0), 0
    for row in csv.DictReader(open(os.path.join(HERE, "eigenvalues.csv"))):
        key, k = (row["kernel"], int(row["dim"])), int(row["degree"])
        if key in mu and k <= KMAX and not mu[key][k].is_zero():
            worst, rows = max(worst, agree(mu[key][k], arb(row["eigenvalue"]), 1e-35, key, k)), rows + 1
    log("eigenvalues.csv: %d values, worst" % rows, worst.str(2, radius=False))
    worst = arb(0)
    for kernel in KERNELS:
        v = mu[kernel, 4]
        for p in (4, 6):
            v = [(v[k] - v[k + 2]) / (arb(2 * k) / p + 1) for k in range(len(v) - 2)]
        for k, m in enumerate(mu[kernel, 8][:len(v)]):
            if not m.is_zero():
                worst = max(worst, agree(v[k], m, 1e-35, kernel, k))
    log("p = 8 from p = 4: worst", worst.str(2, radius=False))

def interpolate(xs, ys):
    """c_j with sum_j c_j x^(-2j) = y at the given points"""
    n = len(xs)
    rows = arb_mat(n, n, [1 / x ** (2 * j) for x in xs for j in range(n)])
    return list(rows.solve(arb_mat(n, 1, ys)).entries())

def even_tail(terms, p, m, k0, n):
    """sum of the terms of even degree > k0, terms ~ x^-m sum c_j x^(-2j), from n even degrees in [k0/2, k0]"""
    nu = fmpq(p - 2, 2)
    at_k = [k0 // 2 + 2 * (i * (k0 // 4) // (n - 1)) for i in range(n)]
    xs = [arb(k + nu) for k in at_k]
    cs = interpolate(xs, [terms[k] * x ** m for k, x in zip(at_k, xs)])
    first = arb(k0 + 2 + nu) / 2
    return sum((c * arb(2) ** -(m + 2 * j) * arb(m + 2 * j).zeta(first) for j, c in enumerate(cs)), arb(0))

def shifted_tail(mu, p, m, k0, n, last=200000):
    """sum of E_k/mu_k of |u-1/4|^5 over k > k0, term by term to last; mu_k ~ x^-p sum c_j x^(-2j), each parity apart"""
    nu, fits = (p - 2) / 2, []
    for parity in (0, 1):
        at_k = [k0 // 2 + parity + 2 * (i * (k0 // 4 - 1) // (n - 1)) for i in range(n)]
        xs = [arb(k) + fmpq(p - 2, 2) for k in at_k]
        fits.append([float(c) for c in interpolate(xs, [mu[k] * x ** p for k, x in zip(at_k, xs)])])
    (c, i, jump), = jumps(NORM_ONLY["abs(u-1/4)^5"][0])
    q, factor = p + 2 * i + 2, float(arb(front(c, i, jump, p)) * arb(1 - c * c) ** arb(fmpq(p - 1, 2)) / zee(p))
    c = float(arb(c))
    before, now, parts = 1.0, c, []
    for n_ in range(1, last - i):
        k = n_ + 1 + i
        if k > k0:
            x = k + nu
            value = sum(a * x ** (-2 * j) for j, a in enumerate(fits[k % 2])) * x ** -p
            parts.append((2 * k + p - 2) / k * math.comb(k + p - 3, p - 2) * (factor * now) ** 2 / value)
        before, now = now, ((2 * n_ + q - 2) * c * now - n_ * before) / (n_ + q - 2)
    return arb(math.fsum(parts) + math.fsum(parts[-5000:]) / 5000 * last / (m - 1))

def write_norms():
    ctx.prec = NORM_BITS
    mu = kernel_eigenvalues()
    check_eigenvalues(mu)
    names = "u^2 u^4+u abs(u)^3 abs(u) max(u,0) u^3 exp(u) abs(u)^5 step(u-1/2) abs(u-1/4)^5".split()
    kinks = {"abs(u)^3": 3, "abs(u)": 1, "max(u,0)": 1, "abs(u)^5": 5, "step(u-1/2)": 0, "abs(u-1/4)^5": 5}
    targets = {name: {**TARGETS, **NORM_ONLY}[name] for name in names}
    check_text(targets)
    rows, worst_tail = [], arb(0)
    for p in NORM_DIMS:
        low = by_moments(targets, p, list(range(41)))
        for name, (pieces, zero) in targets.items():
            lam = [arb(0) if zero(k) else low[name, k] for k in range(41)]
            if name in kinks:
                jumped = by_jumps(pieces, p, KMAX)
                for k in range(10, 41):
                    if not zero(k):
                        agree(jumped[k], lam[k], 1e-100, name, p, k)
                lam += [arb(0) if zero(k) else jumped[k] for k in range(41, KMAX + 1)]
            es = [harmonics(p, k) * v * v for k, v in enumerate(lam)]
            if name == "exp(u)":               # lambda_0(exp(2u)), Taylor series
                energy = sum((arb(2) ** j * m / arb(j).fac()
                              for j, m in enumerate(moments("1", -I, I, p, SERIES))), arb(0)) / zee(p)
            else:
                energy = sum((c * m for a, b, poly, _ in pieces for c, m in zip(
                    map(arb, (fmpq_poly(poly) ** 2).coeffs()), moments("1", a, b, p, 12))), arb(0)) / zee(p)
            left, rest = energy - sum(es, arb(0)), arb(0)     # Parseval; of a kink, rest = estimate of the sum beyond KMAX
            if name in kinks:
                rest = sum(es[KMAX // 2 + 1:], arb(0)) / (2 ** (1 + 2 * kinks[name]) - 1)
            if not abs(left - rest) < rest * 0.05 + 1e-60 * energy:
                stop("Parseval", name, p, left.str(5), rest.str(5))
            for kernel in KERNELS:
                ms = mu[kernel, p]
                norm, reason = norm2(kernel, p, name, es, ms, kinks.get(name))
                if isinstance(norm, tuple):
                    worst_tail = max(worst_tail, agree(*norm, 1e-13, kernel, p, name))
                    log(kernel, p, name, "tails:", abs(norm[0] / norm[1] - 1).str(2, radius=False))
                    norm = norm[0]
                norm = norm if norm == "inf" else norm.str(12, radius=False)
                rows.append((kernel, p, name, energy.str(20, radius=False), norm, reason))
        log("norms", p)
    log("worst difference of two tails", worst_tail.str(2, radius=False))
    rows.sort(key=lambda r: KERNELS.index(r[0]))
    with open(os.path.join(HERE, "norms.tsv"), "w") as out:
        out.write("kernel\tdim\ttarget\tenergy\tnorm2\treason\n")
        out.writelines("\t".join(map(str, r)) + "\n" for r in rows)

def norm2(kernel, p, name, es, ms, a):
    """('inf', reason), (ball, reason), or ((ball, ball), reason): two choices of the tail"""
    if ms[3].is_zero() and es[3] > 0:
        return "inf", "mu_3 = 0 < E_3 (parity)"
    if any(e > 0 and m.is_zero() for e, m in zip(es, ms)):
        stop("E_k > 0 = mu_k", kernel, p, name)
    terms = [e / m if e > 0 else arb(0) for e, m in zip(es, ms)]
    if a is None:
        return sum(terms, arb(0)), "entire: terms fall faster than any r^k" if name == "exp(u)" else "polynomial: finite sum"
    d = p + 2 if kernel == "arccos(1)" else p
    m = 2 + 2 * a - d
    if m <= 1:
        half, whole = (sum(terms[KMAX // i // 2:KMAX // i], arb(0)) for i in (2, 1))
        if abs(float(whole / half) / 2.0 ** (1 - m) - 1) > 0.05:
            stop("blocks", kernel, p, name, whole / half)
        return "inf", "kink |u-c|^%d: E_k/mu_k ~ k^(%d-2-2*%d) = k^%d" % (a, d, a, -m)
    if name == "abs(u-1/4)^5":
        tails = (shifted_tail(ms, p, m, KMAX, 8), KMAX), (shifted_tail(ms, p, m, 400, 6, 100000), 400)
    else:
        tails = (even_tail(terms, p, m, KMAX, 16), KMAX), (even_tail(terms, p, m, 600, 11), 600)
    return tuple(sum(terms[:k0 + 1], tail) for tail, k0 in tails), "kink |u-c|^%d: E_k/mu_k ~ k^%d, summable" % (a, -m)

if __name__ == "__main__":
    what = sys.argv[1:] or ["targets", "norms"]
    if "targets" in what:
        write_targets()
    if "norms" in what:
        write_norms()
