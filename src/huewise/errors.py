"""Everything that Huewise raises on purpose.

HuewiseError
├── PictureError      (ValueError)  a file or array that is no usable picture
│   └── PictureTooLarge             more pixels than the limit
├── OutputError       (OSError)     nothing could be written, or not there
├── ColorError        (ValueError)  a colour that cannot be understood
├── HintError         (ValueError)  a hint or hints file that makes no sense for this picture
├── UsageError        (ValueError)  options that contradict each other
├── ModelError                      a model that is missing, damaged or does not keep its spec
│   ├── ModelMissing
│   ├── ModelCorrupt
│   └── ModelBroken                 a graph that cannot be opened, or fails
└── MissingExtra      (ImportError) an optional part of Huewise that is not installed

Each carries three short phrases (got, wanted, todo), which the command line, the server and `--json` print alike.
"""


class HuewiseError(Exception):
    """Base of all errors meant for a person: `got; wanted; todo` in one line.

    `code` is the stable word for programs, `exit_code` the command line's answer (docs/conventions.md).
    """

    code = "error"
    exit_code = 1

    def __init__(self, got: str, wanted: str = "", todo: str = "") -> None:
        self.got, self.wanted, self.todo = got, wanted, todo
        super().__init__("; ".join(part for part in (self.message, todo) if part))

    @property
    def message(self) -> str:
        """What was got and what was wanted, without the advice."""
        return "; ".join(part for part in (self.got, self.wanted) if part)


class PictureError(HuewiseError, ValueError):
    """A file, bytes or array that is no usable picture."""

    code = "picture"


class PictureTooLarge(PictureError):
    """A picture with more pixels than the limit allows."""

    code = "too-large"


class OutputError(HuewiseError, OSError):
    """Nothing could be written: exists already, is the input, disk full, folder missing."""

    code = "output"
    exit_code = 4


class ColorError(HuewiseError, ValueError):
    """A colour that cannot be understood."""

    code = "color"
    exit_code = 2


class HintError(HuewiseError, ValueError):
    """A hint, or a hints file, that makes no sense for this picture."""

    code = "hint"
    exit_code = 2


class UsageError(HuewiseError, ValueError):
    """Options that contradict each other or are out of range."""

    code = "usage"
    exit_code = 2


class ModelError(HuewiseError):
    """A model that does not keep what its spec says."""

    code = "model"
    exit_code = 3


class ModelMissing(ModelError):
    """A model that is not in the shop."""

    code = "model-missing"


class ModelCorrupt(ModelError):
    """A model file whose SHA-256 is not the one in its spec."""

    code = "model-corrupt"


class ModelBroken(ModelError):
    """A graph that ONNX Runtime cannot open, or that fails while it runs."""


class MissingExtra(HuewiseError, ImportError):
    """An optional part of Huewise that is not installed."""

    code = "missing-extra"
    exit_code = 3

    @classmethod
    def of(cls, got: str, extra: str, instead: str = "") -> "MissingExtra":
        """What the extra is wanted for, its name, and what else would help."""
        todo = f"pip install '.[{extra}]' in the folder of Huewise's README"
        return cls(got, f"the extra `{extra}`", f"{todo}, or {instead}" if instead else todo)
