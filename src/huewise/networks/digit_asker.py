"""The asking paradigm on quite another task: recognize a digit that is not seen, from mean brightnesses of regions.

kang2018 equations 1-3 with x empty: all that is known of the hidden 8x8 picture are the answers to the questions asked.
"""

import torch
from torch import Tensor, nn

SIDE = 8
N_CLASS = 10
ANSWER_MEAN, ANSWER_SPREAD = 0.3, 0.15  # of the mean brightness of a region over the digits
FIRST_CONTRAST = (
    2.0  # deviation of a question's logits at the start: flat maps would all ask the same and learn slowly
)


class DigitAsker(nn.Module):
    """Questions and answers so far -> class scores and the next question; a small fully connected network.

    It gets the whole history (equation 1), each exchange in its own slot, so nothing that was said can be forgotten. A
    slot holds the question and the question times its answer, as kang2018 equation 6 puts an answer in its place.
    """

    def __init__(self, n_question: int, width: int = 128) -> None:
        super().__init__()
        self.n_question = n_question
        self.body = nn.Sequential(
            nn.Linear(n_question * 2 * SIDE * SIDE, width),
            nn.ReLU(),
            nn.Linear(width, width),
            nn.ReLU(),
        )
        self.classes = nn.Linear(width, N_CLASS)
        self.question = nn.Linear(width, SIDE * SIDE)
        nn.init.normal_(self.question.weight, 0.0, FIRST_CONTRAST / width**0.5)
        nn.init.normal_(self.question.bias, 0.0, FIRST_CONTRAST)

    def forward(
        self, questions: list[Tensor], answers: list[Tensor], n_picture: int
    ) -> tuple[Tensor, Tensor]:
        """`questions`: (b, 8, 8) each, in 0..1; `answers`: (b,) each, in 0..1; `n_picture`: b.

        Returns class scores (b, 10) and the next question (b, 8, 8) in 0..1.
        """
        device = self.classes.weight.device
        slots = torch.zeros(n_picture, self.n_question, 2 * SIDE * SIDE, device=device)
        if questions:
            asked = torch.stack(questions, 1).flatten(2)
            told = torch.stack(answers, 1)[..., None]
            told = (told - ANSWER_MEAN) / ANSWER_SPREAD
            slots = torch.cat([torch.cat([asked, asked * told], 2), slots[:, len(questions) :]], 1)
        body = self.body(slots.flatten(1))
        scores: Tensor = self.classes(body)
        return scores, torch.sigmoid(self.question(body)).reshape(-1, SIDE, SIDE)
