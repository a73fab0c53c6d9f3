"""The unified asker: questions on top of the photo network, whose answers are region hints of it.

    context, current ab, hints so far  ->  question at 1/4  ->  answer (kang2018 eq. 4)  ->  region hint at 1/2  ->  ab

Unlike the paper's network, answers stay: they are hints like any other, and a person's points and strokes are known to
the questions as well. The photo network is frozen, or its decoder is tuned along.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from huewise.asking import weighted_mean
from huewise.networks.asker import Change
from huewise.networks.blocks import Attention, ConvNorm, Residual, upsample
from huewise.networks.photo import N_GLOBAL, Context, PhotoNetwork, PhotoSize

N_STATE = 7  # current ab, what hints changed of the automatic ab, hinted share, confidence, last question


@dataclass
class State:
    """Where a conversation stands: hints at 1/2 (ab/110, share), confidence at 1/4, ab at 1/2, last question."""

    hint2: Tensor
    mask2: Tensor
    confidence4: Tensor
    ab2: Tensor
    question4: Tensor


class UnifiedAsker(nn.Module):
    """Context and state -> the next question, one soft region at 1/4 of the picture."""

    def __init__(self, photo: PhotoSize | None = None, width: int = 48) -> None:
        super().__init__()
        n16, n8, n4, _ = (photo or PhotoSize()).neck
        self.state = ConvNorm(N_STATE, width)
        self.at16 = ConvNorm(n16 + width, 2 * width, 1)
        self.attend = nn.Sequential(Attention(2 * width), Attention(2 * width))
        self.to8 = ConvNorm(2 * width + n8, width, 1)
        self.at4 = nn.Sequential(ConvNorm(2 * width + n4, width), Residual(width))
        self.head = nn.Conv2d(width, 1, 3, padding=1)

    def forward(self, context: Context, state: State) -> Tensor:
        """(b, 1, h/4, w/4) in 0..1, exactly 0 outside of the region."""
        return hard_sigmoid(self.logits(context, describe(context, state)))

    def logits(self, context: Context, state_b7hw: Tensor) -> Tensor:
        """The same before the sigmoid, from the state as `describe` gives it."""
        state4 = self.state(state_b7hw)
        x = self.at16(torch.cat([context.t16, functional.avg_pool2d(state4, 4)], 1))
        x = self.to8(torch.cat([upsample(self.attend(x)), context.t8], 1))
        out: Tensor = self.head(self.at4(torch.cat([upsample(x), context.t4, state4], 1)))
        return out


def describe(context: Context, state: State) -> Tensor:
    """A state as channels at 1/4: (b, 7, h/4, w/4)."""
    ab4 = functional.avg_pool2d(state.ab2, 2)
    changed4 = ab4 - functional.avg_pool2d(context.auto2, 2)
    share4 = functional.avg_pool2d(state.mask2, 2)
    return torch.cat([ab4, changed4, share4, state.confidence4, state.question4], 1)


def hard_sigmoid(x: Tensor) -> Tensor:
    """Sigmoid in three straight lines, 0 below -3 and 1 above 3, with the gradient of the smooth one.

    A region hint reaches every cell whose share is above 0; a true sigmoid would hint the whole picture.
    """
    smooth = torch.sigmoid(x)
    return smooth + (functional.hardsigmoid(x) - smooth).detach()


def lay_over(hint2: Tensor, mask2: Tensor, cover2: Tensor, answer_b2: Tensor) -> tuple[Tensor, Tensor]:
    """Hinted ab and share after a region with this cover was hinted: what is below shines through (`hints.raster`)."""
    below = mask2 * (1.0 - cover2)
    share = below + cover2
    mixed = (hint2 * below + answer_b2[:, :, None, None] * cover2) / share.clamp_min(1e-6)
    return mixed, share


def first_state(photo: PhotoNetwork, context: Context, hint2: Tensor, mask2: Tensor) -> State:
    """The state before the first question; there may be hints already."""
    ab2, confidence4 = colored(photo, context, hint2, mask2)
    return State(hint2, mask2, confidence4, ab2, torch.zeros_like(confidence4))


def next_state(
    photo: PhotoNetwork, context: Context, state: State, question4: Tensor, answer_b2: Tensor
) -> State:
    """The state after an answer (ab/110)."""
    hint2, mask2 = lay_over(state.hint2, state.mask2, upsample(question4).clamp(0.0, 1.0), answer_b2)
    ab2, confidence4 = colored(photo, context, hint2, mask2)
    return State(hint2, mask2, confidence4, ab2, question4)


def colored(photo: PhotoNetwork, context: Context, hint2: Tensor, mask2: Tensor) -> tuple[Tensor, Tensor]:
    """The photo network's ab at 1/2 for these hints, and the confidence of their spread at 1/4."""
    with torch.autocast(hint2.device.type, enabled=False):
        spread4 = photo.spread(context, hint2, mask2)
    none = hint2.new_zeros(len(hint2), N_GLOBAL, 1, 1)
    made = photo.decoder(context, hint2, mask2, spread4, none, with_bins=False)
    return made.ab2, spread4.confidence


def unified_talk(
    asker: UnifiedAsker,
    photo: PhotoNetwork,
    context: Context,
    state: State,
    truth2: Tensor,
    n: int,
    change: Change = lambda a: a,
) -> tuple[list[State], list[Tensor]]:
    """Ask n questions, answered by the true ab/110 at 1/2 through `change`: states 0..n and the questions."""
    truth4 = functional.avg_pool2d(truth2, 2)
    states, questions = [state], list[Tensor]()
    for _ in range(n):
        question4 = asker(context, states[-1])
        answer = change(weighted_mean(question4, truth4, (2, 3)))
        questions.append(question4)
        states.append(next_state(photo, context, states[-1], question4, answer))
    return states, questions
