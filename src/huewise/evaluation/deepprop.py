"""Edit propagation by a network that is fitted to one picture: after Endo, Iizuka, Kanamori and Mitani 2016 (DeepProp).

The paper trains, on the stroked pixels of a single picture, a classifier with two inputs, the patch around a pixel and
its place; the pixel's probabilities of the strokes then blend the strokes' edits. So here: a patch branch of
convolutions over the lightness, a branch of the place (x, y), joined by 1x1 layers and a softmax over the colours of
the hints; ab = sum_k p_k c_k.

Deviations, with reasons:

- The guide is gray: the patch has one channel, and the classes are colours, at most CLASSES of them (k-means of the
  hinted ab), since an evaluation gives up to 500 hints and not a few strokes.
- Few units and steps: some seconds on a processor. Without the paper's post-processing of the probabilities.
- A cell hinted in full keeps its hint's colour, in part that part: the network alone copies nothing.

A baseline with a seed: the same hints give the same colours on the same machine.
"""

import threading

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

F32 = NDArray[np.float32]

PATCH = 9  # cells, the side of the patch
CLASSES = 32
STEPS, BATCH, RATE = 300, 256, 2e-3
SEED = 0
_SEEDING = threading.Lock()  # torch has one generator for all threads


class PatchAndPlace(nn.Module):
    """(l_b1hw, place_b2hw) -> logits over the colours (b, k, h - 8, w - 8), of patches and whole pictures alike.

    The patch branch is made of convolutions that see 9 x 9 cells together: a whole picture is one run of them.
    """

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.patch = nn.Sequential(
            nn.Conv2d(1, 16, 3), nn.ReLU(), nn.Conv2d(16, 32, 3, dilation=2), nn.ReLU(), nn.Conv2d(32, 48, 3)
        )
        self.place = nn.Sequential(nn.Conv2d(2, 32, 1), nn.ReLU(), nn.Conv2d(32, 48, 1))
        self.both = nn.Sequential(nn.ReLU(), nn.Conv2d(96, 64, 1), nn.ReLU(), nn.Conv2d(64, classes, 1))

    def forward(self, l_b1hw: Tensor, place_b2hw: Tensor) -> Tensor:
        """See the class; the place has the size of the result."""
        out: Tensor = self.both(torch.cat([self.patch(l_b1hw), self.place(place_b2hw)], 1))
        return out


def deepprop(ab_hint_hw2: F32, mask_hw: F32, l_hw: F32, *, steps: int = STEPS) -> F32:
    """Ab (h, w, 2) of every cell from hints on the same grid; without any hint, 0.

    `ab_hint_hw2`: hinted ab (0 elsewhere); `mask_hw`: hinted share of each cell, 0..1; `l_hw`: lightness 0..100.
    """
    hinted = mask_hw > 0
    if not hinted.any():
        return np.zeros_like(ab_hint_hw2)
    share_hw1 = np.clip(mask_hw, 0, 1)[..., None]
    if (share_hw1 >= 1).all():
        return ab_hint_hw2.copy()
    color_k2, class_n = colors_of(ab_hint_hw2[hinted])
    l_11hw, place_12hw = _features(l_hw)
    y, x = np.nonzero(hinted)
    windows = np.lib.stride_tricks.sliding_window_view(l_11hw[0, 0].numpy(), (PATCH, PATCH))
    patch_n1pp = torch.from_numpy(windows[y, x].copy())[:, None]
    place_n211 = place_12hw[0, :, y, x].T[..., None, None]
    with _SEEDING, torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        network = _fitted(patch_n1pp, place_n211, torch.from_numpy(class_n), len(color_k2), steps)
    with torch.no_grad():
        p_hwk = network(l_11hw, place_12hw)[0].softmax(0).permute(1, 2, 0).numpy()
    made_hw2 = p_hwk @ color_k2
    return np.asarray(made_hw2 + share_hw1 * (ab_hint_hw2 - made_hw2), np.float32)


def colors_of(ab_n2: F32) -> tuple[F32, NDArray[np.int64]]:
    """At most CLASSES colours (k, 2) that stand for the hinted ones, and the index of each hint's colour."""
    from scipy.cluster.vq import kmeans2

    distinct_k2, class_n = np.unique(np.round(ab_n2), axis=0, return_inverse=True)
    class_n = class_n.reshape(-1).astype(np.int64)
    if len(distinct_k2) > CLASSES:
        _, group_k = kmeans2(
            distinct_k2.astype(np.float64), CLASSES, minit="++", rng=np.random.default_rng(SEED)
        )
        class_n = np.unique(group_k[class_n], return_inverse=True)[1].reshape(-1).astype(np.int64)
    count = np.bincount(class_n)
    mean_k2 = np.stack([np.bincount(class_n, ab_n2[:, i]) / count for i in range(2)], 1)
    return mean_k2.astype(np.float32), class_n


def _features(l_hw: F32) -> tuple[Tensor, Tensor]:
    """The lightness (1, 1, h + 8, w + 8) in -1..1, mirrored beyond the border, and the places (1, 2, h, w) in -1..1."""
    h, w = l_hw.shape
    padded = np.pad(l_hw / 50.0 - 1.0, PATCH // 2, mode="symmetric").astype(np.float32)
    y, x = np.mgrid[:h, :w].astype(np.float32)
    place_2hw = np.stack([(x + 0.5) * 2 / w - 1, (y + 0.5) * 2 / h - 1])
    return torch.from_numpy(padded)[None, None], torch.from_numpy(place_2hw)[None]


def _fitted(patch_n1pp: Tensor, place_n211: Tensor, class_n: Tensor, classes: int, steps: int) -> nn.Module:
    """The network trained on the hinted cells."""
    network = PatchAndPlace(classes)
    optimizer = torch.optim.Adam(network.parameters(), RATE)
    for _ in range(steps):
        batch = torch.randint(len(class_n), (min(BATCH, len(class_n)),))
        logits = network(patch_n1pp[batch], place_n211[batch])[..., 0, 0]
        loss = nn.functional.cross_entropy(logits, class_n[batch])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return network.eval()
