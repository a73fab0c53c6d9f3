"""The differentiable solve agrees with the exact one, and so do its gradients with differences."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from huewise.networks.propagation import relax, spread  # noqa: E402
from huewise.propagate import spread as exact  # noqa: E402

pytestmark = pytest.mark.train


def grids(dtype: "torch.dtype" = torch.float32) -> "list[torch.Tensor]":
    generator = torch.Generator().manual_seed(0)
    right, down, screen, weight = (
        torch.rand(1, 1, 6, 7, generator=generator, dtype=dtype) + 0.05 for _ in range(4)
    )
    weight = weight * (torch.rand(1, 1, 6, 7, generator=generator) < 0.4)
    return [torch.randn(1, 2, 6, 7, generator=generator, dtype=dtype), weight, right, down, 0.1 * screen]


def test_conjugate_gradients_and_the_banded_solve_agree() -> None:
    residual, weight, right, down, screen = grids()
    spread_ab, confidence = spread(residual, weight, right, down, screen, 60)
    affinities = exact.Affinities(right[0, 0].numpy(), down[0, 0].numpy(), screen[0, 0].numpy())
    wanted, wanted_confidence = exact.spread(
        exact.Factor(affinities, weight[0, 0].numpy()), residual[0].permute(1, 2, 0).numpy()
    )
    assert np.allclose(spread_ab[0].permute(1, 2, 0).numpy(), wanted, atol=1e-4)
    assert np.allclose(confidence[0, 0].numpy(), wanted_confidence, atol=1e-4)


def test_the_implicit_gradient_is_the_gradient() -> None:
    inputs = [tensor.clone().requires_grad_() for tensor in grids(torch.float64)]
    assert torch.autograd.gradcheck(lambda *x: spread(*x, 80)[0], inputs, atol=1e-5)


def test_relaxation_in_torch_and_numpy_agree() -> None:
    x, weight, right, down, _ = grids()
    start = torch.zeros_like(x)
    made = relax(start, x * weight, right, down, weight, 5)
    none = np.zeros((6, 7), np.float32)
    affinities = exact.Affinities(right[0, 0].numpy(), down[0, 0].numpy(), none)
    value = x[0].permute(1, 2, 0).numpy()
    wanted = exact.relax(affinities, np.zeros_like(value), weight[0, 0].numpy(), value, 5)
    assert np.allclose(made[0].permute(1, 2, 0).numpy(), wanted, atol=1e-5)
