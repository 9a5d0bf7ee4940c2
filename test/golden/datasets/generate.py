"""Small data sets as Pillow, NumPy, Hugging Face datasets and webdataset write them, and what Pillow reads of them.

python3 -m pip install pillow numpy datasets webdataset
python3 generate.py
"""

import base64
import io
import json
import shutil
from pathlib import Path

import numpy as np
import webdataset
from datasets import ClassLabel, Dataset, Features, Image
from PIL import Image as Pillow

here = Path(__file__).parent
random = np.random.default_rng(7)
names = ["cat", "dog", "ship"]


def picture(index: int, height=20, width=28) -> np.ndarray:
    """Smooth colours with an edge: JPEG has something to round, and chroma to be spread."""
    y, x = np.mgrid[0:height, 0:width]
    channels = [127 + 120 * np.sin((x * a + y * b + 9 * index) / 7) for a, b in random.uniform(-1, 1, (3, 2))]
    pixels = np.stack(channels, axis=-1).clip(0, 255).astype(np.uint8)
    pixels[4:12, 6:18] = random.integers(0, 255, 3)
    return pixels


def encode(pixels: np.ndarray, **options) -> bytes:
    buffer = io.BytesIO()
    Pillow.fromarray(pixels).save(buffer, **options)
    return buffer.getvalue()


def text(pixels: np.ndarray) -> dict:
    return {"shape": list(pixels.shape), "base64": base64.b64encode(pixels.tobytes()).decode()}


def decoded() -> None:
    """Encoded images with the pixels that Pillow gives."""
    colour, grey = picture(0), np.asarray(Pillow.fromarray(picture(1)).convert("L"))
    palette = io.BytesIO()
    Pillow.fromarray(colour).quantize(16).save(palette, format="PNG")
    files = {
        "colour.png": encode(colour, format="PNG"),
        "grey.png": encode(grey, format="PNG"),
        "palette.png": palette.getvalue(),
        "420.jpg": encode(colour, format="JPEG", quality=75, subsampling=2),
        "444.jpg": encode(colour, format="JPEG", quality=95, subsampling=0),
        "progressive.jpg": encode(colour, format="JPEG", quality=60, progressive=True),
        "grey.jpg": encode(grey, format="JPEG"),
        "lossless.webp": encode(colour, format="WEBP", lossless=True),
        "lossy.webp": encode(colour, format="WEBP", quality=80),
    }
    cases = []
    for name, encoded in files.items():
        image = Pillow.open(io.BytesIO(encoded))
        image = image.convert("RGB") if image.mode == "P" else image
        cases.append({"name": name, "encoded": base64.b64encode(encoded).decode(), "pixels": text(np.asarray(image))})
    (here / "decoded.json").write_text(json.dumps(cases, indent=1))


def resampled() -> None:
    """Image.resize with BILINEAR, and conversions between grey and colour."""
    colour = Pillow.fromarray(picture(2, 31, 43))
    sizes = [(32, 32), (8, 8), (64, 50), (31, 20), (9, 43)]
    resizes = [
        {"size": [h, w], "pixels": text(np.asarray(colour.resize((w, h), Pillow.Resampling.BILINEAR)))} for h, w in sizes
    ]
    grey = colour.convert("L")
    (here / "resampled.json").write_text(
        json.dumps(
            {
                "image": text(np.asarray(colour)),
                "resizes": resizes,
                "grey": text(np.asarray(grey)),
                "colour": text(np.asarray(grey.convert("RGB"))),
            },
            indent=1,
        )
    )


def sources() -> None:
    """The same twelve images in six formats: 9 for training, 3 for the test, PNG where encoded, by class and number."""
    images = [picture(10 + index, 12, 10) for index in range(12)]
    labels = [0, 0, 0, 1, 1, 1, 2, 2, 2, 0, 1, 2]
    parts = {"train": range(9), "test": range(9, 12)}
    root = here / "sources"
    shutil.rmtree(root, ignore_errors=True)
    for part, indices in parts.items():
        rows = []
        for index in indices:
            folder = root / "folder" / part / names[labels[index]]
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{index:03d}.png"
            path.write_bytes(encode(images[index], format="PNG"))
            rows.append((path.relative_to(root / "folder"), names[labels[index]]))
        lines = [f'"{path}",{label}' for path, label in rows]
        (root / "folder" / f"{part}.csv").write_text("\r\n".join(["path,label", *lines, ""]))

        features = Features({"image": Image(), "label": ClassLabel(names=names)})
        pictures = [Pillow.fromarray(images[index]) for index in indices]
        table = Dataset.from_dict({"image": pictures, "label": [labels[i] for i in indices]}, features=features)
        (root / "parquet").mkdir(parents=True, exist_ok=True)
        table.to_parquet(root / "parquet" / f"{part}-00000-of-00001.parquet")

        (root / "webdataset").mkdir(parents=True, exist_ok=True)
        with webdataset.TarWriter(str(root / "webdataset" / f"{part}-000000.tar")) as writer:
            for index in indices:
                writer.write({"__key__": f"{index:06d}", "png": encode(images[index], format="PNG"), "cls": labels[index]})
    arrays = {}
    for part, indices in parts.items():
        arrays[f"x_{part}"] = np.stack([images[index] for index in indices])
        arrays[f"y_{part}"] = np.array([labels[index] for index in indices])
    np.savez_compressed(root / "arrays.npz", **arrays)
    pixels = {part: text(arrays[f"x_{part}"]) for part in parts}
    expected = {"classes": names, "pixels": pixels, "labels": {part: arrays[f"y_{part}"].tolist() for part in parts}}
    (here / "sources.json").write_text(json.dumps(expected, indent=1))


decoded()
resampled()
sources()
