"""Measuring: one module per paper, over shared metrics, hint placement and reports (extra `train` for drawing plots).

Read `zhang2017.py` first. Every evaluation is one command, seeded, resumable; docs show what it printed.
"""
