"""Loads a framework, does one operation and prints how long that took from the start of the process."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from report import print_line, read_request, seconds_since_start


def load_keras():
    import keras

    return float(keras.ops.add(1.0, 1.0)), {"Keras": keras.__version__}


def load_torch(device):
    import torch

    where = "cuda" if device == "gpu" else "cpu"
    return float(torch.ones((), device=where) + 1), {"PyTorch": torch.__version__}


def main():
    request = read_request()
    is_keras = request["framework"] == "keras"
    result, versions = load_keras() if is_keras else load_torch(request["device"])
    if result != 2:
        raise SystemExit(f"1 + 1 is not {result}.")
    print_line(seconds=[seconds_since_start()], versions=versions)


main()
