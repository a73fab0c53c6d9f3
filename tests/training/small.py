"""A photo network so narrow that a test of it takes a second."""

import torch

from huewise.networks.photo import N_GLOBAL, PhotoSize

SMALL = PhotoSize((32, 16, 16, 8), (32, 16, 16, 8), neck_attention=1, decoder_attention=1, solve_steps=20)


def noise() -> dict[str, torch.Tensor]:
    """A batch of two windows of 64 pixels in whole crops, half of each hinted."""
    torch.manual_seed(0)
    shapes = {"f4": (24, 16), "f8": (40, 32), "l": (1, 64), "ab": (2, 32)}
    batch = {name: torch.randn(2, n, side, side) / 3 for name, (n, side) in shapes.items()}
    batch["places"] = torch.tensor([[0.0, 0.0], [64.0, 192.0]])
    batch["mask"] = torch.zeros(2, 1, 32, 32)
    batch["mask"][..., :16] = 1.0
    return batch | {"hint": batch["ab"] * batch["mask"], "globals": torch.zeros(2, N_GLOBAL, 1, 1)}
