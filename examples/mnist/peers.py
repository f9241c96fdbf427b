"""What scikit-learn reaches on the same split, tuned by cross-validation on the training part."""

import json
import sys
import time
from pathlib import Path

import numpy as np
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, Normalizer
from sklearn.svm import SVC

# Images of mean squared length 1, or each of length 1, as zonal takes them: cross-validation decides.
MEAN_SQUARE = "as they are"
SPHERE = "length 1"


def tuned(name, classifier, grid, load, describe):
    train, train_labels = load("train")
    scale = 1.0 / np.sqrt(np.mean(np.sum(train**2, axis=1)))
    scalings = {MEAN_SQUARE: FunctionTransformer(lambda rows: rows * scale), SPHERE: Normalizer()}
    grid = {f"classifier__{key}": values for key, values in grid.items()} | {"scaling": list(scalings.values())}
    folds = StratifiedKFold(5, shuffle=True, random_state=1)
    search = GridSearchCV(Pipeline([("scaling", None), ("classifier", classifier)]), grid, cv=folds)
    start = time.perf_counter()
    search.fit(train, train_labels)
    fitted = time.perf_counter()
    test, test_labels = load("test")
    right = np.mean(search.predict(test) == test_labels)
    end = time.perf_counter()
    best = search.best_params_
    scaling = next(key for key, value in scalings.items() if value is best["scaling"])
    return {
        "method": name,
        "chosen": f"{describe({key.split('__')[-1]: value for key, value in best.items()})}, {scaling}",
        "validation": search.best_score_,
        "test": right,
        "fit": fitted - start,
        "predict": end - fitted,
    }


def main(folder):
    def load(part):
        return np.load(folder / f"{part}_images.npy").astype(float), np.load(folder / f"{part}_labels.npy")

    neighbours = {"n_neighbors": [1, 3, 5, 7], "weights": ["uniform", "distance"]}
    rows = [
        tuned("k nearest neighbours", KNeighborsClassifier(), neighbours, load,
              lambda best: f"k = {best['n_neighbors']}, {best['weights']}"),
        tuned("SVC, RBF kernel", SVC(cache_size=1000), {"C": [3, 10, 30], "gamma": [1.0, 2.0, 4.0]}, load,
              lambda best: f"C = {best['C']}, gamma = {best['gamma']:g}"),
    ]
    (folder / "peers.json").write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
