"""The geometric experiment in plain PyTorch: flip, rotation 0.1 of a turn, zoom 0.1, by affine_grid and grid_sample."""

import math

import torch
import torch.nn.functional as F


def augment(images, kind):
    """Shape: [N, C, H, W] to the same. `each`: two resamplings and an exact flip. `once`: one resampling for all."""
    if kind == "none":
        return images
    count, device = len(images), images.device
    flips = torch.rand(count, device=device) < 0.5
    rotations, zooms = _rotations(count, device), _zooms(count, device)
    if kind == "once":
        signs = torch.where(flips, -1.0, 1.0)
        mirrors = torch.eye(2, device=device).repeat(count, 1, 1)
        mirrors[:, 0, 0] = signs
        return _resample(images, mirrors @ rotations @ zooms)
    flipped = torch.where(flips[:, None, None, None], images.flip(3), images)
    return _resample(_resample(flipped, rotations), zooms)


def _rotations(count, device):
    angles = (torch.rand(count, device=device) * 2 - 1) * (0.1 * 2 * math.pi)
    sines, cosines = angles.sin(), angles.cos()
    return torch.stack([cosines, -sines, sines, cosines], 1).reshape(-1, 2, 2)


def _zooms(count, device):
    factors = 1 + (torch.rand(count, device=device) * 2 - 1) * 0.1
    return torch.eye(2, device=device) * factors[:, None, None]


def _resample(images, matrices):
    transforms = F.pad(matrices, (0, 1))
    grid = F.affine_grid(transforms, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, padding_mode="reflection", align_corners=False)
