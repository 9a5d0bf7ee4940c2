"""What libraries make of an image in other sizes.

    python generate.py keras ../torch/images.json > keras.json    (keras 3.15.0 on tensorflow 2.21.0)
    python generate.py torch ../torch/images.json > torch.json    (torch 2.13.0, whose interpolate is torchvision's resize of floats)
    python generate.py pillow ../torch/images.json > pillow.json  (Pillow, on floats)
"""

import json
import os
import sys

import numpy as np

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
library, path = sys.argv[1:]
stored = json.load(open(path))["input"]["images"]
image = np.array(stored["values"], np.float32).reshape(stored["shape"])[2, 4:16, 6:16]
SIZES = [(18, 17), (5, 7)]


def numbers(values):
    return [float(f"{v:.9g}") for v in np.asarray(values, np.float32).ravel()]


def resize(size, method, antialias):
    if library == "keras":
        import keras

        layer = keras.layers.Resizing(*size, interpolation=method, antialias=antialias)
        return layer(image[None])[0], keras.__version__
    if library == "torch":
        import torch

        given = torch.tensor(image).permute(2, 0, 1)[None]
        mode = torch.nn.functional.interpolate(given, size, mode=method, antialias=antialias, align_corners=False)
        return mode[0].permute(1, 2, 0).numpy(), torch.__version__
    import PIL
    from PIL import Image

    resample = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}[method]
    planes = [Image.fromarray(image[:, :, c]).resize(size[::-1], resample) for c in range(3)]
    return np.stack([np.asarray(plane) for plane in planes], 2), PIL.__version__


runs = []
for method in ("bilinear", "bicubic"):
    for antialias in (True,) if library == "pillow" else (False, True):
        for size in SIZES:
            output, version = resize(size, method, antialias)
            runs.append({"height": size[0], "width": size[1], "interpolation": method, "antialias": antialias, "output": numbers(output)})
print(json.dumps({library: version, "input": {"shape": [1, *image.shape], "values": numbers(image)}, "runs": runs}, separators=(",", ":")))
