"""A network's colour conversions are the program's own."""

import numpy as np
import pytest
import torch

from huewise import color
from huewise.networks.spaces import lab_to_rgb, saturation

pytestmark = pytest.mark.train


def test_lab_and_saturation_are_converted_as_the_program_does() -> None:
    lab = (
        np.random.default_rng(0).uniform((0, -100, -100), (100, 100, 100), (1, 30, 40, 3)).astype(np.float32)
    )
    lab[0, 0] = 0.0
    made = lab_to_rgb(*torch.from_numpy(lab).permute(0, 3, 1, 2).split([1, 2], 1))
    true = color.lab_to_rgb(lab)
    assert np.abs(made.permute(0, 2, 3, 1).numpy() - true).max() < 1e-4
    clear = np.abs(true.max(-1) - color.spaces.BLACK) > 1e-4  # not on the edge of black
    assert np.abs(saturation(made)[:, 0].numpy() - color.saturation(true))[clear].max() < 2e-2
    assert saturation(made)[0, 0, 0].max() == 0.0 == color.saturation(true)[0, 0].max()


def test_a_gradient_passes_out_of_gamut_and_black() -> None:
    ab = torch.tensor([0.0, 90.0]).reshape(1, 2, 1, 1).requires_grad_()
    lab_to_rgb(torch.zeros(1, 1, 1, 1), ab).sum().backward()  # type: ignore[no-untyped-call]
    assert ab.grad is not None and bool(torch.isfinite(ab.grad).all())
