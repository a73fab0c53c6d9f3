"""Huewise: colour for black-and-white photographs, line drawings and films."""

__version__ = "0.1.0"
