"""Measures Keras' layers alone on one batch, compiled, in turns; prints the seconds of one call, turn by turn."""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf

import cifar10
from report import print_turns, read_request, time_in_turns

BATCH_SIZE = 64

LAYERS = {
    "rand-augment": lambda: keras.layers.RandAugment(),
    "aug-mix": lambda: keras.layers.AugMix(),
    "random-erasing": lambda: keras.layers.RandomErasing(),
    "random-perspective": lambda: keras.layers.RandomPerspective(factor=0.5),
    "elastic": lambda: keras.layers.RandomElasticTransform(factor=1.0),
}


def compile_layer(layer, images):
    augment = tf.function(lambda batch: layer(batch, training=True))
    return lambda: augment(images).numpy()


def main():
    request = read_request()
    tf.config.threading.set_intra_op_parallelism_threads(request["threads"])
    tf.config.threading.set_inter_op_parallelism_threads(request["threads"])
    images, _ = cifar10.read_training(request["dataFolder"], BATCH_SIZE)
    batch = tf.constant(images.astype(np.float32))
    calls = {name: compile_layer(create(), batch) for name, create in LAYERS.items()}
    versions = {"Keras": keras.__version__, "TensorFlow": tf.__version__}
    print_turns(time_in_turns(calls, request), versions)


main()
