"""Trains with Keras' model.fit and prints the seconds of each epoch but the first, which compiles."""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import time

import keras
import numpy as np
import tensorflow as tf

import cifar10
from keras_nets import create_augmentation, create_net
from report import print_line, read_request, seconds_since_start


class EpochClock(keras.callbacks.Callback):
    """Keeps the seconds of each epoch, its evaluation included."""

    def __init__(self):
        super().__init__()
        self.seconds = []
        self.ready_seconds = None

    def on_epoch_begin(self, epoch, logs=None):
        self.started = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds.append(time.perf_counter() - self.started)
        if self.ready_seconds is None:
            self.ready_seconds = seconds_since_start()


def set_device(request):
    tf.config.threading.set_intra_op_parallelism_threads(request["threads"])
    tf.config.threading.set_inter_op_parallelism_threads(request["threads"])
    gpus = tf.config.list_physical_devices("GPU")
    if request["device"] == "gpu" and not gpus:
        raise SystemExit("TensorFlow does not see the GPU.")
    if request["precision"] == "bfloat16":
        keras.mixed_precision.set_global_policy("mixed_bfloat16")


def scale(images):
    return images.astype(np.float32) / 255


def main():
    request = read_request()
    set_device(request)
    images, labels = cifar10.read_training(request["dataFolder"], request["trainCount"])
    test_images, test_labels = cifar10.read_test(request["dataFolder"], request["testCount"])
    net = create_net(request["net"], create_augmentation(request["augmentation"]))
    net.compile(
        "adam",
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=request["jit"],
    )
    has_test = request["testCount"] > 0
    clock = EpochClock()
    net.fit(
        scale(images),
        labels,
        batch_size=request["batchSize"],
        epochs=request["epochs"],
        shuffle=has_test,
        validation_data=(scale(test_images), test_labels) if has_test else None,
        validation_batch_size=request["testBatchSize"],
        callbacks=[clock],
        verbose=0,
    )
    print_line(
        seconds=clock.seconds[1:],
        ready_seconds=clock.ready_seconds,
        parameter_count=net.count_params(),
        versions={"Keras": keras.__version__, "TensorFlow": tf.__version__},
    )


main()
