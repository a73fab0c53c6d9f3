"""What a model does not know of a picture's colours, and what the mean colour of a region would tell it.

A Gaussian belief about the errors e of the predicted ab: e = F z + own, with z of few latents, z ~ N(0, C), C = I
before anything is told, and F a cell's *factors*: how its a and its b follow each latent. Cells that follow the same
latents err together. An answer is the mean colour under a question's map q (kang2018, eq. 4). With u = q / sum q and
A = u F it lacks A z, and moves the colours by F C A' G^-1 times what the mean lacked, G = A C A' + noise, leaving
C - C A' G^-1 A C. That takes F C A' G^-1 A C F' away from the covariance S = F C F': most where q is the first
eigenvector of S_aa + S_bb. That is asked, as far as it is positive, in one piece and of no more than half of the
picture.

The factors are learnt (`networks.belief`). For a model without such a network they are those of the covariance
S_ij = s_i s_j k_ij, both channels alike, with s_i^2 half the variance of cell i's distribution (that is of both) and

    k_ij = (b_ij)^LIKENESS (COMMON + (1 - COMMON) exp(-d_ij^2 / 2 DISTANCE^2 - (L_i - L_j)^2 / 2 LIGHTNESS^2))

where b is the Bhattacharyya coefficient of the two distributions and d their distance in shorter sides of the picture.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from huewise.propagate.kriging import kernel

F32 = NDArray[np.float32]

# Chosen on held-out training pictures: docs/decisions/0005-questions.md.
LIKENESS = 6.0
COMMON = 0.2
DISTANCE = 0.4
LIGHTNESS = 18.0  # of L
CUT = 0.6  # of a map's maximum: below, a cell is not part of the question
MOST_AREA = 0.5  # share of the picture: a person names one thing's colour, not that of everything
LEAST_VARIANCE = 4.0  # ab units squared: no distribution is that sure
ANSWER_NOISE = 0.9  # ab units squared: how far an answer may be wrong
HINT_NOISE = 60.0  # ab units squared: how far a hint may differ from the mean of the cell that it covers
RANK = 32  # latents of each channel, where the covariance is made of a distribution

_MOST_CELLS = 1536  # that covariance is of all pairs
_ROUNDS = 15
_MOST_TOLD = 1024  # hinted cells: of more, those whose neighbours say the same are thinned
_SAME = 1.0  # ab units
_EXPECTED = 20.0  # ab units: at this distance from the prediction a hint's noise is doubled or trebled
_FEW = 8  # hinted cells up to which it is trebled: nothing else speaks for such a hint yet
# Of the cells' own errors, chosen on held-out training pictures: docs/decisions/0004-after-the-network.md.
_REACHES = ((0.3, 1.0), (0.4, 3.0), (0.3, 8.0))  # shares of them that reach so many cells
_OWN_GAIN = 2.25  # of their variance: hints are pixels, which differ more than the means of cells do


def belief_shape(height: int, width: int) -> tuple[int, int]:
    """The grid (h, w) of a covariance for a map of this size: halves and smaller, of at most 1536 cells."""
    scale = min(0.5, (_MOST_CELLS / (height * width)) ** 0.5)
    return max(1, int(height * scale)), max(1, int(width * scale))


@dataclass(frozen=True, eq=False)
class Doubt:
    """Factors (2, n, k) in ab units of the errors in the cells of a grid `shape` (h, w), n = h w.

    `latent_kk`: covariance of the latents after what was told. `own_n`: the part of a cell's variance, ab units
    squared, that follows no latent. `l_n`: the cells' lightness, 0..100; None: their own errors are theirs alone.
    """

    factor_cnk: F32
    latent_kk: F32
    own_n: F32
    shape: tuple[int, int]
    l_n: F32 | None = None

    @classmethod
    def of(cls, p_hwq: F32 | None, l_hw: F32, centers_q2: F32 | None) -> "Doubt":
        """The belief of distributions (h, w, Q) over bin centres (Q, 2) at lightnesses (h, w), 0..100.

        Without distributions every cell is as doubtful as the next, and likeness is one of lightness and place.
        """
        shape = (l_hw.shape[0], l_hw.shape[1])
        together = _near(l_hw)
        if p_hwq is None or centers_q2 is None:
            return cls._alike(np.float32(100.0) * together, shape)
        p_nq = p_hwq.reshape(-1, p_hwq.shape[-1])
        root_nq = np.sqrt(p_nq / p_nq.sum(1, keepdims=True))
        together *= np.clip(root_nq @ root_nq.T, 0.0, 1.0) ** LIKENESS
        s_n = np.sqrt(np.maximum(variance(p_nq, centers_q2), LEAST_VARIANCE) / 2.0).astype(np.float32)
        return cls._alike(together * s_n[:, None] * s_n, shape)

    @classmethod
    def _alike(cls, covariance_nn: F32, shape: tuple[int, int]) -> "Doubt":
        """A covariance (n, n) of either channel, in its first eigenvectors; the rest is the cells' own."""
        from scipy.sparse.linalg import eigsh

        n = len(covariance_nn)
        if n <= RANK + 1:
            values, vectors = np.linalg.eigh(covariance_nn)
        else:
            values, vectors = eigsh(covariance_nn, RANK, v0=np.ones(n, np.float32))
        one_nk = (vectors * np.sqrt(np.maximum(values, 0.0))).astype(np.float32)
        none_nk = np.zeros_like(one_nk)
        factor = np.stack([np.hstack([one_nk, none_nk]), np.hstack([none_nk, one_nk])])
        own_n = np.maximum(np.diag(covariance_nn) - np.square(one_nk).sum(1), 0.0)
        return cls(factor, np.eye(factor.shape[-1], dtype=np.float32), own_n, shape)

    def after(self, hint_hw2: F32, mask_hw: F32, predicted_hw2: F32) -> tuple[F32, "Doubt"]:
        """How far (h, w, 2) all cells follow hinted cells, and what is then not known.

        `hint_hw2`: mean hinted ab of each cell, `mask_hw` its hinted share; `predicted_hw2`: colours without hints. A
        hint may differ from the mean of its cell, the more the less of it is hinted. One far from the prediction tells
        of its own object: its noise grows with the distance (`_EXPECTED`), faster while few cells are hinted (`_FEW`).
        What no latent explains goes to cells that lie near the hints and are as light (`_together`); what is then not
        known of them is counted for each cell alone, which costs nothing that could be measured (decision 0004).
        """
        told = mask_hw.ravel()
        cells = _telling(hint_hw2, mask_hw)
        if not cells.size:
            return np.zeros((*self.shape, 2), np.float32), self
        error_m2 = (hint_hw2 - predicted_hw2).reshape(-1, 2)[cells]
        far_m = np.square(error_m2).sum(1) / _EXPECTED**2
        noise_m = HINT_NOISE / told[cells] * (1.0 + far_m + far_m**2 * min(1.0, _FEW / len(cells)))
        near_nm, factor_cmk = self._together(cells), self.factor_cnk[:, cells]
        weighed_cmk, weighed_m2 = _weighed(near_nm[cells] + np.diag(noise_m), factor_cmk, error_m2)
        precision = np.linalg.inv(self.latent_kk) + np.einsum("cmk,cml->kl", weighed_cmk, factor_cmk)
        left_kk: F32 = np.linalg.inv(precision).astype(np.float32)
        latent_k = left_kk @ np.einsum("cmk,mc->k", weighed_cmk, error_m2)
        own_m2 = weighed_m2 - np.einsum("cmk,k->mc", weighed_cmk, latent_k)
        moved_n2: F32 = (self.factor_cnk @ latent_k).T + near_nm @ own_m2
        unknown_n = 1.0 - np.clip(told, 0.0, 1.0)
        left = replace(self, factor_cnk=self.factor_cnk * unknown_n[:, None], own_n=self.own_n * unknown_n**2)
        return moved_n2.reshape(*self.shape, 2), replace(left, latent_kk=left_kk)

    def _together(self, cells_m: NDArray[np.intp]) -> F32:
        """Covariance (n, m) of all cells' own errors with those of some: near each other, of one lightness."""
        deviation_n = np.sqrt(self.own_n)
        own_nm: F32 = np.float32(_OWN_GAIN) * deviation_n[:, None] * deviation_n[cells_m]
        if self.l_n is None:
            return np.where(np.arange(len(deviation_n))[:, None] == cells_m, own_nm, np.float32(0.0))
        y_n, x_n = np.indices(self.shape, np.float32).reshape(2, -1)
        near_nm = np.zeros_like(own_nm)
        for share, reach in _REACHES:
            at_n3 = np.stack([y_n / reach, x_n / reach, self.l_n / LIGHTNESS], -1)
            near_nm += np.float32(share) * kernel(at_n3, at_n3[cells_m])
        return own_nm * near_nm

    def explained(self, error_hw2: F32, noise: float) -> F32:
        """The errors (h, w, 2) that all cells are believed to have where each shows one with this variance of noise."""
        factor_xk = self.factor_cnk.reshape(-1, self.factor_cnk.shape[-1])
        error_x = error_hw2.reshape(-1, 2).T.ravel()
        precision = np.linalg.inv(self.latent_kk) + factor_xk.T @ factor_xk / np.float32(noise)
        latent_k = np.linalg.solve(precision, factor_xk.T @ error_x / np.float32(noise)).astype(np.float32)
        made: F32 = (self.factor_cnk @ latent_k).T.reshape(*self.shape, 2)
        return made

    def question(self) -> F32 | None:
        """The map (h, w) in 0..1, its maximum 1, whose answer takes most of the expected error away; None: no doubt."""
        told_cnk = self.factor_cnk @ self.latent_kk
        map_n = np.ones(self.factor_cnk.shape[1], np.float32)
        for _ in range(_ROUNDS):
            map_n = np.einsum("cnk,ck->n", told_cnk, np.maximum(map_n, 0.0) @ self.factor_cnk)
            top = float(map_n.max())
            if top <= 0.0:
                return None
            map_n /= top
        return _compact(np.maximum(map_n, 0.0).reshape(self.shape))

    def gain(self, map_hw: F32) -> float:
        """The expected mean squared error of a channel, ab units squared, that the mean under a map takes away."""
        moved_cnd, _, spread_dd = self._told(map_hw)
        return (
            float(np.einsum("cnd,de,cne->", moved_cnd, np.linalg.inv(spread_dd), moved_cnd))
            / moved_cnd[..., 0].size
        )

    def told(self, map_hw: F32, lacked_2: F32) -> tuple[F32, "Doubt"]:
        """How far (h, w, 2) all cells follow when the mean under a map turns out `lacked_2` ab units elsewhere.

        And what is then not known.
        """
        moved_cnd, latent_dk, spread_dd = self._told(map_hw)
        moved_nc = np.einsum("cnd,d->nc", moved_cnd, np.linalg.solve(spread_dd, lacked_2).astype(np.float32))
        left_kk = self.latent_kk - latent_dk.T @ np.linalg.solve(spread_dd, latent_dk).astype(np.float32)
        return moved_nc.reshape(*self.shape, 2), replace(self, latent_kk=left_kk)

    def _told(self, map_hw: F32) -> tuple[F32, F32, NDArray[np.float64]]:
        """F C A' (2, n, 2), A C (2, k) and G (2, 2) of a map."""
        u_n: F32 = map_hw.ravel() / np.float32(max(float(map_hw.sum()), 1e-6))
        follows_dk: F32 = u_n @ self.factor_cnk
        latent_dk: F32 = follows_dk @ self.latent_kk
        noise = float(np.square(u_n) @ self.own_n) + ANSWER_NOISE
        spread_dd = np.float64(latent_dk @ follows_dk.T) + noise * np.eye(2)
        moved_cnd: F32 = self.factor_cnk @ latent_dk.T
        return moved_cnd, latent_dk, spread_dd


def variance(p_nq: F32, centers_qd: F32) -> F32:
    """Expected squared distance (n,) from the mean of a distribution over centres of ab (d = 2) or Lab (d = 3)."""
    mean_nd = p_nq @ centers_qd
    square_n = p_nq @ np.square(centers_qd).sum(-1)
    return np.asarray(np.maximum(square_n - np.square(mean_nd).sum(-1), 0.0), np.float32)


def _weighed(noise_mm: F32, factor_cmk: F32, error_m2: F32) -> tuple[F32, F32]:
    """Factors and errors of m cells, each (its noise's covariance)^-1 times."""
    from scipy.linalg import cho_factor, cho_solve

    root = cho_factor(noise_mm, lower=True, check_finite=False)
    both_mx = cho_solve(root, np.hstack([*factor_cmk, error_m2]), check_finite=False)
    weighed_cmk: F32 = both_mx[:, :-2].reshape(len(error_m2), 2, -1).transpose(1, 0, 2)
    return weighed_cmk, both_mx[:, -2:]


def _telling(hint_hw2: F32, mask_hw: F32) -> NDArray[np.intp]:
    """The hinted cells, or so few of those within large hints that all of them can be reckoned with."""
    hinted_hw = mask_hw > 0.0
    cells = np.flatnonzero(hinted_hw)
    if len(cells) <= _MOST_TOLD:
        return cells
    row, column = np.indices(mask_hw.shape)
    within_hw = _within(hint_hw2, hinted_hw)
    for every in (2, 3, 4, 6):
        cells = np.flatnonzero(hinted_hw & ~(within_hw & ((row % every > 0) | (column % every > 0))))
        if len(cells) <= _MOST_TOLD:
            return cells
    return cells[:: 1 + (len(cells) - 1) // _MOST_TOLD]


def _within(hint_hw2: F32, hinted_hw: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Cells all of whose neighbours are hinted as they are."""
    from scipy import ndimage

    window = (3, 3, 1)
    differs_hw2 = ndimage.maximum_filter(hint_hw2, window) - ndimage.minimum_filter(hint_hw2, window)
    eroded_hw: NDArray[np.bool_] = ndimage.binary_erosion(hinted_hw, np.ones((3, 3), bool), border_value=1)
    within_hw: NDArray[np.bool_] = eroded_hw & (differs_hw2.max(-1) < _SAME)
    return within_hw


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
