"""What timm and Keras make of five small images, with all that is random given.

    python generate.py timm > timm.json      (timm 1.0.31 on torch 2.13.0)
    python generate.py keras > keras.json    (keras 3.15.0 on tensorflow 2.21.0)

The images are 6 x 9 pixels: a swap of height and width shows. timm refuses odd batches, so it gets the first four.
"""

import json
import sys

import numpy as np

ramp = np.random.default_rng(7).integers(0, 256, (5, 6, 9, 3)).astype(np.float32)
classes = [1, 0, 2, 2, 0]


def tensor(values):
    values = np.asarray(values, np.float32)
    return {"shape": list(values.shape), "values": [float(f"{v:.9g}") for v in values.ravel()]}


def queue(*draws):
    waiting = list(draws)
    return lambda *args, **kwargs: waiting.pop(0)


def make_timm():
    import importlib.metadata
    import importlib.util
    import pathlib

    import torch

    # That file alone: the package would import torchvision as well.
    folder = importlib.util.find_spec("timm").submodule_search_locations[0]
    spec = importlib.util.spec_from_file_location("mixup", pathlib.Path(folder) / "data" / "mixup.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    Mixup = module.Mixup

    runs = []

    def run(options, draws, params):
        real = np.random.beta, np.random.randint, np.random.rand
        np.random.beta = queue(*draws["beta"])
        np.random.randint = queue(*draws.get("randint", []))
        np.random.rand = queue(*draws["rand"])
        mix = Mixup(label_smoothing=0.1, num_classes=3, **options)
        images = torch.tensor(ramp[:4].transpose(0, 3, 1, 2).copy())
        output, labels = mix(images, torch.tensor(classes[:4]))
        np.random.beta, np.random.randint, np.random.rand = real
        output = output.numpy().transpose(0, 2, 3, 1)
        runs.append({**params, "output": tensor(output), "labels": tensor(labels.numpy())})

    # rand: whether to mix at all (prob 1), then, with both alphas, which.
    run({}, {"rand": [0.5], "beta": [0.3]}, {"stage": "mixup", "lambda": [0.3]})
    elements = np.array([0.9, 0.25, 0.5, 0.7])
    run(
        {"mode": "elem"},
        {"rand": [np.full(4, 0.5)], "beta": [elements]},
        {"stage": "mixup", "lambda": elements.tolist()},
    )
    cut = {"mixup_alpha": 0.0, "cutmix_alpha": 1.0}
    # randint: the centre's row, then its column.
    for lam, row, column in [(0.6, 3, 4), (0.4, 0, 8), (0.1, 5, 1)]:
        run(
            cut,
            {"rand": [0.5], "beta": [lam], "randint": [row, column]},
            {"stage": "cutmix", "lambda": [lam], "rows": [row], "columns": [column]},
        )
    rows, columns = [1, 5, 0, 3], [8, 2, 0, 4]
    run(
        {**cut, "mode": "elem"},
        {
            "rand": [np.full(4, 0.5)],
            "beta": [elements],
            "randint": [place for pair in zip(rows, columns) for place in pair],
        },
        {"stage": "cutmix", "lambda": elements.tolist(), "rows": rows, "columns": columns},
    )
    both = {"mixup_alpha": 0.8, "cutmix_alpha": 1.0, "mode": "elem"}
    choice = np.array([0.2, 0.6, 0.7, 0.4])
    cutting = np.array([0.3, 0.5, 0.1, 0.6])
    run(
        both,
        {"rand": [choice, np.full(4, 0.5)], "beta": [cutting, elements], "randint": [1, 8, 3, 4]},
        {
            "stage": "mixup-or-cutmix",
            "choice": choice.tolist(),
            "mixupLambda": elements.tolist(),
            "cutmixLambda": cutting.tolist(),
            "rows": [1, 0, 0, 3],
            "columns": [8, 0, 0, 4],
        },
    )
    versions = {"timm": importlib.metadata.version("timm"), "torch": torch.__version__}
    return {"versions": versions, "smoothing": 0.1, "images": tensor(ramp[:4]), "classes": classes[:4], "runs": runs}


def make_keras():
    import keras

    labels = np.eye(3, dtype=np.float32)[classes]
    order = [3, 0, 4, 2, 1]
    runs = []

    def run(layer, draws, params):
        random = layer.backend.random
        for name, values in draws.items():
            setattr(random, name, queue(*[keras.ops.convert_to_tensor(v) for v in values]))
        data = {"images": ramp.copy(), "labels": labels}
        transformation = layer.get_random_transformation(data, training=True)
        images = layer.transform_images(ramp.copy(), transformation, training=True)
        mixed = layer.transform_labels(labels, transformation, training=True)
        runs.append({**params, "order": order, "output": tensor(images), "labels": tensor(mixed)})

    lambdas = np.array([0.9, 0.25, 0.5, 0.7, 0.05], np.float32)
    shuffled = np.array(order, np.int32)
    run(
        keras.layers.MixUp(alpha=0.2),
        {"shuffle": [shuffled], "beta": [lambdas]},
        {"stage": "mixup", "lambda": lambdas.tolist()},
    )
    columns = np.array([0.1, 0.9, 0.5, 0.33, 0.7], np.float32)
    rows = np.array([0.4, 0.2, 0.95, 0.6, 0.05], np.float32)
    # uniform: alpha, then the columns' starts, then the rows'.
    run(
        keras.layers.CutMix(),
        {
            "uniform": [np.float32(0.5), columns, rows],
            "beta": [lambdas],
            "shuffle": [shuffled],
        },
        {"stage": "cutmix", "lambda": lambdas.tolist(), "rows": rows.tolist(), "columns": columns.tolist()},
    )
    return {"versions": {"keras": keras.__version__}, "images": tensor(ramp), "classes": classes, "runs": runs}


json.dump({"timm": make_timm, "keras": make_keras}[sys.argv[1]](), sys.stdout, separators=(",", ":"))
print()
