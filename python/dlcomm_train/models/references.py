# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Maximum-likelihood receivers by enumeration: the floor of a codebook's error rate.

A learned receiver is judged beside the best one that its codebook can have. For every
channel here log p(y | c) is known in closed form, so that receiver is a decoder model like
any other: its logits are log p(y | c) of every codeword c, up to one constant per row, and
it is measured in the very flowgraph that measures the learned one. With
y, c in C^m (m = n/2), N0 the noise variance per complex sample and all codewords equally
likely:

``awgn``
    2 <c, y> / N0 - |c|^2 / N0.

``polynomial:C0,C1,...``
    The same with every codeword replaced by what the channel makes of it.

``rayleigh``
    y = h c + w with an unknown h ~ CN(0, 1) is Gaussian, CN(0, N0 I + c c^H). The
    determinant of that covariance is N0^m (1 + |c|^2 / N0), its inverse
    (I - c c^H / (N0 + |c|^2)) / N0 (Sherman and Morrison), hence

        |c^H y|^2 / (N0 (N0 + |c|^2)) - log(1 + |c|^2 / N0).

    With codewords of equal energy this is the largest |c^H y|, whatever N0 (B. Hochwald,
    T. Marzetta, "Unitary space-time modulation for multiple-antenna communications in
    Rayleigh flat fading", 2000, section III).

``rayleigh:real_positive=1``
    y = r c + w with an unknown r of density 2 r exp(-r^2). With <c, y> the inner product
    of reals, a = 1 + |c|^2 / N0 and x = <c, y> / (N0 sqrt(a)), completing the square gives

        log of the integral of 2 r exp(2 r <c, y> / N0 - a r^2) over r > 0
            = log(1 + sqrt(pi) x exp(x^2) (1 + erf(x))) - log(a).

    For x >= 0 that is x^2 + log(exp(-x^2) + sqrt(pi) x (1 + erf(x))), where nothing
    cancels. For x = -t < 0 it is log(1 - sqrt(pi) t erfcx(t)), whose terms cancel;
    there log((1 + t)^2 (1 - sqrt(pi) t erfcx(t))) is a smooth function of 1 / (1 + t),
    here a polynomial, good to 1e-5.

Receivers that are told the gain are in :mod:`dlcomm_train.models.channel_knowledge`.
"""

from __future__ import annotations

import math

import numpy as np
import onnx
import torch
from numpy.polynomial import Chebyshev, Polynomial
from onnx import helper
from scipy.special import erfcx

from dlcomm_train.channels.models import noise_variance
from dlcomm_train.channels.text import RAYLEIGH, RAYLEIGH_REAL, channel_model
from dlcomm_train.contract import Contract
from dlcomm_train.models.channel_knowledge import with_receiver
from dlcomm_train.models.export import decoder_graph, dense_decoder
from dlcomm_train.models.pairs import Pair

_TAIL_DEGREE = 9
_TAIL_ASYMPTOTIC = 30.0


def maximum_likelihood(pair: Pair, name: str, channel: str, ebn0_db: float) -> Pair:
    """The pair's codebook with the maximum-likelihood receiver of a channel.

    Args:
        pair: any link; on the fading channels of even n.
        name: name of the new link.
        channel: ``awgn``, ``polynomial:C0,C1,...``, ``rayleigh`` or
            ``rayleigh:real_positive=1``, as ``dlcomm ber --channel`` has them; a gain is
            constant over a message and not known.
        ebn0_db: Eb/N0 at which the receiver is exact. Without fading, or where all
            codewords have the same energy, its decisions are maximum-likelihood at every
            Eb/N0.

    Raises:
        ContractError: the pair breaks the contract.
        ValueError: there is no such channel, or n is odd on a fading channel: messages
            would share complex samples.
    """
    source, _ = pair.contracts()
    quiet = channel_model(channel, source.n, source.k, math.inf, csi=False)
    n0 = 2.0 * noise_variance(source.n, source.k, ebn0_db)

    def receiver(codebook: np.ndarray, link: Contract) -> onnx.ModelProto:
        if channel == RAYLEIGH:
            return rayleigh_receiver(codebook, n0, link)
        if channel == RAYLEIGH_REAL:
            return real_positive_receiver(codebook, n0, link)
        # Of the other channels, the noise is all that is random.
        sent = torch.from_numpy(codebook)
        return gaussian_receiver(quiet(sent, torch.Generator()).symbols.numpy(), n0, link)

    recipe = {
        "description": f"codebook of {source.link}, "
        f"maximum-likelihood receiver for {channel}",
        "channel": channel,
        "logits_exact_at_ebn0_db": ebn0_db,
    }
    fading = channel in (RAYLEIGH, RAYLEIGH_REAL)
    return with_receiver(pair, name, receiver, recipe, even=fading)


def gaussian_receiver(means: np.ndarray, n0: float, link: Contract) -> onnx.ModelProto:
    """The receiver of known signals in white Gaussian noise: one dense layer.

    Args:
        means: [M, n] float64, what arrives of every codeword without noise.
        n0: noise variance per complex sample.
        link: contract to attach, with role ``decoder``.
    """
    return dense_decoder([(2.0 / n0 * means, -np.square(means).sum(axis=1) / n0)], link)


def rayleigh_receiver(codebook: np.ndarray, n0: float, link: Contract) -> onnx.ModelProto:
    """The receiver that knows neither phase nor amplitude of a complex gain.

    Args:
        codebook: [M, n] float64, n even.
        n0: noise variance per complex sample.
        link: contract to attach, with role ``decoder``.
    """
    energy = np.square(codebook).sum(axis=1)
    scaled = codebook / np.sqrt(n0 * (n0 + energy))[:, None]
    # From the right, this turns pairs (re, im) into those of j c: (-im, re). The products
    # <c, y> and <j c, y> are the real and the imaginary part of c^H y.
    turn = np.kron(np.eye(link.n // 2), np.array([[0.0, 1.0], [-1.0, 0.0]]))
    return _assemble(
        [
            ("MatMul", ["symbols", "in_phase"], "real"),
            ("MatMul", ["symbols", "quadrature"], "imaginary"),
            ("Mul", ["real", "real"], "real_squared"),
            ("Mul", ["imaginary", "imaginary"], "imaginary_squared"),
            ("Add", ["real_squared", "imaginary_squared"], "correlation"),
            ("Sub", ["correlation", "log_determinant"], "logits"),
        ],
        {
            "in_phase": scaled.T,
            "quadrature": (scaled @ turn).T,
            "log_determinant": np.log1p(energy / n0),
        },
        link,
    )


def real_positive_receiver(codebook: np.ndarray, n0: float, link: Contract) -> onnx.ModelProto:
    """The receiver that does not know the amplitude of a real, positive gain.

    Args:
        codebook: [M, n] float64, n even.
        n0: noise variance per complex sample.
        link: contract to attach, with role ``decoder``.
    """
    energy = np.square(codebook).sum(axis=1)
    spread = 1.0 + energy / n0
    tail = _tail_polynomial().coef
    operators = [
        ("MatMul", ["symbols", "weight"], "x"),
        # Where x is negative: 1 / (1 + t) and its polynomial, by Horner's rule.
        ("Neg", ["x"], "minus_x"),
        ("Relu", ["minus_x"], "t"),
        ("Add", ["t", "one"], "t_plus_one"),
        ("Div", ["one", "t_plus_one"], "v"),
    ]
    value = f"tail_{len(tail) - 1}"
    for power in range(len(tail) - 2, -1, -1):
        operators += [
            ("Mul", [value, "v"], f"product_{power}"),
            ("Add", [f"product_{power}", f"tail_{power}"], f"horner_{power}"),
        ]
        value = f"horner_{power}"
    operators += [
        ("Log", ["v"], "log_v"),
        ("Mul", ["log_v", "two"], "two_log_v"),
        ("Add", [value, "two_log_v"], "negative"),
        # Where x is positive.
        ("Relu", ["x"], "p"),
        ("Mul", ["p", "p"], "square"),
        ("Neg", ["square"], "minus_square"),
        ("Exp", ["minus_square"], "exponential"),
        ("Erf", ["p"], "error_function"),
        ("Add", ["error_function", "one"], "weight_of_p"),
        ("Mul", ["p", "root_pi"], "scaled_p"),
        ("Mul", ["scaled_p", "weight_of_p"], "second"),
        ("Add", ["exponential", "second"], "sum"),
        ("Log", ["sum"], "log_sum"),
        ("Add", ["square", "log_sum"], "positive"),
        # Each side is 0 where x has the other sign, so that the sum is the one that counts.
        ("Add", ["negative", "positive"], "both"),
        ("Sub", ["both", "log_spread"], "logits"),
    ]
    constants = {
        "weight": (codebook / (n0 * np.sqrt(spread))[:, None]).T,
        "log_spread": np.log(spread),
        "one": np.array(1.0),
        "two": np.array(2.0),
        "root_pi": np.array(np.sqrt(np.pi)),
    }
    constants |= {f"tail_{power}": np.array(value) for power, value in enumerate(tail)}
    return _assemble(operators, constants, link)


def _tail_polynomial() -> Polynomial:
    """log((1 + t)^2 (1 - sqrt(pi) t erfcx(t))) as a polynomial in v = 1 / (1 + t).

    It interpolates at Chebyshev's nodes, and is exact to 1e-5 for every t >= 0.
    """

    def exact(v: np.ndarray) -> np.ndarray:
        t = 1.0 / v - 1.0
        near = np.minimum(t, _TAIL_ASYMPTOTIC)
        direct = 1.0 - np.sqrt(np.pi) * near * erfcx(near)
        # Far out the two terms cancel; the asymptotic series of erfcx does not.
        u = 0.5 / np.maximum(t, _TAIL_ASYMPTOTIC) ** 2
        series = u * (1.0 - 3.0 * u * (1.0 - 5.0 * u * (1.0 - 7.0 * u)))
        return np.log(np.where(t < _TAIL_ASYMPTOTIC, direct, series) * (1.0 + t) ** 2)

    smallest = 1e-6  # t of a million: beyond any Eb/N0, and a little above 0, where v = 0
    interpolated = Chebyshev.interpolate(exact, _TAIL_DEGREE, [smallest, 1.0])
    return interpolated.convert(domain=[-1, 1], kind=Polynomial)


def _assemble(
    operators: list[tuple[str, list[str], str]],
    constants: dict[str, np.ndarray],
    link: Contract,
) -> onnx.ModelProto:
    """A decoder of operators (kind, inputs, output)."""
    nodes = [helper.make_node(kind, names, [out], out) for kind, names, out in operators]
    arrays = {key: np.ascontiguousarray(v, np.float32) for key, v in constants.items()}
    return decoder_graph(nodes, arrays, link)

