"""Small drawings for the tests: (h, w) float32, 1 paper and 0 ink."""

import numpy as np


def blank(height=120, width=160):
    return np.ones((height, width), np.float32)


def box(paper_hw, top, left, bottom, right, line=2):
    """Draw the outline of a rectangle, in place; its inside stays free."""
    paper_hw[top : top + line, left:right] = 0
    paper_hw[bottom - line : bottom, left:right] = 0
    paper_hw[top:bottom, left : left + line] = 0
    paper_hw[top:bottom, right - line : right] = 0
    return paper_hw


def two_boxes(gap=0):
    """Two boxes side by side on blank paper; `gap` pixels are missing from the first one's right side."""
    paper_hw = box(box(blank(), 20, 20, 100, 70), 20, 90, 100, 140)
    paper_hw[60 : 60 + gap, 68:70] = 1
    return paper_hw
