"""Training the digit asker: the test-sized recipe that shows the paradigm at work outside of colour.

The digits are scikit-learn's own (UCI optical recognition, 1,797 pictures of 8x8), split 80/20 by a seed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from huewise.asking import Exchange, Predict, weighted_mean
from huewise.networks.digit_asker import SIDE, DigitAsker
from huewise.training.asking import roughness
from huewise.training.loop import Run
from huewise.training.recipe import Recipe

F32 = NDArray[np.float32]
Batch = dict[str, Tensor]
Choose = Callable[[Tensor], Tensor]  # the network's own next question (b, 8, 8) -> the question that is asked

N_QUESTION = 6
NOISE = 0.02  # deviation of the noise on an answer (kang2018 4.1), brightness 0..1
SMOOTHNESS = 0.02  # lambda of kang2018 eq. 8


@dataclass(frozen=True)
class Digits:
    """Pictures (n, 8, 8) in 0..1 and their classes (n,)."""

    picture: F32
    label: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.label)


def load_digits(seed: int = 0) -> tuple[Digits, Digits]:
    """(training digits, held-out digits)."""
    from sklearn import datasets

    found = datasets.load_digits()
    order = np.random.default_rng(seed).permutation(len(found.target))
    picture, label = (found.images[order] / 16.0).astype(np.float32), found.target[order].astype(np.int64)
    cut = len(order) // 5
    return Digits(picture[cut:], label[cut:]), Digits(picture[:cut], label[:cut])


def own(question_b88: Tensor) -> Tensor:
    """Ask what the network asks."""
    return question_b88


def random_pixel(question_b88: Tensor) -> Tensor:
    """Ask for one pixel, drawn evenly, for each picture anew: the comparison."""
    pixel = torch.randint(SIDE * SIDE, (len(question_b88),), device=question_b88.device)
    return functional.one_hot(pixel, SIDE * SIDE).reshape(-1, SIDE, SIDE).to(question_b88.dtype)


def ask_digits(
    network: DigitAsker, picture_b88: Tensor, n: int, choose: Choose = own, noise: float = 0.0
) -> tuple[list[Tensor], list[Tensor], list[Tensor]]:
    """Ask n questions about hidden pictures: class scores after 0..n answers, questions, answers."""
    questions: list[Tensor] = []
    answers: list[Tensor] = []
    scores, question = network(questions, answers, len(picture_b88))
    made = [scores]
    for _ in range(n):
        questions.append(choose(question))
        told = weighted_mean(questions[-1], picture_b88, (1, 2))
        answers.append(told + noise * torch.randn_like(told) if noise else told)
        scores, question = network(questions, answers, len(picture_b88))
        made.append(scores)
    return made, questions, answers


def digit_losses(network: DigitAsker, batch: Batch, choose: Choose) -> dict[str, Tensor]:
    """Cross-entropy of the last prediction after a random number of questions, and smoothness (kang2018 4)."""
    n = int(torch.randint(network.n_question + 1, ()))
    made, questions, _ = ask_digits(network, batch["picture"], n, choose, NOISE)
    guess = functional.cross_entropy(made[-1], batch["label"])
    rough = sum((roughness(question) for question in questions), torch.zeros(()))
    return {"loss": guess + SMOOTHNESS * rough, "guess": guess}


def train_digits(recipe: Recipe, folder: Path, choose: Choose = own) -> DigitAsker:
    """Run the recipe's phases; the averaged weights are in `folder/run.pt` afterwards."""
    torch.manual_seed(recipe.seed)
    network = DigitAsker(N_QUESTION)
    train, _ = load_digits()
    run = Run(recipe, network, folder)
    for phase in run.phases():
        data = digit_batches(train, phase.batch, run.device, np.random.default_rng(run.seed))
        run.train(phase, list(network.parameters()), data, lambda batch: digit_losses(network, batch, choose))
    return network.cpu()


def digit_batches(
    digits: Digits, size: int, device: torch.device, rng: np.random.Generator
) -> Iterator[Batch]:
    """Endless batches, each picture moved by up to one pixel and noised: 1,400 pictures are few."""
    while True:
        index = rng.integers(len(digits), size=size)
        shift = tuple(int(s) for s in rng.integers(-1, 2, 2))
        picture = np.roll(digits.picture[index], shift, (1, 2))
        picture = picture + rng.normal(0, 0.05, picture.shape).astype(np.float32)
        yield {
            "picture": torch.from_numpy(picture).to(device),
            "label": torch.from_numpy(digits.label[index]).to(device),
        }


@torch.no_grad()
def accuracy(network: DigitAsker, digits: Digits, choose: Choose = own) -> list[float]:
    """Share of digits recognized after 0, 1, ... answers."""
    network.eval()
    picture, label = torch.from_numpy(digits.picture), torch.from_numpy(digits.label)
    made, _, _ = ask_digits(network, picture, network.n_question, choose)
    return [float((scores.argmax(1) == label).float().mean()) for scores in made]


@dataclass(frozen=True)
class Guess:
    """What the network makes of its answers: probability of each class (10,), and the next question (8, 8)."""

    p: F32
    question: F32


def predictor(network: DigitAsker) -> Predict[None, F32, float, Guess]:
    """The network as f and g of the paradigm, for `asking.converse`; there is no input."""
    network.eval()

    @torch.no_grad()
    def predict(x: None, answered: Sequence[Exchange[F32, float]], before: Guess | None, /) -> Guess:
        questions = [torch.from_numpy(exchange.question)[None] for exchange in answered]
        answers = [torch.tensor([exchange.answer], dtype=torch.float32) for exchange in answered]
        scores, question = network(questions, answers, 1)
        return Guess(scores.softmax(1)[0].numpy(), question[0].numpy())

    return predict
