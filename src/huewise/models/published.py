"""Networks that others have published, as data: what their files take and give, so that a user can put one in the shop.

The conventions are where published weights go wrong quietly (a mask of 0..1 or centred, L centred or not), so each is
written here once, and a file whose inputs are not these is refused.
"""

from dataclasses import dataclass

import msgspec

from huewise.errors import UsageError
from huewise.models.spec import Feed, Graph, Output, Part, Spec

CHANNELS = {"l": 1, "gray_rgb": 3, "hint_ab": 2, "hint_mask": 1}


@dataclass(frozen=True)
class Published:
    """A network: its inputs in the file's order, one source each, and where its weights come from.

    The file gives ab in CIE Lab units (1, 2, h, w), at the size of the input or a whole fraction of it.
    """

    name: str
    description: str
    licence: str
    data: str
    inputs: tuple[Part, ...]
    side: int
    stride: int
    origin: str  # where a person finds the weights, in words
    converts: bool  # whether its safetensors can be turned into ONNX here

    @property
    def hints(self) -> bool:
        """Whether it takes local hints."""
        return any(part.source == "hint_mask" for part in self.inputs)

    def spec(self, names: list[str], output: str, at: int, sha256: str, side: int | None) -> Spec:
        """The spec of a file with these input and output names; `side`: of a file that takes one square size only."""
        feeds = [Feed(name, [part]) for name, part in zip(names, self.inputs, strict=True)]
        graph = Graph(
            "model.onnx", sha256, "edit" if self.hints else "picture", feeds, [Output(output, "ab", at)]
        )
        spec = Spec(
            name=self.name,
            kind="photo",
            description=self.description,
            licence=self.licence,
            data=self.data,
            graphs=[graph],
            side=self.side,
            stride=self.stride,
            hints=self.hints,
        )
        return spec if side is None else msgspec.structs.replace(spec, side=side, square=True)


_ZHANG = "R. Zhang's repository `colorization` (package `colorizers`)"
_IMAGENET = "ImageNet; its terms allow research"
_LOCAL = (Part("l"), Part("hint_ab"), Part("hint_mask"))
_CENTRED = (Part("l"), Part("hint_ab"), Part("hint_mask", offset=0.5))

PUBLISHED = {
    one.name: one
    for one in (
        Published(
            "siggraph17",
            "local hints of Zhang et al. 2017, mask 0 or 1 (weights converted from Caffe)",
            "BSD-2-Clause",
            _IMAGENET,
            _LOCAL,
            256,
            8,
            _ZHANG,
            True,
        ),
        Published(
            "siggraph17-centred",
            "local hints of Zhang et al. 2017, mask minus 0.5 (weights trained again in PyTorch)",
            "MIT",
            _IMAGENET,
            _CENTRED,
            256,
            8,
            "the repository `interactive-deep-colorization`, weights `siggraph_retrained`",
            True,
        ),
        Published(
            "eccv16",
            "automatic colour of Zhang et al. 2016, vivid",
            "BSD-2-Clause",
            _IMAGENET,
            (Part("l"),),
            256,
            8,
            _ZHANG,
            True,
        ),
        Published(
            "ddcolor",
            "automatic colour by two decoders (Kang et al. 2023)",
            "Apache-2.0",
            _IMAGENET,
            (Part("gray_rgb"),),
            512,
            32,
            "the repository `DDColor`; its `scripts/export_onnx.py` makes the ONNX file",
            False,
        ),
    )
}


def published(name: str) -> Published:
    """The network of that name."""
    if name not in PUBLISHED:
        raise UsageError(
            f"no published network {name!r}", f"one of {', '.join(PUBLISHED)}", "see docs/models.md"
        )
    return PUBLISHED[name]
