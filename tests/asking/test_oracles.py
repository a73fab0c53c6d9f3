from collections.abc import Sequence
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from huewise.asking import Person, Truth, noisy, quantized, weighted_mean

F64 = NDArray[np.float64]
mean_color = partial(weighted_mean, axes=(0, 1))


def half() -> F64:
    """The left half of a 4 x 4 picture."""
    question = np.zeros((4, 4, 1))
    question[:, :2] = 1.0
    return question


def two_colors() -> F64:
    picture = np.zeros((4, 4, 2))
    picture[:, :2] = (20.0, -8.0)
    picture[:, 2:] = (-4.0, 60.0)
    return picture


def test_answer_is_the_mean_under_the_question() -> None:
    np.testing.assert_allclose(Truth(two_colors(), mean_color)(half()), (20.0, -8.0), atol=1e-4)


def test_half_weight_counts_half() -> None:
    question = np.where(half() > 0, 1.0, 0.5)  # eq. 4: (8 * 20 + 8 * 0.5 * -4) / (8 + 4)
    np.testing.assert_allclose(Truth(two_colors(), mean_color)(question), (12.0, 44.0 / 3), atol=1e-4)


@given(
    arrays(np.float64, (3, 4, 1), elements=st.floats(0.01, 1.0)),
    arrays(np.float64, (3, 4, 2), elements=st.floats(-100, 100)),
    st.floats(0.1, 1.0),
)
def test_answer_lies_within_the_picture_and_ignores_the_questions_scale(
    question: F64, picture: F64, scale: float
) -> None:
    given_answer = mean_color(question, picture)
    assert (given_answer >= picture.min((0, 1)) - 1e-2).all()
    assert (given_answer <= picture.max((0, 1)) + 1e-2).all()
    np.testing.assert_allclose(mean_color(scale * question, picture), given_answer, atol=1e-2)


def test_question_about_nothing_is_answered_with_nothing() -> None:
    np.testing.assert_array_equal(mean_color(np.zeros((4, 4, 1)), two_colors()), 0.0)


@pytest.mark.train
def test_torch_batch_is_answered_as_numpy_is_and_lets_gradients_through() -> None:
    torch = pytest.importorskip("torch")
    question = torch.tensor(half()).permute(2, 0, 1)[None].requires_grad_()
    picture = torch.tensor(two_colors()).permute(2, 0, 1)[None]
    answer = weighted_mean(question, picture, (2, 3))
    np.testing.assert_allclose(answer[0].detach(), mean_color(half(), two_colors()))
    answer[0, 0].backward()
    assert question.grad[0, 0, 0, 3] < 0 < question.grad.abs().sum()  # taking in the right half would lower a


def test_noise_has_the_asked_deviation_and_no_bias() -> None:
    oracle = noisy(Truth(two_colors(), mean_color), 3.0, np.random.default_rng(0))
    answers = np.array([oracle(half()) for _ in range(4000)])
    np.testing.assert_allclose(answers.mean(0), (20.0, -8.0), atol=0.2)
    np.testing.assert_allclose(answers.std(0), 3.0, rtol=0.05)


def test_quantized_answer_is_the_nearest_pencil() -> None:
    palette = np.array([(0.0, 0.0), (30.0, -10.0), (20.0, 60.0)])
    oracle = quantized(Truth(two_colors(), mean_color), palette)
    answer = oracle(half())
    assert answer is not None
    assert tuple(answer) == (30.0, -10.0)


def test_person_sees_suggestions_and_may_take_one_give_another_or_skip() -> None:
    seen: list[Sequence[str]] = []

    def tell(question: str, suggestions: Sequence[str]) -> str | None:
        seen.append(suggestions)
        return {"sky": suggestions[0], "coat": "teal"}.get(question)

    person = Person(tell, lambda question: [f"{question} blue", f"{question} gray"])
    assert [person("sky"), person("coat"), person("wall")] == ["sky blue", "teal", None]
    assert seen[2] == ["wall blue", "wall gray"]


def test_skipped_stays_skipped_under_noise_and_palette() -> None:
    def silent(question: F64) -> None:
        return None

    assert noisy(silent, 1.0, np.random.default_rng(0))(half()) is None
    assert quantized(silent, np.zeros((1, 2)))(half()) is None
