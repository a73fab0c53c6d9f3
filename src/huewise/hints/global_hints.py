"""Wishes for the whole picture, the `global` part of a hints file."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from huewise.errors import HintError
from huewise.hints.local_hints import lab_of


@dataclass(frozen=True)
class GlobalHints:
    """Wishes for the whole picture. What is None or empty was not asked for.

    reference: pictures whose colours are to be taken over (several are averaged).
    saturation: mean HSV saturation, 0..1.   temperature: of the annealed mean, > 0; small is vivid.
    paint: label -> colour.   flats: flat areas instead of shading.
    """

    reference: tuple[Path, ...] = ()
    saturation: float | None = None
    temperature: float | None = None
    paint: Mapping[str, str] = field(default_factory=dict)
    flats: bool | None = None

    def __post_init__(self) -> None:
        if self.saturation is not None and not 0 <= self.saturation <= 1:
            raise HintError(f"saturation is {self.saturation:g}", "0..1", "change saturation")
        if self.temperature is not None and not self.temperature > 0:
            raise HintError(f"temperature is {self.temperature:g}", "more than 0", "change temperature")
        for color in self.paint.values():
            lab_of(color)

    @property
    def asked(self) -> tuple[str, ...]:
        """The names of what was asked for, in the order of the fields."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name) not in (None, (), {}))

    def refuse_beyond(self, usable: Collection[str]) -> None:
        """Raise HintError for the first wish that the caller cannot fulfil: nothing is silently ignored."""
        for name in self.asked:
            if name not in usable:
                wanted = f"only {', '.join(sorted(usable))}" if usable else "no global hints"
                raise HintError(
                    f"global hint '{name}' has no effect here", f"{wanted} in this place", f"remove '{name}'"
                )
