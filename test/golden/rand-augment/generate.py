"""What Keras' RandAugment makes of three small images, with all that is random told.

    python generate.py ../torch/images.json > keras.json    (keras 3.15.0 on tensorflow 2.21.0)

Strengths are those that the layer draws, as its own layers keep them; the operations are given. Equalization has one histogram for
a batch there, so that it gets one image.
"""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf

stored = json.load(open(sys.argv[1]))["input"]["images"]
images = np.array(stored["values"], np.float32).reshape(stored["shape"])[:3, 4:16, 6:16]
names = keras.layers.RandAugment._AUGMENT_LAYERS


def numbers(values):
    return [float(f"{v:.9g}") for v in np.asarray(values, np.float32).ravel()]


def run(operations, count=3, **options):
    layer = keras.layers.RandAugment(num_ops=len(operations), seed=len(runs) + 1, **options)
    low, high = layer.value_range
    given = tf.constant(images[:count] / 255 * (high - low) + low)
    layer.build(given.shape)
    drawn = layer.get_random_transformation(given)
    places = [names.index(name) for name in operations]
    drawn["layer_idxes"] = tf.constant(places)
    output = layer.transform_images(given, drawn)
    of = drawn["transforms"]
    bits = 8 - np.asarray(of["random_posterization"]["shift_factor"])
    draws = {
        "operation": places,
        "shear": numbers(of["random_shear"]["shear_factor"]),
        "pixels": numbers(of["random_translation"]["translations"]),
        "angle": numbers(of["random_rotation"]["angle"]),
        "brightness": numbers(of["random_brightness"]["rgb_delta"] / (high - low)),
        "degeneration": numbers(of["random_color_degeneration"]["factor"]),
        "contrast": numbers(of["random_contrast"]["contrast_factor"]),
        "sharpness": numbers(of["random_sharpness"]["factor"]),
        "bits": bits.tolist(),
        "addition": numbers(of["solarization"]["additions"]),
        "threshold": numbers(of["solarization"]["thresholds"]),
    }
    options = {"factor": layer.factor, "interpolation": layer.interpolation, "valueRange": layer.value_range}
    runs.append({"operations": operations, "options": options, "draws": draws, "output": numbers(output)})


runs = []
for name in names:
    run([name], count=1 if name == "equalization" else 3)
run(["random_rotation", "random_contrast"])
run(["random_shear", "random_shear", "solarization"])
run(["random_translation", "auto_contrast"], factor=0.2, interpolation="nearest")
run(["random_rotation", "random_sharpness"], factor=(0.3, 0.9), value_range=(0, 1))
run(["solarization", "random_posterization"], factor=(0.3, 0.9), value_range=(0, 1))
run(["random_brightness", "random_sharpness"], value_range=(-1, 1))
run(["random_posterization"], factor=0.1)
bounds = {}
for factor in (0.1, 0.5, (0.3, 0.9)):
    layer = keras.layers.RandAugment(factor=factor)
    bounds[str(factor)] = [layer.random_posterization.factor, layer.solarization.addition_factor]
versions = {"keras": keras.__version__, "tensorflow": tf.__version__}
result = {
    "versions": versions,
    "names": names,
    "bounds": bounds,
    "input": {"shape": list(images.shape), "values": numbers(images)},
    "runs": runs,
}
print(json.dumps(result, separators=(",", ":")))
