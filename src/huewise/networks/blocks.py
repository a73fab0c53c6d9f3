"""Building blocks that several networks share."""

import torch
from torch import Tensor, nn
from torch.nn import functional


def folded(conv: nn.Module, norm: nn.Module) -> tuple[Tensor, Tensor]:
    """Weight and bias of the convolution that does what `conv` and, with kept statistics, `norm` behind it do."""
    assert isinstance(conv, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d)
    assert norm.running_mean is not None and norm.running_var is not None
    scale = norm.weight * torch.rsqrt(norm.running_var + norm.eps)
    return conv.weight * scale.view(-1, 1, 1, 1), norm.bias - norm.running_mean * scale


class ConvNorm(nn.Sequential):
    """Convolution, batch normalization and ReLU (none with `active=False`); the size stays.

    With kept statistics the normalization is in the convolution's weights, in use and in training.
    """

    def __init__(self, n_in: int, n_out: int, kernel: int = 3, *, active: bool = True) -> None:
        layers: list[nn.Module] = [
            nn.Conv2d(n_in, n_out, kernel, padding=kernel // 2, bias=False),
            nn.BatchNorm2d(n_out),
        ]
        super().__init__(*layers, *([nn.ReLU(inplace=True)] if active else []))

    def forward(self, x_bchw: Tensor) -> Tensor:
        """(b, n_in, h, w) -> (b, n_out, h, w)."""
        if self.training:
            normed: Tensor = super().forward(x_bchw)  # type: ignore[no-untyped-call]
            return normed
        conv, norm, *active = self
        weight, bias = folded(conv, norm)
        made = functional.conv2d(x_bchw, weight, bias, padding=weight.shape[-1] // 2)
        return functional.relu(made, inplace=True) if active else made


class Residual(nn.Module):
    """Two 3x3 convolutions beside a shortcut."""

    def __init__(self, n: int) -> None:
        super().__init__()
        self.body = nn.Sequential(ConvNorm(n, n), ConvNorm(n, n, active=False))

    def forward(self, x_bchw: Tensor) -> Tensor:
        """Same shape out as in."""
        return functional.relu(x_bchw + self.body(x_bchw))


class Attention(nn.Module):
    """Self-attention over all cells with a convolutional position term, then a 1x1 feed-forward part.

    A hint has to reach the far side of its object: every cell sees every other one, while the depthwise 3x3
    convolution of the values tells near from far without a table of fixed size.
    """

    def __init__(self, n: int, n_head: int = 4) -> None:
        super().__init__()
        self.n_head = n_head
        self.norm = nn.BatchNorm2d(n)
        self.qkv = nn.Conv2d(n, 3 * n, 1)
        self.position = nn.Conv2d(n, n, 3, padding=1, groups=n)
        self.project = nn.Conv2d(n, n, 1)
        self.feed = nn.Sequential(
            nn.BatchNorm2d(n), nn.Conv2d(n, 2 * n, 1), nn.ReLU(), nn.Conv2d(2 * n, n, 1)
        )

    def forward(self, x_bchw: Tensor) -> Tensor:
        """Same shape out as in."""
        b, c, h, w = x_bchw.shape
        q, k, v = self.qkv(self.norm(x_bchw)).chunk(3, dim=1)
        heads = (b, self.n_head, c // self.n_head, h * w)
        mixed = functional.scaled_dot_product_attention(
            q.reshape(heads).transpose(2, 3),
            k.reshape(heads).transpose(2, 3),
            v.reshape(heads).transpose(2, 3),
        )
        mixed = mixed.transpose(2, 3).reshape(b, c, h, w) + self.position(v)
        x_bchw = x_bchw + self.project(mixed)
        out: Tensor = x_bchw + self.feed(x_bchw)
        return out


def upsample(x_bchw: Tensor, scale: int = 2) -> Tensor:
    """Bilinear, cells aligned at their corners' outer edges (half-pixel centres)."""
    return functional.interpolate(x_bchw, scale_factor=float(scale), mode="bilinear", align_corners=False)


def pool_hints(ab_b2hw: Tensor, mask_b1hw: Tensor, by: int) -> tuple[Tensor, Tensor]:
    """Mean hinted ab and hinted share of each cell of `by` x `by` cells (nothing hinted: ab 0, share 0)."""
    share = functional.avg_pool2d(mask_b1hw, by)
    weighted = functional.avg_pool2d(ab_b2hw * mask_b1hw, by)
    return weighted / share.clamp_min(1e-6), share


def space_to_depth(x_b1hw: Tensor, by: int) -> Tensor:
    """(b, 1, h, w) -> (b, by*by, h/by, w/by): no lightness is lost where the grid is coarse."""
    return torch.pixel_unshuffle(x_b1hw, by)
