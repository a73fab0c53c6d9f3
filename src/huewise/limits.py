"""What is refused before it costs memory: numbers that imaging, server and command line share, without any import."""

DEFAULT_MAX_PIXELS = 250_000_000  # of a picture, read from its header: more may be a decompression bomb
