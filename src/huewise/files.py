"""Files that appear whole or not at all: written beside their place, synced, renamed; none is replaced unasked."""

import errno
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from huewise.errors import OutputError


def check_target(target: str | Path, source: str | Path | None, *, overwrite: bool) -> Path:
    """Refuse a target that is the source, exists, or has no folder; returns it with links resolved."""
    try:
        return _checked(Path(target), source, overwrite)
    except OutputError:
        raise
    except OSError as error:  # a name that is too long, a folder that may not be looked into
        raise output_error(error) from error


def _checked(path: Path, source: str | Path | None, overwrite: bool) -> Path:
    place = Path(os.path.realpath(path))
    if source is not None and _same_file(place, Path(source)):
        raise OutputError("an output that is the input itself", "another file", "choose another name")
    if place.is_dir():
        raise OutputError("an output that is a folder", "a file name", "name a file in it")
    if place.exists() and not place.is_file():
        raise OutputError(f"an output that is a device or a pipe ({path})", "a file name", "name a file")
    if place.exists() and not overwrite:
        raise OutputError(
            f"an output that exists already ({path})", "a new file", "choose another name or --overwrite"
        )
    if not place.parent.is_dir():
        raise OutputError(
            f"an output in a folder that does not exist ({path.parent})",
            "an existing folder",
            "make it first",
        )
    return place


def _same_file(place: Path, source: Path) -> bool:
    try:
        return place.samefile(source)
    except OSError:  # one of them does not exist
        return place == Path(os.path.realpath(source))


@contextmanager
def new_file(place: Path, *, overwrite: bool) -> Iterator[int]:
    """A descriptor to write to; on success the file stands at `place`, on any failure nothing is left."""
    beside = place.with_name(f".{secrets.token_hex(8)}.part")
    try:
        descriptor = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
        try:
            try:
                yield descriptor
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            _put_in_place(beside, place, overwrite=overwrite)
        finally:
            with suppress(FileNotFoundError):
                beside.unlink()
    except OutputError:
        raise
    except OSError as error:
        raise output_error(error, f"a file {place.name}") from error


def write_together(files: Mapping[Path, bytes]) -> None:
    """Write all of these files or none: the last one over what is there, the others where there is nothing yet."""
    last, placed = list(files)[-1], list[Path]()
    try:
        for place, data in files.items():
            with (
                new_file(place, overwrite=place == last) as descriptor,
                os.fdopen(descriptor, "wb", closefd=False) as stream,
            ):
                stream.write(data)
            placed.append(place)
    except BaseException:
        for place in placed:
            place.unlink(missing_ok=True)
        raise


def _put_in_place(beside: Path, place: Path, *, overwrite: bool) -> None:
    if overwrite:
        beside.replace(place)
    else:
        try:
            place.hardlink_to(beside)  # unlike a rename, this fails when someone was faster
        except FileExistsError:
            raise OutputError("an output that exists already", "a new file", "choose another name") from None
        except OSError:  # a file system without hard links
            beside.rename(place)
    with suppress(OSError):  # the name itself must survive a power cut, where the system lets us ask for it
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def output_error(error: OSError, what: str = "an output") -> OutputError:
    """What the system says of a failed writing, in our words."""
    todo = {
        errno.ENOSPC: "make room and try again",
        errno.EACCES: "choose a folder that you may write to",
    }.get(error.errno or 0, "")
    return OutputError(f"{what} that cannot be written ({error.strerror or error})", "a writable place", todo)
