import pytest
import torch
from torch import Tensor

from huewise.networks.asker import Asker, AskerSize

pytestmark = pytest.mark.train

SMALL = AskerSize(width=8, depth=2)


def made() -> tuple[Asker, Tensor, Tensor]:
    torch.manual_seed(0)
    return Asker(SMALL), torch.randn(2, 1, 16, 16), torch.randn(2, 2, 16, 16)


def test_one_network_gives_colours_and_a_question_between_zero_and_one() -> None:
    asker, x, _ = made()
    y, q = asker.start(x)
    assert y.shape == (2, 2, 16, 16)
    assert q.shape == (2, 1, 16, 16)
    assert 0 < q.min() < q.max() < 1


def test_drawings_are_coloured_in_three_channels() -> None:
    y, _ = Asker(AskerSize(width=8, depth=2, colors=3)).start(torch.randn(1, 1, 16, 16))
    assert y.shape == (1, 3, 16, 16)


def test_talk_has_one_prediction_more_than_questions_and_the_first_needs_no_answer() -> None:
    asker, x, truth = made()
    talk = asker.talk(x, truth, 3)
    assert [len(part) for part in (talk.predictions, talk.questions, talk.answers)] == [4, 3, 3]
    torch.testing.assert_close(talk.predictions[0], asker.start(x)[0])


def test_answer_is_the_truths_mean_under_the_question() -> None:
    asker, x, truth = made()
    talk = asker.talk(x, truth, 1)
    q = talk.questions[0]
    torch.testing.assert_close(talk.answers[0], (q * truth).sum((2, 3)) / q.sum((2, 3)))


def test_network_sees_the_answer_where_it_asked_and_nothing_else_of_the_truth() -> None:
    asker, x, truth = made()
    talk = asker.talk(x, truth, 1)
    y, _ = asker(
        x, talk.questions[0], talk.questions[0] * talk.answers[0][:, :, None, None], talk.predictions[0]
    )
    torch.testing.assert_close(talk.predictions[1], y)


def test_loss_at_the_end_reaches_the_first_question_through_its_answer() -> None:
    asker, x, truth = made()
    talk = asker.talk(x, truth, 2)
    talk.questions[0].retain_grad()
    talk.predictions[-1].sum().backward()  # type: ignore[no-untyped-call]
    grad = talk.questions[0].grad
    assert grad is not None
    assert grad.abs().max() > 0


def test_changed_answers_are_what_the_network_gets() -> None:
    asker, x, truth = made()
    talk = asker.talk(x, truth, 1, lambda a: a + 5.0)
    torch.testing.assert_close(talk.answers[0], asker.talk(x, truth, 1).answers[0] + 5.0)
    assert (talk.predictions[1] - asker.talk(x, truth, 1).predictions[1]).abs().max() > 1e-3
