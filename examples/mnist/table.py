"""One aligned table of what zonal and its peers reached."""

import csv
import json
import sys
from pathlib import Path

import numpy as np


def ours(folder, name):
    fit = json.loads((folder / f"{name}.fit.json").read_text())
    seconds = json.loads((folder / f"{name}.seconds.json").read_text())
    with open(folder / f"{name}.csv", newline="") as file:
        predicted = np.array([float(row["prediction"]) for row in csv.DictReader(file)])
    right = np.mean(predicted == np.load(folder / "test_labels.npy"))
    return {
        "method": fit["kernel"],
        "chosen": f"ridge {fit['ridge']:.0e}",
        "validation": fit["leave_one_out"][0]["accuracy"],
        "test": right,
        **seconds,
    }


def main(folder, names):
    rows = [ours(folder, name) for name in names] + json.loads((folder / "peers.json").read_text())
    head = ["method", "chosen", "validation", "test", "fit s", "predict s"]
    lines = [
        [row["method"], row["chosen"], f"{row['validation']:.4f}", f"{row['test']:.3f}", f"{row['fit']:.1f}", f"{row['predict']:.1f}"]
        for row in rows
    ]
    widths = [max(len(line[i]) for line in [head, *lines]) for i in range(len(head))]
    for line in [head, *lines]:
        cells = [text.ljust(width) if i < 2 else text.rjust(width) for i, (text, width) in enumerate(zip(line, widths))]
        print("  ".join(cells))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
