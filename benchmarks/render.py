"""How long full-size pixels take: `python benchmarks/render.py [WIDTH HEIGHT] [--low 192]`; memory beside it.

Wall time depends on what else runs; CPU time divided by two threads is what two free cores would need.
"""

from __future__ import annotations

import argparse
import resource
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from joint_upsample import best_of, picture

from huewise.engine.render import render
from huewise.imaging.lightness import STEPS_PER_L


def resident_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("width", nargs="?", type=int, default=4000)
    parser.add_argument("height", nargs="?", type=int, default=3000)
    parser.add_argument("--low", type=int, default=192, help="short side of the small colours")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    guide, ab = picture(options.width, options.height, options.low)
    lightness = (guide * STEPS_PER_L).astype(np.uint16)
    render(lightness[:8], ab)  # tables are made once
    before = resident_mb()
    size = lightness.size * 3 / 2**20
    print(f"picture {options.width} x {options.height}, colours {ab.shape[1]} x {ab.shape[0]}")
    for upsample in ("guided", "joint"):
        for bits in (8, 16):
            for name, colors in (("soft", ab * 0.4), ("vivid", ab * 2)):
                time = best_of(
                    options.runs,
                    lambda c=colors, b=bits, u=upsample: render(lightness, c, bits=b, upsample=u),
                )
                print(f"{upsample:7s} {bits:2d} bits, {name:5s} colours   {time}")
        print(
            f"{upsample:7s} peak memory {resident_mb() - before:.0f} MB more, {2 * size:.0f} MB of it the 16-bit result"
        )


if __name__ == "__main__":
    main()
