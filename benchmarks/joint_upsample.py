"""How long small colours take to full size: `python benchmarks/joint_upsample.py [WIDTH HEIGHT] [--low 192]`.

Wall time depends on what else runs; CPU time divided by two threads is what two free cores would need.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from huewise.engine.render import STRIP_PIXELS, THREADS
from huewise.imaging.lightness import area_mean
from huewise.propagate.guided_upsample import GuidedUpsampler
from huewise.propagate.joint_upsample import JointUpsampler


def best_of(runs: int, act: Callable[[], object]) -> str:
    walls, cpus = [], []
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        act()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return f"wall {min(walls):6.3f} s   cpu/2 {min(cpus) / 2:6.3f} s"


def picture(width: int, height: int, low_side: int) -> tuple[np.ndarray, np.ndarray]:
    """A guide (h, w) with edges, shades and grain, and random soft colours (short side `low_side`)."""
    rng = np.random.default_rng(0)
    shades = area_mean(rng.uniform(0, 100, (24, 32)).astype(np.float32), (height, width))
    guide = np.clip(shades + rng.standard_normal((height, width), np.float32) * 4, 0, 100)
    scale = low_side / min(width, height)
    low = max(1, round(height * scale)), max(1, round(width * scale))
    return guide, area_mean(rng.uniform(-40, 40, (12, 16, 2)).astype(np.float32), low)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("width", nargs="?", type=int, default=4000)
    parser.add_argument("height", nargs="?", type=int, default=3000)
    parser.add_argument("--low", type=int, default=192, help="short side of the small colours")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    guide, ab = picture(options.width, options.height, options.low)
    guide_low = area_mean(guide, ab.shape[:2])
    rows = max(1, STRIP_PIXELS // options.width)
    print(f"guide {options.width} x {options.height}, colours {ab.shape[1]} x {ab.shape[0]}")
    for kind in (GuidedUpsampler, JointUpsampler):
        upsampler = kind(ab, guide_low, guide.shape)

        def all_rows(upsampler: GuidedUpsampler | JointUpsampler = upsampler) -> None:
            with ThreadPoolExecutor(THREADS) as pool:
                list(pool.map(lambda y: upsampler.planes(y, guide[y : y + rows]), range(0, len(guide), rows)))

        prepared = best_of(options.runs, lambda kind=kind: kind(ab, guide_low, guide.shape))
        print(f"{kind.__name__:16s} prepare  {prepared}")
        print(f"{kind.__name__:16s} all rows {best_of(options.runs, all_rows)}")


if __name__ == "__main__":
    main()
