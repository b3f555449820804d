# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Training through a running flowgraph: what goes in comes back, or the reason why not."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import torch
from scipy import stats

from dlcomm_train.channels.flowgraph import FlowgraphChannel
from dlcomm_train.channels.models import Awgn
from dlcomm_train.training.config import LinkConfig
from dlcomm_train.training.train import train
from gnuradio.dlcomm.flowgraph_channel.probe import FlowgraphError

ROOT = Path(__file__).resolve().parents[2]
LEVEL = 1e-6
"""False-alarm rate of every statistical comparison here."""

CHAIN = '''
import numpy
from gnuradio import blocks, dlcomm, gr
SAMPLE = gr.sizeof_gr_complex

class noise(gr.hier_block2):
    def __init__(self, ebn0_db, bits_per_sample, seed, delay=0):
        stream = gr.io_signature(1, 1, SAMPLE)
        super().__init__("noise", stream, stream)
        self.connect(
            self, dlcomm.awgn_channel_cc(ebn0_db, bits_per_sample, seed),
            blocks.skiphead(SAMPLE, -delay) if delay < 0 else blocks.delay(SAMPLE, delay),
            self,
        )

class acting(gr.basic_block):
    """Passes samples on; something happens to number `at`."""
    def __init__(self, at, action, amount):
        gr.basic_block.__init__(self, "acting", [numpy.complex64], [numpy.complex64])
        self.at, self.action, self.amount, self.passed = at, action, amount, 0
    def general_work(self, input_items, output_items):
        count = min(len(input_items[0]), len(output_items[0]))
        samples = input_items[0][:count].copy()
        number = self.passed + numpy.arange(count)
        struck = (number >= self.at) & (number < self.at + self.amount)
        if struck.any():
            if self.action == "raise":
                raise RuntimeError("out of paper")
            if self.action == "end":
                return -1
            if self.action == "hang":
                return 0
            if self.action == "nan":
                samples[struck] = numpy.nan
            if self.action == "lose":
                samples = samples[~struck]
        output_items[0][:len(samples)] = samples
        self.passed += count
        self.consume(0, count)
        return len(samples)

class failing(gr.hier_block2):
    def __init__(self, action, amount, at):
        stream = gr.io_signature(1, 1, SAMPLE)
        super().__init__("failing", stream, stream)
        self.part = acting(at, action, amount)
        self.connect(self, self.part, self)

class fading(gr.hier_block2):
    """One gain for three samples."""
    def __init__(self, seed):
        stream = gr.io_signature(1, 1, SAMPLE)
        super().__init__("fading", stream, stream)
        channel = dlcomm.rayleigh_block_fading_channel_cc(3, 100.0, 1.0, seed)
        self.connect(self, channel, self)
        self.connect((channel, 1), blocks.null_sink(SAMPLE))

class paths(gr.hier_block2):
    """Two Rayleigh-fading paths, 3 samples apart, about 2000 samples to a fade."""
    def __init__(self, seed):
        from gnuradio import channels
        stream = gr.io_signature(1, 1, SAMPLE)
        super().__init__("paths", stream, stream)
        self.connect(self, channels.selective_fading_model(
            8, 0.0005, False, 4.0, seed, (0.0, 3.0), (0.707, 0.707), 8), self)

class mixer(gr.hier_block2):
    """Each sample out is half of one sample in and half of the one before it."""
    def __init__(self):
        from gnuradio import filter
        stream = gr.io_signature(1, 1, SAMPLE)
        super().__init__("mixer", stream, stream)
        self.connect(self, filter.fir_filter_ccf(1, [0.5, 0.5]), self)
'''


@pytest.fixture(scope="module")
def chain(tmp_path_factory) -> str:
    """Path of a file with the flowgraphs above."""
    path = tmp_path_factory.mktemp("chains") / "chain.py"
    path.write_text(CHAIN)
    return str(path)


def batch(size: int, n: int, seed: int = 1) -> torch.Tensor:
    """Gaussian symbols [size, n] of unit sample power."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(size, n, generator=generator) * 0.5**0.5


@pytest.mark.parametrize("delay", [-3, 0, 5000])
@pytest.mark.parametrize("n", [1, 2, 7])
def test_what_goes_in_comes_back(chain, n, delay):
    """At 100 dB, row by row, for batches of several sizes."""
    with FlowgraphChannel(f"{chain}:noise", {"delay": delay}, n, 1, 100.0) as channel:
        assert channel.latency == delay
        for size in (2, 64, 5000, 64):
            sent = batch(size, n)
            received = channel(sent, torch.Generator())
            assert received.csi is None
            assert received.symbols.dtype == torch.float32
            assert torch.allclose(received.symbols, sent, atol=1e-3)
        assert channel.exchanges == 4


def test_messages_keep_in_step_with_blocks_of_fading(chain):
    """Every message of three samples has one gain, and nearly all have another one."""
    with FlowgraphChannel(f"{chain}:fading", {}, 6, 3, 0.0) as channel:
        for size in (64, 65):
            sent = batch(size, 6)
            received = channel(sent, torch.Generator()).symbols
            gain = torch.view_as_complex(received.reshape(-1, 3, 2)) / torch.view_as_complex(
                sent.reshape(-1, 3, 2)
            )
            assert torch.allclose(gain, gain[:, :1].expand(-1, 3), rtol=1e-2)
            assert len(torch.unique(gain[:, 0].real.round(decimals=3))) > size - 10


def test_noise_is_that_of_the_torch_twin(chain):
    """Kolmogorov-Smirnov of the noise of the block against the model's."""
    sent = batch(20_000, 7).requires_grad_()
    with FlowgraphChannel(f"{chain}:noise", {}, 7, 4, 3.0, seed=5) as channel:
        received = channel(sent, torch.Generator()).symbols
    assert not received.requires_grad
    noise = (received - sent.detach()).ravel().double().numpy()
    sigma = Awgn(7, 4, 3.0).sigma
    assert stats.kstest(noise, "norm", args=(0.0, sigma)).pvalue > LEVEL


def test_equal_calls_give_equal_answers(chain):
    answers = []
    for seed in (3, 3, 4):
        with FlowgraphChannel(f"{chain}:noise", {"delay": 77}, 7, 4, 3.0, seed) as channel:
            calls = [channel(batch(size, 7), torch.Generator()).symbols for size in (64, 4096)]
        answers.append(torch.cat(calls))
    assert torch.equal(answers[0], answers[1])
    assert not torch.equal(answers[0], answers[2])


def test_messages_have_changing_neighbours(chain):
    """Over a channel with memory, equal batches come back with other interference."""
    sent = batch(256, 2)
    with FlowgraphChannel(f"{chain}:mixer", {}, 2, 2, 0.0) as channel:
        one, two = (channel(sent, torch.Generator()).symbols for _ in range(2))
    others = 2.0 * torch.stack([one, two]) - sent
    assert not torch.allclose(others[0], others[1])
    # What is mixed in is a message of the batch, another one for nearly every message.
    distance, again = (
        torch.cdist(other, sent, compute_mode="donot_use_mm_for_euclid_dist")
        for other in others
    )
    assert (distance.min(dim=1).values < 1e-5).sum() >= 255
    alike = (distance.argmin(dim=1) == again.argmin(dim=1)).sum()
    # Expected: one in 256; more than 12 have a probability below 1e-9 (Poisson).
    assert alike <= 12


@pytest.mark.parametrize(
    ("action", "amount", "told"),
    [
        ("lose", 1, "this one 1 samples too early: the flowgraph loses samples"),
        ("lose", 1000, "this one 1000 samples too early: the flowgraph loses samples"),
        ("lose", 10**9, "no answer within 2 s"),
        ("nan", 1, "1 of 9095 samples NaN or infinite"),
        ("raise", 1, "block acting: RuntimeError: out of paper"),
        ("end", 1, "the flowgraph ended by itself"),
        ("hang", 1, "no answer within 2 s"),
    ],
)
def test_trouble_is_named_with_its_batch(chain, action, amount, told):
    settings = {"action": action, "amount": amount, "at": 202_000}
    start = time.monotonic()
    channel = FlowgraphChannel(f"{chain}:failing", settings, 2, 2, 0.0, timeout_s=2.0)
    with pytest.raises(FlowgraphError) as error, channel:
        for _ in range(100):
            channel(batch(4999, 2), torch.Generator())
    assert told in str(error.value)
    assert f"chain.py:failing, batch {channel.exchanges}: " in str(error.value)
    assert len(str(error.value).splitlines()) == 1
    # 13191 samples a batch, after the first 256: number 202,000 is in the sixteenth. Whether
    # it was a loss or a fade shows in the next seven.
    assert channel.exchanges == (23 if "this one" in told else 16)
    with pytest.raises(FlowgraphError, match="was closed"):
        channel(batch(2, 2), torch.Generator())
    assert time.monotonic() - start < 20.0


def test_a_loss_in_the_last_batch_is_named(chain):
    settings = {"action": "lose", "amount": 3, "at": 202_000}
    channel = FlowgraphChannel(f"{chain}:failing", settings, 2, 2, 0.0)
    with pytest.raises(FlowgraphError, match="3 samples too early"), channel:
        for _ in range(16):
            channel(batch(4999, 2), torch.Generator())


def test_a_fading_echo_is_not_a_loss(chain):
    """Two fading paths: where one pattern fades, the other path's is found, 3 samples off."""
    with FlowgraphChannel(f"{chain}:paths", {}, 2, 2, 0.0, seed=1) as channel:
        faded = 0
        for _ in range(150):
            channel(batch(8192, 2), torch.Generator())
            faded += channel._unrecognised > 0
    assert faded > 0


def test_bad_batches_are_refused(chain):
    with FlowgraphChannel(f"{chain}:noise", {}, 7, 4, 3.0) as channel:
        for wrong in (batch(4, 6), batch(3, 7), batch(4, 7)[0]):
            with pytest.raises(ValueError, match="found a batch of shape"):
                channel(wrong, torch.Generator())


def test_closing_ends_all_threads(chain):
    before = threading.active_count()
    channel = FlowgraphChannel(f"{chain}:noise", {}, 2, 2, 3.0)
    channel(batch(64, 2), torch.Generator())
    channel.close()
    channel.close()
    assert threading.active_count() <= before


INTERRUPTED = """
import sys, torch
sys.path.insert(0, {python!r})
from dlcomm_train.channels.flowgraph import FlowgraphChannel
with FlowgraphChannel({text!r}, {{}}, 2, 2, 3.0) as channel:
    while True:
        channel(torch.zeros(64, 2), torch.Generator())
        print("batch", flush=True)
"""


def test_an_interrupt_ends_it(chain):
    program = INTERRUPTED.format(python=str(ROOT / "python"), text=f"{chain}:noise")
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    assert process.stdout.readline() == "batch\n"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert process.returncode != 0


def test_a_link_learns_through_a_flowgraph(chain):
    """QPSK's error rate, 2.49e-2 at 4 dB, is found within a fifth through the block."""
    config = LinkConfig(
        name="through", n=2, k=2, ebn0_db=4.0, batch=1024, steps=500, learning_rate=0.05,
        validation_messages=1 << 16, validate_every=250, through=f"{chain}:noise", policy={},
        receiver_steps=250,
    )
    with FlowgraphChannel(
        config.through, config.through_parameters, config.n, config.k, config.ebn0_db
    ) as channel:
        trained = train(config, channel=channel)
    assert trained.attempts[0].validation_bler < 0.03


def test_needs_no_gnuradio_before_it_is_used():
    """The rest of the toolchain is imported without GNU Radio."""
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'python')!r}); "
        "import dlcomm_train.cli, dlcomm_train.training.train, dlcomm_train.shipping.ship; "
        "sys.exit('gnuradio' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
