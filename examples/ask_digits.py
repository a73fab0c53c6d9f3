"""Recognize digits that are not seen, by asking for mean brightnesses of regions: asking outside of colour.

Trains the test-sized recipe `digits` (a minute a network), asks about held-out digits under several policies through
`huewise.asking`, prints how many are recognized, and draws the questions.

    python examples/ask_digits.py docs/papers/kang2018-digits.svg
"""

import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib as mpl
import numpy as np

from huewise.asking import Grid, RandomPoint, Truth, converse, own_question, weighted_mean
from huewise.training.digit_asking import (
    N_QUESTION,
    Digits,
    load_digits,
    own,
    predictor,
    random_pixel,
    train_digits,
)
from huewise.training.recipe import load_recipe

SHOWN = 8


def train(choose, minutes):
    from huewise.training.runs import scaled

    with TemporaryDirectory() as folder:
        return train_digits(scaled(load_recipe("digits"), minutes), Path(folder), choose)


def talk(network, ask, picture):
    mean = Truth(picture, partial(weighted_mean, axes=(0, 1)))
    return list(converse(None, predictor(network), ask, mean, answers=N_QUESTION))


def recognized(network, ask, digits):
    """Share of the digits recognized after 0..n answers."""
    right = np.zeros(N_QUESTION + 1)
    for picture, label in zip(digits.picture, digits.label, strict=True):
        steps = talk(network, ask, picture)
        right += [step.prediction.p.argmax() == label for step in steps]
    return right / len(digits)


def draw(network, digits, path):
    """One row a digit: the hidden picture, then each question in red over it with its answer and the guess after it."""
    mpl.use("svg")
    from matplotlib import pyplot as plt

    chosen = [int(np.flatnonzero(digits.label == n)[0]) for n in range(SHOWN)]
    figure, axes = plt.subplots(SHOWN, N_QUESTION + 1, figsize=(1.25 * (N_QUESTION + 1), 1.4 * SHOWN))
    for row, i in zip(axes, chosen, strict=True):
        last = talk(network, own_question, digits.picture[i])
        row[0].imshow(digits.picture[i], cmap="gray", vmin=0, vmax=1)
        row[0].set_title("hidden", fontsize=7)
        for axis, step in zip(row[1:], last[1:], strict=True):
            exchange, p = step.history[-1], step.prediction.p
            axis.imshow(digits.picture[i], cmap="gray", vmin=0, vmax=1)
            axis.imshow(np.ones((8, 8)), cmap="Reds", vmin=0, vmax=1.2, alpha=0.8 * exchange.question)
            axis.set_title(f"{exchange.answer:.2f} → {p.argmax()} ({p.max():.0%})", fontsize=7)
        for axis in row:
            axis.axis("off")
    figure.savefig(path, bbox_inches="tight")


def main(path="kang2018-digits.svg", minutes=1.0):
    print(f"training two networks, {minutes} minutes each", file=sys.stderr)
    asking, random = train(own, float(minutes)), train(random_pixel, float(minutes))
    _, held_out = load_digits()
    some = Digits(held_out.picture[:200], held_out.label[:200])
    rows = {
        "its own questions": recognized(asking, own_question, some),
        "the same network, a grid's cells": recognized(asking, Grid((8, 8), 3), some),
        "a network trained for random pixels": recognized(
            random, RandomPoint((8, 8), 1, np.random.default_rng(0)), some
        ),
    }
    print(f"| answers | {' | '.join(str(n) for n in range(N_QUESTION + 1))} |")
    print(f"|---|{'---|' * (N_QUESTION + 1)}")
    for name, share in rows.items():
        print(f"| {name} | {' | '.join(f'{value:.0%}' for value in share)} |")
    draw(asking, held_out, Path(path))
    print(f"digits, questions, answers and guesses -> {path}", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
