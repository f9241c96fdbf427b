"""Gradient flow, balls of the function space and random features by sums over single degrees: writes questions.tsv beside this file.

The eigenvalues and energies are those of learning.py, independent of the program; the formulas are written down again here from their definitions.

    python3 questions.py        (some minutes; needs python-flint, mpmath, numpy, scipy)
"""

import math
import os
import numpy as np
from scipy.optimize import brentq
from learning import Spectrum, Table, beyond, energies, spectral

KERNELS = ["arccos(1)", "ntk(3)", "laplace(1)", "matern(9/2,1)"]
TARGETS = ["u^2+u", "abs(u)", "max(u,0)", "exp(u)"]


def over_target(spec, e, far, f):
    """sum_k E_k f(mu_k)."""
    total = math.fsum(e * f(spec.direct))
    if far:
        def tail(parity, k):
            return far(parity, k) * f(np.exp(spec.smooth(parity, k)).astype(float))
        total += beyond(spec, tail, spec.exponent())
    return total


def at_level(spec, count, ridge=0.0, features=math.inf):
    """gamma with z(gamma) + ridge/kappa = count, kappa = gamma (1 - z/features)."""
    def equation(x):
        gamma = math.exp(x)
        z = spectral(spec, lambda l: l / (l + gamma))
        if z >= features:
            return 1.0
        return math.log((z + ridge / (gamma * (1 - z / features))) / count)
    top = math.log((spec.trace + 4 * ridge) / min(count, features) * 4)
    low = top - 1
    while equation(low) < 0:
        low -= 2
    return math.exp(brentq(equation, low, top, xtol=1e-14, rtol=1e-15))


def features(spec, e, far, n, ridge, noise, k):
    gamma = at_level(spec, n, ridge, k) if ridge > 0 else at_level(spec, min(n, k))
    z = spectral(spec, lambda l: l / (l + gamma))
    q = spectral(spec, lambda l: (l / (l + gamma)) ** 2)
    if ridge == 0:
        z = min(n, k)
    kappa = gamma * (k - z) / k
    # ridge regression learns nothing more where k = z
    bias = over_target(spec, e, far, lambda l: gamma / (l + gamma) - kappa * l / (l + gamma) ** 2 * k / (k - q))
    over = 1 / (1 - (q * (k - 2 * z) + z * z) / (n * (k - q)))
    return gamma, over * (bias + noise)


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    rows = Table(os.path.join(here, "questions.tsv"),
                 "flow: kernel, p, target, time, error; ball: kernel, p, target, radius, rho, distance; "
                 "features: kernel, p, target, samples, ridge, noise, features, gamma, test",
                 "questions.py")
    for p in (2, 3, 5):
        relu = Spectrum("arccos(1)", p)
        turn = p
        for name in KERNELS:
            spec = relu if name == "arccos(1)" else Spectrum(name, p)
            for size in (3.0, 1e2, 1e4, 1e6):
                target = TARGETS[turn % 4]
                turn += 1
                e, far = energies(target, p, relu)
                if spec.zero(3) and target in ("exp(u)",):
                    target = "u^2+u"
                    e, far = energies(target, p, relu)
                time = float(10 ** round(math.log10(size) * 1.5))
                rows.append(("flow", name, p, target, time, over_target(spec, e, far, lambda l: np.exp(-2 * l * time))))
                rho = spec.trace / size
                square = over_target(spec, e, far, lambda l: l / (l + rho) ** 2)
                missed = over_target(spec, e, far, lambda l: (rho / (l + rho)) ** 2)
                rows.append(("ball", name, p, target, math.sqrt(square), rho, math.sqrt(missed)))
                for ridge, noise, k in ((0.0, 0.0, 1.5), (0.0, 0.1, 0.5), (1e-2, 0.1, 2.0)):
                    n, k = 10 * size, math.floor(k * 10 * size)
                    rows.append(("features", name, p, target, n, ridge, noise, float(k)) + features(spec, e, far, n, ridge, noise, k))


if __name__ == "__main__":
    main()
