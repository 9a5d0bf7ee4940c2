"""Small data sets in the layout of the published CIFAR-100, SVHN and STL-10 files, and what NumPy reads of them.

SVHN's files are written by SciPy, as MATLAB 5 with packed elements.

python3 -m pip install numpy scipy
python3 published.py
"""

import hashlib
import io
import json
import tarfile
from pathlib import Path

import numpy as np
from scipy.io import savemat

here = Path(__file__).parent / "published"
here.mkdir(exist_ok=True)
random = np.random.default_rng(11)
expected = {}


def pictures(count: int, side: int) -> np.ndarray:
    """Flat colours with one block each, so that they pack well. Shape: [count, side, side, 3]."""
    images = np.zeros((count, side, side, 3), np.uint8) + random.integers(0, 255, (count, 1, 1, 3), np.uint8)
    for image in images:
        y, x = random.integers(0, side - 6, 2)
        image[y : y + 6, x : x + 4] = random.integers(0, 255, 3)
    return images


def expect(name: str, part: str, images: np.ndarray, labels: list[int]) -> None:
    digest = hashlib.sha256(images.tobytes()).hexdigest()
    expected.setdefault(name, {})[part] = {"pixels": digest, "labels": labels}


def archive(name: str, files: dict[str, bytes]) -> None:
    with tarfile.open(here / name, "w:gz") as tar:
        for path, content in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))


def cifar100() -> None:
    files = {}
    for part, count in (("train", 120), ("test", 100)):
        images = pictures(count, 32)
        fine = np.arange(count) % 100
        coarse = fine // 5
        planes = images.transpose(0, 3, 1, 2).reshape(count, 3072)
        records = np.concatenate([coarse[:, None], fine[:, None], planes], axis=1).astype(np.uint8)
        files[f"cifar-100-binary/{part}.bin"] = records.tobytes()
        expect("cifar100", part, images, fine.tolist())
        expect("cifar100-coarse", part, images, coarse.tolist())
    archive("cifar-100-binary.tar.gz", files)


def svhn() -> None:
    for part, count in (("train", 20), ("test", 12)):
        images = pictures(count, 32)
        digits = np.arange(count) % 10
        written = np.where(digits == 0, 10, digits).astype(np.uint8)[:, None]
        arrays = {"X": images.transpose(1, 2, 3, 0), "y": written}
        savemat(here / f"{part}_32x32.mat", arrays, do_compression=True)
        expect("svhn", part, images, digits.tolist())


def stl10() -> None:
    files = {"stl10_binary/class_names.txt": b"airplane\nbird\n", "stl10_binary/unlabeled_X.bin": bytes(27648)}
    for part, count in (("train", 20), ("test", 10)):
        images = pictures(count, 96)
        labels = np.arange(count) % 10
        files[f"stl10_binary/{part}_X.bin"] = images.transpose(0, 3, 2, 1).tobytes()
        files[f"stl10_binary/{part}_y.bin"] = (labels + 1).astype(np.uint8).tobytes()
        expect("stl10", part, images, labels.tolist())
    archive("stl10_binary.tar.gz", files)


cifar100()
svhn()
stl10()
(here / "expected.json").write_text(json.dumps(expected))
