# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Networks that tell the modulation of a window of complex samples.

VT-CNN2: T. O'Shea, J. Corgan, T. Clancy, "Convolutional radio modulation recognition
networks", 2016. The compact family follows the observation that strides and pooling, instead
of one large dense layer at full rate, cost nothing (F. Chollet, "Xception", 2017, for
separable convolutions).
"""

from __future__ import annotations

import torch
from torch import nn

from dlcomm_train.networks.relu_dropout import ReluDropout

SMALLEST_POWER = 1e-20
"""Mean power of a window below which it is not made larger any more: a silent window stays
silent instead of becoming NaN."""


def unit_power(iq: torch.Tensor) -> torch.Tensor:
    """Windows [b, window, 2] scaled to unit mean power per complex sample."""
    power = 2.0 * iq.square().mean(dim=(1, 2), keepdim=True)
    return iq / power.clamp_min(SMALLEST_POWER).sqrt()


class ThesisNetwork(nn.Module):
    """Convolutions over the 2 x window picture of I and Q, then dense layers.

    Attributes:
        features: convolutions of a picture [b, 1, 2, window], and what stands between them.
        classes: dense layers of the flattened features.
    """

    def __init__(self, features: nn.Sequential, classes: nn.Sequential) -> None:
        """Take the layers."""
        super().__init__()
        self.features, self.classes = features, classes

    def forward(self, iq: torch.Tensor) -> torch.Tensor:
        """Logits [b, classes] of windows [b, window, 2]."""
        picture = unit_power(iq).transpose(1, 2).unsqueeze(1)
        # Twice as fast on CPUs, and the same values.
        picture = picture.contiguous(memory_format=torch.channels_last)
        return self.classes(self.features(picture).flatten(1))


def vtcnn2(
    window: int, classes: int, dropout: float, dense_dropout: float
) -> ThesisNetwork:
    """VT-CNN2, the student of the thesis (table 4.4): 2,830,427 parameters for 128 and 11."""
    features = _pictures(
        dropout,
        nn.Conv2d(1, 256, (1, 3), padding=(0, 2)),
        nn.Conv2d(256, 80, (2, 3), padding=(0, 2)),
    )
    return ThesisNetwork(features, _dense(dense_dropout, 80 * (window + 4), 256, classes))


def vtcnn2_teacher(
    window: int, classes: int, dropout: float, dense_dropout: float
) -> ThesisNetwork:
    """The thesis's wider and deeper teacher (table 4.3): 9,278,475 parameters.

    The table gives parameters only. Kernels and padding are those that lead to its numbers:
    the first dense layer reads 128 features at window + 4 places.
    """
    features = _pictures(
        dropout,
        nn.Conv2d(1, 256, (1, 3), padding=(0, 2)),
        nn.Conv2d(256, 256, (1, 3), padding=(0, 1)),
        nn.Conv2d(256, 128, (2, 3), padding=(0, 2)),
        # As wide as its input: 2 places before, 3 behind.
        nn.Sequential(nn.ZeroPad2d((2, 3, 0, 0)), nn.Conv2d(128, 128, (1, 6))),
    )
    return ThesisNetwork(features, _dense(dense_dropout, 128 * (window + 4), 512, 256, classes))


class CompactNetwork(nn.Module):
    """Separable convolutions with strides, pooled features, one dense layer.

    The first convolution mixes I and Q. Every block is a convolution per channel, one across
    channels and ReLU. What the last blocks make is averaged over time; the dense layer reads
    all of these averages.

    Attributes:
        first: the first convolution with batch norm and ReLU.
        blocks: the blocks.
        classes: dropout and the dense layer.
    """

    def __init__(
        self,
        classes: int,
        channels: tuple[int, ...],
        strides: tuple[int, ...],
        kernels: tuple[int, int],
        taps: int,
        dropout: float,
    ) -> None:
        """Draw random weights.

        Args:
            classes: outputs.
            channels: of the first convolution and of every block.
            strides: the same.
            kernels: length of the first convolution's filters, and of the blocks'.
            taps: so many of the last blocks are pooled.
            dropout: share of the pooled features that is left out in training.
        """
        super().__init__()
        first, kernel = kernels
        self.first = nn.Sequential(
            nn.Conv1d(2, channels[0], first, strides[0], padding=first // 2, bias=False),
            nn.BatchNorm1d(channels[0]),
            nn.ReLU(),
        )
        self.blocks = nn.ModuleList(
            _separable(before, after, kernel, stride)
            for before, after, stride in zip(
                channels[:-1], channels[1:], strides[1:], strict=True
            )
        )
        self.taps = taps
        pooled = sum(channels[len(channels) - taps :])
        self.classes = nn.Sequential(nn.Dropout(dropout), nn.Linear(pooled, classes))

    def forward(self, iq: torch.Tensor) -> torch.Tensor:
        """Logits [b, classes] of windows [b, window, 2]."""
        value = self.first(unit_power(iq).transpose(1, 2))
        pooled = []
        for number, block in enumerate(self.blocks, start=1):
            value = block(value)
            if number > len(self.blocks) - self.taps:
                pooled.append(value.mean(dim=2))
        return self.classes(torch.cat(pooled, dim=1))


def _separable(before: int, after: int, kernel: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv1d(
            before, before, kernel, stride, padding=kernel // 2, groups=before, bias=False
        ),
        nn.BatchNorm1d(before),
        nn.Conv1d(before, after, 1, bias=False),
        nn.BatchNorm1d(after),
        nn.ReLU(),
    )


def _pictures(dropout: float, *convolutions: nn.Module) -> nn.Sequential:
    layers: list[nn.Module] = []
    for convolution in convolutions:
        layers += [convolution, ReluDropout(dropout)]
    return nn.Sequential(*layers).to(memory_format=torch.channels_last)


def _dense(dropout: float, *widths: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for before, after in zip(widths[:-1], widths[1:], strict=True):
        layers += [nn.Linear(before, after), nn.ReLU(), nn.Dropout(dropout)]
    return nn.Sequential(*layers[:-2])
