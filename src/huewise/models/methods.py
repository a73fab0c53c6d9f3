"""Classical methods that the shop offers beside its networks: colour from hints alone, with no files.

A method obeys a spec as a network does (its one graph is the method's own name), so that the engine and everything
above treat both alike; `engine/classical.py` knows which function each name stands for.
"""

from importlib.util import find_spec

from huewise.models.spec import Feed, Graph, Output, Part, Spec

EXTRA = {
    "deepprop": ("train", "torch")
}  # methods that need an extra: its name, and the package that shows it


def _spec(name: str, description: str) -> Spec:
    parts = [Part("hint_ab"), Part("hint_mask"), Part("l")]
    feeds = [Feed(part.source, [part]) for part in parts]
    return Spec(
        name=name,
        kind="classical",
        description=description,
        licence="Apache-2.0",
        data="none",
        graphs=[Graph(name, "", "edit", feeds, [Output("ab", "ab", 1)])],
        stride=4,
        adhere=False,
    )


METHODS = {
    spec.name: spec
    for spec in (
        _spec("levin", "colour by optimization (Levin et al. 2004); gray without hints"),
        _spec("bilateral", "the fast bilateral solver (Barron and Poole 2016); gray without hints"),
        _spec(
            "deepprop", "a network fitted to the hints of each picture (Endo et al. 2016); gray without hints"
        ),
    )
}
METHODS["flats"] = Spec(  # its own engine's work, with no graph at all
    name="flats",
    kind="drawing",
    description="closed areas of drawings, each in the colour of its hint; white without hints",
    licence="Apache-2.0",
    data="none",
    graphs=[],
    adhere=False,
)


def offered() -> list[Spec]:
    """The methods that can run here: those whose extra is installed."""
    return [spec for name, spec in METHODS.items() if name not in EXTRA or find_spec(EXTRA[name][1])]
