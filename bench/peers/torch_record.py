"""Trains airbench94_muon (KellerJordan/cifar10-airbench, MIT) with autocast in bfloat16; prints the seconds a step."""

import time

import torch
import torch.nn.functional as F

import cifar10
from report import print_line, read_request, seconds_since_start
from torch_nets import create_airbench

MEAN = torch.tensor((0.4914, 0.4822, 0.4465)).view(1, 3, 1, 1)
STD = torch.tensor((0.2470, 0.2435, 0.2616)).view(1, 3, 1, 1)


def orthogonalise(gradient, steps=3):
    """Newton-Schulz iteration in bfloat16, as in the original."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = gradient.bfloat16()
    x = x / (x.norm() + 1e-7)
    tall = x.size(0) > x.size(1)
    x = x.T if tall else x
    for _ in range(steps):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.T if tall else x


class Muon(torch.optim.Optimizer):
    def __init__(self, params, lr=0.24, momentum=0.6):
        super().__init__(params, dict(lr=lr, momentum=momentum))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for weight in group["params"]:
                kept = self.state[weight].setdefault("kept", torch.zeros_like(weight))
                kept.mul_(group["momentum"]).add_(weight.grad)
                direction = weight.grad.add(kept, alpha=group["momentum"])
                weight.mul_(len(weight) ** 0.5 / weight.norm())
                update = orthogonalise(direction.reshape(len(direction), -1)).view(weight.shape)
                weight.add_(update, alpha=-group["lr"])


def crop(padded, size=32, shift=2):
    """A window of its own for each image."""
    shifts = torch.randint(0, 2 * shift + 1, (len(padded), 2), device=padded.device)
    cropped = padded.new_empty(len(padded), 3, size, size)
    for y in range(2 * shift + 1):
        for x in range(2 * shift + 1):
            chosen = (shifts[:, 0] == y) & (shifts[:, 1] == x)
            cropped[chosen] = padded[chosen, :, y : y + size, x : x + size]
    return cropped


class Trainer:
    def __init__(self, device):
        self.device = device
        self.net = create_airbench().to(device, memory_format=torch.channels_last)
        trained = [(name, p) for name, p in self.net.named_parameters() if p.requires_grad]
        kernels = [p for _, p in trained if p.dim() == 4]
        head = self.net[-1].weight
        biases = [p for _, p in trained if p.dim() == 1]
        decay = 2e-6 * 2000
        groups = [
            dict(params=biases, lr=0.053, weight_decay=decay / 0.053),
            dict(params=[head], lr=0.67, weight_decay=decay / 0.67),
        ]
        self.optimizers = [
            torch.optim.SGD(groups, momentum=0.85, nesterov=True, fused=True),
            Muon(kernels),
        ]

    def train(self, padded, labels, *, epoch, batch_size):
        """One epoch as the original has it: all images are cropped at its beginning."""
        self.net.train()
        images = crop(padded)
        if epoch % 2 == 1:
            images = images.flip(-1)
        for indices in torch.randperm(len(labels), device=self.device).split(batch_size):
            batch = images[indices].contiguous(memory_format=torch.channels_last)
            with torch.autocast(self.device.type, torch.bfloat16):
                logits = self.net(batch)
            scaled = logits.float() / 256
            loss = F.cross_entropy(scaled, labels[indices], label_smoothing=0.2, reduction="sum")
            loss.backward()
            for optimizer in self.optimizers:
                optimizer.step()
                optimizer.zero_grad()
        return loss.item()


def main():
    request = read_request()
    torch.set_num_threads(request["threads"])
    device = torch.device("cpu" if request["device"] == "cpu" else "cuda")
    images, labels = cifar10.read_training(request["dataFolder"], request["trainCount"])
    pixels = torch.from_numpy(images).permute(0, 3, 1, 2).float().div_(255)
    flipped = torch.rand(len(pixels)) < 0.5
    pixels = pixels.sub_(MEAN).div_(STD)
    pixels = torch.where(flipped.view(-1, 1, 1, 1), pixels.flip(-1), pixels)
    padded = F.pad(pixels, (2,) * 4, "reflect").to(device)
    labels = torch.from_numpy(labels).long().to(device)
    trainer = Trainer(device)
    seconds = []
    ready_seconds = None
    for epoch in range(request["epochs"]):
        started = time.perf_counter()
        trainer.train(padded, labels, epoch=epoch, batch_size=request["batchSize"])
        seconds.append(time.perf_counter() - started)
        ready_seconds = ready_seconds or seconds_since_start()
    numbers = [value for value in trainer.net.state_dict().values() if value.is_floating_point()]
    print_line(
        seconds=seconds[1:],
        ready_seconds=ready_seconds,
        # Without the factors of batch normalisation, which are all 1 and not trained.
        parameter_count=sum(value.numel() for value in numbers) - 2 * (64 + 256 + 256),
        versions={"PyTorch": torch.__version__},
    )


main()
