"""Kernels of infinitely wide convolutional networks, brute force with mpmath -> convolution.json (about a minute, two processes)

A signal has positions u of a grid rows x columns, c channels; G[u,u'] = <x[u], x'[u']>. The terms of a network, in order:
  circular            first word: the grid is a torus; otherwise zeros outside
  pool(S), pool(S)/T  A[i,s] ~ exp(-(s - T i)^2/(2 S^2)) along each axis longer than 1, rows of A add up to 1, i < ceil(n/T);
                      on a torus summed over the periods of s; S = 0 is s = T i. Before the first conv x <- A x, later
                      G <- A G A^T and H <- A H A^T
  conv(K), conv(KxL), conv(K, order N)   P(G)[u,u'] = mean over the K L offsets v of G[u+v,u'+v], 0 outside; conv(K) has K = 1 along an
                      axis of length 1. With n = sqrt(P(G_xx)[u,u]), n' alike, c = P(G)/(n n'):
                      H <- n n' kappa_N(c) + P(H) kappa_N'(c), G <- n n' kappa_N(c); 0 where n n' = 0; H = G before the first conv
  conv(K, exponential A)   the same with kappa(c) = exp(A (c - 1)) in place of kappa_N
  global              last: K = mean of all G[u,u'] (or H); without it K = sum of G[u,u]
CKN from G, NTK from H (null with an order 0, whose kappa' is not finite).

Every case is computed with 60, 120, 240, ... digits, the doubles taken exactly, until two runs agree to 34: where patches are
parallel, a rounding in c appears as its square root in kappa_0, and again under each further kappa_0. Values have 30 digits.
check() says what is asserted besides.

Run:   python convolution.py
"""
import functools
import json
import multiprocessing
import os
import random
import re
import sys

from mpmath import mp, mpf

HERE = os.path.dirname(os.path.abspath(__file__))


# ---------------------------------------------------------------- definitions

def parse(network):
    """(circular, global, [("pool", S, T) or ("conv", K, L or None, N)]); N is a number for an order, a text for the rate of an exponential"""
    text = network.strip()
    circular = text.startswith("circular")
    text = text[len("circular"):] if circular else text
    at_the_end = re.search(r"\bglobal\s*$", text)
    text = text[:at_the_end.start()] if at_the_end else text
    term = re.compile(r"\s*(?:pool\(([\d.]+)\)(?:/(\d+))?|conv\((\d+)(?:x(\d+))?(?:,\s*(?:order\s+(\d+)|exponential\s+([\d.]+)))?\))\s*")
    terms, at = [], 0
    while at < len(text.rstrip()):
        m = term.match(text, at)
        assert m, network
        S, T, K, L, N, A = m.groups()
        terms.append(("pool", S, int(T or 1)) if S else ("conv", int(K), int(L) if L else None, A or int(N or 1)))
        at = m.end()
    return circular, bool(at_the_end), terms


@functools.lru_cache(None)
def polynomials(N):
    """The integer coefficients of A, B in J_N = s^(2N+1) (d/dc)^N ((pi-theta)/s) = A(c) (pi-theta) + B(c) s, c = cos theta, s = sin theta."""
    A, B = [1], [0]

    def by_c(p, times):
        return [0] + [times * a for a in p]

    def derivative(p):  # (1 - c^2) p'
        d = [i * a for i, a in enumerate(p)][1:] or [0]
        return add(d, [0, 0] + [-a for a in d])

    def add(p, q):
        size = max(len(p), len(q))
        return [a + b for a, b in zip(p + [0] * (size - len(p)), q + [0] * (size - len(q)))]
    for n in range(N):
        A, B = add(derivative(A), by_c(A, 2 * n + 1)), add(A, add(derivative(B), by_c(B, 2 * n)))
    return A, B


def kappa(N, c):
    A, B = polynomials(N)
    s = mp.sqrt((1 - c) * (1 + c))
    return ((mp.pi - mp.acos(c)) * mp.polyval(A[::-1], c) + s * mp.polyval(B[::-1], c)) / (mp.pi * sum(A))


def layer(N, c):
    """kappa(c) and kappa'(c); 0 for the latter at order 0."""
    if isinstance(N, str):
        value = mp.exp(mpf(N) * (c - 1))
        return value, mpf(N) * value
    return kappa(N, c), mpf(N * N) / (2 * N - 1) * kappa(N - 1, c) if N else 0


def steepest(N):
    return mpf(N) if isinstance(N, str) else mpf(N * N) / (2 * N - 1)


def axis_pool(S, T, n, circular):
    if n == 1:
        return [[mpf(1)]]
    S = mpf(S)
    assert not circular or n % T == 0
    A = []
    for i in range(-(-n // T)):
        if S == 0:
            row = [mpf(s == T * i) for s in range(n)]
        else:
            reach = int(S * mp.sqrt(5 * mp.dps) / n) + 3 if circular else 0  # exp(-d^2/(2 S^2)) < 10^-dps from d = S sqrt(4.7 dps) on
            row = [mp.fsum(mp.exp(-mpf(s - T * i + m * n) ** 2 / (2 * S * S)) for m in range(-reach, reach + 1)) for s in range(n)]
        A.append([w / mp.fsum(row) for w in row])
    return A


def pooling(S, T, grid, circular):
    """The matrix from positions to positions (rows first), and the new grid."""
    R, C = (axis_pool(S, T, n, circular) for n in grid)
    return [[r * c for r in row for c in column] for row in R for column in C], (len(R), len(C))


def times(A, B):
    columns = list(zip(*B))
    return [[mp.fdot(row, column) for column in columns] for row in A]


def transposed(A):
    return [list(row) for row in zip(*A)]


def patches(G, K, L, grid, circular):
    R, C = grid
    offsets = [(a, b) for a in range(-(K // 2), K // 2 + 1) for b in range(-(L // 2), L // 2 + 1)]

    def moved(u, v):
        r, c = u // C + v[0], u % C + v[1]
        if circular:
            r, c = r % R, c % C
        return r * C + c if 0 <= r < R and 0 <= c < C else None
    where = [[moved(u, v) for v in offsets] for u in range(R * C)]
    return [[mp.fsum(G[i][j] for i, j in zip(a, b) if i is not None and j is not None) / (K * L) for b in where] for a in where]


def kernels(network, rows, columns, channels, x, y):
    """([xx, xy, yy] of the CKN, the same of the NTK or None) at the present precision."""
    circular, is_global, terms = parse(network)
    grid = (rows, columns)
    x, y = ([[mpf(v) for v in z[i:i + channels]] for i in range(0, len(z), channels)] for z in (x, y))
    pairs = [(0, 0), (0, 1), (1, 1)]
    G = H = None

    def products():
        return [[[mp.fdot(a, b) for b in (x, y)[j]] for a in (x, y)[i]] for i, j in pairs]
    for term in terms:
        if term[0] == "pool":
            A, grid = pooling(term[1], term[2], grid, circular)
            if G is None:
                x, y = times(A, x), times(A, y)
            else:
                G, H = ([times(times(A, g), transposed(A)) for g in M] for M in (G, H))
            continue
        if G is None:
            G = H = products()
        _, K, L, N = term
        if L is None:
            K, L = (1 if n == 1 else K for n in grid)
        P, PH = ([patches(g, K, L, grid, circular) for g in M] for M in (G, H))
        norm = [[mp.sqrt(p[u][u]) for u in range(len(p))] for p in (P[0], P[2])]
        G, H = [], []
        for (i, j), p, ph in zip(pairs, P, PH):
            g, h = ([[mpf(0)] * len(p) for _ in p] for _ in range(2))
            for u in range(len(p)):
                for v in range(len(p)):
                    nn = norm[i][u] * norm[j][v]
                    if nn == 0:
                        continue
                    c = p[u][v] / nn
                    assert abs(c) < 1 + mpf(10) ** -3  # rounding only; what it costs shows when the digits are doubled
                    c = max(mpf(-1), min(mpf(1), c))
                    value, slope = layer(N, c)
                    g[u][v] = nn * value
                    if N != 0:
                        h[u][v] = g[u][v] + ph[u][v] * slope
            G.append(g)
            H.append(h)
    if is_global:
        values = [[mp.fsum(map(mp.fsum, g)) / (len(g) * len(g)) for g in M] for M in (G, H)]
    else:
        values = [[mp.fsum(g[u][u] for u in range(len(g))) for g in M] for M in (G, H)]
    has_ntk = all(t[0] == "pool" or t[3] != 0 for t in terms)
    return values[0], values[1] if has_ntk else None


# ---------------------------------------------------------------- signals and cases

rng = random.Random(20250117)


def dense(size):
    return [rng.gauss(0, 1) for _ in range(size)]


def integers(size):
    """Few bits, so that 3 x is exact."""
    return [float(rng.randint(-99, 99)) for _ in range(size)]


def scaled(x, a):
    return [a * v for v in x]


def perturbed(x, by):
    return [v + by * rng.gauss(0, 1) for v in x]


def image(*rows, scale=1.0):
    """Pixels by letters, zero elsewhere; the values have ratios 2, 3, 1/3, 0.1."""
    value = {".": 0.0, "1": 1.0, "2": 2.0, "3": 3.0, "t": 1 / 3, "d": 0.1, "h": 0.5, "#": 254 / 255, "+": 97 / 255}
    return [value[letter] * scale for row in rows for letter in row]


def cases():
    out = []

    def case(kind, network, grid, x, y):
        rows, columns, channels = (*grid, 1)[:3]
        assert len(x) == len(y) == rows * columns * channels
        out.append(dict(kind=kind, network=network, rows=rows, columns=columns, channels=channels, x=x, y=y))

    # Random signed signals: shapes of grids, patches, depths, orders.
    def random_case(kind, network, *grid):
        size = grid[0] * grid[1] * (grid[2] if len(grid) > 2 else 1)
        case(kind, network, grid, dense(size), dense(size))
    random_case("dense", "conv(1)", 1, 4)
    random_case("dense", "conv(3)", 1, 8)
    random_case("dense column", "conv(3) conv(3)", 9, 1)
    random_case("dense", "conv(5) conv(3) conv(3)", 1, 16, 2)
    random_case("dense circular", "circular conv(3) conv(5)", 1, 12)
    random_case("dense circular", "circular conv(3) conv(3) conv(1) conv(3)", 1, 8, 3)
    random_case("dense", "conv(3) conv(3)", 5, 5)
    random_case("dense", "conv(3) conv(3) conv(3) global", 6, 6, 2)
    random_case("dense circular", "circular conv(3) conv(3)", 4, 5, 2)
    random_case("rectangular patch", "conv(3x5) conv(1x3)", 5, 6)
    random_case("rectangular patch circular", "circular conv(1x3) conv(3x5)", 4, 6, 2)
    random_case("rectangular patch", "conv(1x3) conv(1x5) global", 1, 9)
    random_case("patch reaches past the grid", "conv(5) conv(7x1)", 3, 3)
    random_case("patch wraps onto itself", "circular conv(5) conv(3)", 1, 3)
    random_case("one position", "conv(3) conv(3)", 1, 1, 4)
    random_case("order", "conv(3, order 2) conv(3, order 3)", 1, 9)
    random_case("order", "conv(3, order 4)", 4, 4)
    random_case("order", "circular conv(3, order 4) conv(3, order 1) conv(3, order 2)", 1, 8, 2)
    random_case("order 0", "conv(3, order 0)", 1, 8)
    random_case("order 0", "conv(3, order 0) conv(3) conv(3, order 0)", 4, 4)
    random_case("order 0", "circular conv(3x1, order 0) conv(1x3, order 2) global", 4, 4, 2)

    # Pooling: before, between, at the end; strides that do and do not divide; long, short and zero scales.
    random_case("pool before", "pool(1) conv(3)", 1, 10)
    random_case("pool before, stride", "pool(1.5)/2 conv(3) conv(3)", 6, 7, 2)
    random_case("pool between", "conv(3) pool(1) conv(3)", 1, 9)
    random_case("pool between, strides", "conv(3) pool(1)/2 conv(3) pool(1)/2", 7, 7)
    random_case("pool last", "conv(3) conv(3) pool(0.75)", 5, 5)
    random_case("pool last, stride 3", "conv(3) pool(2)/3", 1, 16, 2)
    random_case("pool everywhere", "pool(0.5) conv(3) pool(1.25)/2 conv(3) pool(4)", 1, 13)
    random_case("pool circular", "circular conv(3) pool(1)/2 conv(3) pool(2)/2", 1, 16)
    random_case("pool circular", "circular pool(1)/2 conv(3) pool(3) conv(3)", 6, 4)
    random_case("pool scale 0", "conv(3) pool(0)/2 conv(3) pool(0)", 5, 6)
    random_case("pool tiny scale", "conv(3) pool(0.03125)/2 conv(3)", 1, 9)
    random_case("pool huge scale", "circular conv(3) pool(64) conv(3) pool(1024)", 1, 8)
    random_case("pool then global", "conv(3) pool(1)/2 conv(3) global", 6, 5)
    random_case("pool then global, orders", "circular pool(0.5) conv(3, order 2) pool(1)/3 conv(3, order 3) global", 1, 12)
    random_case("pool and order 0", "conv(3, order 0) pool(1)/2 conv(3)", 1, 8)
    random_case("pool twice", "pool(1) pool(0.5)/2 conv(3) pool(1) pool(1)/2", 1, 11)

    # Sparse images like digits: patches that are exact multiples of each other, and zero patches.
    one = image("......", ".#+...", "..#...", "..#...", ".+##..", "......")
    seven = image("......", "####..", "...#..", "..#...", "..#...", "......")
    case("digits", "conv(3) conv(3) conv(3) global", (6, 6), one, seven)
    case("digits", "conv(3) pool(1)/2 conv(3) pool(1)", (6, 6), one, seven)
    case("digits, order 0", "conv(3, order 0) conv(3, order 2)", (6, 6), one, seven)
    spots = image("1.....", "...3..", "......", ".t..d.", "......", "2....h")
    spots2 = image("..d...", "......", "3....1", "......", "..t...", "h...2.")
    case("single pixels", "conv(3) conv(3)", (6, 6), spots, spots2)
    case("single pixels", "circular conv(3) conv(3) global", (6, 6), spots, spots2)
    case("single pixels, order 0 twice", "conv(3, order 0) conv(3, order 0)", (1, 12), image("1..3.t...d.2"), image("..t..d..3..h"))
    blocks = image("13...3h3..", "39...t1t..".replace("9", "1"))
    case("blocks of equal pixels", "conv(3) conv(3) global", (2, 10), blocks, image("..d3...13.", "..3d...31."))
    case("constant images", "conv(3) conv(3) pool(1)/2", (5, 5), [1.0] * 25, [0.1] * 25)
    case("multiples of one pattern", "conv(3) conv(3)", (1, 15), [1.0, 2.0, 5.0, 0, 0, 3.0, 6.0, 15.0, 0, 0, 0.5, 1.0, 2.5, 0, 0],
         [0, 0, 3.0, 6.0, 15.0, 0, 0, 1 / 3, 2 / 3, 5 / 3, 0, 0, 0.1, 0.2, 0.5])
    case("zero image", "conv(3) pool(1)/2 conv(3)", (4, 4), image(".1..", ".3t.", "....", "...."), [0.0] * 16)
    case("disjoint supports", "conv(3) conv(3)", (1, 16), [1.0] * 5 + [0.0] * 11, [0.0] * 11 + [1.0] * 5)
    case("zero channel", "conv(3) conv(3) global", (3, 3, 2), [v for p in range(9) for v in (float(p % 4), 0.0)], [v for p in range(9) for v in (0.0, float(p % 3))])

    # y a multiple of x, antipodal, near x.
    x = dense(25)
    case("y = x", "conv(3) conv(3) pool(1)/2", (5, 5), x, x)
    case("y = 2x", "conv(3) conv(3) conv(3) global", (5, 5), x, scaled(x, 2))
    case("y = 2x, order 0", "conv(3, order 0) conv(3, order 2)", (1, 9), x[:9], scaled(x[:9], 2))
    x = integers(24)
    case("y = 3x", "circular conv(3) conv(3)", (3, 4, 2), x, scaled(x, 3))
    x = dense(16)
    case("y = x/3 rounded", "conv(3) conv(3)", (4, 4), x, [v / 3 for v in x])
    case("y = -x", "conv(3) conv(3)", (4, 4), x, scaled(x, -1))
    case("y = -x, one layer", "circular conv(3)", (1, 8), x[:8], scaled(x[:8], -1))
    case("y = -x, order 2", "conv(3, order 2) pool(1) conv(3, order 2)", (1, 10), x[:10], scaled(x[:10], -1))
    whole = integers(16)
    case("y = -3x, order 0", "conv(3, order 0)", (4, 4), whole, scaled(whole, -3))
    case("some patches antipodal", "conv(3) conv(3) global", (1, 16), x, [-v if i < 8 else v for i, v in enumerate(x)])
    case("antipodal within x", "conv(3) conv(3)", (1, 14), image("13.") + [0.0] + scaled(image("13."), -3) + [0.0] * 2 + [-0.1, 0, 0, 1 / 3, 0],
         image("...13......13."))
    case("y = x + 1e-7", "conv(3) conv(3)", (4, 4), x, perturbed(x, 1e-7))
    case("y = x + 1e-12", "conv(3) pool(1)/2 conv(3) global", (4, 4), x, perturbed(x, 1e-12))
    case("y = x + 1e-12, order 0", "circular conv(3, order 0) conv(3)", (1, 8), x[:8], perturbed(x[:8], 1e-12))
    case("y = -x + 1e-9", "conv(3) conv(3)", (4, 4), x, perturbed(scaled(x, -1), 1e-9))
    smooth = [1 + ((r - 3) ** 2 + (c - 2) ** 2) / 512 for r in range(6) for c in range(6)]
    case("smooth positive", "conv(3) conv(3) global", (6, 6), smooth, [v + (i % 6) / 1024 for i, v in enumerate(smooth)])
    case("smooth positive circular", "circular conv(3) conv(3) conv(3) conv(3)", (1, 12), [2 + float(mp.cos(mp.pi * i / 6)) / 64 for i in range(12)],
         [2 + float(mp.sin(mp.pi * i / 6)) / 512 for i in range(12)])

    case("smooth and deep", "conv(3) conv(3) pool(1)/2 conv(3) conv(3)", (6, 6), smooth, perturbed(smooth, 1e-5))

    # Far from 1.
    x, y = dense(9), dense(9)
    case("huge", "conv(3) conv(3) global", (3, 3), scaled(x, 1e150), scaled(y, 1e150))
    case("tiny", "conv(3) conv(3)", (3, 3), scaled(x, 1e-150), scaled(y, 1e-150))
    case("huge and tiny", "pool(0.5) conv(3) pool(1)/2 conv(3)", (3, 3), scaled(x, 1e150), scaled(y, 1e-150))

    # Exponential kernels, alone and beside arc-cosine kernels; near and opposite patches.
    random_case("exponential", "conv(3, exponential 1)", 1, 8)
    random_case("exponential", "conv(3, exponential 0.25) conv(3, exponential 4)", 3, 4)
    random_case("exponential and ReLU", "circular conv(3, exponential 2) conv(3)", 1, 9, 2)
    random_case("exponential, steep", "conv(3, exponential 40) conv(3, exponential 0.01) global", 3, 3)
    random_case("exponential, steepest", "conv(3, exponential 1000)", 1, 9)
    random_case("exponential, pool between", "conv(3, exponential 1.5) pool(1)/2 conv(3, exponential 2.5)", 5, 5)
    x = dense(16)
    case("exponential, y = 2x", "conv(3, exponential 3) conv(3, exponential 3) global", (4, 4), x, scaled(x, 2))
    case("exponential, y = -x", "conv(3, exponential 3) conv(3)", (4, 4), x, scaled(x, -1))
    case("exponential, y = x + 1e-7", "conv(3, exponential 3) conv(3, order 0)", (4, 4), x, perturbed(x, 1e-7))
    case("exponential, digits", "conv(3, exponential 2) conv(3, exponential 2)", (6, 6), one, seven)
    return out


# ---------------------------------------------------------------- the table

def agreed(a, b, digits, scale):
    """What b (at digits) and a (at half of them) agree on: b where 34 digits are the same; 0 where only the rounding is left, which
    is a square root at most and shrinks with the digits; else None."""
    if abs(a - b) <= mpf(10) ** -34 * abs(b):
        return b
    vanishes = digits >= 240 and abs(b) < mpf(10) ** (-digits * 2 // 5) * scale and abs(b) < abs(a) / 10 ** 15
    return mpf(0) if vanishes else None


def solve(case):
    digits, before = 60, None
    while True:
        mp.dps = digits
        ckn, ntk = kernels(**{k: case[k] for k in ("network", "rows", "columns", "channels", "x", "y")})
        now = ckn + (ntk or [])
        values = [agreed(a, b, digits, mp.sqrt(ckn[0] * ckn[2])) for a, b in zip(before, now)] if before else [None]
        if None not in values:
            break
        digits, before = 2 * digits, now
        assert digits < 2000, case["kind"]
    texts = [mp.nstr(v, 30) if v else "0" for v in values]
    print(f"{case['kind']}: {case['network']}, {digits} digits", texts[1], flush=True)
    return dict(case, ckn=texts[:3], ntk=texts[3:] or None), digits


# ---------------------------------------------------------------- a second way, and laws

def second_way(network, rows, columns, channels, x, y):
    """The kernel of x and y from the last layer down: every entry asks for those it needs. No matrices; kappa_N as the integral
    over the angle of relu^N relu^N; weights of a pool as sums over both axes at once, the torus by its theta function."""
    circular, is_global, terms = parse(network)
    first = next(i for i, t in enumerate(terms) if t[0] == "conv")
    grids = [(rows, columns)]
    for t in terms:
        grids.append(tuple(-(-n // t[2]) if t[0] == "pool" and n > 1 else n for n in grids[-1]))

    @functools.lru_cache(None)
    def weight(i, s, n, S, T):
        if n == 1 or float(S) == 0:
            return mpf(n == 1 or s == T * i)
        S = mpf(S)
        if circular:  # theta_3 of d/n is proportional to the sum over the periods (Poisson)
            f = lambda d: mp.jtheta(3, mp.pi * d / n, mp.exp(-2 * (mp.pi * S / n) ** 2))
        else:
            f = lambda d: mp.exp(-(d / S) ** 2 / 2)
        return f(mpf(s - T * i)) / sum(f(mpf(t - T * i)) for t in range(n))

    def inputs(level, u, term):
        """(position, weight) of the pool."""
        R, C = grids[level]
        return [((r, c), weight(u[0], r, R, *term[1:]) * weight(u[1], c, C, *term[1:])) for r in range(R) for c in range(C)]

    @functools.lru_cache(None)
    def signal(which, level, u):
        if level == 0:
            at = (u[0] * columns + u[1]) * channels
            return [mpf(v) for v in (x, y)[which][at:at + channels]]
        parts = [(w, signal(which, level - 1, p)) for p, w in inputs(level - 1, u, terms[level - 1])]
        return [sum(w * z[k] for w, z in parts) for k in range(channels)]

    @functools.lru_cache(None)
    def integral(N, theta):
        f = lambda a: (mp.cos(a) * mp.cos(a - theta)) ** N
        return mp.quad(f, [theta - mp.pi / 2, theta / 2, mp.pi / 2]) / mp.quad(lambda a: mp.cos(a) ** (2 * N), [-mp.pi / 2, 0, mp.pi / 2])

    @functools.lru_cache(None)
    def series(N, c):
        """exp(A (c - 1)) by powers of c."""
        return mp.fsum(mp.exp(-mpf(N)) * (mpf(N) * c) ** n / mp.factorial(n) for n in range(40 + int(6 * float(N))))

    @functools.lru_cache(None)
    def entry(i, j, level, u, v):
        """(G, H) after `level` terms."""
        if level == first:
            g = sum(a * b for a, b in zip(signal(i, level, u), signal(j, level, v)))
            return g, g
        t, (R, C) = terms[level - 1], grids[level - 1]
        if t[0] == "pool":
            g = h = 0
            for p, w in inputs(level - 1, u, t):
                for q, z in inputs(level - 1, v, t):
                    a, b = entry(i, j, level - 1, p, q)
                    g, h = g + w * z * a, h + w * z * b
            return g, h
        K, L = (t[1], t[2]) if t[2] else (t[1] if R > 1 else 1, t[1] if C > 1 else 1)

        def patch(i, j, u, v):
            g = h = mpf(0)
            for a in range(K):
                for b in range(L):
                    p, q = ((w[0] + a - K // 2, w[1] + b - L // 2) for w in (u, v))
                    if circular:
                        p, q = ((w[0] % R, w[1] % C) for w in (p, q))
                    if all(0 <= w[0] < R and 0 <= w[1] < C for w in (p, q)):
                        e = entry(i, j, level - 1, p, q)
                        g, h = g + e[0] / (K * L), h + e[1] / (K * L)
            return g, h
        g, h = patch(i, j, u, v)
        nn = mp.sqrt(patch(i, i, u, u)[0] * patch(j, j, v, v)[0])
        theta = mp.acos(max(-1, min(1, g / nn)))
        N = t[3]
        if isinstance(N, str):
            m = nn * series(N, g / nn)
            return m, m + h * mpf(N) * m / nn
        m = nn * integral(N, theta)
        return m, m + h * N * integral(N - 1, theta) * mpf(N) / (2 * N - 1) if N else 0
    R, C = grids[-1]
    positions = [(r, c) for r in range(R) for c in range(C)]
    both = [(u, v) for u in positions for v in positions if is_global or u == v]
    values = [entry(0, 1, len(terms), u, v) for u, v in both]
    return [sum(value[k] for value in values) / (len(both) if is_global else 1) for k in (0, 1)]


def check(results):
    mp.dps = 40
    for N in range(5):  # normalisation, the integral over the angle, the derivative
        assert abs(kappa(N, mpf(1)) - 1) < 1e-38
        for c in (mpf("-0.9"), mpf("0.3"), mpf("0.99")):
            t = mp.acos(c)
            integral = mp.quad(lambda a: (mp.cos(a) * mp.cos(a - t)) ** N, [t - mp.pi / 2, t / 2, mp.pi / 2]) / mp.quad(lambda a: mp.cos(a) ** (2 * N), [-mp.pi / 2, mp.pi / 2])
            assert abs(kappa(N, c) - integral) < 1e-30
            if N:
                assert abs(mp.diff(lambda u: kappa(N, u), c) - mpf(N * N) / (2 * N - 1) * kappa(N - 1, c)) < 1e-15
    second = doubled = lengths = 0
    for r in results:
        circular, is_global, terms = parse(r["network"])
        values = [[mpf(v) for v in r[k]] for k in ("ckn", "ntk") if r[k]]
        for xx, xy, yy in values:
            assert xx >= 0 and xy >= 0 and xy * xy <= xx * yy * (1 + mpf(10) ** -28)
            if r["y"] == scaled(r["x"], 2):  # homogeneous of degree 1 in each image
                doubled += 1
                assert abs(xy - 2 * xx) <= 1e-28 * xx and abs(yy - 4 * xx) <= 1e-28 * xx
        if circular and not is_global and all(t[0] == "conv" for t in terms):
            lengths += 1
            square = sum(mpf(v) ** 2 for v in r["x"])
            factor = mpf(1)  # of the NTK: n+1 where all orders are 1
            for t in terms:
                factor = 1 + factor * steepest(t[3])
            assert abs(values[0][0] - square) <= 1e-28 * square
            assert len(values) < 2 or abs(values[1][0] - factor * square) <= 1e-28 * factor * square
        # The quadrature is slow and, beside parallel patches, only half as accurate: small cases with neither.
        size = r["rows"] * r["columns"]
        if r["kind"] in ("exponential", "exponential and ReLU") or size <= 12 and r["kind"].startswith(("dense", "order", "pool", "rect", "patch", "zero ch")):
            second += 1
            mp.dps = 30
            ways = second_way(*(r[k] for k in ("network", "rows", "columns", "channels", "x", "y")))
            mp.dps = 40
            for value, way in zip(values, ways):
                assert abs(value[1] - way) <= 1e-25 * way, (r["network"], value[1], way)
            print("second way:", r["network"], flush=True)
    assert second >= 8 and doubled >= 3 and lengths >= 4, (second, doubled, lengths)
    print(f"{second} cases computed a second way, {doubled} values K(x,2x) = 2 K(x,x), {lengths} cases with trace |x|^2")


def main():
    work = cases()
    with multiprocessing.Pool(2) as pool:
        solved = pool.map(solve, work, chunksize=1)
    results = [r for r, _ in solved]
    check(results)
    text = "[\n" + ",\n".join(json.dumps(r) for r in results) + "\n]\n"
    assert len(text) < 400_000
    with open(os.path.join(HERE, "convolution.json"), "w") as f:
        f.write(text)
    print(f"{len(results)} cases, {len(text)} bytes, at most {max(d for _, d in solved)} digits")


if __name__ == "__main__":
    sys.exit(main())
