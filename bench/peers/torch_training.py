"""Trains with PyTorch and prints the seconds of each epoch but the first, which warms up or compiles."""

import time

import torch
from torch import nn

import cifar10
from report import print_line, read_request, seconds_since_start
from torch_augmentation import augment
from torch_nets import create_net


class Table:
    """Images that stay on the device as bytes; batches become float32 0..1 in channels_last order there."""

    def __init__(self, images, labels, device):
        self.images = torch.from_numpy(images).to(device)
        self.labels = torch.from_numpy(labels).long().to(device)

    def gather(self, indices):
        pixels = self.images[indices].permute(0, 3, 1, 2)
        return pixels.to(torch.float32).div_(255), self.labels[indices]


class Trainer:
    def __init__(self, request, device):
        self.request = request
        self.device = device
        self.net = create_net(request["net"]).to(device, memory_format=torch.channels_last)
        self.optimizer = torch.optim.Adam(self.net.parameters(), eps=1e-7, fused=True)
        self.loss = nn.CrossEntropyLoss()
        mode = request["compile"]
        self.forward = self._forward
        if mode != "off":
            self.forward = torch.compile(self._forward, mode=mode, dynamic=False)

    def _forward(self, images, labels):
        half = self.request["precision"] == "bfloat16"
        with torch.autocast(self.device.type, torch.bfloat16, enabled=half):
            logits = self.net(images)
            return self.loss(logits, labels), logits

    def _begin_step(self):
        """CUDA graphs may then overwrite what the step before gave."""
        if self.request["compile"] == "reduce-overhead":
            torch.compiler.cudagraph_mark_step_begin()

    def train(self, table):
        """One epoch. Loss and accuracy are summed on the device and read at its end, as prep-lab does."""
        self.net.train()
        size = self.request["batchSize"]
        order = torch.randperm(len(table.labels), device=self.device)
        loss_sum = torch.zeros((), device=self.device)
        right_count = torch.zeros((), dtype=torch.int64, device=self.device)
        for indices in order.split(size):
            images, labels = table.gather(indices)
            images = augment(images, self.request["augmentation"])
            images = images.contiguous(memory_format=torch.channels_last)
            self.optimizer.zero_grad()
            self._begin_step()
            loss, logits = self.forward(images, labels)
            loss.backward()
            self.optimizer.step()
            loss_sum += loss.detach() * len(labels)
            right_count += (logits.detach().argmax(1) == labels).sum()
        return loss_sum.item(), right_count.item()

    @torch.no_grad()
    def evaluate(self, table):
        self.net.eval()
        right_count = torch.zeros((), dtype=torch.int64, device=self.device)
        loss_sum = torch.zeros((), device=self.device)
        everything = torch.arange(len(table.labels), device=self.device)
        for indices in everything.split(self.request["testBatchSize"]):
            images, labels = table.gather(indices)
            self._begin_step()
            loss, logits = self.forward(images, labels)
            loss_sum += loss * len(labels)
            right_count += (logits.argmax(1) == labels).sum()
        return loss_sum.item(), right_count.item()


def choose_device(request):
    torch.set_num_threads(request["threads"])
    if request["device"] == "cpu":
        return torch.device("cpu")
    if not torch.cuda.is_available():
        raise SystemExit("PyTorch does not see the GPU.")
    # TensorFlow uses TF32 and tries cuDNN's algorithms by itself.
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    return torch.device("cuda")


def count_numbers(net):
    """Weights and moving averages, without BatchNorm's step counters: as Keras counts."""
    return sum(value.numel() for value in net.state_dict().values() if value.is_floating_point())


def main():
    request = read_request()
    device = choose_device(request)
    folder = request["dataFolder"]
    table = Table(*cifar10.read_training(folder, request["trainCount"]), device)
    test_table = Table(*cifar10.read_test(folder, request["testCount"]), device)
    trainer = Trainer(request, device)
    seconds = []
    ready_seconds = None
    for _ in range(request["epochs"]):
        started = time.perf_counter()
        trainer.train(table)
        if request["testCount"] > 0:
            trainer.evaluate(test_table)
        seconds.append(time.perf_counter() - started)
        ready_seconds = ready_seconds or seconds_since_start()
    print_line(
        seconds=seconds[1:],
        ready_seconds=ready_seconds,
        parameter_count=count_numbers(trainer.net),
        versions={"PyTorch": torch.__version__},
    )


main()
