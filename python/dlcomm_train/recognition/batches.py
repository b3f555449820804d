# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Windows in memory, and what is done to them each time they are seen."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch

from dlcomm_train.datasets.dataset import Dataset

_CHUNK = 1024


@dataclass(frozen=True)
class Windows:
    """Labelled windows on one device.

    Attributes:
        iq: float32 [N, window, 2].
        target: class, int64 [N].
        snr_db: SNR label, int64 [N].
    """

    iq: torch.Tensor
    target: torch.Tensor
    snr_db: torch.Tensor

    @classmethod
    def load(cls, dataset: Dataset, places: np.ndarray, device: torch.device) -> Windows:
        """The windows at `places` of a data set, in memory."""
        index = dataset.index[places]
        return cls(
            torch.from_numpy(dataset.windows[places]).to(device),
            torch.from_numpy(index["modulation"].astype(np.int64)).to(device),
            torch.from_numpy(index["snr_db"].astype(np.int64)).to(device),
        )

    def __len__(self) -> int:
        """Number of windows."""
        return len(self.target)


def rotated(iq: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Windows [b, window, 2], each turned by a phase of its own.

    The phase of a received carrier is unknown and says nothing about the modulation.
    """
    phase = torch.rand(len(iq), 1, generator=generator, device=iq.device) * (2.0 * math.pi)
    cosine, sine = torch.cos(phase), torch.sin(phase)
    real, imaginary = iq[..., 0], iq[..., 1]
    return torch.stack(
        (real * cosine - imaginary * sine, real * sine + imaginary * cosine), dim=2
    )


def mirrored(iq: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Windows [b, window, 2], half of them conjugated and half of them reversed in time.

    All classes but a real single side band look the same in either mirror.
    """
    conjugate, reverse = torch.rand(2, len(iq), generator=generator, device=iq.device) < 0.5
    sign = torch.where(conjugate, -1.0, 1.0)
    iq = torch.stack((iq[..., 0], iq[..., 1] * sign[:, None]), dim=2)
    return torch.where(reverse[:, None, None], iq.flip(1), iq)


@torch.no_grad()
def logits_of(
    network: torch.nn.Module, iq: torch.Tensor, bfloat16: bool = False
) -> torch.Tensor:
    """Logits [N, classes] float32 of windows [N, window, 2], batch by batch.

    Args:
        network: the classifier; left in evaluation mode.
        iq: the windows.
        bfloat16: compute with bfloat16.
    """
    network.eval()
    found = []
    for part in iq.split(_CHUNK):
        with torch.autocast(iq.device.type, torch.bfloat16, enabled=bfloat16):
            found.append(network(part).float())
    return torch.cat(found)
