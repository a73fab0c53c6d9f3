"""Spreading hints over a grid with learnt affinities: differentiable twin of `propagate.spread`.

A Gaussian Markov random field (Levin et al. 2004 with learnt weights in place of luminance ones): the residual r
between the hints and the automatic colour minimizes

    sum_ij w_ij (r_i - r_j)^2 + sum_i s_i r_i^2 + sum_i m_i (r_i - h_i)^2

over 4-neighbours ij, with affinity w, screening s (how soon the automatic colour is trusted again) and hint weight m.
"""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional


def laplacian(x_bchw: Tensor, right_b1hw: Tensor, down_b1hw: Tensor) -> Tensor:
    """Graph Laplacian of the grid applied to x; the last column of `right` and the last row of `down` are unused.

    Written with padding, not with assignment into slices, so that it can be exported.
    """
    dx = _dx(x_bchw) * right_b1hw[..., :, :-1]
    dy = _dy(x_bchw) * down_b1hw[..., :-1, :]
    pad = functional.pad
    return pad(dx, (0, 1)) - pad(dx, (1, 0)) + pad(dy, (0, 0, 0, 1)) - pad(dy, (0, 0, 1, 0))


def degree(right_b1hw: Tensor, down_b1hw: Tensor) -> Tensor:
    """Sum of a cell's affinities: the diagonal of the Laplacian."""
    right, down, pad = right_b1hw[..., :, :-1], down_b1hw[..., :-1, :], functional.pad
    return pad(right, (0, 1)) + pad(right, (1, 0)) + pad(down, (0, 0, 0, 1)) + pad(down, (0, 0, 1, 0))


def conjugate_gradients(
    right_b1hw: Tensor, down_b1hw: Tensor, diagonal_b1hw: Tensor, target_bchw: Tensor, n_iter: int
) -> Tensor:
    """Solve (Laplacian + diagonal) x = target for every channel by Jacobi-preconditioned conjugate gradients."""
    inverse = 1.0 / (degree(right_b1hw, down_b1hw) + diagonal_b1hw)
    x = torch.zeros_like(target_bchw)
    r = target_bchw.clone()
    z = r * inverse
    p = z.clone()
    rz = (r * z).sum((2, 3), keepdim=True)
    for _ in range(n_iter):
        ap = laplacian(p, right_b1hw, down_b1hw) + diagonal_b1hw * p
        step = rz / (p * ap).sum((2, 3), keepdim=True).clamp_min(1e-20)
        x = x + step * p
        r = r - step * ap
        z = r * inverse
        rz_next = (r * z).sum((2, 3), keepdim=True)
        p = z + (rz_next / rz.clamp_min(1e-20)) * p
        rz = rz_next
    return x


class _Spread(torch.autograd.Function):
    """The solve with its implicit gradient: one more solve with the same (symmetric) operator."""

    @staticmethod
    def forward(
        ctx: Any, right: Tensor, down: Tensor, diagonal: Tensor, target: Tensor, n_iter: int
    ) -> Tensor:
        x = conjugate_gradients(right, down, diagonal, target, n_iter)
        ctx.save_for_backward(right, down, diagonal, x)
        ctx.n_iter = n_iter
        return x

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        right, down, diagonal, x = ctx.saved_tensors
        adjoint = conjugate_gradients(right, down, diagonal, grad.contiguous(), ctx.n_iter)
        d_right, d_down = torch.zeros_like(right), torch.zeros_like(down)
        d_right[..., :, :-1] = -(_dx(adjoint) * _dx(x)).sum(1, keepdim=True)
        d_down[..., :-1, :] = -(_dy(adjoint) * _dy(x)).sum(1, keepdim=True)
        return d_right, d_down, -(adjoint * x).sum(1, keepdim=True), adjoint, None


def _dx(x: Tensor) -> Tensor:
    return x[..., :, :-1] - x[..., :, 1:]


def _dy(x: Tensor) -> Tensor:
    return x[..., :-1, :] - x[..., 1:, :]


def spread(
    value_bchw: Tensor,
    weight_b1hw: Tensor,
    right_b1hw: Tensor,
    down_b1hw: Tensor,
    screen_b1hw: Tensor,
    n_iter: int,
) -> tuple[Tensor, Tensor]:
    """Hinted values spread over the grid, and the confidence in 0..1 (the same solve of the constant 1).

    `weight_b1hw`: m, 0 where nothing is hinted. All of it in float32.
    """
    ones = torch.ones_like(value_bchw[:, :1])
    target = torch.cat([value_bchw, ones], 1) * weight_b1hw
    solved = _Spread.apply(right_b1hw, down_b1hw, screen_b1hw + weight_b1hw, target, n_iter)  # type: ignore[no-untyped-call]
    return solved[:, :-1], solved[:, -1:].clamp(0.0, 1.0)


def relax(
    x_bchw: Tensor,
    target_bchw: Tensor,
    right_b1hw: Tensor,
    down_b1hw: Tensor,
    diagonal_b1hw: Tensor,
    n_iter: int,
) -> Tensor:
    """Some damped Jacobi steps for (Laplacian + diagonal) x = target from a start that is smooth-right already.

    They mend what the coarse solve cannot see (edges and hints finer than its grid) and, being plain arithmetic, travel
    inside the exported graph.
    """
    pad = functional.pad
    right, down = pad(right_b1hw[..., :-1], (0, 1)), pad(down_b1hw[..., :-1, :], (0, 0, 0, 1))
    # To the neighbours at the right, at the left, below and above.
    affinities = (right, pad(right, (1, -1)), down, pad(down, (0, 0, 1, -1)))
    step = 0.8 / (sum(affinities) + diagonal_b1hw)
    weights, target_bchw = [step * affinity for affinity in affinities], step * target_bchw
    for _ in range(n_iter):  # x + 0.8 (gathered / diagonal - x)
        wide = pad(x_bchw, (1, 1, 1, 1))
        neighbours = wide[..., 1:-1, 2:], wide[..., 1:-1, :-2], wide[..., 2:, 1:-1], wide[..., :-2, 1:-1]
        gathered = [weight * x for weight, x in zip(weights, neighbours, strict=True)]
        x_bchw = 0.2 * x_bchw + target_bchw + gathered[0] + gathered[1] + gathered[2] + gathered[3]
    return x_bchw
