"""Writes the losses of Keras' mixed_bfloat16 for cases of ../models, one small file a case.

    python3 -m venv venv && venv/bin/pip install keras==3.15.0 tensorflow-cpu==2.21.0
    venv/bin/python generate.py CIFAR_FOLDER [CASE ...]

Images, first weights, optimiser and loss are those of the case in ../models (read there). The policy is
mixed_bfloat16, the last layer float32, as Keras' guide has it. On a processor with AMX or AVX-512 BF16.

One thing is mended: the CPU's BiasAddGrad sums in bfloat16 itself, and loses most of a long sum; here bias gradients are
summed in float32 and rounded once. "stock" has the losses of Keras as it is: the first must be the same.

Each case is run as golden, with one thread, and ENSEMBLE times with kernels that begin one unit of float32's last place
away. "spread" has the largest relative distance of each, step by step; the tolerance of a step is 4 times the largest up
to it, as in ../models. "float32" is the distance of the losses there: what a net that forgot to round would show.
Without oneDNN, TensorFlow's gradients of convolutions are 1 % off in bfloat16, and take minutes: left out.
"""
import json
import math
import os
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np

HERE = Path(__file__).resolve().parent
CASES = [
    "model_baseline_mini",
    "model_baseline_minmax",
    "model_baseline_sgd",
    "model_deep_mini_sgd",
    "model_deep_minmax",
    "model_deep_sgd",
]
ENSEMBLE = 8
LEAST_TOLERANCE = 1e-5


def mulberry32(seed, count):
    mask = np.uint64(0xFFFFFFFF)
    a = (np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x6D2B79F5)) & mask
    t = ((a ^ (a >> np.uint64(15))) * (a | np.uint64(1))) & mask
    t = ((t + (((t ^ (t >> np.uint64(7))) * (t | np.uint64(61))) & mask)) & mask) ^ t
    return ((t ^ (t >> np.uint64(14))) & mask).astype("float64") / 2.0**32


def create_net(kind):
    import keras
    from keras import layers

    conv = lambda *args, **options: layers.Conv2D(*args, activation="relu", **options)
    last = layers.Dense(10, activation="softmax", dtype="float32")
    if kind == "baseline":
        body = [conv(32, 3), layers.MaxPooling2D(2), conv(64, 3), layers.MaxPooling2D(2), layers.Flatten(),
                layers.Dense(64, activation="relu")]
        return keras.Sequential([keras.Input((32, 32, 3)), *body, last])
    body = []
    for count, filters in ((2, 64), (2, 128), (1, 256)):
        for _ in range(count):
            body += [conv(filters, 3, padding="same"), layers.BatchNormalization()]
        body.append(layers.MaxPooling2D(2))
    body += [layers.Flatten(), layers.Dense(256, activation="relu"), layers.BatchNormalization()]
    return keras.Sequential([keras.Input((32, 32, 3)), *body, last])


def set_weights(net, seed, disturbed):
    kernels = [layer.kernel for layer in net.layers if getattr(layer, "kernel", None) is not None]
    for index, kernel in enumerate(kernels):
        shape = tuple(kernel.shape)
        size = math.prod(shape)
        limit = math.sqrt(6 / (math.prod(shape[:-2]) * (shape[-2] + shape[-1])))
        values = ((2 * mulberry32(seed + 1000 * index, size) - 1) * limit).astype("float32").reshape(shape)
        if disturbed:
            noise = mulberry32(987654 + 100 * disturbed + index, size).reshape(shape)
            values = values * (1 + (np.floor(3 * noise) - 1) * 1.2e-7)
        kernel.assign(values)


def read_images(golden, folder):
    given, params = golden["input"], golden["params"]
    if "values" in given:
        pixels = np.array(given["values"], np.uint8).reshape(-1, 32, 32, 3)
        labels = np.array(given["labels"])
    else:
        records = np.fromfile(Path(folder) / given["file"], np.uint8).reshape(-1, 3073)
        records = records[given["first_record"] :][: given["records"]]
        pixels = records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
        labels = records[:, 0].astype(int)
    if params["normalisation"] == "zscore":
        return ((pixels - np.array(params["mean"])) / np.array(params["std"])).astype("float32"), labels
    return pixels.astype("float32") / np.float32(255), labels


def sum_bias_gradients_in_float32():
    import tensorflow as tf

    stock = tf.nn.bias_add

    @tf.custom_gradient
    def bias_add(x, bias):
        def gradient(dy):
            total = tf.reduce_sum(tf.cast(dy, tf.float32), list(range(len(dy.shape) - 1)))
            return dy, tf.cast(total, dy.dtype)

        return stock(x, bias), gradient

    tf.nn.bias_add = lambda value, bias, data_format=None, name=None: bias_add(value, bias)


def train(golden, folder, disturbed, bias_gradients):
    import keras
    import tensorflow as tf

    if bias_gradients == "float32":
        sum_bias_gradients_in_float32()
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
    params = golden["params"]
    images, labels = read_images(golden, folder)
    net = create_net(params["model"])
    set_weights(net, params["init_seed"], disturbed)
    deep = params["model"] == "deep"
    targets = np.eye(10, dtype="float32")[labels] if deep else labels
    losses = keras.losses
    loss_of = losses.CategoricalCrossentropy(label_smoothing=0.1) if deep else losses.SparseCategoricalCrossentropy()
    options = dict(params["optimizer"])
    optimizer = getattr(keras.optimizers, options.pop("name"))(**options)
    optimizer.build(net.trainable_variables)

    @tf.function
    def step(batch, expected):
        with tf.GradientTape() as tape:
            loss = loss_of(expected, net(batch, training=True))
        optimizer.apply(tape.gradient(loss, net.trainable_variables), net.trainable_variables)
        return loss

    size = params["batch"]
    starts = [0 if params["every_step_uses_the_same_batch"] else index * size for index in range(params["steps"])]
    parts = [slice(start, start + size) for start in starts]
    return [float(step(tf.constant(images[part]), tf.constant(targets[part]))) for part in parts]


def run(case, folder, environment={}, disturbed=0, bias_gradients="float32"):
    """In a process of its own: TensorFlow reads its settings when it is loaded."""
    command = [sys.executable, __file__, folder, "--train", case, str(disturbed), bias_gradients]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    found = subprocess.run(command, env={**os.environ, **environment}, check=True, **pipes)
    return np.array(json.loads(found.stdout.splitlines()[-1]))


def read_case(case):
    return json.loads((HERE.parent / "models" / f"{case}.json").read_text())


def write_case(case, folder):
    import keras
    import tensorflow as tf

    losses = run(case, folder)
    stock = run(case, folder, bias_gradients="stock")
    one_thread = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
    others = {
        "one thread": [run(case, folder, one_thread)],
        f"{ENSEMBLE} times one unit in the last place": [run(case, folder, disturbed=1 + i) for i in range(ENSEMBLE)],
    }
    distance = lambda runs: np.max([np.abs(other / losses - 1) for other in runs], axis=0)
    spread = {name: distance(runs) for name, runs in others.items()}
    largest = np.maximum.accumulate(np.max(list(spread.values()), axis=0))
    digits = lambda values: [float(f"{value:.3g}") for value in values]
    document = {
        "case": case,
        "keras": keras.__version__,
        "tensorflow": tf.__version__,
        "policy": "mixed_bfloat16, last layer float32",
        "losses": [float(f"{loss:.9g}") for loss in losses],
        "stock": [float(f"{loss:.9g}") for loss in stock],
        "spread": {name: digits(values) for name, values in spread.items()},
        "float32": digits(distance([np.array(read_case(case)["output"]["losses"])])),
        "loss_rel_per_step": digits(np.maximum(LEAST_TOLERANCE, 4 * largest)),
    }
    (HERE / f"{case}.json").write_text(json.dumps(document, indent=1) + "\n")
    print(case, document["spread"], document["float32"], flush=True)


if "--train" in sys.argv:
    print(json.dumps(train(read_case(sys.argv[3]), sys.argv[1], int(sys.argv[4]), sys.argv[5])))
else:
    for name in sys.argv[2:] or CASES:
        write_case(name, sys.argv[1])
