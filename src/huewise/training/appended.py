"""Files to which a long run appends a line for each thing done, so that it can go on after the last one."""

from pathlib import Path


def whole_lines(path: Path) -> list[str]:
    """The lines of such a file, without their ends; none where there is no file.

    One that was being written when all stopped is cut off: it is taken out of the file, too.
    """
    lines = path.read_text().splitlines(keepends=True) if path.exists() else []
    if lines and not lines[-1].endswith("\n"):
        path.write_text("".join(lines[:-1]))
        del lines[-1]
    return [line[:-1] for line in lines]
