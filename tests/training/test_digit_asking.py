from functools import partial

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("sklearn")

from huewise.asking import Grid, Truth, converse, own_question, weighted_mean  # noqa: E402
from huewise.networks.digit_asker import DigitAsker  # noqa: E402
from huewise.training.digit_asking import (  # noqa: E402
    accuracy,
    ask_digits,
    digit_batches,
    digit_losses,
    load_digits,
    own,
    predictor,
    random_pixel,
)

pytestmark = pytest.mark.train


def made() -> DigitAsker:
    torch.manual_seed(0)
    return DigitAsker(3, width=32)


def test_digits_are_split_without_overlap_and_lie_between_zero_and_one() -> None:
    train, held_out = load_digits()
    assert len(train) + len(held_out) == 1797
    assert 0.0 == train.picture.min() < train.picture.max() == 1.0
    seen = {picture.tobytes() for picture in train.picture}
    assert sum(picture.tobytes() in seen for picture in held_out.picture) == 0


def test_first_question_is_the_same_for_every_digit_and_the_second_follows_the_answer() -> None:
    _, digits = load_digits()
    _, questions, _ = ask_digits(made(), torch.from_numpy(digits.picture[:8]), 2)
    assert (questions[0] == questions[0][0]).all()
    assert (questions[1] != questions[1][0]).any()


def test_the_librarys_loop_and_training_ask_and_predict_alike() -> None:
    network = made()
    picture = load_digits()[1].picture[5]
    with torch.no_grad():
        scores, questions, answers = ask_digits(network, torch.from_numpy(picture)[None], 3)
    truth = Truth(picture, partial(weighted_mean, axes=(0, 1)))
    steps = list(converse(None, predictor(network), own_question, truth, answers=3))
    for i, exchange in enumerate(steps[-1].history):
        np.testing.assert_allclose(exchange.question, questions[i][0], atol=1e-5)
        assert exchange.answer == pytest.approx(float(answers[i]), abs=1e-5)
    for step, score in zip(steps, scores, strict=True):
        np.testing.assert_allclose(step.prediction.p, score.softmax(1)[0], atol=1e-5)


def test_any_policy_asks_the_same_network() -> None:
    truth = Truth(load_digits()[1].picture[5], partial(weighted_mean, axes=(0, 1)))
    steps = list(converse(None, predictor(made()), Grid((8, 8), 2), truth, answers=3))
    assert [exchange.question.sum() for exchange in steps[-1].history] == [16.0, 16.0, 16.0]


def test_random_questions_are_single_pixels() -> None:
    question = random_pixel(torch.zeros(20, 8, 8))
    assert (question.sum((1, 2)) == 1).all()
    assert question.argmax() != question[1].argmax() or len(torch.unique(question.flatten(1).argmax(1))) > 1


def test_training_makes_answers_worth_something() -> None:
    network, (train, held_out) = made(), load_digits()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    batches = digit_batches(train, 64, torch.device("cpu"), np.random.default_rng(0))
    for _ in range(200):
        losses = digit_losses(network, next(batches), own)
        optimizer.zero_grad()
        losses["loss"].backward()
        optimizer.step()
    shares = accuracy(network, held_out)
    assert shares[0] < 0.15
    assert max(shares[1:]) > shares[0] + 0.06
