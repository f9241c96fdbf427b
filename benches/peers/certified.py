"""zonal table --certify beside a certified table in python-flint: ntk(L), p = 10, k = 0..=200, 30 digits.

The flint program does the same work: Gauss-Legendre in theta with Arb's enclosures of nodes and weights, the kernel and the Legendre
recurrence in balls, and the truncation error by the bound of |F| on a Bernstein ellipse, (64/15) M / ((rho^2 - 1) rho^(2n-2)). Its M is
given to it (the bound that zonal finds, which this program does not redo). Both report processor time; the median of the repetitions counts.

    python benches/peers/certified.py [ZONAL] [--layers 3 10] [--repeat 5]
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import time

from flint import arb, ctx

P, HIGHEST, DIGITS = 10, 200, 30


def kappas(theta, sine, cosine):
    pi = arb.pi()
    k0 = 1 - theta / pi
    return k0, sine / pi + k0 * cosine


def ntk(theta, sine, cosine, layers):
    sigma, tangent = cosine, cosine
    for _ in range(layers - 1):
        k0, k1 = kappas(theta, sine, cosine)
        tangent = tangent * k0 + k1
        sigma = k1
        theta, cosine = sigma.acos(), sigma
        sine = (1 - sigma * sigma).sqrt()
    return tangent


def flint_table(layers, nodes, bits, height, bound):
    """Enclosures of mu_0, ..., mu_200, or None if the digits are not reached."""
    ctx.prec = bits
    half = arb.pi() / 2
    constant = arb(P // 2).gamma() / (arb.pi().sqrt() * (arb(P - 1) / 2).gamma()) * half
    sums = [arb(0) for _ in range(HIGHEST + 1)]
    for index in range((nodes + 1) // 2):
        x, w = arb.legendre_p_root(nodes, index, weight=True)
        for node in [x, -x] if index < nodes // 2 else [x]:
            theta = half + half * node
            sine, cosine = theta.sin(), theta.cos()
            value = ntk(theta, sine, cosine, layers) * sine ** (P - 2) * w * constant
            before, now = arb(0), arb(1)
            for k in range(HIGHEST + 1):
                sums[k] += value * now
                before, now = now, ((2 * k + P - 2) * cosine * now - k * before) / (k + P - 2)
    rho = (arb(height) / half).asinh().exp()
    growth = arb(height).cosh()
    ratio, legendre = growth, growth
    for k in range(1, HIGHEST):
        ratio = ((2 * k + P - 2) * growth - k / ratio) / (k + P - 2)
        legendre *= ratio
    size = bound * growth ** (P - 2) * legendre
    error = constant * arb(64) / 15 * size / ((rho**2 - 1) * rho ** (2 * nodes - 2))
    margin = arb(0, error.upper())
    table = [s + margin for s in sums]
    good = all(s.rel_accuracy_bits() > (DIGITS - 2) * 3.33 for s in table)
    return table if good else None


def cpu_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def zonal_table(binary, layers):
    command = [binary, "table", "--certify", "--kernel", f"ntk({layers})", "--dim", str(P)]
    command += ["--degrees", f"0..={HIGHEST}", "--digits", str(DIGITS), "--format", "json"]
    before = cpu_children()
    out = subprocess.run(command, check=True, capture_output=True, env={**os.environ, "RAYON_NUM_THREADS": "1"})
    return cpu_children() - before, json.loads(out.stdout)["rows"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("zonal", nargs="?", default="target/release/zonal")
    parser.add_argument("--layers", type=int, nargs="*", default=[3, 10])
    parser.add_argument("--repeat", type=int, default=5)
    arguments = parser.parse_args()
    # A height and bound as zonal finds them.
    settings = {3: (1.06, 12.0), 10: (0.5, 95.0)}
    for layers in arguments.layers:
        height, bound = settings[layers]

        def fewest_bits(nodes):
            """The first number of bits that reaches the digits with these nodes; none if 520 do not."""
            tried = range(200, 540, 20)
            return next((bits for bits in tried if flint_table(layers, nodes, bits, height, bound)), None)

        def peer(nodes):
            """The median time with the fewest bits for these nodes."""
            bits = fewest_bits(nodes)
            times = []
            for _ in range(arguments.repeat):
                start = time.process_time()
                table = flint_table(layers, nodes, bits, height, bound)
                times.append(time.process_time() - start)
            return (statistics.median(times), nodes, bits), table

        careful, table = peer(700)
        fewest, _ = peer(next(nodes for nodes in range(200, 700, 20) if fewest_bits(nodes)))
        times = []
        for _ in range(arguments.repeat):
            seconds, rows = zonal_table(arguments.zonal, layers)
            times.append(seconds)
        ctx.prec = 400
        misses = sum(not table[r["degree"]].overlaps(arb(r["eigenvalue"], r["error"])) for r in rows)
        own = statistics.median(times)
        print(f"ntk({layers}): zonal {own:.3f} s (whole process); {misses} of {len(rows)} enclosures do not meet")
        for name, (seconds, nodes, bits) in [("700 nodes", careful), ("fewest nodes", fewest)]:
            print(f"  python-flint, {name}: {seconds:.2f} s with {nodes} nodes and {bits} bits, {seconds / own:.1f} times")


if __name__ == "__main__":
    main()
