"""Writes membership.tsv: whether targets lie in the spaces of kernels, from mathematics alone.

A target g has energies E_k = N(p,k) lambda_k^2, a kernel eigenvalues mu_k; g lies in the space if sum E_k/mu_k is finite and E_k = 0 where mu_k = 0.
Both parities must be in. What is used:
  power     kernels with tau^nu at an end: mu_k ~ k^-(p-1+2nu); a power tau^nu of a target at an end: E_k ~ k^-(p+4nu); a kink |u-c|^a: k^-(2+2a) on average
  geometric coefficients A^-j j^(s-1) of (1-u/A)^-s: lambda_k ~ k^(s-p/2) rho^-k, A = (rho+1/rho)/2; N ~ k^(p-2)
  entire    coefficients r^j/j!^tau: lambda_k ~ R^k/k!^tau
Where both are analytic the quotients E_k/mu_k are also computed, by the series lambda_k = Gamma(p/2) sum_j b_{k+2j} (k+2j)!/(2^(k+2j) j! Gamma(k+j+p/2)), and must
fall from degree to degree inside and not fall outside.
Usage: python3 membership.py > membership.tsv
"""

from fractions import Fraction as F
from mpmath import mp, mpf, gamma, factorial, taylor, exp, log, cos, sin, sqrt, binomial

mp.dps = 60
DIMENSIONS = [2, 3, 4, 5, 8]

# even and odd part: ("power", b - p), ("geometric", A, s), ("entire", tau), ("ends", degrees)
KERNELS = {
    "ntk(2)": (("power", 0), ("ends", [1])),
    "ntk(3)": (("power", 0), ("power", 0)),
    "arccos(1)": (("power", 2), ("ends", [1])),
    "arccos(0)": (("ends", [0]), ("power", 0)),
    "laplace(1)": (("power", 0), ("power", 0)),
    "matern(3/2,1)": (("power", 2), ("power", 2)),
    "gaussian(1)": (("entire", F(1)), ("entire", F(1))),
    "gaussian(1/2)": (("entire", F(1)), ("entire", F(1))),
    "exponential(1)": (("entire", F(1)), ("entire", F(1))),
    "poisson(1/4)": (("geometric", F(17, 8), "p/2"), ("geometric", F(17, 8), "p/2")),
    "inverse_multiquadric(1)": (("geometric", F(3, 2), F(1, 2)), ("geometric", F(3, 2), F(1, 2))),
    "1+u+u^2": (("ends", [0, 2]), ("ends", [1])),
}
# even and odd part: ("kink", e), ("end", 4 nu), ("geometric", A, s), ("entire", tau), ("ends", degrees)
ENTIRE = ("entire", F(1))
NOTHING = ("ends", [])
TARGETS = {
    "log(2+u)": (("geometric", F(2), F(0)),) * 2,
    "exp(u-1)": (ENTIRE, ENTIRE),
    "exp(u)*exp(-1)": (ENTIRE, ENTIRE),
    "exp(u)": (ENTIRE, ENTIRE),
    "cos(u)": (ENTIRE, NOTHING),
    "sin(u)": (NOTHING, ENTIRE),
    "exp(u^3)": (("entire", F(1, 3)),) * 2,
    "gaussian(1)": (ENTIRE, ENTIRE),
    "gaussian(4)": (ENTIRE, ENTIRE),
    "poisson(1/2)": (("geometric", F(5, 4), "p/2"),) * 2,
    "poisson(0.49)": (("geometric", F(12401, 9800), "p/2"),) * 2,
    "laplace(1)": (("end", 2), ("end", 2)),
    "ntk(3)": (("end", 2), ("end", 2)),
    "exp(u-1)+abs(u)^5": (("kink", 12), ENTIRE),
    "exp(u-1)+abs(u-1/3)^5": (("kink", 12), ("kink", 12)),
    "(exp(u-1)+1)*abs(u)^3": (("kink", 8), ("kink", 10)),
    "exp(-1)*sqrt(2-2*u)+exp(u)": (("end", 2), ("end", 2)),
    "exp(u)-exp(u)": (NOTHING, NOTHING),
    "u^4+u": (("ends", [0, 2, 4]), ("ends", [1])),
}


def part(target, kernel, p):
    """Whether one parity is in, and why."""
    power = lambda s: F(p, 2) if s == "p/2" else s
    kind = target[0]
    if kind == "ends":
        missing = [k for k in target[1] if kernel[0] == "ends" and k not in kernel[1]]
        return not missing, f"mu_{missing[0]} = 0" if missing else "finitely many degrees"
    if kernel[0] == "ends":
        return False, "infinitely many degrees have energy, finitely many an eigenvalue"
    if kind in ("kink", "end"):
        e = target[1] + (p if kind == "end" else 0)
        if kernel[0] != "power":
            return False, f"E_k ~ k^-{e}, mu_k faster than any power"
        b = p + kernel[1]
        return e - b > 1, f"E_k ~ k^-{e}, mu_k ~ k^-{b}"
    if kernel[0] == "power":
        return True, "analytic, and a power law"
    if kind == "entire" and kernel[0] == "geometric":
        return True, "entire, and geometric"
    if kind == "geometric" and kernel[0] == "entire":
        return False, "geometric, and entire"
    if kind == "entire":
        assert 2 * target[1] != kernel[1]
        return 2 * target[1] > kernel[1], f"k!^-{2 * target[1]} against k!^-{kernel[1]}"
    square = 2 * target[1] ** 2 - 1
    if square != kernel[1]:
        return square > kernel[1], f"rho^2 of A = {target[1]} has A = {square}, the kernel {kernel[1]}"
    exponent = p - 2 + 2 * power(target[2]) - p - power(kernel[2]) + F(p, 2)
    return exponent < -1, f"quotients ~ k^{exponent}"


def verdict(target, kernel, p):
    parts = [part(t, k, p) for t, k in zip(TARGETS[target], KERNELS[kernel])]
    bad = [(name, why) for name, (inside, why) in zip(("even", "odd"), parts) if not inside]
    if bad:
        return False, ": ".join(bad[0])
    return True, "; ".join(f"{name}: {why}" for name, (_, why) in zip(("even", "odd"), parts))


def function(name, p):
    """The analytic functions of the lists."""
    poisson = lambda r: lambda u: (1 - r**2) / (1 - 2 * r * u + r**2) ** (mpf(p) / 2)
    return {
        "log(2+u)": lambda u: log(2 + u),
        "exp(u-1)": lambda u: exp(u - 1),
        "exp(u)*exp(-1)": lambda u: exp(u - 1),
        "exp(u)": exp,
        "exponential(1)": exp,
        "cos(u)": cos,
        "sin(u)": sin,
        "exp(u^3)": lambda u: exp(u**3),
        "gaussian(1)": lambda u: exp(-2 + 2 * u),
        "gaussian(1/2)": lambda u: exp(-1 + u),
        "gaussian(4)": lambda u: exp(-8 + 8 * u),
        "poisson(1/2)": poisson(mpf(1) / 2),
        "poisson(0.49)": poisson(mpf("0.49")),
        "poisson(1/4)": poisson(mpf(1) / 4),
        "inverse_multiquadric(1)": lambda u: 1 / sqrt(3 - 2 * u),
    }.get(name)


TERMS = 900
KNOWN = {}


def coefficients(name, p):
    """Taylor coefficients, by recurrences or exactly."""
    key = (name, p if "poisson" in name else 0)
    if key in KNOWN:
        return KNOWN[key]
    n = range(TERMS)
    series = lambda c, a: [c * mpf(a) ** j / factorial(j) for j in n]

    def algebraic(q, zero, scale):  # scale (1 - u/zero)^-q
        out = [mpf(scale)]
        for j in range(1, TERMS):
            out.append(out[-1] * (q + j - 1) / j / zero)
        return out

    table = {
        "log(2+u)": lambda: [log(mpf(2))] + [-((-mpf(1) / 2) ** j) / j for j in range(1, TERMS)],
        "exp(u-1)": lambda: series(exp(-1), 1),
        "exp(u)*exp(-1)": lambda: series(exp(-1), 1),
        "exp(u)": lambda: series(1, 1),
        "exponential(1)": lambda: series(1, 1),
        "cos(u)": lambda: [mpf((1, 0, -1, 0)[j % 4]) / factorial(j) for j in n],
        "sin(u)": lambda: [mpf((0, 1, 0, -1)[j % 4]) / factorial(j) for j in n],
        "exp(u^3)": lambda: [mpf(j % 3 == 0) / factorial(j // 3) for j in n],
        "gaussian(1)": lambda: series(exp(-2), 2),
        "gaussian(1/2)": lambda: series(exp(-1), 1),
        "gaussian(4)": lambda: series(exp(-8), 8),
        "inverse_multiquadric(1)": lambda: algebraic(mpf(1) / 2, mpf(3) / 2, 1 / sqrt(mpf(3))),
    }
    if "poisson" in name:
        r = {"poisson(1/2)": mpf(1) / 2, "poisson(0.49)": mpf("0.49"), "poisson(1/4)": mpf(1) / 4}[name]
        # 1 - 2ru + r^2 = (1 + r^2)(1 - u/A)
        a = (1 + r**2) / (2 * r)
        KNOWN[key] = algebraic(mpf(p) / 2, a, (1 - r**2) * (1 + r**2) ** (-mpf(p) / 2))
    else:
        KNOWN[key] = table[name]()
    return KNOWN[key]


def funk_hecke(name, p, k):
    b = coefficients(name, p)
    total = mpf(0)
    for j in range((TERMS - k) // 2):
        n = k + 2 * j
        total += b[n] * factorial(n) / (mpf(2) ** n * factorial(j) * gamma(k + j + mpf(p) / 2))
    return gamma(mpf(p) / 2) * total


def multiplicity(p, k):
    return mpf(2) if p == 2 else (2 * k + p - 2) * binomial(k + p - 3, p - 2) / k


def check(target, kernel, p, inside):
    if function(target, p) is None or function(kernel, p) is None:
        return
    falling = True
    for parity, kind in zip((0, 1), TARGETS[target]):
        if kind == NOTHING:
            continue
        quotient = lambda k: multiplicity(p, k) * funk_hecke(target, p, k) ** 2 / funk_hecke(kernel, p, k)
        # exp(u^3) has its terms six degrees apart; N(p,k) grows at first.
        low = 240 if kind[0] == "geometric" else 30
        first, second = quotient(low + parity), quotient(2 * low + parity)
        falling &= second < first
    assert falling == inside, (target, kernel, p)
    if target in ("exp(u)", "log(2+u)"):
        # The series are those of the functions.
        assert all(abs(x - y) < 1e-40 for x, y in zip(coefficients(target, p), taylor(function(target, p), 0, 8)))


print("kernel\tdim\ttarget\tinside\treason")
for i, kernel in enumerate(KERNELS):
    for j, target in enumerate(TARGETS):
        p = DIMENSIONS[(i + j) % 5]
        inside, why = verdict(target, kernel, p)
        check(target, kernel, p, inside)
        print(f"{kernel}\t{p}\t{target}\t{'yes' if inside else 'no'}\t{why}")
