import numpy as np
import pytest
from PIL import Image

from huewise.errors import PictureError
from huewise.imaging.pixels import read_rgb
from tests.imaging.pictures import encoded, gray_scene, scene


def test_colours_come_as_they_are():
    rgb = scene()
    assert (read_rgb(encoded(Image.fromarray(rgb), "PNG")) == rgb).all()


def test_gray_comes_on_three_channels_and_sixteen_bits_on_eight():
    gray = gray_scene()
    assert (read_rgb(encoded(Image.fromarray(gray), "PNG")) == gray[..., None]).all()
    deep = encoded(Image.fromarray(gray.astype(np.uint16) * 257), "PNG")
    assert (read_rgb(deep) == gray[..., None]).all()


def test_a_transparent_background_is_white():
    rgba = scene(channels=4)
    rgba[:10, :, 3] = 0
    rgba[10:, :, 3] = 255
    read = read_rgb(encoded(Image.fromarray(rgba), "PNG"))
    assert (read[:10] == 255).all()
    assert (read[10:] == rgba[10:, :, :3]).all()


def test_the_picture_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = encoded(Image.fromarray(scene()), "PNG", exif=exif)
    assert (read_rgb(turned) == np.rot90(scene(), -1)).all()


def test_no_picture_is_refused():
    with pytest.raises(PictureError):
        read_rgb(b"no picture at all, only words")


def test_an_empty_file_is_called_empty():
    with pytest.raises(PictureError, match="an empty file"):
        read_rgb(b"")
