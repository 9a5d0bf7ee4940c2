"""Makes float_colour.json: what torchvision's functions of colour give on float images in 0..1.

Needs torch 2.13.0 (CPU) and torchvision 0.28.0: make_float_colour.py <folder of images.json>. Nothing is drawn: all
numbers are written below. Two runs give the same bytes.
"""

import json
import pathlib
import sys

import torch

# torchvision's compiled ops are not needed here; its registrations want their names where they are for another torch.
_library = torch.library.Library("torchvision", "FRAGMENT")
for _name in (
    "nms qnms roi_align _roi_align_backward roi_pool _roi_pool_backward ps_roi_align _ps_roi_align_backward "
    "ps_roi_pool _ps_roi_pool_backward deform_conv2d _deform_conv2d_backward"
).split():
    if not hasattr(torch.ops.torchvision, _name):
        _library.define(_name + "(Tensor a) -> Tensor")

import torchvision  # noqa: E402
import torchvision.transforms.v2.functional as F  # noqa: E402

ADJUST = {
    "brightness": F.adjust_brightness,
    "contrast": F.adjust_contrast,
    "saturation": F.adjust_saturation,
    "hue": F.adjust_hue,
    "sharpness": F.adjust_sharpness,
    "gamma": F.adjust_gamma,
}
FACTORS = {
    "brightness": (0.3, 1.7),
    "contrast": (0.3, 1.7),
    "saturation": (0.3, 1.7),
    "hue": (-0.2, 0.37),
    "sharpness": (0.0, 1.9),
    "gamma": (0.5, 1.8),
}
JITTER = {"brightness": 0.7, "contrast": 1.3, "saturation": 1.45, "hue": -0.08}
ORDERS = (
    ("brightness", "contrast", "saturation", "hue"),
    ("hue", "saturation", "contrast", "brightness"),
    ("saturation", "hue", "brightness", "contrast"),
    ("contrast", "saturation", "hue", "brightness"),
)


def jitter(image, order):
    for name in order:
        image = ADJUST[name](image, JITTER[name])
    return image


def cases():
    for op, factors in FACTORS.items():
        yield {"op": op, "factor": factors[0]}, 1, lambda x, op=op, f=factors[0]: ADJUST[op](x, f)
        yield {"op": op, "factor": factors[1]}, "tiny", lambda x, op=op, f=factors[1]: ADJUST[op](x, f)
    yield {"op": "solarize", "threshold": 0.4}, 2, lambda x: F.solarize(x, 0.4)
    yield {"op": "autocontrast"}, 2, F.autocontrast
    yield {"op": "grayscale"}, 3, lambda x: F.rgb_to_grayscale(x, 3)
    yield {"op": "blur", "kernelSize": 5, "sigma": 1.1}, 3, lambda x: F.gaussian_blur(x, [5, 5], [1.1, 1.1])
    yield {"op": "blur", "kernelSize": 3, "sigma": 0.6}, "tiny", lambda x: F.gaussian_blur(x, [3, 3], [0.6, 0.6])
    for place, order in enumerate(ORDERS):
        params = {"op": "jitter", "order": order, **JITTER}
        yield params, "tiny" if place else 0, lambda x, order=order: jitter(x, order)


def tensor(stored):
    images = torch.tensor(stored["values"], dtype=torch.float32).reshape(stored["shape"])
    return images.permute(0, 3, 1, 2) / 255


def store(images):
    images = images.permute(0, 2, 3, 1).contiguous()
    values = [float(f"{value:.9g}") for value in images.flatten().tolist()]
    return {"shape": list(images.shape), "dtype": "float32", "values": values}


def main(folder):
    given = json.loads((folder / "images.json").read_text())["input"]
    images, tiny = tensor(given["images"]), tensor(given["tiny"])
    runs = []
    for params, place, apply in cases():
        source = tiny if place == "tiny" else images[place : place + 1]
        shared = place if place == "tiny" else [place]
        runs.append({"params": params, "images": shared, "output": store(apply(source))})
    golden = {
        "case": "float_colour",
        "versions": {"torch": torch.__version__, "torchvision": torchvision.__version__},
        "params": {"op": "torchvision.transforms.v2.functional on float32 images / 255"},
        "input": {"file": "images.json"},
        "output": {"runs": runs},
    }
    (folder / "float_colour.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
