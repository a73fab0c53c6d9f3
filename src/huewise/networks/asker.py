"""The asking network of kang2018, as written: one U-Net that colours and asks (section 4, figure 3).

    y_{t+1}, q_{t+1} = f(x, q_t, c_t, y_t)   (5, 7)      c_t = q_t * a_t   (6)      zeros at the start

Nothing but y carries what earlier answers said. Channels: x 1 (lightness or drawing), y and c 2 (ab/110) for
photographs or 3 (RGB in -1..1) for drawings, q 1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from huewise.asking import weighted_mean
from huewise.networks.blocks import upsample

SLOPE = 0.1  # of the leaky ReLU below 0

Change = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class AskerSize:
    """`width`: channels at full size, doubled at each of `depth` halvings up to eight times; `colors`: of y."""

    width: int = 32
    depth: int = 5
    colors: int = 2


@dataclass
class Talk:
    """A conversation unrolled: predictions y_1..y_{n+1}, the n questions asked, their answers, the next question."""

    predictions: list[Tensor]  # (b, colors, h, w)
    questions: list[Tensor]  # (b, 1, h, w), 0..1
    answers: list[Tensor]  # (b, colors), as given (with noise)
    next_question: Tensor


class UNet(nn.Module):
    """Convolutions down by halves and up again with shortcuts (Ronneberger et al. 2015); sides multiples of 2^depth.

    No normalization, as in the original: it takes away how strong a constant input is, and an answer about the whole
    picture is one. (One random colour a picture, one question, 400 steps: squared error 2.0 before the answer; after it
    0.13 without, 1.04 with normalization over all channels.)
    """

    def __init__(self, n_in: int, n_out: int, width: int, depth: int) -> None:
        super().__init__()
        sizes = [width * min(2**level, 8) for level in range(depth + 1)]
        self.first = _pair(n_in, sizes[0])
        self.down = nn.ModuleList(_pair(a, b) for a, b in pairwise(sizes))
        self.up = nn.ModuleList(nn.Conv2d(b, a, 1) for a, b in pairwise(sizes))
        self.join = nn.ModuleList(_pair(2 * a, a) for a in sizes[:-1])
        self.pool = nn.MaxPool2d(2)
        self.last = nn.Conv2d(sizes[0], n_out, 1)

    def forward(self, x_bchw: Tensor) -> Tensor:
        """(b, n_in, h, w) -> (b, n_out, h, w)."""
        levels = [self.first(x_bchw)]
        for down in self.down:
            levels.append(down(self.pool(levels[-1])))
        x = levels.pop()
        for up, join in zip(reversed(self.up), reversed(self.join), strict=True):
            x = join(torch.cat([upsample(up(x)), levels.pop()], 1))
        out: Tensor = self.last(x)
        return out


def _pair(n_in: int, n_out: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for n in (n_in, n_out):
        layers += [nn.Conv2d(n, n_out, 3, padding=1), nn.LeakyReLU(SLOPE, inplace=True)]
        nn.init.kaiming_normal_(layers[-2].weight, SLOPE)  # type: ignore[arg-type]
    return nn.Sequential(*layers)


class Asker(nn.Module):
    """f and g of the paper in one network."""

    def __init__(self, size: AskerSize | None = None) -> None:
        super().__init__()
        self.size = size or AskerSize()
        n = self.size.colors
        self.net = UNet(1 + 1 + 2 * n, n + 1, self.size.width, self.size.depth)

    def forward(
        self, x_b1hw: Tensor, q_b1hw: Tensor, c_bnhw: Tensor, y_bnhw: Tensor
    ) -> tuple[Tensor, Tensor]:
        """One step of equation 5: (next y, next q)."""
        out = self.net(torch.cat([x_b1hw, q_b1hw, c_bnhw, y_bnhw], 1)).float()
        return out[:, :-1], torch.sigmoid(out[:, -1:])

    def start(self, x_b1hw: Tensor) -> tuple[Tensor, Tensor]:
        """y_1 and q_1, from zeros."""
        y = torch.zeros_like(x_b1hw).expand(-1, self.size.colors, -1, -1)
        return self(x_b1hw, torch.zeros_like(x_b1hw), y, y)  # type: ignore[no-any-return]

    def reply(self, x_b1hw: Tensor, q_b1hw: Tensor, a_bn: Tensor, y_bnhw: Tensor) -> tuple[Tensor, Tensor]:
        """The next y and q after the answer `a_bn` to `q_b1hw`, spread over the question (equation 6)."""
        return self(x_b1hw, q_b1hw, q_b1hw * a_bn[:, :, None, None], y_bnhw)  # type: ignore[no-any-return]

    def talk(self, x_b1hw: Tensor, truth_bnhw: Tensor, n: int, change: Change = lambda a: a) -> Talk:
        """Ask n questions, answered by the truth (equation 4) through `change` (noise); gradients go all the way."""
        y, q = self.start(x_b1hw)
        talk = Talk([y], [], [], q)
        for _ in range(n):
            answer = change(weighted_mean(talk.next_question, truth_bnhw, (2, 3)))
            talk.questions.append(talk.next_question)
            talk.answers.append(answer)
            y, talk.next_question = self.reply(x_b1hw, talk.questions[-1], answer, talk.predictions[-1])
            talk.predictions.append(y)
        return talk
