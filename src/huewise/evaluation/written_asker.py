"""The photo asker of kang2018 as written (`networks.asker`), from the run that trained it, beside ours."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huewise.asking import overlap, weighted_mean
from huewise.evaluation import question_measures as measures
from huewise.evaluation.metrics import psnr
from huewise.evaluation.opened import Subject
from huewise.imaging.lightness import area_mean
from huewise.training.runs import find_runs, recipe_of, weights_in

F32 = NDArray[np.float32]

NAME = "asking network as written"
RUN = "asker"
PLACES = (Path("runs"), Path("checkpoints"))


@dataclass(frozen=True)
class Talk:
    """`ab_thw2`: colours after 0, 1, ... answers, ab units; `questions`: the maps (h, w) 0..1 of those answers."""

    ab_thw2: list[F32]
    questions: list[F32]


class WrittenAsker:
    """Asks about a picture on the size that it was trained on, half the picture's, and hears the truth."""

    def __init__(self, folder: Path) -> None:
        from huewise.training.asking import build_asker
        from huewise.training.photo import load_weights

        weights = weights_in(folder)
        assert weights is not None, "find_runs gives folders with weights"
        self._network: Any = build_asker(recipe_of(folder))
        load_weights(self._network, weights)
        self._network.eval()
        self.fingerprint = f"{NAME}-{hashlib.sha256(weights.read_bytes()).hexdigest()[:12]}"

    @classmethod
    def found(cls, places: Sequence[Path] = PLACES) -> "WrittenAsker | None":
        """The one in the first of these folders that has a run `asker`; None where none has."""
        runs = find_runs((RUN,), places)
        return cls(runs[RUN]) if runs else None

    def talk(self, lab_hw3: F32, n: int, noise: float = 0.0, rng: np.random.Generator | None = None) -> Talk:
        """A conversation of n questions about a picture whose truth is `lab_hw3`; `noise`: of answers, ab units."""
        import torch

        from huewise.networks.photo import AB_SCALE

        multiple = 2**self._network.size.depth
        h, w = (max(multiple, round(side / 2 / multiple) * multiple) for side in lab_hw3.shape[:2])
        small = area_mean(np.ascontiguousarray(lab_hw3, np.float32), (h, w))
        x = torch.from_numpy(small[None, None, ..., 0] / 50.0 - 1.0)
        truth = torch.from_numpy(small[..., 1:].transpose(2, 0, 1)[None].copy() / AB_SCALE)
        with torch.no_grad():
            y, question = self._network.start(x)
            made, asked = [y], []
            for _ in range(n):
                answer = weighted_mean(question, truth, (2, 3))
                if rng is not None:
                    answer = answer + torch.from_numpy(
                        rng.normal(0, noise / AB_SCALE, (1, 2)).astype(np.float32)
                    )
                asked.append(question)
                y, question = self._network.reply(x, question, answer, made[-1])
                made.append(y)
        return Talk(
            [(one[0].numpy().transpose(1, 2, 0) * AB_SCALE).astype(np.float32) for one in made],
            [np.ascontiguousarray(one[0, 0].numpy(), np.float32) for one in asked],
        )

    def measure(self, subject: Subject, n: int) -> dict[str, Any]:
        """PSNR after 0..n answers, and what the questions are about and look like, as `kang2018.measure` of ours."""
        talk = self.talk(subject.lab, n)
        h, w = subject.lab.shape[:2]
        error = measures.error_map(talk.ab_thw2[0], subject.lab)
        maps = [measures.at_size(one, (h, w)) for one in talk.questions]
        return {
            "curve": [psnr(subject.painted(ab_hw2), subject.truth) for ab_hw2 in talk.ab_thw2],
            "error": [float(error.mean()), *(measures.weighted_error(error, one) for one in maps)],
            "area": [measures.area(one) for one in maps],
            "contrast": [measures.contrast(one) for one in maps],
            "compactness": [measures.compactness(one) for one in maps],
            "overlap": [overlap(a, b) for a, b in pairwise(maps)],
        }
