"""The loss of google-research/augmix (cifar.py, Apache License 2.0) for given logits, and its gradient.

    python generate.py > loss.json    (torch 2.13.0)

Five images of four classes in three versions. The last image's versions contradict each other, and the mean share of one
class lies below the bound. (Where a share is 0 in float32, torch's gradient is not a number.)
"""

import json

import torch
import torch.nn.functional as F

torch.manual_seed(3)
count, classes = 5, 4
logits = torch.randn(3 * count, classes) * 2
logits[4] = torch.tensor([60.0, 0.0, -3.0, 45.0])
logits[9] = torch.tensor([-20.0, 40.0, 2.0, -30.0])
logits[14] = torch.tensor([50.0, 47.0, 1.0, 0.0])
logits.requires_grad_(True)
targets = torch.tensor([2, 0, 1, 3, 0])

logits_clean, logits_aug1, logits_aug2 = torch.split(logits, count)
loss = F.cross_entropy(logits_clean, targets)
shares = [F.softmax(one, dim=1) for one in (logits_clean, logits_aug1, logits_aug2)]
mixture = torch.clamp(sum(shares) / 3.0, 1e-7, 1).log()
divergences = [F.kl_div(mixture, one, reduction="batchmean") for one in shares]
loss = loss + 12 * sum(divergences) / 3.0
loss.backward()


def rounded(tensor):
    return [[float(f"{value:.9g}") for value in row] for row in tensor.tolist()]


print(
    json.dumps(
        {
            "made_with": f"torch {torch.__version__}",
            "weight": 12,
            "logits": rounded(logits.detach()),
            "labels": targets.tolist(),
            "loss": float(f"{loss.item():.9g}"),
            "gradient": rounded(logits.grad),
        }
    )
)
