"""What a model does not know of a picture's colours, and what the mean colour of a region would tell it.

A Gaussian belief about the errors e of the predicted ab, both channels alike: their covariance is
S_ij = s_i s_j k_ij, with s_i^2 the variance of cell i's distribution, and k_ij how far two cells err together:

    k_ij = (b_ij)^LIKENESS (COMMON + (1 - COMMON) exp(-d_ij^2 / 2 DISTANCE^2 - (L_i - L_j)^2 / 2 LIGHTNESS^2))

with b the Bhattacharyya coefficient of the two distributions and d in shorter sides of the picture. An answer is the
mean colour under a question's map q (kang2018, eq. 4). With u = q / sum q it moves the colours by S u / (u S u) times
what the mean lacked, and leaves S - S u u S / (u S u). The mean squared error that it takes away is |S u|^2 / (u S u):
largest where q is the first eigenvector of S: that is asked, as far as it is positive, in one piece and of no
more than half of the picture.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]

# Chosen on held-out training pictures: docs/decisions/0005-questions.md.
LIKENESS = 6.0
COMMON = 0.2
DISTANCE = 0.4
LIGHTNESS = 18.0  # of L
CUT = 0.4  # of a map's maximum: below, a cell is not part of the question
MOST_AREA = 0.5  # share of the picture: a person names one thing's colour, not that of everything
LEAST_VARIANCE = 4.0  # ab units squared: no distribution is that sure
UNTOLD = 0.005  # of a cell's mean variance: how far an answer may be wrong

_MOST_CELLS = 1536  # the covariance is of all pairs
_ROUNDS = 15


def belief_shape(height: int, width: int) -> tuple[int, int]:
    """The grid (h, w) on which a belief about a map of this size is held: halves and smaller, of at most 1536 cells."""
    scale = min(0.5, (_MOST_CELLS / (height * width)) ** 0.5)
    return max(1, int(height * scale)), max(1, int(width * scale))


@dataclass(frozen=True, eq=False)
class Doubt:
    """The covariance (n, n), in ab units squared, of the errors in the cells of a grid `shape` (h, w), n = h w."""

    covariance_nn: F32
    shape: tuple[int, int]

    @classmethod
    def of(cls, p_hwq: F32 | None, l_hw: F32, centers_q2: F32 | None) -> "Doubt":
        """The belief of distributions (h, w, Q) over bin centres (Q, 2) at lightnesses (h, w), 0..100.

        Without distributions every cell is as doubtful as the next, and likeness is one of lightness and place.
        """
        shape = (l_hw.shape[0], l_hw.shape[1])
        together = _near(l_hw)
        if p_hwq is None or centers_q2 is None:
            return cls(np.float32(100.0) * together, shape)
        p_nq = p_hwq.reshape(-1, p_hwq.shape[-1])
        root_nq = np.sqrt(p_nq / p_nq.sum(1, keepdims=True))
        together *= np.clip(root_nq @ root_nq.T, 0.0, 1.0) ** LIKENESS
        s_n = np.sqrt(np.maximum(variance(p_nq, centers_q2), LEAST_VARIANCE)).astype(np.float32)
        return cls(together * s_n[:, None] * s_n, shape)

    def scaled(self, left_hw: F32) -> "Doubt":
        """The belief where hints have told all but the share `left_hw` (h, w), 0..1, of what was not known."""
        left_n = left_hw.ravel()
        return Doubt(self.covariance_nn * left_n[:, None] * left_n, self.shape)

    def question(self) -> F32 | None:
        """The map (h, w) in 0..1, its maximum 1, whose answer takes most of the expected error away; None: no doubt."""
        map_n = self.covariance_nn.sum(1)
        for _ in range(_ROUNDS):
            top = float(map_n.max())
            if top <= 0.0:
                return None
            map_n = self.covariance_nn @ np.maximum(map_n / top, 0.0)
        return _compact(np.maximum(map_n, 0.0).reshape(self.shape))

    def gain(self, map_hw: F32) -> float:
        """The expected mean squared error, ab units squared, that the mean colour under a map takes away."""
        moved_n, spread = self._told(map_hw)
        return float(np.square(moved_n).mean()) / spread

    def told(self, map_hw: F32) -> tuple[F32, "Doubt"]:
        """How far all cells follow (h, w) when the mean under a map turns out 1 higher, and what is then not known."""
        moved_n, spread = self._told(map_hw)
        left_nn = self.covariance_nn - moved_n[:, None] * (moved_n / np.float32(spread))
        return (moved_n / np.float32(spread)).reshape(self.shape), Doubt(left_nn, self.shape)

    def _told(self, map_hw: F32) -> tuple[F32, float]:
        u_n = map_hw.ravel() / max(float(map_hw.sum()), 1e-6)
        moved_n: F32 = self.covariance_nn @ u_n
        noise = UNTOLD * float(np.trace(self.covariance_nn)) / len(u_n)
        return moved_n, float(u_n @ moved_n) + max(noise, 1e-6)


def variance(p_nq: F32, centers_qd: F32) -> F32:
    """Expected squared distance (n,) from the mean of a distribution over centres of ab (d = 2) or Lab (d = 3)."""
    mean_nd = p_nq @ centers_qd
    square_n = p_nq @ np.square(centers_qd).sum(-1)
    return np.asarray(np.maximum(square_n - np.square(mean_nd).sum(-1), 0.0), np.float32)


def _near(l_hw: F32) -> F32:
    """The part of k that place and lightness say, (n, n)."""
    h, w = l_hw.shape
    y_hw, x_hw = np.mgrid[0:h, 0:w].astype(np.float32) / min(h, w)
    squares = [(y_hw, DISTANCE), (x_hw, DISTANCE), (l_hw, LIGHTNESS)]
    exponent = np.zeros((h * w, h * w), np.float32)
    for value_hw, sigma in squares:
        value_n = (value_hw / (np.float32(np.sqrt(2.0)) * np.float32(sigma))).ravel()
        exponent -= np.square(value_n[:, None] - value_n)
    return np.float32(COMMON) + np.float32(1 - COMMON) * np.exp(exponent)


def _compact(map_hw: F32) -> F32:
    """What a person sees as one thing in a map: crumbs and holes smoothed away, its largest piece, its maximum 1.

    Of a piece that covers more than `MOST_AREA`, its highest part; one without any height stays whole.
    """
    from scipy import ndimage

    side = min(map_hw.shape)
    size = (max(1, side // 6),) * 2
    smooth_hw = ndimage.gaussian_filter(map_hw, side / 32, mode="nearest")
    smooth_hw = ndimage.grey_opening(ndimage.grey_closing(smooth_hw, size), size)
    smooth_hw /= smooth_hw.max()
    piece_hw = _largest_piece(smooth_hw, CUT)
    if (piece_hw > 0).mean() > MOST_AREA:
        piece_hw = _largest_piece(piece_hw, float(np.quantile(piece_hw, 1.0 - MOST_AREA)))
    return piece_hw


def _largest_piece(map_hw: F32, cut: float) -> F32:
    from scipy import ndimage

    pieces_hw, count = ndimage.label(map_hw >= cut)
    sums = ndimage.sum_labels(map_hw, pieces_hw, np.arange(1, count + 1))
    return np.where(pieces_hw == 1 + int(np.argmax(sums)), map_hw, np.float32(0.0))
