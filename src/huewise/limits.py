"""What is refused before it costs memory; a module without imports, since the command line shows it as a default."""

DEFAULT_MAX_PIXELS = 250_000_000  # of a picture, read from its header: more may be a decompression bomb
