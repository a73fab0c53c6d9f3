"""What vividness costs: mean chroma and PSNR of the default mix, for the choice of its temperature and share.

    python -m huewise.evaluation.vividness [--model NAME] PLACE...

Places are shards or folders of *training* pictures; only their held-out part is read, so nothing is tuned on what is
published. The criterion: mean chroma nearest to 0.8 of the truth's among the settings that cost less than 0.25 dB;
where none reaches 0.8, the most vivid of them.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from huewise.color import annealed_mean
from huewise.engine import Colorizer
from huewise.evaluation.metrics import mean_chroma, psnr
from huewise.evaluation.opened import Subject
from huewise.propagate.resample import enlarged
from huewise.training.pictures import list_pictures, split

TEMPERATURES = (1.0, 0.7, 0.5, 0.38, 0.25)
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
COST = 0.25  # dB
WANTED = 0.8  # of the truth's mean chroma

Setting = tuple[float, float]  # temperature, share of the annealed mean


def measure(subject: Subject) -> Iterator[tuple[Setting, float, float]]:
    """(setting, PSNR, mean chroma) of the automatic result under every setting."""
    opened = subject.opened
    regression, p_hwq = opened.branches()
    for temperature in TEMPERATURES:
        vivid = enlarged(annealed_mean(p_hwq, opened.colorizer.bins, temperature), regression.shape[:2])
        for share in SHARES:
            rgb = subject.painted(regression + np.float32(share) * (vivid - regression))
            yield (temperature, share), psnr(rgb, subject.truth), mean_chroma(rgb)


def trade_off(subjects: Sequence[Subject]) -> dict[Setting, tuple[float, float]]:
    """Setting -> mean PSNR, ratio of mean chroma to the truth's."""
    sums: dict[Setting, NDArray[np.float64]] = {}
    for subject in subjects:
        for setting, decibel, chroma in measure(subject):
            sums[setting] = sums.get(setting, np.zeros(2)) + np.array([decibel, chroma])
    truth = sum(mean_chroma(subject.truth) for subject in subjects)
    return {s: (float(v[0] / len(subjects)), float(v[1] / truth)) for s, v in sums.items()}


def choose(table: dict[Setting, tuple[float, float]]) -> Setting:
    """The setting that the criterion names."""
    best = max(decibel for decibel, _ in table.values())
    allowed = {s: ratio for s, (decibel, ratio) in table.items() if decibel >= best - COST}
    return min(allowed, key=lambda setting: (abs(allowed[setting] - WANTED), setting[1]))


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", default="photo")
    parser.add_argument("--pictures", type=int, default=60)
    parser.add_argument("places", type=Path, nargs="+")
    args = parser.parse_args()
    held_out = split(list_pictures(args.places))[1][: args.pictures]
    colorizer = Colorizer.load(args.model)
    table = trade_off([Subject.read(source, colorizer) for source in held_out])
    for (temperature, share), (decibel, ratio) in table.items():
        row = {
            "temperature": temperature,
            "share": share,
            "psnr": round(decibel, 3),
            "chroma": round(ratio, 3),
        }
        print(json.dumps(row))
    print(json.dumps({"chosen": choose(table)}))


if __name__ == "__main__":
    main()
