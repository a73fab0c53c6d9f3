from itertools import pairwise

import pytest
import torch
from torch import Tensor

from huewise.networks.encoder import CHANNELS
from huewise.networks.photo import Context, PhotoNetwork, PhotoSize
from huewise.networks.unified_asker import (
    UnifiedAsker,
    first_state,
    hard_sigmoid,
    lay_over,
    next_state,
    unified_talk,
)

pytestmark = pytest.mark.train

SIZE = PhotoSize((16, 12, 8, 8), (16, 12, 8, 8), 1, 1, relax_steps=2, solve_steps=40)
SIDE = 64


def made() -> tuple[UnifiedAsker, PhotoNetwork, Context]:
    torch.manual_seed(0)
    photo = PhotoNetwork(SIZE).eval()
    features = [
        torch.randn(1, c, SIDE // s, SIDE // s) for c, s in zip(CHANNELS, (4, 8, 16, 32), strict=True)
    ]
    with torch.no_grad():
        context = photo.neck(features, torch.randn(1, 1, SIDE, SIDE).clamp(-1, 1))
    return UnifiedAsker(SIZE, width=16).eval(), photo, context


def no_hints() -> tuple[Tensor, Tensor]:
    return torch.zeros(1, 2, SIDE // 2, SIDE // 2), torch.zeros(1, 1, SIDE // 2, SIDE // 2)


def left_half() -> Tensor:
    question = torch.zeros(1, 1, SIDE // 4, SIDE // 4)
    question[..., : SIDE // 8] = 1.0
    return question


def test_question_is_a_map_at_a_quarter_of_the_picture() -> None:
    asker, photo, context = made()
    question = asker(context, first_state(photo, context, *no_hints()))
    assert question.shape == (1, 1, SIDE // 4, SIDE // 4)
    assert 0 <= question.min() < question.max() <= 1


def test_hard_sigmoid_is_exactly_zero_outside_and_still_learns_there() -> None:
    x = torch.tensor([-5.0, 0.0, 5.0], requires_grad=True)
    made_ = hard_sigmoid(x)
    torch.testing.assert_close(made_.detach(), torch.tensor([0.0, 0.5, 1.0]))
    made_.sum().backward()  # type: ignore[no-untyped-call]
    assert x.grad is not None
    assert (x.grad > 0).all()


def test_answer_becomes_the_hint_of_its_region_and_of_nothing_else() -> None:
    _, photo, context = made()
    before = first_state(photo, context, *no_hints())
    after = next_state(photo, context, before, left_half(), torch.tensor([[0.3, -0.2]]))
    torch.testing.assert_close(after.hint2[0, :, 3, 2], torch.tensor([0.3, -0.2]))
    assert after.mask2[0, 0, 3, 2] == 1.0
    assert after.mask2[0, 0, 3, -1] == 0.0


def test_answered_region_takes_the_answers_colour_and_is_known_with_confidence() -> None:
    _, photo, context = made()
    before = first_state(photo, context, *no_hints())
    after = next_state(photo, context, before, left_half(), torch.tensor([[0.3, -0.2]]))
    region = after.ab2[0, :, :, : SIDE // 8]
    assert (region.mean((1, 2)) - torch.tensor([0.3, -0.2])).abs().max() < 0.05
    assert after.confidence4[..., :4].mean() > 0.8 > before.confidence4.max() + 0.5


def test_soft_region_lets_an_earlier_hint_shine_through() -> None:
    hint, mask = lay_over(
        torch.full((1, 2, 1, 1), 0.2),
        torch.ones(1, 1, 1, 1),
        torch.full((1, 1, 1, 1), 0.25),
        torch.full((1, 2), 1.0),
    )
    torch.testing.assert_close(hint, torch.full((1, 2, 1, 1), 0.75 * 0.2 + 0.25))
    torch.testing.assert_close(mask, torch.ones(1, 1, 1, 1))


def test_earlier_answers_stay_hinted() -> None:
    asker, photo, context = made()
    truth = torch.randn(1, 2, SIDE // 2, SIDE // 2) * 0.1
    states, questions = unified_talk(
        asker, photo, context, first_state(photo, context, *no_hints()), truth, 3
    )
    assert (len(states), len(questions)) == (4, 3)
    shares = [state.mask2.sum() for state in states]
    assert all(later >= earlier for earlier, later in pairwise(shares))


def test_gradient_reaches_the_asker_through_the_frozen_photo_network() -> None:
    asker, photo, context = made()
    photo.requires_grad_(False)
    truth = torch.randn(1, 2, SIDE // 2, SIDE // 2) * 0.1
    states, _ = unified_talk(asker, photo, context, first_state(photo, context, *no_hints()), truth, 2)
    (states[-1].ab2 - truth).square().mean().backward()  # type: ignore[no-untyped-call]
    grads = [p.grad for p in asker.parameters()]
    assert all(grad is not None for grad in grads)
    assert any(grad.abs().max() > 0 for grad in grads if grad is not None)
    assert all(p.grad is None for p in photo.parameters())
