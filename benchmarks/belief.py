"""What the learnt belief gains on held-out training photographs: `python belief.py [--data FOLDER] [--pictures N]`.

Answered questions (decision 0005), and local hints at each share of the belief in the answer (decision 0004); gain over
gray in dB.
"""

import argparse
from pathlib import Path

import numpy as np
from tqdm import tqdm

from huewise.engine import Colorizer
from huewise.evaluation.hint_curve import random_hints
from huewise.evaluation.kang2018 import asked, filled
from huewise.evaluation.metrics import psnr
from huewise.evaluation.opened import Subject
from huewise.propagate.resample import enlarged
from huewise.training.pictures import data_folder, list_pictures, split

COUNTS = (2, 3, 5, 10, 30, 100)
SHARES = (0.0, 0.2, 0.4, 0.6)


def answers(subject: Subject) -> list[float]:
    """After 0 to 3 answered questions."""
    return filled([psnr(subject.colorized(hints), subject.truth) for hints in asked(subject, 3)[1]])


def hinted(subject: Subject) -> np.ndarray:
    """(shares, counts): the network's answer moved towards the belief's by each share."""
    opened, hints = subject.opened, random_hints(subject, max(COUNTS))
    belief = opened.belief
    assert belief is not None, "the model has no belief"
    made = np.empty((len(SHARES), len(COUNTS)))
    for j, n in enumerate(COUNTS):
        sources = opened.sources(hints[:n])
        plain = opened.network(hints[:n])
        believed = belief.automatic_hw2 + enlarged(belief.after(sources)[0], plain.shape[:2])
        for i, share in enumerate(SHARES):
            made[i, j] = psnr(subject.painted(plain + np.float32(share) * (believed - plain)), subject.truth)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with photos/train-*.tar")
    parser.add_argument("--pictures", type=int, default=60)
    options = parser.parse_args()
    shards = sorted((data_folder(options.data) / "photos").glob("train-*.tar"))
    held_out = split(list_pictures(shards))[1]
    order = np.random.default_rng(1).permutation(len(held_out))[: options.pictures]
    colorizer, rows, tables = Colorizer.load("photo"), [], []
    for index in tqdm(order, disable=None):
        subject = Subject.read(held_out[index], colorizer)
        gray = psnr(subject.gray, subject.truth)
        rows.append(np.array(answers(subject)) - gray)
        tables.append(hinted(subject) - gray)
    print("0 to 3 answers:", *(f"{gain:.2f}" for gain in np.mean(rows, 0)))
    print(f"share of the belief, with {', '.join(map(str, COUNTS))} hints:")
    for share, gains in zip(SHARES, np.mean(tables, 0), strict=True):
        print(f"{share:.1f}:", *(f"{gain:.2f}" for gain in gains))


if __name__ == "__main__":
    main()
