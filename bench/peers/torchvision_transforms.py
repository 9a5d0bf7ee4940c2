"""Measures torchvision's transforms on the images of one batch, each image by itself on one thread as in a loader, in turns;
prints the seconds of one batch, turn by turn."""

import torch

try:
    import torchvision
except RuntimeError:
    # Built for a GPU: its own operators do not load, and no transform needs them.
    missing = torch.library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        missing.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    import torchvision
from torchvision.transforms import v2

import cifar10
from report import print_turns, read_request, time_in_turns

BATCH_SIZE = 64

TRANSFORMS = {
    "rand-augment": lambda: v2.RandAugment(),
    "trivial-augment": lambda: v2.TrivialAugmentWide(),
    "auto-augment": lambda: v2.AutoAugment(v2.AutoAugmentPolicy.CIFAR10),
    "aug-mix": lambda: v2.AugMix(),
    "random-erasing": lambda: v2.RandomErasing(),
    "random-affine": lambda: v2.RandomAffine(15, (0.1, 0.1), (0.9, 1.1), 5),
    "random-perspective": lambda: v2.RandomPerspective(),
    "elastic": lambda: v2.ElasticTransform(),
}


def main():
    request = read_request()
    # As in a loader's process: several threads for an image of 32 x 32 pixels wait for each other.
    torch.set_num_threads(1)
    images, _ = cifar10.read_training(request["dataFolder"], BATCH_SIZE)
    batch = torch.from_numpy(images).permute(0, 3, 1, 2).contiguous()

    def transform_all(transform):
        return lambda: torch.stack([transform(image) for image in batch])

    calls = {name: transform_all(create()) for name, create in TRANSFORMS.items()}
    versions = {"torchvision": torchvision.__version__, "PyTorch": torch.__version__}
    print_turns(time_in_turns(calls, request), versions)


main()
