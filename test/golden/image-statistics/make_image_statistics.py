"""Makes image_statistics.json: per-image standardisation, GCN, ZCA and PCA whitening of small images.

Needs TensorFlow 2.21 (for tf.image.per_image_standardization) and NumPy 2.4: make_image_statistics.py <folder>. The images
are made of sines, so that neighbours are correlated; nothing is drawn. GCN is pylearn2's global_contrast_normalize, copied
by hand from its formulas; the whitening is computed by an SVD of the centred images, another way than by eigenvectors of
their covariance.
"""

import json
import pathlib
import sys

import numpy as np
import tensorflow as tf

COUNT, HEIGHT, WIDTH, CHANNELS = 40, 4, 5, 3


def make_images():
    n, y, x, c = np.indices((COUNT, HEIGHT, WIDTH, CHANNELS)).astype(np.float64)
    waves = np.sin(0.9 * n + 0.6 * y + 0.3 * c) + np.sin(1.7 * n - 0.8 * x) + 0.4 * np.sin(n * (3 + x * y + 7 * c))
    images = np.clip(np.round(127 + 45 * waves), 0, 255)
    images[3] = 77  # one colour
    return images.astype(np.float32)


def gcn(images, scale, bias, by):
    rows = images.reshape(len(images), -1).astype(np.float64)
    rows = rows - rows.mean(axis=1, keepdims=True)
    power = rows.var(axis=1, ddof=1) if by == "std" else (rows**2).sum(axis=1)
    normalizers = np.sqrt(bias + power) / scale
    normalizers[normalizers < 1e-8] = 1
    return (rows / normalizers[:, None]).reshape(images.shape)


def whiten(images, epsilon, form):
    rows = images.reshape(len(images), -1).astype(np.float64)
    rows = rows - rows.mean(axis=0)
    _, singular, directions = np.linalg.svd(rows, full_matrices=True)
    variances = np.zeros(rows.shape[1])
    variances[: len(singular)] = singular**2 / len(rows)
    white = rows @ directions.T / np.sqrt(variances + epsilon)
    return (white @ directions if form == "zca" else white).reshape(images.shape)


def store(array):
    array = np.asarray(array)
    return {"shape": list(array.shape), "values": [float(f"{value:.9g}") for value in array.flatten()]}


def main(folder):
    images = make_images()
    standardised = tf.image.per_image_standardization(images).numpy()
    runs = [{"options": {"name": "per-image-standardization"}, "output": store(standardised)}]
    for scale, bias, by in ((55, 0, "length"), (1, 10, "std")):
        options = {"name": "gcn", "scale": scale, "bias": bias, "by": by}
        runs.append({"options": options, "output": store(gcn(images, scale, bias, by))})
    for epsilon in (0.1, 100):
        options = {"name": "zca", "epsilon": epsilon}
        runs.append({"options": options, "output": store(whiten(images, epsilon, "zca"))})
    options = {"name": "pca-whitening", "epsilon": 10}
    runs.append({"options": options, "output": store(whiten(images, 10, "pca"))})
    versions = {"numpy": np.__version__, "tensorflow": tf.__version__}
    golden = {"versions": versions, "input": store(images), "runs": runs}
    (folder / "image_statistics.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
