from collections.abc import Sequence

from huewise.asking import Exchange, Step, converse, never_again

# A tiny world without arrays: guess a number below 16 by asking whether it lies below a bound.
Range = tuple[int, int]
SECRET = 11


def predict(x: int, answered: Sequence[Exchange[int, bool]], before: Range | None) -> Range:
    low, high = 0, x
    for exchange in answered:
        low, high = (low, exchange.question) if exchange.answer else (exchange.question, high)
    return low, high


def ask(x: int, prediction: Range, history: Sequence[Exchange[int, bool]]) -> int | None:
    low, high = prediction
    return (low + high) // 2 if high - low > 1 else None


def answer(question: int) -> bool:
    return question > SECRET


def run(**options: int) -> list[Step[int, bool, Range]]:
    return list(converse(16, predict, ask, answer, answers=options.pop("answers", 9), **options))


def test_first_step_has_no_answer() -> None:
    assert run()[0] == Step((0, 16), ())


def test_each_answer_is_one_step_and_the_end_is_when_nothing_is_left_to_ask() -> None:
    predictions = [step.prediction for step in run()]
    assert predictions == [(0, 16), (8, 16), (8, 12), (10, 12), (11, 12)]


def test_budget_counts_answers() -> None:
    assert [step.n_answered for step in run(answers=2)] == [0, 1, 2]


def test_no_budget_is_a_plain_prediction() -> None:
    assert [step.prediction for step in run(answers=0)] == [(0, 16)]


def test_skipped_question_costs_no_answer_and_changes_no_prediction() -> None:
    asked: list[int] = []

    def unwilling(question: int) -> bool | None:
        asked.append(question)
        return None if len(asked) == 1 else question > SECRET

    steps = list(converse(16, predict, ask, unwilling, answers=1))
    assert [step.prediction for step in steps] == [(0, 16), (8, 16)]
    assert [exchange.answer for exchange in steps[-1].history] == [None, False]


def test_false_is_an_answer_not_a_skip() -> None:
    assert run(answers=1)[-1].n_answered == 1


def test_questions_bound_ends_a_talk_with_someone_who_always_skips() -> None:
    asked: list[int] = []

    def silent(question: int) -> bool | None:
        asked.append(question)
        return None

    list(converse(16, predict, ask, silent, answers=3, questions=4))
    assert len(asked) == 4


def test_skipped_question_is_not_asked_again() -> None:
    asked: list[int] = []

    def silent(question: int) -> bool | None:
        asked.append(question)
        return None

    list(converse(16, predict, never_again(ask, lambda a, b: a == b), silent, answers=3))
    assert asked == [8]


def test_one_who_stops_in_the_middle_has_the_result_so_far() -> None:
    talk = converse(16, predict, ask, answer, answers=9)
    next(talk)
    assert next(talk).prediction == (8, 16)
