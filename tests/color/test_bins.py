import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from huewise import color
from huewise.errors import UsageError

RNG = np.random.default_rng(3)


def learned():
    return color.most_frequent(RNG.normal(0, 0.15, (5000, 2)), 32, per_axis=16)


SETS = {"ab313": color.ab313, "rgb512": color.rgb512, "lch512": color.lch512, "uv32": learned}


def brute_force_distance(bins, colors):
    offset = colors[:, None] - bins.centers
    if bins.grid is not None:
        offset = offset / np.asarray(bins.grid.width)
        around = np.asarray(bins.grid.count)
        offset -= np.where(bins.grid.periodic, around * np.rint(offset / around), 0)
    return np.sqrt((offset**2).sum(-1))


def colors_for(bins, n=800):
    low, high = bins.centers.min(0), bins.centers.max(0)
    return RNG.uniform(low, high, (n, len(low))).astype(np.float32)


def test_the_published_set_has_313_points_of_a_grid_of_tens():
    centers = color.ab313().centers
    assert centers.shape == (313, 2)
    assert (centers % 10 == 0).all()
    assert len(np.unique(centers, axis=0)) == 313
    # the published order: by a, then by b
    assert (np.lexsort((centers[:, 1], centers[:, 0])) == np.arange(313)).all()
    assert centers[0].tolist() == [-90, 50]
    assert centers[-1].tolist() == [100, 0]


def test_the_corners_of_the_cells_that_srgb_touches_are_the_set_but_for_four():
    # The surface of the cube is enough: along L every colour reaches it without changing a or b.
    first, second = np.meshgrid(np.arange(256) / 255, np.arange(256) / 255)
    rgb = np.stack([np.insert(np.stack([first, second], -1), i, end, -1) for i in range(3) for end in (0, 1)])
    cells = np.unique(np.floor(color.rgb_to_lab(rgb)[..., 1:] / 10).reshape(-1, 2), axis=0)
    corners = {tuple(10 * (cell + corner)) for cell in cells for corner in np.ndindex(2, 2)}
    published = set(map(tuple, color.ab313().centers.tolist()))
    assert published - corners == {(40, 90), (100, -90), (100, -10), (100, 0)}
    assert not corners - published


def test_512_bins_are_eight_per_channel():
    centers = color.rgb512().centers
    assert np.allclose(np.unique(centers[:, 0]), (np.arange(8) + 0.5) / 8)
    assert color.rgb512().encode([0.0, 0.99, 0.3]) == 0 * 64 + 7 * 8 + 2
    assert np.allclose(np.unique(color.lch512().centers[:, 2]), 22.5 + 45 * np.arange(8))


@pytest.mark.parametrize("name", SETS)
def test_hard_encoding_is_the_nearest_centre(name):
    bins = SETS[name]()
    colors = colors_for(bins)
    distance = brute_force_distance(bins, colors)
    index = bins.encode(colors)
    assert index.dtype == np.int32
    assert np.abs(distance[np.arange(len(colors)), index] - distance.min(1)).max() < 1e-4


@pytest.mark.parametrize("name", SETS)
def test_a_centre_is_its_own_bin(name):
    bins = SETS[name]()
    assert (bins.encode(bins.centers) == np.arange(len(bins))).all()
    assert (bins.decode(np.arange(len(bins))) == bins.centers).all()


def test_soft_encoding_of_ab_is_a_gaussian_over_exactly_the_ten_nearest():
    bins = color.ab313()
    colors = colors_for(bins)
    index, weight = bins.encode_soft(colors)
    distance = brute_force_distance(bins, colors.astype(float))
    chosen = np.take_along_axis(distance, index, 1)
    assert index.shape == (800, 10)
    assert np.abs(np.sort(chosen, 1) - np.sort(distance, 1)[:, :10]).max() < 1e-3
    gaussian = np.exp(-(chosen**2) / (2 * 5**2))
    assert np.abs(weight - gaussian / gaussian.sum(1, keepdims=True)).max() < 1e-5


@pytest.mark.parametrize("make", [color.rgb512, color.lch512])
@pytest.mark.parametrize("sigma", [0.25, 0.5])
def test_soft_encoding_of_512_is_a_gaussian_over_the_own_bin_and_its_neighbours(make, sigma):
    bins = make(sigma)
    colors = colors_for(bins, 200)
    dense = bins.dense(*bins.encode_soft(colors))
    own = bins.centers[bins.encode(colors)]
    near = brute_force_distance(bins, own)[:, :, None] < 1.8  # the diagonal of three axes is 1.73
    gaussian = np.exp(-(brute_force_distance(bins, colors) ** 2) / (2 * sigma**2)) * near[..., 0]
    assert np.abs(dense - gaussian / gaussian.sum(1, keepdims=True)).max() < 1e-5


@pytest.mark.parametrize("make", [color.rgb512, color.lch512])
def test_sigma_is_a_quarter_of_a_bin_as_the_paper_says(make):
    """inoue2017 3.2.2: sigma = 0.25. At a centre each neighbour along an axis weighs exp(-1 / (2 * 0.25^2)) of it."""
    bins = make()
    middle = bins.centers[3 * 64 + 3 * 8 + 3]
    dense = bins.dense(*bins.encode_soft(middle[None]))[0]
    own = dense[3 * 64 + 3 * 8 + 3]
    for neighbour in (4 * 64 + 3 * 8 + 3, 3 * 64 + 2 * 8 + 3, 3 * 64 + 3 * 8 + 4):
        assert dense[neighbour] / own == pytest.approx(np.exp(-8), rel=1e-3)


def test_hue_is_a_ring():
    bins = color.lch512()
    index, weight = bins.encode_soft(np.array([50.0, 60, 0]))
    hues = bins.centers[index, 2]
    assert weight[hues == 22.5].sum() == pytest.approx(0.5, abs=1e-3)
    assert weight[hues == 337.5].sum() == pytest.approx(0.5, abs=1e-3)
    assert bins.encode([50.0, 60, 361]) == bins.encode([50.0, 60, 1])


@pytest.mark.parametrize("name", SETS)
@given(data=st.data())
def test_soft_weights_sum_to_one_for_any_colour(name, data):
    bins = SETS[name]()
    d = bins.centers.shape[1]
    colors = data.draw(arrays(np.float32, (5, d), elements=st.floats(-1000, 1000, width=32)))
    index, weight = bins.encode_soft(colors)
    assert np.abs(weight.sum(-1) - 1).max() < 1e-5
    assert (weight >= 0).all()
    assert ((index >= 0) & (index < len(bins))).all()


def test_leading_axes_are_kept():
    bins = color.ab313()
    picture = np.zeros((4, 5, 2))
    index, weight = bins.encode_soft(picture)
    assert bins.encode(picture).shape == (4, 5)
    assert index.shape == weight.shape == (4, 5, 10)
    assert weight.dtype == np.float32
    assert bins.dense(index, weight).shape == (4, 5, 313)
    assert bins.encode([0.0, 0.0]).shape == ()


def test_a_histogram_is_the_share_of_each_bin():
    bins = color.ab313()
    shares = bins.histogram(bins.centers[[5, 5, 5, 9]])
    assert shares[5] == 0.75
    assert shares[9] == 0.25
    assert shares.sum() == 1


def test_the_most_frequent_bins_come_first_and_stand_at_their_mean():
    colors = np.array([[0.30, 0.30]] * 5 + [[0.31, 0.31]] * 5 + [[-0.3, 0.1]] * 7 + [[0.0, -0.4]])
    bins = color.most_frequent(colors, 2, per_axis=10)
    assert np.allclose(bins.centers, [[0.305, 0.305], [-0.3, 0.1]])
    # the third bin was not chosen: its colour goes to the nearest that was
    assert bins.encode([0.0, -0.4]) == 1
    middles = color.most_frequent(colors, 2, per_axis=10, at="center").centers
    cells = np.array([[8, 7], [1, 5]])
    assert np.allclose(middles, [-0.436, -0.615] + (cells + 0.5) * [0.0872, 0.123])


def test_too_few_colours_for_the_bins_are_refused():
    with pytest.raises(UsageError, match="fill 1 bins"):
        color.most_frequent(np.zeros((10, 2)), 32)


def test_colours_of_another_space_are_refused():
    with pytest.raises(UsageError, match="ab313"):
        color.ab313().encode(np.zeros((4, 3)))


def test_centres_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        color.ab313().centers[0] = 0


@pytest.mark.parametrize("name", SETS)
def test_distances_are_those_between_the_centres(name):
    bins = SETS[name]()
    assert np.abs(bins.distances() - brute_force_distance(bins, bins.centers)).max() < 1e-3


def test_bin_sets_are_found_by_name_and_an_unknown_name_is_named() -> None:
    for name in ("ab313", "lch512", "rgb512"):
        assert color.bin_set(name).name == name
    with pytest.raises(UsageError, match="'ab999'; one of ab313, lch512, rgb512"):
        color.bin_set("ab999")
