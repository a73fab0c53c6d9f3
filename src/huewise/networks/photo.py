"""The photo network (zhang2017, extended): the picture is encoded once, each edit runs a light decoder.

    encoder (frozen) -> crown -> neck: context, automatic ab, affinities         once per picture
    hints -> spread (1/4)  ->  decoder: relax (1/2), attention, correction, bins   per edit

Deviations from zhang2017 section 3.4 are listed in docs/papers/zhang2017.md.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from huewise.networks.blocks import (
    Attention,
    ConvNorm,
    Residual,
    folded,
    pool_hints,
    space_to_depth,
    upsample,
)
from huewise.networks.encoder import CHANNELS, Crown
from huewise.networks.propagation import relax, spread
from huewise.propagate.spread import LEAST_CONFIDENCE

N_BINS = 313
N_GLOBAL = N_BINS + 3  # histogram and its indicator, saturation and its indicator (zhang2017 3.3)
AB_SCALE = 110.0
N_GUIDE = 10  # channels that tell the decoder about hints: see `Decoder.with_column`


@dataclass(frozen=True)
class PhotoSize:
    """Widths at 1/16, 1/8, 1/4, 1/2 of the picture and the number of attention blocks."""

    neck: tuple[int, int, int, int] = (192, 96, 48, 24)
    decoder: tuple[int, int, int, int] = (160, 64, 48, 24)
    neck_attention: int = 2
    decoder_attention: int = 2
    learnt_affinity: bool = True  # False: exp(-|dL| / 4) alone, for the comparison in decision 0002
    relax_steps: int = 8
    solve_steps: int = 60  # of conjugate gradients on a grid of 32 cells, more on larger ones


@dataclass
class Context:
    """What the neck makes of a picture: everything that hints do not change."""

    t16: Tensor
    t8: Tensor
    t4: Tensor
    t2: Tensor
    auto2: Tensor  # automatic ab at 1/2, normalized
    grid4: Tensor  # right, down, screening, trust at 1/4, (b, 4, h/4, w/4), all positive
    grid2: Tensor  # the same at 1/2


@dataclass
class Spread:
    """Hints spread at 1/4 by the neck's affinities: their residual, their colours filled in, the confidence."""

    residual: Tensor
    fill: Tensor
    confidence: Tensor


@dataclass
class Prediction:
    """Normalized ab at 1/2: automatic, with the hints' residual spread, corrected."""

    auto2: Tensor
    base2: Tensor
    ab2: Tensor


Levels = tuple[Tensor, Tensor, Tensor]  # of the decoder: at 1/16, 1/8, 1/4


class Affinity(nn.Module):
    """Positive grid weights from features: right, down (affinity), screening and trust in hints.

    Affinity starts from the luminance alone, exp(-|dL| / 4), and the features learn what to add.
    """

    def __init__(self, n_in: int, learnt: bool) -> None:
        super().__init__()
        self.head = nn.Conv2d(n_in, 4, 3, padding=1)
        nn.init.zeros_(self.head.weight)
        assert self.head.bias is not None
        with torch.no_grad():
            self.head.bias.copy_(torch.tensor([0.0, 0.0, -6.0, 2.0]))
        self.slope = nn.Parameter(torch.tensor(50.0 / 4.0))  # L/50: a step of 4 L lowers the affinity to 1/e
        self.learnt = learnt

    def forward(self, feature_bchw: Tensor, l_b1hw: Tensor) -> Tensor:
        """`l_b1hw` at the features' size, L/50 - 1. Returns (b, 4, h, w)."""
        z = self.head(feature_bchw).float() if self.learnt else self.head.bias.view(1, 4, 1, 1)  # type: ignore[union-attr]
        l_b1hw = l_b1hw.float()
        right = functional.pad((l_b1hw[..., :, 1:] - l_b1hw[..., :, :-1]).abs(), (0, 1))
        down = functional.pad((l_b1hw[..., 1:, :] - l_b1hw[..., :-1, :]).abs(), (0, 0, 0, 1))
        still = torch.zeros_like(right)
        z = z - self.slope * torch.cat([right, down, still, still], 1)
        return z.clamp(-9.0, 5.0).exp()


class Neck(nn.Module):
    """Encoder features and lightness -> context, automatic ab and affinities."""

    def __init__(self, size: PhotoSize) -> None:
        super().__init__()
        n16, n8, n4, n2 = size.neck
        c4, c8, c16, c32 = CHANNELS
        self.from32 = ConvNorm(c32, n16 // 2, 1)
        self.fuse16 = ConvNorm(n16 // 2 + c16, n16)
        self.attend = nn.Sequential(*[Attention(n16) for _ in range(size.neck_attention)])
        self.to8 = ConvNorm(n16, n8, 1)
        self.fuse8 = nn.Sequential(ConvNorm(n8 + c8, n8), Residual(n8))
        self.to4 = ConvNorm(n8, n4, 1)
        self.fuse4 = nn.Sequential(ConvNorm(n4 + c4 + 16, n4), Residual(n4), Residual(n4))
        self.to2 = nn.ConvTranspose2d(n4, n2, 2, stride=2)
        self.fuse2 = ConvNorm(n2 + 4, n2)
        self.auto = nn.Conv2d(n2, 2, 3, padding=1)
        self.affinity4 = Affinity(n4, size.learnt_affinity)
        self.affinity2 = Affinity(n2, size.learnt_affinity)

    def forward(self, features: list[Tensor], l_b1hw: Tensor) -> Context:
        """`features`: four maps, finest first, of encoder and crown; `l_b1hw`: L/50 - 1 at the picture's size."""
        f4, f8, f16, f32 = features
        t16 = self.attend(self.fuse16(torch.cat([upsample(self.from32(f32)), f16], 1)))
        t8 = self.fuse8(torch.cat([upsample(self.to8(t16)), f8], 1))
        t4 = self.fuse4(torch.cat([upsample(self.to4(t8)), f4, space_to_depth(l_b1hw, 4)], 1))
        fine = torch.cat([self.to2(t4), space_to_depth(l_b1hw, 2)], 1)
        t2 = self.fuse2(fine)
        l4, l2 = functional.avg_pool2d(l_b1hw, 4), functional.avg_pool2d(l_b1hw, 2)
        return Context(t16, t8, t4, t2, self.auto(t2).float(), self.affinity4(t4, l4), self.affinity2(t2, l2))


class GlobalHints(nn.Sequential):
    """Histogram, saturation and their indicators -> a vector summed in at 1/16 (zhang2017 3.4.3: four of 512).

    A histogram's entries are a few hundredths: their roots, enlarged, reach the last layer as loud as other features.
    """

    def __init__(self, n_out: int) -> None:
        layers: list[nn.Module] = []
        for n_in in (N_GLOBAL, 512, 512, 512):
            layers += [nn.Conv2d(n_in, 512, 1), nn.ReLU()]
        super().__init__(*layers, nn.Conv2d(512, n_out, 1))
        for layer in self:
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                nn.init.zeros_(layer.bias)  # type: ignore[arg-type]

    def forward(self, globals_bg11: Tensor) -> Tensor:
        """(b, 316, 1, 1) -> (b, n_out, 1, 1)."""
        x_bc11 = 10.0 * torch.sqrt(globals_bg11.clamp_min(1e-8))
        for layer in self:
            x_bc11 = layer(x_bc11)
        return x_bc11


class Fuse(ConvNorm):
    """A `ConvNorm` over what comes from below, the neck's context and the guide, joined in this order.

    A convolution is linear: the context's share does not change with the hints and is computed once per picture.
    """

    def __init__(self, n_below: int, n_context: int, n_out: int, kernel: int = 3) -> None:
        super().__init__(n_below + n_context + N_GUIDE, n_out, kernel)
        self.first, self.last = n_below, n_below + n_context

    def ahead(self, context_bchw: Tensor) -> Tensor:
        """The context's share of the convolution; in evaluation with the normalization in it."""
        raw = self._convolved(context_bchw, self._weight()[:, self.first : self.last])
        return raw if self.training else raw + folded(self[0], self[1])[1].view(1, -1, 1, 1)

    def forward(self, below_and_guide: Tensor, ahead: Tensor) -> Tensor:  # type: ignore[override]
        """The rest of it, and the nonlinearity."""
        weight = self._weight()
        weight = torch.cat([weight[:, : self.first], weight[:, self.last :]], 1)
        raw = self._convolved(below_and_guide, weight) + ahead
        return functional.relu(self[1](raw) if self.training else raw)

    def _weight(self) -> Tensor:
        weight: Tensor = self[0].weight  # type: ignore[assignment]
        return weight if self.training else folded(self[0], self[1])[0]

    def _convolved(self, x_bchw: Tensor, weight: Tensor) -> Tensor:
        return functional.conv2d(x_bchw, weight, padding=weight.shape[-1] // 2)


@dataclass
class Ahead:
    """The context's shares of the decoder's four `Fuse` layers, and what else hints do not change."""

    a16: Tensor
    a8: Tensor
    a4: Tensor
    a2: Tensor
    auto2: Tensor
    grid2: Tensor


def hypercolumn(d16: Tensor, d8: Tensor, d4: Tensor) -> Tensor:
    """The decoder's levels at 1/4, side by side: what the bins are read from (zhang2017 3.4.2).

    No gradient passes: the distribution does not disturb the colour branch.
    """
    return torch.cat([d4, upsample(d8), upsample(d16, 4)], 1).detach()


class Bins(nn.Module):
    """The hypercolumn's classifier (zhang2017 3.4.2, eq. 6, 7).

    What it reads is normalized: the level at 1/16 is sixty times as loud as the one at 1/4, and drowns it. That is not
    folded into the convolution's weights, whose steps in eight bits would then be those of the faintest channel.
    """

    def __init__(self, n_in: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(n_in, affine=False)
        self.first = nn.Conv2d(n_in, 128, 1)
        self.last = nn.Conv2d(128, N_BINS, 1)

    def forward(self, column_bchw: Tensor) -> Tensor:
        """(b, n_in, h, w) -> logits (b, 313, h, w)."""
        logits: Tensor = self.last(functional.relu(self.first(self.norm(column_bchw))))
        return logits


class Decoder(nn.Module):
    """Context and hints -> corrected ab at 1/2, and what the bin logits at 1/4 are read from."""

    def __init__(self, size: PhotoSize) -> None:
        super().__init__()
        n16, n8, n4, n2 = size.decoder
        k16, k8, k4, k2 = size.neck
        self.relax_steps = size.relax_steps
        self.global_hints = GlobalHints(n16)
        self.fuse16 = Fuse(0, k16, n16, 1)
        self.attend = nn.Sequential(*[Attention(n16) for _ in range(size.decoder_attention)])
        self.to8 = ConvNorm(n16, n8, 1)
        self.fuse8 = nn.ModuleList([Fuse(n8, k8, n8), Residual(n8)])
        self.to4 = ConvNorm(n8, n4, 1)
        self.fuse4 = nn.ModuleList([Fuse(n4, k4, n4), Residual(n4)])
        self.to2 = nn.ConvTranspose2d(n4, n2, 2, stride=2)
        self.fuse2 = Fuse(n2, k2, n2)
        self.gate_and_correction = nn.Conv2d(n2, 3, 3, padding=1)
        assert self.gate_and_correction.bias is not None
        nn.init.zeros_(self.gate_and_correction.weight[1:])
        nn.init.zeros_(self.gate_and_correction.bias[1:])
        self.bins = Bins(n4 + n8 + n16)

    def forward(
        self, context: Context, hint_b2hw: Tensor, mask_b1hw: Tensor, spread4: Spread, globals_bg11: Tensor
    ) -> tuple[Prediction, Levels]:
        """Hints at 1/2 (ab/110 and share), hints spread at 1/4, global hints (b, 316, 1, 1)."""
        return self.with_column(self.ahead(context), hint_b2hw, mask_b1hw, spread4, globals_bg11)

    def ahead(self, context: Context) -> Ahead:
        """What an edit needs of a picture and no hint changes."""
        return Ahead(
            self.fuse16.ahead(context.t16),
            self.fuse8[0].ahead(context.t8),  # type: ignore[operator]
            self.fuse4[0].ahead(context.t4),  # type: ignore[operator]
            self.fuse2.ahead(context.t2),
            context.auto2,
            context.grid2,
        )

    def with_column(
        self, picture: Ahead, hint_b2hw: Tensor, mask_b1hw: Tensor, spread4: Spread, globals_bg11: Tensor
    ) -> tuple[Prediction, Levels]:
        """Colours, and the levels of the hypercolumn that the bins are read from."""
        base2, fill2 = self.relaxed(picture, hint_b2hw, mask_b1hw, spread4)
        hinted = (mask_b1hw > 0).to(hint_b2hw.dtype)
        residual2 = (hint_b2hw - picture.auto2) * hinted
        confidence2 = upsample(spread4.confidence)
        towards_fill = (fill2 - base2) * confidence2
        guide2 = torch.cat([residual2, base2, picture.auto2, mask_b1hw, confidence2, towards_fill], 1)
        guide4, guide8, guide16 = (_pooled(guide2, mask_b1hw, by) for by in (2, 4, 8))
        d16 = self.attend(self.fuse16(guide16, picture.a16) + self.global_hints(globals_bg11))
        d8 = self.fuse8[1](self.fuse8[0](torch.cat([upsample(self.to8(d16)), guide8], 1), picture.a8))
        d4 = self.fuse4[1](self.fuse4[0](torch.cat([upsample(self.to4(d8)), guide4], 1), picture.a4))
        d2 = self.fuse2(torch.cat([self.to2(d4), guide2], 1), picture.a2)
        gate, correction = self.gate_and_correction(d2).float().split([1, 2], 1)
        ab2 = base2 + torch.sigmoid(gate) * towards_fill + correction
        return Prediction(picture.auto2, base2, ab2), (d16, d8, d4)

    def relaxed(
        self, picture: Ahead | Context, hint_b2hw: Tensor, mask_b1hw: Tensor, spread4: Spread
    ) -> tuple[Tensor, Tensor]:
        """At 1/2, relaxed from 1/4: automatic colour plus residual, and the hints' colours filled in.

        Few hints correct the automatic colour best; many tell it better themselves. The decoder's gate chooses.
        """
        right, down, _, trust = torch.split(picture.grid2, 1, 1)
        weight = mask_b1hw * trust
        start = upsample(torch.cat([spread4.residual, spread4.fill], 1))
        target = torch.cat([hint_b2hw - picture.auto2, hint_b2hw], 1) * weight
        residual, fill = relax(start, target, right, down, weight, self.relax_steps).chunk(2, 1)
        return picture.auto2 + residual, fill


def _pooled(guide_bchw: Tensor, mask_b1hw: Tensor, by: int) -> Tensor:
    """The residual averaged over the hinted part of a cell, the other channels over all of it."""
    residual, _ = pool_hints(guide_bchw[:, :2], mask_b1hw, by)
    return torch.cat([residual, functional.avg_pool2d(guide_bchw[:, 2:], by)], 1)


class PhotoNetwork(nn.Module):
    """Crown, neck, spread and decoder; the encoder stands outside, since its features may come from a cache.

    `pretrained`: the crown begins with the encoder's own weights, not with noise.
    """

    def __init__(self, size: PhotoSize | None = None, *, pretrained: bool = False) -> None:
        super().__init__()
        self.size = size or PhotoSize()
        self.crown = Crown(pretrained=pretrained)
        self.neck = Neck(self.size)
        self.decoder = Decoder(self.size)

    def context(self, f4: Tensor, f8: Tensor, l_b1hw: Tensor) -> Context:
        """What the frozen encoder's two maps become before any hint."""
        made: Context = self.neck([f4, f8, *self.crown(f8)], l_b1hw)
        return made

    def spread(self, context: Context, hint_b2hw: Tensor, mask_b1hw: Tensor) -> Spread:
        """The hints spread at 1/4: their residual against the automatic colour, and their colours.

        A larger grid needs more steps: a solve that has not converged trains affinities for another solver than the
        exact one that serves people.
        """
        hinted = (mask_b1hw > 0).to(hint_b2hw.dtype)
        value2 = torch.cat([hint_b2hw - context.auto2, hint_b2hw], 1) * hinted
        value4, share4 = pool_hints(value2, mask_b1hw, 2)
        right, down, screen, trust = torch.split(context.grid4, 1, 1)
        steps = self.size.solve_steps * max(32, *share4.shape[2:]) // 32
        solved, confidence = spread(value4, share4 * trust, right, down, screen, steps)
        residual, colours = solved.chunk(2, 1)
        return Spread(residual, colours / confidence.clamp_min(LEAST_CONFIDENCE), confidence)

    def forward(
        self,
        features: list[Tensor],
        l_b1hw: Tensor,
        hint_b2hw: Tensor,
        mask_b1hw: Tensor,
        globals_bg11: Tensor,
    ) -> tuple[Prediction, Levels]:
        """All of an edit but the bins; see `Neck` and `Decoder` for the inputs."""
        context = self.neck(features, l_b1hw)
        with torch.autocast(l_b1hw.device.type, enabled=False):
            spread4 = self.spread(context, hint_b2hw, mask_b1hw)
        made: tuple[Prediction, Levels] = self.decoder(context, hint_b2hw, mask_b1hw, spread4, globals_bg11)
        return made
