"""The criterion: near 0.8 of the truth's chroma, for at most a quarter of a decibel."""

from huewise.evaluation.vividness import choose


def test_the_setting_nearest_to_the_wanted_chroma_is_chosen() -> None:
    table = {(1.0, 0.0): (22.0, 0.5), (0.5, 0.5): (21.9, 0.78), (0.38, 1.0): (21.8, 1.1)}
    assert choose(table) == (0.5, 0.5)


def test_what_costs_too_much_is_not_chosen() -> None:
    table = {(1.0, 0.0): (22.0, 0.5), (0.7, 0.5): (21.9, 0.6), (0.5, 0.5): (21.5, 0.8)}
    assert choose(table) == (0.7, 0.5)


def test_beyond_the_wanted_chroma_less_of_the_annealed_mean_is_enough() -> None:
    table = {(0.5, 1.0): (22.0, 0.9), (0.5, 0.25): (22.0, 0.8)}
    assert choose(table) == (0.5, 0.25)
