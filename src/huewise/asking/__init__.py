"""The asking paradigm of kang2018 as a small library: who predicts, who asks, who answers, and the loop between them.

Here live equations 1-4 for any input, question, answer and prediction, oracles and question policies. Nothing here
knows pictures, models or torch: any array library will do. Read `paradigm.py` first, then `oracles.py`.
"""

from huewise.asking.oracles import Person, Truth, altered, noisy, quantized, weighted_mean
from huewise.asking.paradigm import Answer, Ask, Exchange, Predict, Step, converse
from huewise.asking.policies import (
    Displaced,
    Grid,
    MaxErrorPoint,
    MostUncertainPoint,
    RandomPoint,
    entropy,
    never_again,
    overlap,
    own_question,
    patch_map,
)

__all__ = [
    "Answer",
    "Ask",
    "Displaced",
    "Exchange",
    "Grid",
    "MaxErrorPoint",
    "MostUncertainPoint",
    "Person",
    "Predict",
    "RandomPoint",
    "Step",
    "Truth",
    "altered",
    "converse",
    "entropy",
    "never_again",
    "noisy",
    "overlap",
    "own_question",
    "patch_map",
    "quantized",
    "weighted_mean",
]
