"""What a request wishes for, read: its hints, its wishes for the whole picture, and what a picture's model offers."""

from collections.abc import Callable
from typing import Any, TypeVar

from huewise.errors import HintError, ModelError
from huewise.hints import HintsFile, Region
from huewise.server.ports import Colored, Hints, OpenPicture
from huewise.server.problems import NotOffered
from huewise.server.shelf import Shelved
from huewise.server.wire import MOST_ANSWERS, GlobalWish, HintJson, Offer

T = TypeVar("T")


def hints_of(entries: list[HintJson], opened: OpenPicture) -> Hints:
    """The hints of a request, checked as a hints file is; masks cannot be named, there is no folder.

    Thousands take a while: called from a lane's thread.
    """
    size = [opened.picture.width, opened.picture.height]
    hints = HintsFile.of({"huewise": 1, "size": size, "hints": entries}, untrusted=True).hints
    answers = sum(isinstance(hint, Region) and hint.mean for hint in hints)
    if answers > MOST_ANSWERS:
        raise HintError(
            f"{answers} regions that tell a mean", f"at most {MOST_ANSWERS}", "leave the oldest out"
        )
    return hints


def options_of(wish: GlobalWish, shelved: Shelved) -> dict[str, Any]:
    """Options of `predict` and `colorize`: those that are wished for.

    PictureGone for an unknown reference, NotOffered for a temperature where it is not offered.
    """
    options = global_hints_of(wish, shelved)
    if wish.temperature is not None:
        if "temperature" not in offers_of(shelved.opened):
            name = shelved.opened.colorizer.spec.name
            raise NotOffered(f"a temperature for model {name}", "none", "leave it out")
        options["temperature"] = wish.temperature
    if wish.flats:
        options["flats"] = True
    return options


def global_hints_of(wish: GlobalWish, shelved: Shelved) -> dict[str, Any]:
    """Those of them that `palette` and `question` follow too."""
    options: dict[str, Any] = {}
    if wish.reference:
        options["reference"] = [shelved.reference(one) for one in wish.reference]
    if wish.saturation is not None:
        options["saturation"] = wish.saturation
    return options


def colored_of(wish: GlobalWish, shelved: Shelved) -> Colored:
    """What is to be coloured: the open picture, on its paper's tone where that is kept."""
    if not wish.keep_tint:
        return shelved.opened
    if shelved.toned is None:
        from huewise.engine.toned import TonedPicture

        shelved.toned = TonedPicture(shelved.opened)
    return shelved.toned


def offers_of(opened: OpenPicture) -> list[Offer]:
    """What the page can offer for this picture."""
    spec = opened.colorizer.spec
    shaded = opened.kind == "ab"
    offers: dict[Offer, bool] = {
        "hints": spec.hints,
        "palette": bool(spec.bins),
        "question": spec.hints and (shaded or bool(spec.bins)),
        "reference": spec.global_hints,
        "saturation": spec.global_hints,
        "temperature": shaded and bool(spec.bins),  # of a drawing it is how far colours vary, no vividness
        "flats": True,
        "draft": shaded and not spec.square,
        "keep_tint": shaded and opened.picture.tint == "toned",
    }
    return [name for name, offered in offers.items() if offered]


def if_offered(job: Callable[[], T]) -> T:
    """The job's result; NotOffered where the model cannot do it (which is no fault of the model's files)."""
    try:
        return job()
    except ModelError as error:
        if type(error) is ModelError:
            raise NotOffered(error.got, error.wanted, error.todo) from error
        raise
