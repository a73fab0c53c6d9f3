"""A photo network so narrow that a test of it takes a second."""

from huewise.networks.photo import PhotoSize

SMALL = PhotoSize((32, 16, 16, 8), (32, 16, 16, 8), neck_attention=1, decoder_attention=1, solve_steps=20)
