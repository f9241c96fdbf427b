"""Eigenvalues of ntk(3) with python-flint: as a careful user writes it, and at zonal's nodes and bits as fast as it goes.

side_by_side.py says what is computed; every function returns mu_0, ..., mu_HIGHEST in dimension p.
"""

from flint import arb, arb_mat, ctx, fmpq

HIGHEST = 200
CAREFUL_NODES, CAREFUL_BITS = 400, 680


def ntk3(theta, sine, t):
    """ntk(3) at t = cos(theta), in arb."""
    pi = arb.pi()
    sigma = (sine + (pi - theta) * t) / pi
    theta2 = t * (1 - theta / pi) + sigma
    angle = sigma.acos()
    return theta2 * (1 - angle / pi) + ((1 - sigma * sigma).sqrt() + (pi - angle) * sigma) / pi


def sphere_constant(p):
    """Z = sqrt(pi) Gamma((p-1)/2) / Gamma(p/2)."""
    return arb.pi().sqrt() * (arb(p - 1) / 2).gamma() / (arb(p) / 2).gamma()


def flint_careful(p):
    ctx.prec = CAREFUL_BITS
    half_pi = arb.pi() / 2
    sums = [arb(0)] * (HIGHEST + 1)
    for i in range(CAREFUL_NODES):
        x, w = arb.legendre_p_root(CAREFUL_NODES, i, weight=True)
        theta = half_pi * (1 + x)
        sine, t = theta.sin_cos()
        f = half_pi * w * ntk3(theta, sine, t) * sine ** (p - 2)
        legendre = [arb(1), t]
        for k in range(1, HIGHEST):
            legendre.append(((2 * k + p - 2) * t * legendre[k] - k * legendre[k - 1]) / (k + p - 2))
        sums = [s + f * q for s, q in zip(sums, legendre)]
    z = sphere_constant(p)
    return [s / z for s in sums]


def folded_samples(p, nodes, bits, weighted=True):
    """Nodes t >= 0 and the weights of even and odd degrees: t and -t folded into one, mid-points only.

    Without `weighted`, sin^(p-2) is left out.
    """
    ctx.prec = bits
    pi = arb.pi()
    half_pi = pi / 2
    constant = half_pi / sphere_constant(p)
    ts, even, odd = [], [], []
    for i in range((nodes + 1) // 2):
        x, w = arb.legendre_p_root(nodes, i, weight=True)
        t, sine = (x / 2).sin_cos_pi()  # theta = pi/2 - offset
        offset = half_pi * x
        above, below = ntk3(half_pi - offset, sine, t), ntk3(half_pi + offset, sine, -t)
        w = w * constant
        if 2 * i + 1 == nodes:  # the middle stands for itself, not for a pair
            w = w / 2
        if weighted:
            w = w * sine ** (p - 2)
        ts.append(t.mid())
        even.append(((above + below) * w).mid())
        odd.append(((above - below) * w).mid())
    return ts, even, odd


# The radii of the balls grow like (1 + sqrt 2)^k in any three-term recurrence, and at the plan's bits say nothing. Products
# and sums compute the mid-point at full precision whatever the radius, so the radii are carried along unread (dropping
# them by .mid() in each step costs more than carrying them); only matrix products look at them and get mid-points.


def recurrence(p, nodes, bits):
    """The recurrence as it stands, lists over the nodes, its two factors per degree rounded once."""
    ts, even, odd = folded_samples(p, nodes, bits)
    zero = arb(0)
    before, value = [arb(1)] * len(ts), ts
    result = []
    for k in range(HIGHEST + 1):
        result.append(sum([f * q for f, q in zip(odd if k % 2 else even, before)], zero))
        a, b = arb(2 * k + p) / (k + p - 1), arb(k + 1) / (k + p - 1)
        before, value = value, [a * (t * q) - b * r for t, q, r in zip(ts, value, before)]
    return result


def monic(k, p):
    """gamma_k of the monic recurrence Q_{k+1} = t Q_k - gamma_k Q_{k-1}."""
    return arb(fmpq(k * (k + p - 3), (2 * k + p - 2) * (2 * k + p - 4))) if k else arb(0)


def with_leading_coefficients(values, p):
    """P_k = lead_k Q_k."""
    lead, result = arb(1), []
    for k, value in enumerate(values):
        result.append(value * lead)
        lead = lead * fmpq(2 * k + p - 2, k + p - 2)
    return result


def monic_matrix(p, nodes, bits):
    """Monic recurrence (two products a step), the sums over the nodes as matrix products."""
    ts, even, odd = folded_samples(p, nodes, bits)
    before, value = [arb(1)] * len(ts), ts
    rows = [before, value]
    for k in range(1, HIGHEST):
        g = monic(k, p)
        before, value = value, [t * q - g * r for t, q, r in zip(ts, value, before)]
        rows.append(value)
    columns = [arb_mat(len(ts), 1, weights) for weights in (even, odd)]
    halves = [(arb_mat(rows[parity::2]).mid() * columns[parity]).entries() for parity in (0, 1)]
    return with_leading_coefficients([halves[k % 2][k // 2] for k in range(HIGHEST + 1)], p)


def weighted_chains(p, nodes, bits):
    """Even and odd degrees as two monic recurrences in t^2 that start from the weights, so that a sum is a plain sum."""
    ts, even, odd = folded_samples(p, nodes, bits)
    zero = arb(0)
    gamma = [monic(k, p) for k in range(HIGHEST + 1)]
    squares = [(t * t).mid() for t in ts]
    values = [zero] * (HIGHEST + 1)
    for parity, value in ((0, even), (1, [f * t for f, t in zip(odd, ts)])):
        before = [zero] * len(ts)
        for k in range(parity, HIGHEST + 1, 2):
            values[k] = sum(value, zero)
            if k + 2 <= HIGHEST:
                a, b = gamma[k] + gamma[k + 1], gamma[k] * gamma[k - 1] if k else zero
                before, value = value, [(s - a) * q - b * r for s, q, r in zip(squares, value, before)]
    return with_leading_coefficients(values, p)


def fixed_point_integers(p, nodes, bits):
    """zonal's fixed-point recurrence in Python integers (which beat fmpz here), nodes and samples from flint."""
    ts, even, odd = folded_samples(p, nodes, bits)
    fraction = bits + 16  # room for the k^2 growth of rounding errors
    one = arb(2) ** fraction
    ts, even, odd = ([int((x * one).mid().floor().unique_fmpz()) for x in row] for row in (ts, even, odd))
    before, value = [1 << fraction] * len(ts), ts
    result = []
    for k in range(HIGHEST + 1):
        result.append(sum([f * q for f, q in zip(odd if k % 2 else even, before)]))
        a, b, c = 2 * k + p, k + 1, k + p - 1
        before, value = value, [((t * q >> fraction) * a - b * r) // c for t, q, r in zip(ts, value, before)]
    return [arb(s) / one / one for s in result]


def cosine_moments(p, nodes, bits):
    """Another algorithm, for even p: all cosine moments by one matrix product, then a ladder from dimension 2 to p.

    cos((a + m b) th) = cos(a th) cos(m b th) - sin(a th) sin(m b th) with a < m makes the moments of kappa against cos(k th) one
    product of two matrices of about sqrt(k) rows; then, with C_k of order lam and (1 - t^2) of the measure,
    4 lam (k+lam+1) (1-t^2) C_k^(lam+1) = (k+2lam)(k+2lam+1) C_k^lam - (k+1)(k+2) C_{k+2}^lam.
    """
    m, length = 14, HIGHEST + p - 1
    ts, even, odd = folded_samples(p, nodes, bits, weighted=False)
    ones, zeros = [arb(1)] * len(ts), [arb(0)] * len(ts)
    sines = [(1 - t * t).sqrt() for t in ts]

    def multiples(factors, cosines, sines, count):
        """cos and sin of 0, 1, ..., count times an angle; factors = 2 cos of it."""
        c, s = [ones, cosines], [zeros, sines]
        for row in (c, s):
            for _ in range(count - 1):
                row.append([f * x - y for f, x, y in zip(factors, row[-1], row[-2])])
        return c, s

    small = multiples([2 * t for t in ts], ts, sines, m)
    large = multiples([2 * c for c in small[0][m]], small[0][m], small[1][m], (length - 1) // m)
    left = arb_mat([c + s for c, s in zip(*large)]).mid()
    right = []
    for a in range(m):
        weights = odd if (a % 2) else even  # m is even: the parity of a + m b is that of a
        right.append([f * c for f, c in zip(weights, small[0][a])] + [-f * s for f, s in zip(weights, small[1][a])])
    moments = (left * arb_mat(right).mid().transpose()).entries()[:length]
    # (1-t^2) U_k = (T_k - T_{k+2}) / 2, and up from there
    values = [(x - y) / 2 for x, y in zip(moments, moments[2:])]
    for lam in range(1, (p - 2) // 2):
        values = [
            (x * ((k + 2 * lam) * (k + 2 * lam + 1)) - y * ((k + 1) * (k + 2))) / (4 * lam * (k + lam + 1))
            for k, (x, y) in enumerate(zip(values, values[2:]))
        ]
    at_one, result = arb(1), []
    for k in range(HIGHEST + 1):
        result.append(values[k] / at_one)
        at_one = at_one * fmpq(k + p - 2, k + 1)
    return result


# (function, whether it is zonal's algorithm)
PLAN_FORMULATIONS = [
    (recurrence, True),
    (monic_matrix, True),
    (weighted_chains, True),
    (fixed_point_integers, True),
    (cosine_moments, False),
]
