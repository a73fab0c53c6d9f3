"""`huewise ask`."""

import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number

from huewise.cli.common import Common
from huewise.cli.hinting import Hinting, HintTexts, MaxPixels, References, Saturation, read_references
from huewise.cli.inputs import Source, refuse_options
from huewise.cli.outputs import Destination, ending_of_content, make_folder
from huewise.errors import HuewiseError, OutputError, PictureError, UsageError
from huewise.limits import DEFAULT_MAX_PIXELS

if TYPE_CHECKING:
    from huewise.asking import Answer
    from huewise.asking.pictures import TrueColors
    from huewise.engine import OpenPicture, Question, Suggestion
    from huewise.hints import Hint, HintsFile

INTERRUPTED = 130
STEPS = 3  # questions to be answered, where it is not said
SHOWN_SIDE = 1024  # pixels: longer side of the pictures that show a question
REPLIES = (
    "Look at each picture, and type a suggestion's number, a colour (#8a6d3b, tan) that the region has in the mean, "
    "skip, back (takes the last answer back), or done."
)


def ask(
    input: Annotated[str, Parameter(name="IN", allow_leading_hyphen=True)],
    /,
    *,
    steps: Annotated[int | None, Parameter(validator=Number(gte=1, lte=100))] = None,
    answers: Annotated[Path | None, Parameter(name="--answers")] = None,
    interactive: Annotated[bool, Parameter(negative="")] = False,
    hints: Annotated[Path | None, Parameter(name="--hints")] = None,
    hint: HintTexts = None,
    save_hints: Annotated[Path | None, Parameter(name="--save-hints")] = None,
    model: str = "auto",
    reference: References = None,
    saturation: Saturation = None,
    output: Annotated[str | None, Parameter(name=["--output", "-o"], allow_leading_hyphen=True)] = None,
    max_pixels: MaxPixels = DEFAULT_MAX_PIXELS,
    overwrite: Annotated[bool, Parameter(negative="")] = False,
    common: Common = Common(),  # noqa: B008 - frozen
) -> int:
    """Let the model ask which colours it cannot guess.

    Each question is written as a picture, NAME-question-1.png and so on, beside the output: the region as a heat
    and an outline. Pictures of earlier questions stay, and the numbers go on (--overwrite replaces them).
    Without --answers and --interactive, the first question is shown and nothing is coloured.

    Example: huewise ask grandmother.jpg --interactive

    Parameters
    ----------
    input
        Picture file.
    steps
        Questions to be answered, by default 3; those that are skipped come besides.
    answers
        The picture in colour: answers are taken from it.
    interactive
        Answer in the terminal: the number of a suggestion, the region's mean colour, `skip`, `back` (takes the last
        answer back), or `done`. The first suggestion is what the model would guess itself.
    hints
        Hints file (JSON) to begin with.
    hint
        A colour at a place to begin with, X,Y=COLOR, as in colorize; may be repeated.
    save_hints
        Hints file (JSON) to write, with the answers: `colorize --hints` gives the same picture, `ask --hints` asks on.
        Each answered region is a mask, NAME-mask0.png and so on, beside it.
    model
        Name of the model; see `huewise models`.
    reference
        Colour pictures whose colours are taken over; several average. Put IN before them.
    saturation
        Mean saturation that is wanted, 0 to 1; followed most of the way, up to 0.8.
    output
        File or folder of the result; default NAME-color.EXT.
    max_pixels
        Refuse larger pictures.
    overwrite
        Replace outputs that exist.
    """
    refuse_options([input], "huewise ask")
    told_nothing = {"--output": output, "--steps": steps, "--save-hints": save_hints}
    _refuse_useless(answers, interactive, [name for name, value in told_nothing.items() if value is not None])
    if input == "-" or "\0" in input:
        raise PictureError(f"{input!r} as the picture", "a picture file", "save it first")
    if output == "-":
        raise UsageError("-o -", "a file or folder", "questions are written beside the result")
    from huewise.engine import Colorizer
    from huewise.hints import HintsFile

    hinting = Hinting.of(hints, hint or [])
    wishes = hinting.wishes_of_questions(reference or [], saturation, common)
    source = Source(input, Path(input))
    to = Destination.of(output, [input], [source], None, overwrite)
    references = read_references(wishes, common, max_pixels)
    if isinstance(references, int):
        return references
    model = model if model != "auto" else hinting.file.model or "auto"
    colorizer = Colorizer.load(model)
    try:
        opened = colorizer.open(Path(input), max_pixels=max_pixels)
        for note in opened.picture.notes:
            common.say(f"{input}: {note}")
        size = opened.picture.width, opened.picture.height
        given, kept = hinting.for_picture(*size), None
        if save_hints is not None:
            said, named = hinting.wishes(reference or [], saturation), None if model == "auto" else model
            file = HintsFile(size=size, global_hints=said, model=named)
            kept = _KeptHints.at(save_hints, file, source, overwrite=overwrite)
        followed = {"reference": references, "saturation": wishes.saturation}
        talk = _Talk(source, to, opened, given, followed, common, kept)
        return talk.run(steps or STEPS, answers, max_pixels) if answers or interactive else talk.show()
    except HuewiseError as error:
        common.failure(input, error)
        return error.exit_code


def _refuse_useless(answers: Path | None, interactive: bool, said: "Sequence[str]") -> None:
    """UsageError for two ways to answer, and for options `said` that only answers make useful."""
    if answers is not None and interactive:
        raise UsageError("--answers and --interactive", "one of them", "remove one")
    if said and answers is None and not interactive:
        raise UsageError(
            f"{said[0]} where nothing is answered", "--answers or --interactive", "add one, or remove it"
        )


class _DoneError(Exception):
    """The person has had enough."""


class _BackError(Exception):
    """The person takes the last answer back."""


@dataclass(frozen=True)
class _KeptHints:
    """The hints file that the answers are kept in: `file` is what else it says."""

    path: Path
    file: "HintsFile"

    @classmethod
    def at(cls, path: Path, file: "HintsFile", source: Source, *, overwrite: bool) -> "_KeptHints":
        """Refused before anything is asked, where it would replace something; only a .json file is no picture."""
        from huewise.files import check_target

        if path.suffix.lower() != ".json":
            raise UsageError(f"--save-hints {path}", "a name that ends in .json", "call it so")
        check_target(path, source.path, overwrite=overwrite)
        return cls(path, file)

    def write(self, hints: "Sequence[Hint]") -> None:
        """Write it, new masks beside it."""
        replace(self.file, hints=tuple(hints)).write(self.path)


@dataclass
class _Talk:
    source: Source
    to: Destination
    opened: "OpenPicture"
    given: "Sequence[Hint]"
    wishes: dict[str, Any]  # reference and saturation
    common: Common
    kept: _KeptHints | None = None
    skipped: "list[Question]" = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)  # one entry a question

    def show(self) -> int:
        """Put the first question and end."""
        question = self.opened.question(self.given, **self.wishes)
        if question is None:
            self.common.result({"input": self.source.name, "questions": []}, "nothing to ask")
            return 0
        self._put(question)
        lines = [f"{self.told[0]['picture']}: which colour has this region?", *_listed(question.suggestions)]
        self.common.result({"input": self.source.name, "questions": self.told}, *lines)
        return 0

    def run(self, steps: int, answers: Path | None, max_pixels: int) -> int:
        """Ask, colour, and write the result: as far as it has come when the person stops."""
        from huewise.asking.pictures import TrueColors

        target = self.to.target(self.source, self.to.ending(self.source) or ending_of_content(self.opened))
        hints, code = tuple(self.given), 0
        oracle: Answer[Question, Hint] = self._person
        if answers is not None:
            picture = self.opened.picture
            try:
                size = picture.width, picture.height
                truth = TrueColors.read(answers, size, max_pixels=max_pixels)
            except HuewiseError as error:
                self.common.failure(str(answers), error)
                return error.exit_code
            oracle = partial(self._truth, truth)
        try:
            with _as_interruptions():
                for hints in self._conversation(oracle, steps):  # noqa: B007 - the last ones are coloured with
                    pass
        except _DoneError:
            pass
        except KeyboardInterrupt:
            code = INTERRUPTED
            with suppress(OSError):  # a terminal that was closed hears nothing
                self.common.say("interrupted; the result so far is written")
        except OutputError as error:  # a question could not be written
            if not self.told:
                raise
            self.common.failure(self.source.name, error)
            code = error.exit_code
        if self.kept is not None:  # first: what a person told cannot be computed again
            self.kept.write(hints)
        self.opened.colorize(hints, **self.wishes).save(target, overwrite=self.to.overwrite)
        if not self.told:
            self.common.say(f"{self.source.name}: nothing to ask: the model doubts no part of it")
        elif answers is not None and len(self.told) < steps:
            self.common.say(f"{self.source.name}: nothing left to ask after {len(self.told)} answers")
        fields = {"input": self.source.name, "output": str(target), "questions": self.told}
        answered = [] if answers is None else [f"{one['picture']}: {one['answer']}" for one in self.told]
        self.common.result(fields, *answered, f"{self.source.name} -> {target}")
        return code

    def _conversation(self, oracle: "Answer[Question, Hint]", steps: int) -> "Iterator[tuple[Hint, ...]]":
        """The hints after each answer; what is taken back is asked for again."""
        from huewise.asking.pictures import ask_about

        hints = tuple(self.given)
        while True:
            left = steps - (len(hints) - len(self.given))
            try:
                for step in ask_about(
                    self.opened, oracle, answers=left, hints=hints, skipped=self.skipped, **self.wishes
                ):
                    hints = step.prediction
                    yield hints
                return
            except _BackError:
                hints = hints[:-1]
                yield hints

    def _put(self, question: "Question") -> None:
        """Write the question as a picture and note it."""
        from PIL import Image

        from huewise.engine.question_picture import question_picture
        from huewise.files import check_target, new_file

        path = self._picture(len(self.told) + 1)
        place = check_target(path, self.source.path, overwrite=self.to.overwrite)
        shown = question_picture(self.opened.guide(SHOWN_SIDE), question.region)
        with (
            new_file(place, overwrite=self.to.overwrite) as descriptor,
            os.fdopen(descriptor, "wb", closefd=False) as stream,
        ):
            Image.fromarray(shown).save(stream, "png")
        suggested = [{"color": s.color, "probability": round(s.probability, 4)} for s in question.suggestions]
        self.told.append({"picture": str(path), "suggestions": suggested, "answer": None})

    def _picture(self, number: int) -> Path:
        """The first place from that number on where there is none yet: questions of an earlier time stay."""
        folder, stem = self._folder(), Path(self.source.name).stem
        path = folder / f"{stem}-question-{number}.png"
        return path if self.to.overwrite or not path.exists() else self._picture(number + 1)

    def _folder(self) -> Path:
        """Where the result goes; that of --output is made."""
        if self.to.given is None:
            return Path(self.source.name).parent
        if not self.to.folder:
            return Path(self.to.given).parent
        make_folder(Path(self.to.given))
        return Path(self.to.given)

    def _truth(self, truth: "TrueColors", question: "Question", /) -> "Hint":
        self._put(question)
        color = truth.color(question)
        self.told[-1]["answer"] = color
        return truth(question) if question.place is None else question.answer(color)

    def _person(self, question: "Question", /) -> "Hint | None":
        """Ask the person at the terminal until the reply makes sense; None: skipped."""
        self._put(question)
        if len(self.told) == 1:
            print(f"\n{REPLIES}", file=sys.stderr)
        print(f"\n{self.told[-1]['picture']}: which colour has this region?", file=sys.stderr)
        print("\n".join(_listed(question.suggestions)), file=sys.stderr)
        while True:
            reply = _reply()
            word = reply.lower()
            if word in ("skip", "s"):
                self.skipped.append(question)
                return None
            if word in ("back", "b"):
                if self._take_back():
                    raise _BackError
                continue
            if word in ("done", "d", "quit", "q"):
                raise _DoneError
            if word in ("", "help", "?"):
                print(REPLIES, file=sys.stderr)
                continue
            try:
                color = _chosen(reply, question.suggestions)
                hint = question.answer(color)
            except HuewiseError as error:
                print(f"huewise: {error}", file=sys.stderr)
                continue
            self.told[-1]["answer"] = color
            return hint

    def _take_back(self) -> bool:
        """Forget the last answer of those told; False, which is said, where there is none."""
        for one in reversed(self.told):
            if one["answer"] is not None:
                print(f"taken back: {one['answer']} for {one['picture']}", file=sys.stderr)
                one["answer"] = None
                return True
        print("huewise: no answer to take back", file=sys.stderr)
        return False


@contextmanager
def _as_interruptions() -> Iterator[None]:
    """A terminal that is closed, and a polite end from outside, come as Ctrl-C does: nothing told is lost."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    ends = [getattr(signal, name) for name in ("SIGHUP", "SIGTERM") if hasattr(signal, name)]
    ends = ends if threading.current_thread() is threading.main_thread() else []
    before = {end: signal.signal(end, interrupt) for end in ends}
    try:
        yield
    finally:
        for end, handler in before.items():
            signal.signal(end, handler)


def _reply() -> str:
    print("number, colour, skip, back or done: ", end="", file=sys.stderr, flush=True)
    try:
        line = sys.stdin.readline()
    except OSError:  # the terminal has gone, as at the end of a file
        line = ""
    if not line:
        with suppress(OSError):
            print("\nno more replies: the result so far is written", file=sys.stderr)
        raise _DoneError
    return line.strip()


def _chosen(reply: str, suggestions: "Sequence[Suggestion]") -> str:
    if reply.isdecimal():
        if not 1 <= int(reply) <= len(suggestions):
            raise UsageError(f"number {reply}", f"1 to {len(suggestions)}", "or type a colour")
        return suggestions[int(reply) - 1].color
    return reply


def _listed(suggestions: "Sequence[Suggestion]") -> list[str]:
    return [f"  {i}. {s.color}  {s.probability:.0%}" for i, s in enumerate(suggestions, 1)]
