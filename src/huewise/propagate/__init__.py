"""From few or small colours to every pixel, without learning.

`spread.py` (hints along affinities: the exact solve), `adherence.py` (hints reached), `patches.py` (what a hint says of
its patch), `surroundings.py` (few hints), `second_opinion.py` and `kriging.py` (many), `levin.py` and
`bilateral_solver.py` (baselines: classical methods as published), `joint_upsample.py` (small maps to full size).
Networks are elsewhere; pictures and files too.
"""
