"""Optional parts that a command needs."""

from importlib.util import find_spec

from huewise.errors import MissingExtra


def need(extra: str, *packages: str) -> None:
    """Raise MissingExtra, with what to install, unless all these packages are there."""
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        raise MissingExtra.of(f"{', '.join(dict.fromkeys(missing))} not installed", extra)
