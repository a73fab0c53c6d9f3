"""The shelf of open pictures: bounded in number, memory and age; ids that cannot be guessed."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from huewise.engine.draft import Draft
from huewise.server.ports import Colored, OpenPicture
from huewise.server.problems import PictureGone
from huewise.server.turns import NewestWins

BYTES_PER_PIXEL = 6
"""An estimate of what an open picture holds: 16-bit lightness, alpha, a guide, and slack."""

BYTES_PER_DRAWN_PIXEL = 4
"""And more, once flats of a photograph were asked for: the drawing that it is taken for."""

BYTES_PER_PICTURE = 32 << 20
"""And its features (5 MB of a picture of 3:2, 1 more of its half), its last distribution (8), what the model does not
know (10), metadata and small maps, whatever its size."""


MAX_REFERENCES = 32
"""Of one picture; each is some tens of kilobytes."""


@dataclass
class Shelved:
    """An open picture, its id, its weight in bytes, the turns of its edits, and its reference pictures by id."""

    id: str
    opened: OpenPicture
    weight: int
    last_used: float
    edits: NewestWins = field(default_factory=NewestWins)
    references: OrderedDict[str, Any] = field(default_factory=OrderedDict)
    toned: Colored | None = None
    draft: Draft | None = None  # near the last whole answer to an edit
    drawn: bool = False  # whether it is kept as a drawing too

    def add_reference(self, reference: Any) -> str:
        """Keep a reference picture, and forget the oldest of too many; its id."""
        reference_id = secrets.token_urlsafe(18)
        self.references[reference_id] = reference
        while len(self.references) > MAX_REFERENCES:
            self.references.popitem(last=False)
        return reference_id

    def reference(self, reference_id: str) -> Any:
        """A reference picture; PictureGone if there is none of that id."""
        if reference_id not in self.references:
            raise PictureGone("this reference is not open here (any more)", "", "send it again")
        return self.references[reference_id]


class Shelf:
    """Holds open pictures. Used from the event loop only, so it needs no lock.

    A picture that is put away while somebody computes with it stays alive until that is done.
    """

    def __init__(
        self,
        *,
        max_pictures: int,
        max_memory: int,
        max_idle: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._max_pictures, self._max_memory, self._max_idle = max_pictures, max_memory, max_idle
        self._clock = clock
        self._by_id: OrderedDict[str, Shelved] = OrderedDict()  # longest unused first

    def __len__(self) -> int:
        return len(self._by_id)

    @property
    def weight(self) -> int:
        """Estimated bytes of all pictures."""
        return sum(shelved.weight for shelved in self._by_id.values())

    def put(self, opened: OpenPicture) -> Shelved:
        """Take a picture in, and put away others for it where the limits ask for that."""
        shelved = Shelved(
            id=secrets.token_urlsafe(18),
            opened=opened,
            weight=_pixels(opened) * BYTES_PER_PIXEL + BYTES_PER_PICTURE,
            last_used=self._clock(),
        )
        self._by_id[shelved.id] = shelved
        self.tidy()
        return shelved

    def get(self, picture_id: str) -> Shelved:
        """The picture; PictureGone if there is none of that id."""
        self.tidy()
        shelved = self._by_id.get(picture_id)
        if shelved is None:
            raise PictureGone("this picture is not open here (any more)", "", "open the file again")
        shelved.last_used = self._clock()
        self._by_id.move_to_end(picture_id)
        return shelved

    def draw(self, shelved: Shelved) -> None:
        """It is about to be taken for a drawing too: a photograph is heavier from now on."""
        if not shelved.drawn and shelved.opened.kind == "ab":
            shelved.drawn = True
            shelved.weight += _pixels(shelved.opened) * BYTES_PER_DRAWN_PIXEL
            self.tidy()

    def remove(self, picture_id: str) -> None:
        """Close a picture; PictureGone if there is none of that id."""
        if self._by_id.pop(picture_id, None) is None:
            raise PictureGone("this picture is not open here (any more)")

    def tidy(self) -> None:
        """Put away what is too old or too much; the newest picture always stays."""
        oldest_allowed = self._clock() - self._max_idle
        while len(self._by_id) > 1:
            first = next(iter(self._by_id.values()))
            too_much = len(self._by_id) > self._max_pictures or self.weight > self._max_memory
            if not too_much and first.last_used >= oldest_allowed:
                return
            del self._by_id[first.id]
        for last in list(self._by_id.values()):
            if last.last_used < oldest_allowed:
                del self._by_id[last.id]


def _pixels(opened: OpenPicture) -> int:
    return opened.picture.width * opened.picture.height
