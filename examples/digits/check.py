"""The kernels of two pairs of digits once more from their definition, with numpy alone, and the leave-one-out accuracies with scipy: those of zonal must be these."""

import csv
import sys
from pathlib import Path

import numpy as np
from scipy.linalg import cho_factor, cho_solve

# Relative to sqrt(K(x, x) K(y, y)).
TOLERANCE = 1e-10
# Cosines of parallel patches, but for rounding: arccos would make 1e-8 of it.
PARALLEL = 1.0 - 1e-13
# Digits of which the prediction may differ: two outputs may be equal to rounding.
MOST_TIES = 2


def patch_means(values):
    """Means over 3 x 3 patches around both positions; beyond the border are zeros."""
    shifts = [(i, j) for i in range(3) for j in range(3)]
    if values.ndim == 2:
        padded = np.pad(values, 1)
        return sum(padded[i : i + 14, j : j + 14] for i, j in shifts) / 9
    padded = np.pad(values, 1)
    return sum(padded[i : i + 14, j : j + 14, i : i + 14, j : j + 14] for i, j in shifts) / 9


def kernels(network, x, y):
    """CKN and NTK."""
    layers = network.split()
    assert layers[:2] == ["conv(3)"] * 2
    norms = [x, y]
    g = np.multiply.outer(x, y)
    h = g
    for _ in range(2):
        norms = [np.sqrt(patch_means(a**2)) for a in norms]
        n = np.multiply.outer(*norms)
        c = np.divide(patch_means(g), n, out=np.zeros_like(n), where=n > 0)
        c = np.where(c > PARALLEL, 1.0, c)
        angle = np.arccos(c)
        kappa0 = 1.0 - angle / np.pi
        kappa1 = (np.sin(angle) + (np.pi - angle) * c) / np.pi
        g = n * kappa1
        h = np.where(n > 0, g + patch_means(h) * kappa0, 0.0)
    ends = {"global": np.full((1, 14), 1 / 14), "pool(2)": gaussian(2.0)}
    a = ends[layers[2]] if len(layers) > 2 else np.eye(14)
    w = a.T @ a
    return [float(np.einsum("ijkl,ik,jl->", k, w, w, optimize=True)) for k in (g, h)]


def gaussian(scale):
    places = np.arange(14)
    weights = np.exp(-0.5 * ((places[:, None] - places) / scale) ** 2)
    return weights / weights.sum(axis=1, keepdims=True)


def left_out(gram, labels, ridge):
    classes = np.unique(labels)
    outputs = (labels[:, None] == classes).astype(float)
    means = outputs.mean(axis=0)
    lengths = np.sqrt(np.diag(gram))
    factor = cho_factor(gram / np.outer(lengths, lengths) + ridge * np.eye(len(gram)))
    inverse = cho_solve(factor, np.eye(len(gram)))
    alpha = cho_solve(factor, outputs - means)
    predicted = outputs - alpha / np.diag(inverse)[:, None]
    return np.mean(classes[np.argmax(predicted, axis=1)] == labels)


def main(folder):
    images = np.load(folder / "train_images.npy")
    labels = np.load(folder / "train_labels.npy")
    with open(folder / "results.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["network"].startswith("conv")]
    worst, differ = 0.0, 0.0
    for index in range(0, len(rows), 2):
        grams = np.load(folder / f"gram{index // 2 + 1}.npy")
        for row, gram in zip(rows[index : index + 2], grams):
            accuracy = left_out(gram, labels, float(row["ridge"]))
            differ = max(differ, abs(accuracy - float(row["left_out"])))
            print(f"check with scipy: {row['network']}, {row['kernel']}: leave-one-out accuracy {accuracy:.3f}")
        for i, j in [(0, 1), (2, 12)]:
            for gram, value in zip(grams, kernels(rows[index]["network"], images[i], images[j])):
                worst = max(worst, abs(value - gram[i, j]) / np.sqrt(gram[i, i] * gram[j, j]))
    print(f"check with numpy: kernels to {worst:.1e} of sqrt(K(x, x) K(y, y)); accuracies to {differ:.3f}")
    return 0 if worst <= TOLERANCE and differ <= (MOST_TIES + 0.5) / len(labels) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
