"""The study's two nets in Keras, uncompiled."""

from keras import Sequential, layers


def create_net(name, augmentation):
    before = [layers.Input((32, 32, 3)), *augmentation]
    return Sequential([*before, *(_baseline() if name == "baseline" else _deep())])


def create_augmentation(kind):
    """The geometric experiment's layers: each resamples, which is all that Keras has."""
    if kind == "none":
        return []
    return [
        layers.RandomFlip("horizontal"),
        layers.RandomRotation(0.1),
        layers.RandomZoom(0.1),
    ]


def _baseline():
    return [
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]


def _deep():
    built = []
    for filters, convolutions, rate in ((64, 2, 0.2), (128, 2, 0.3), (256, 1, 0.4)):
        for _ in range(convolutions):
            built.append(layers.Conv2D(filters, 3, padding="same", activation="relu"))
            built.append(layers.BatchNormalization())
        built += [layers.MaxPooling2D(), layers.Dropout(rate)]
    return [
        *built,
        layers.Flatten(),
        layers.Dense(256, activation="relu"),
        layers.BatchNormalization(),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ]
