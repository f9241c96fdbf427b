"""ntk(2) once more from its formula, with numpy and scipy alone: coefficients, leave-one-out accuracy and predictions of zonal must be these."""

import csv
import json
import sys
from pathlib import Path

import numpy as np
from scipy.linalg import cho_factor, cho_solve

# Digits of which the prediction may differ: two outputs may be equal to rounding.
MOST_TIES = 2
# Relative difference of the coefficients: rounding, magnified by the condition of the matrix.
TOLERANCE = 1e-8


def unit(images):
    rows = images.astype(float)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def ntk2(u):
    u = np.clip(u, -1.0, 1.0)
    angle = np.arccos(u)
    kappa0 = 1.0 - angle / np.pi
    kappa1 = (np.sin(angle) + (np.pi - angle) * u) / np.pi
    return u * kappa0 + kappa1


def main(folder):
    train, test = (unit(np.load(folder / f"{part}_images.npy")) for part in ("train", "test"))
    labels = np.load(folder / "train_labels.npy")
    fit = json.loads((folder / "ntk2.fit.json").read_text())
    model = json.loads((folder / "ntk2.json").read_text())

    classes = np.unique(labels)
    outputs = (labels[:, None] == classes).astype(float)
    means = outputs.mean(axis=0)
    gram = ntk2(train @ train.T)
    np.fill_diagonal(gram, 2.0)
    factor = cho_factor(gram + fit["ridge"] * np.eye(len(gram)))
    inverse = cho_solve(factor, np.eye(len(gram)))
    alpha = cho_solve(factor, outputs - means)

    theirs = np.array(model["coefficients"]).reshape(alpha.shape)
    difference = np.max(np.abs(theirs - alpha)) / np.max(np.abs(alpha))
    left_out = outputs - alpha / np.diag(inverse)[:, None]
    accuracy = np.mean(classes[np.argmax(left_out, axis=1)] == labels)
    predicted = classes[np.argmax(ntk2(test @ train.T) @ alpha + means, axis=1)]
    with open(folder / "ntk2.csv", newline="") as file:
        printed = np.array([float(row["prediction"]) for row in csv.DictReader(file)])
    differ = int(np.sum(printed != predicted)) if printed.shape == predicted.shape else len(predicted)

    print(
        f"check with numpy: {differ} of {len(predicted)} predictions differ; coefficients to {difference:.1e}; "
        f"leave-one-out accuracy {accuracy:.5f}, zonal {fit['leave_one_out'][0]['accuracy']:.5f}"
    )
    # One digit of 4,000 more or less may be a tie.
    same_accuracy = abs(accuracy - fit["leave_one_out"][0]["accuracy"]) <= MOST_TIES / len(labels)
    return 0 if differ <= MOST_TIES and difference <= TOLERANCE and same_accuracy else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
