"""Writes what timm's operations of RandAugment give: python generate.py OUT IMAGES, with timm, Pillow and NumPy; IMAGES is
../torch/images.json. Signs are positive: timm negates half of them at random."""

import importlib.util
import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
from PIL import Image

# The file alone: the package wants torch.
package = importlib.util.find_spec("timm").submodule_search_locations[0]
spec = importlib.util.spec_from_file_location("auto_augment", f"{package}/data/auto_augment.py")
timm = importlib.util.module_from_spec(spec)
spec.loader.exec_module(timm)
timm._randomly_negate = lambda value: value

LISTS = {"increasing": timm._RAND_INCREASING_TRANSFORMS, "plain": timm._RAND_TRANSFORMS}
LEVELS = [0, 3, 7, 9, 10]
# At this one each is applied; Pillow refuses to keep 0 bits, which others ask for.
SHOWN = 7


# Magnitude, its deviation, and the normal number that is drawn.
DRAWN = [(9, 0.5, z) for z in (-1.5, -0.3, 0, 0.72, 1.9, 2.1)] + [(5, 2, -2.6), (5, 2, 1.234), (1, 1, -1.01)]


def level_of(magnitude, std, normal):
    op = timm.AugmentOp("Rotate", prob=1.0, magnitude=magnitude, hparams={"magnitude_std": std})
    levels = []
    op.level_fn = lambda level, hparams: levels.append(level) or ()
    op.aug_fn = lambda image, *arguments, **extra: image
    timm.random.gauss = lambda mean, deviation: mean + deviation * normal
    op(None)
    return {"magnitude": magnitude, "std": std, "normal": normal, "level": levels[0]}


def main(out, images):
    stored = json.load(open(images))["input"]["images"]
    image = np.array(stored["values"], np.uint8).reshape(stored["shape"])[2]
    hparams = {"img_mean": (128, 128, 128), "interpolation": "nearest"}
    runs = []
    for scale, names in LISTS.items():
        for place, name in enumerate(names):
            for level in LEVELS:
                function = timm.LEVEL_TO_ARG[name]
                arguments = function(level, hparams) if function else ()
                extra = {"resample": Image.NEAREST, "fillcolor": hparams["img_mean"]}
                values = None
                if level == SHOWN:
                    output = timm.NAME_TO_OP[name](Image.fromarray(image), *arguments, **extra)
                    values = np.asarray(output).ravel().tolist()
                run = {"scale": scale, "place": place, "name": name, "level": level, "arguments": arguments}
                runs.append(run if values is None else {**run, "output": values})
    levels = [level_of(*case) for case in DRAWN]
    versions = {name: version(name) for name in ("timm", "pillow", "numpy")}
    text = json.dumps({"versions": versions, "image": 2, "runs": runs, "levels": levels}, separators=(",", ":"))
    Path(out).write_text(text + "\n")


main(*sys.argv[1:])
