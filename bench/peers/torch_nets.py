"""The benchmark's nets in PyTorch. They end in logits, as PyTorch's cross-entropy wants them."""

from torch import nn


def create_net(name):
    return _baseline() if name == "baseline" else _deep()


def _baseline():
    return nn.Sequential(
        nn.Conv2d(3, 32, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64 * 6 * 6, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
    )


def _deep():
    built = []
    channels = 3
    for filters, convolutions, rate in ((64, 2, 0.2), (128, 2, 0.3), (256, 1, 0.4)):
        for _ in range(convolutions):
            built += [
                nn.Conv2d(channels, filters, 3, padding=1),
                nn.ReLU(),
                nn.BatchNorm2d(filters, eps=1e-3, momentum=0.01),
            ]
            channels = filters
        built += [nn.MaxPool2d(2), nn.Dropout(rate)]
    return nn.Sequential(
        *built,
        nn.Flatten(),
        nn.Linear(256 * 4 * 4, 256),
        nn.ReLU(),
        nn.BatchNorm1d(256, eps=1e-3, momentum=0.01),
        nn.Dropout(0.5),
        nn.Linear(256, 10),
    )


def create_airbench(widths=(64, 256, 256)):
    """The net of airbench94_muon.py (KellerJordan/cifar10-airbench, MIT); a frozen first convolution, drawn here."""
    whitening = nn.Conv2d(3, 24, 2)
    whitening.weight.requires_grad = False
    built = [whitening, nn.GELU()]
    channels = 24
    for width in widths:
        built += [_convolve(channels, width), nn.MaxPool2d(2), _normalise(width), nn.GELU()]
        built += [_convolve(width, width), _normalise(width), nn.GELU()]
        channels = width
    return nn.Sequential(*built, nn.MaxPool2d(3), nn.Flatten(), nn.Linear(channels, 10, bias=False))


def _convolve(channels, width):
    return nn.Conv2d(channels, width, 3, padding="same", bias=False)


def _normalise(width):
    norm = nn.BatchNorm2d(width, eps=1e-12, momentum=0.4)
    norm.weight.requires_grad = False
    return norm
