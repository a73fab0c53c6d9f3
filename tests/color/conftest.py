"""Properties are checked without a clock: the first call of a bin set builds its lookup table."""

from hypothesis import settings

settings.register_profile("no-clock", deadline=None)
settings.load_profile("no-clock")
