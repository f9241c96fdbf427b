#!/usr/bin/env python3
"""Gram matrices and their eigenvalues: zonal beside numpy, scipy and neural-tangents, n = 4000 uniform points of R^10, in one run.

    cargo build --release --example gram_times
    python benches/peers/gram.py [--count 4000] [--repeat 5] [--without-neural-tangents]

Processor times (user + system, of all threads) of one matrix, each measured within its process: the median of 6 REPEAT of zonal's, the middle of three
processes, and of REPEAT of the peers', after one that compiles.
Eigenvalues: wall times on all cores. Every matrix is compared with zonal's.
"""
import argparse
import os
import statistics
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

P = 10


def kappas(t):
    t = np.clip(t, -1, 1)
    theta = np.arccos(t)
    k0 = 1 - theta / np.pi
    return k0, (np.sqrt(1 - t * t) + (np.pi - theta) * t) / np.pi


def numpy_ntk(x, layers):
    sigma = x @ x.T
    theta = sigma.copy()
    for _ in range(layers - 1):
        k0, k1 = kappas(sigma)
        theta = theta * k0 + k1
        sigma = k1
    return theta


def timed(f, repeat):
    """The median of the processor and of the wall time, and the result."""
    times = []
    for _ in range(repeat):
        start, wall = time.process_time(), time.time()
        result = f()
        times.append((time.process_time() - start, time.time() - wall))
    return statistics.median(t[0] for t in times), statistics.median(t[1] for t in times), result


def zonal(binary, runs, task, repeat, folder):
    """For each of runs, a kernel and a number of threads, None for all: processor and wall time of one repetition; KERNEL.npy gets what is computed.
    Three processes for each, in turn, so that a slow minute of the machine falls on all of them: the middle one counts."""
    times = {run: [] for run in runs}
    for _ in range(3):
        for kernel, threads in runs:
            environment = dict(os.environ, **({"RAYON_NUM_THREADS": str(threads)} if threads else {}))
            arguments = [os.path.join(folder, "x.npy"), task, str(repeat), os.path.join(folder, f"{kernel}.npy")]
            text = subprocess.run([binary, kernel, *arguments], check=True, capture_output=True, text=True, env=environment).stdout
            walls, used = zip(*(map(float, line.split()) for line in text.splitlines()))
            times[kernel, threads].append((statistics.median(used), statistics.median(walls)))
    return {run: sorted(times[run])[1] for run in runs}


def neural_tangents(x, layers):
    import jax
    jax.config.update("jax_enable_x64", True)
    from neural_tangents import stax
    parts = []
    for _ in range(layers - 1):
        parts += [stax.Dense(1, W_std=2**0.5), stax.Relu()]
    # W_std^2 = 2 and inputs of length sqrt(p) after its division by p: NTK(1) = L, times the last layer's W_std^2 = 1.
    parts += [stax.Dense(1, W_std=1.0)]
    _, _, kernel = stax.serial(*parts)
    f = jax.jit(lambda a: kernel(a, None, "ntk"))
    scaled = jax.numpy.asarray(x * P**0.5)
    f(scaled).block_until_ready()
    return lambda: f(scaled).block_until_ready()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default="target/release/examples/gram_times")
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--without-neural-tangents", action="store_true")
    a = parser.parse_args()
    x = np.random.default_rng(1).normal(size=(a.count, P))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    with tempfile.TemporaryDirectory() as folder:
        np.save(os.path.join(folder, "x.npy"), x)
        runs = [(kernel, threads) for kernel in ["ntk(2)", "ntk(3)", "ntk(10)"] for threads in [None, 1]]
        own = zonal(a.binary, runs, "gram", 6 * a.repeat, folder)
        for (kernel, threads), (seconds, wall) in own.items():
            print(f"zonal {kernel}, threads: {threads or 'all'}: {seconds:.3f} s processor, {wall:.3f} s wall")
        for threads in [None, 1]:
            print(f"ntk(10) / ntk(2), threads: {threads or 'all'}: {own['ntk(10)', threads][0] / own['ntk(2)', threads][0]:.2f}")
        seconds, ours = own["ntk(3)", None][0], np.load(os.path.join(folder, "ntk(3).npy"))
        alone = own["ntk(3)", 1][0]

        def write(threads):
            matrix = np.empty((a.count, a.count))
            if threads == 1:
                # A thread of its own would take longer.
                matrix.fill(1.0)
                return matrix
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(lambda part: part.fill(1.0), np.array_split(matrix, threads)))
            return matrix

        cores = len(os.sched_getaffinity(0))
        for threads, used, which in [(1, seconds, cores), (cores, seconds, cores), (1, alone, 1)]:
            written, wall, _ = timed(lambda: write(threads), 6 * a.repeat)
            print(f"to write such a matrix (numpy, fresh memory, threads: {threads}): {written:.3f} s processor, {wall:.3f} s wall; zonal, threads: {which}: {used:.3f} s, {used / written:.1f} times that")
        peers = [("numpy", lambda: numpy_ntk(x, 3))]
        if not a.without_neural_tangents:
            peers.append(("neural-tangents, jitted", neural_tangents(x, 3)))
        for name, f in peers:
            used, wall, theirs = timed(f, a.repeat)
            difference = np.abs(np.asarray(theirs) - ours).max() / 3
            print(f"{name} ntk(3): {used:.3f} s processor, {wall:.3f} s wall: {used / seconds:.1f} times; largest difference {difference:.1e} kappa(1)")
        from scipy.sparse.linalg import eigsh
        for task, name, f in [("all", "numpy.linalg.eigvalsh", lambda: np.linalg.eigvalsh(ours)[::-1]),
                              ("leading", "scipy.sparse.linalg.eigsh, 20 pairs", lambda: np.sort(eigsh(ours, 20)[0])[::-1])]:
            repeat = 2 if task == "all" else a.repeat
            _, wall = zonal(a.binary, [("ntk(3)", None)], task, repeat, folder)["ntk(3)", None]
            values = np.load(os.path.join(folder, "ntk(3).npy"))
            _, theirs, expected = timed(f, repeat)
            difference = np.abs(values[: len(expected)] - expected).max() / expected[0]
            print(f"{name}: {theirs:.2f} s wall, zonal {wall:.2f} s wall: {wall / theirs:.2f} of it; largest difference {difference:.1e} of the largest")


if __name__ == "__main__":
    main()
