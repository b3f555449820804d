#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What synchronisation costs a burst: counts of packets, with 95 % intervals.

    .venv/bin/python scripts/measure_burst_sync.py [--packets 1000] [--noise 1e9] [--json FILE]

QPSK payloads of burst_shaper_c, each burst with a fractional delay, a carrier phase, a
carrier frequency offset and a clock offset (of either sign) of its own, in white noise, go
through burst_sync_c. A packet is wrong when any of its hard decisions is, or when it is
missing. The loss is the distance in Es/N0 from what perfect synchronisation has in the same
noise: its packet error rate is 1 - (1 - Q(sqrt(Es/N0)))^(2 symbols); that of the same
symbols with noise of the same variance is counted beside it. `noise power` is the loss that
the mean square error of all symbols shows, which needs far fewer packets.

The same through the loopback device, in one flowgraph as a radio would be used. Then: what is
detected in noise alone and what that does to the memory; samples per second of the
synchroniser's thread, and of the whole receiver of a learned link on one processor.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pmt
from scipy import optimize, stats
from scipy.interpolate import CubicSpline

from gnuradio import blocks, dlcomm, gr
from gnuradio.dlcomm.measurement.files import write_atomic
from gnuradio.dlcomm.measurement.intervals import clopper_pearson

SEED = 20261
SPS = 4
FINE = 16
"""Samples per symbol of the shaper, of which every fourth is sent: the delay lies between."""
AMPLITUDE = 0.25
MARGIN = 400


@dataclass(frozen=True)
class Condition:
    """One line of the measurement."""

    symbols: int
    esn0_db: float
    cfo: float = 1e-3
    clock_ppm: float = 20.0
    phase_noise: float = 0.0
    expected_phase_noise: float = 3e-5
    share: float = 1.0
    """Of the number of packets that was asked for."""


CONDITIONS = (
    Condition(1040, 11.8),
    Condition(1040, 11.8, cfo=0.0, clock_ppm=0.0),
    Condition(1040, 11.8, cfo=5e-3),
    Condition(1040, 11.8, phase_noise=1e-5),
    Condition(1040, 11.8, phase_noise=1e-4),
    Condition(1040, 11.8, phase_noise=1e-4, expected_phase_noise=1e-4),
    Condition(2080, 12.2, share=0.6),
    Condition(4000, 12.5, share=0.3),
    Condition(16000, 13.2, share=0.08),
    Condition(100, 10.0),
    Condition(20, 10.0, share=5.0),
    Condition(100, 3.0),
    Condition(100, 2.0),
)


def qpsk(rng: np.random.Generator, count: int) -> np.ndarray:
    """Random symbols of unit power."""
    return ((2 * rng.integers(0, 2, (count, 2)) - 1) @ [1, 1j]) * 0.5**0.5


def white(rng: np.random.Generator, count: int, variance: float) -> np.ndarray:
    """Circular Gaussian noise."""
    return rng.normal(0.0, np.sqrt(variance / 2.0), (count, 2)) @ [1, 1j]


def shape(payload: np.ndarray, sequence: int) -> np.ndarray:
    """A burst with FINE samples per symbol."""
    graph = gr.top_block()
    shaper = dlcomm.burst_shaper_c(FINE, AMPLITUDE, 8, True)
    end = blocks.vector_sink_c()
    graph.connect(shaper, end)
    entries = {"sequence": pmt.from_uint64(sequence), "last": pmt.PMT_T}
    dictionary = pmt.make_dict()
    for key, value in entries.items():
        dictionary = pmt.dict_add(dictionary, pmt.intern(key), value)
    packet = pmt.cons(dictionary, pmt.init_c32vector(len(payload), payload.tolist()))
    shaper.to_basic_block()._post(pmt.intern("pdus"), packet)
    graph.run()
    return np.array(end.data(), np.complex64)


def impaired(burst: np.ndarray, condition: Condition, rng: np.random.Generator) -> np.ndarray:
    """The burst through a channel, but for noise, with SPS samples per symbol."""
    step = FINE / SPS * (1.0 + 1e-6 * condition.clock_ppm * rng.choice([-1.0, 1.0]))
    instants = np.arange(int((len(burst) - FINE) / step)) * step + rng.uniform(0.0, FINE)
    samples = CubicSpline(np.arange(len(burst)), burst)(instants)
    phase = 2 * np.pi * condition.cfo * rng.choice([-1, 1]) * np.arange(len(samples))
    phase = phase + rng.uniform(0.0, 2 * np.pi)
    if condition.phase_noise:
        steps = rng.normal(0.0, np.sqrt(condition.phase_noise / SPS), len(samples))
        phase = phase + np.cumsum(steps)
    return samples * np.exp(1j * phase)


def received(samples: np.ndarray, condition: Condition) -> tuple[dict, object]:
    """The payloads that burst_sync_c hands on, by sequence number, and the block."""
    graph = gr.top_block()
    sync = dlcomm.burst_sync_c(
        SPS, phase_noise=condition.expected_phase_noise,
        max_payload_symbols=max(16384, condition.symbols),
    )
    found = blocks.message_debug()
    graph.connect(blocks.vector_source_c(samples.astype(np.complex64).tolist()), sync)
    graph.msg_connect(sync, "pdus", found, "store")
    graph.run()
    payloads = {}
    for i in range(found.num_messages()):
        about, symbols = pmt.car(found.get_message(i)), pmt.cdr(found.get_message(i))
        number = pmt.to_uint64(pmt.dict_ref(about, pmt.intern("sequence"), pmt.PMT_NIL))
        payloads[number] = np.array(pmt.c32vector_elements(symbols))
    return payloads, sync


def wrong(found: np.ndarray, sent: np.ndarray) -> bool:
    """Whether any hard decision is."""
    return bool(((found.real > 0) != (sent.real > 0)).any()
                or ((found.imag > 0) != (sent.imag > 0)).any())


def perfect(esn0_db: float, symbols: int) -> float:
    """Packet error rate with perfect synchronisation."""
    error = stats.norm.sf(10.0 ** (esn0_db / 20.0))
    return -math.expm1(2 * symbols * math.log1p(-error))


def loss(esn0_db: float, symbols: int, rate: float) -> float | None:
    """Es/N0 beyond what perfect synchronisation needs for this packet error rate, in dB."""
    if not 1e-12 < rate < 1.0 - 1e-12:
        return None
    return esn0_db - optimize.brentq(
        lambda x: math.log(perfect(x, symbols) / rate), -10.0, esn0_db + 5.0
    )


def measure(condition: Condition, packets: int, batch: int = 50) -> dict:
    """Counts of one condition."""
    count = max(10, round(packets * condition.share))
    variance = AMPLITUDE**2 * SPS * 10.0 ** (-condition.esn0_db / 10.0)
    totals = {"packets": count, "missing": 0, "wrong": 0, "wrong_perfect": 0,
              "detections": 0, "header_errors": 0}
    square, symbols = 0.0, 0
    for begin in range(0, count, batch):
        rng = np.random.default_rng([SEED, begin])
        numbers = range(begin, min(begin + batch, count))
        sent = {number: qpsk(rng, condition.symbols) for number in numbers}
        parts = [np.zeros(MARGIN)]
        for number, payload in sent.items():
            parts += [impaired(shape(payload, number), condition, rng),
                      np.zeros(rng.integers(8, 100))]
        stream = np.concatenate([*parts, np.zeros(MARGIN)])
        found, sync = received(stream + white(rng, len(stream), variance), condition)
        totals["detections"] += sync.detections()
        totals["header_errors"] += sync.header_errors()
        for number, payload in sent.items():
            unit = white(rng, condition.symbols, 10.0 ** (-condition.esn0_db / 10.0))
            totals["wrong_perfect"] += wrong(payload + unit, payload)
            if number in found and len(found[number]) == condition.symbols:
                totals["wrong"] += wrong(found[number], payload)
                square += float(np.sum(np.abs(found[number] - payload) ** 2))
                symbols += condition.symbols
            else:
                totals["missing"] += 1
                totals["wrong"] += 1
    rate = totals["wrong"] / count
    interval = clopper_pearson(totals["wrong"], count)
    return asdict(condition) | totals | {
        "per": rate,
        "per_interval": interval,
        "per_perfect": perfect(condition.esn0_db, condition.symbols),
        "loss_db": loss(condition.esn0_db, condition.symbols, rate),
        "loss_db_interval": [loss(condition.esn0_db, condition.symbols, p) for p in interval],
        "noise_power_loss_db": condition.esn0_db + 10.0 * math.log10(square / symbols),
        "missing_interval": clopper_pearson(totals["missing"], count),
    }


def through_the_device(packets: int, symbols: int = 1040, esn0_db: float = 11.8) -> dict:
    """Wrong packets of QPSK through the loopback device: 1e-3 cycles per sample, 20 ppm."""
    noise_db = 10.0 * math.log10(AMPLITUDE**2 * SPS) - esn0_db
    device = (
        f"driver=dlcomm_loopback,medium=measured,pace=false,noise_db={noise_db:.9g},cfo=1e-3,"
        f"clock_ppm=20,delay=0.37,seed={SEED}"
    )
    sent = qpsk(np.random.default_rng(SEED), packets * symbols).astype(np.complex64)
    channel = dlcomm.air_channel(device, 1e6, 868.3e6, frame=symbols, amplitude=AMPLITUDE)
    graph, sink = gr.top_block(), blocks.vector_sink_c()
    graph.connect(blocks.vector_source_c(sent.tolist()), channel, sink)
    graph.run()
    received = np.array(sink.data(), np.complex64)
    kept = (np.sign(received.real) == np.sign(sent.real)) & (
        np.sign(received.imag) == np.sign(sent.imag)
    )
    wrong = int(packets - np.all(kept.reshape(packets, symbols), axis=1).sum())
    return {
        "symbols": symbols,
        "esn0_db": esn0_db,
        "packets": packets,
        "wrong": wrong,
        "missing": channel.lost,
        "per_interval": clopper_pearson(wrong, packets),
        "per_perfect": perfect(esn0_db, symbols),
    }


def false_alarms(samples: int) -> dict:
    """Detections in noise alone; resident memory after a hundredth of it and at the end."""
    graph = gr.top_block()
    sync = dlcomm.burst_sync_c(SPS)
    graph.connect(blocks.null_source(8), blocks.head(8, samples),
                  dlcomm.awgn_channel_cc(0.0, 1.0, SEED), sync)
    graph.start()
    while sync.samples() < samples // 100:
        time.sleep(0.01)
    before = resident_bytes()
    graph.wait()
    return {
        "noise_samples": samples,
        "detections": sync.detections(),
        "rate_interval": clopper_pearson(sync.detections(), samples),
        "memory_grown_bytes": resident_bytes() - before,
    }


def resident_bytes() -> int:
    """Memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def speed(samples: np.ndarray, seconds: float = 2.0) -> float:
    """Samples per second of a flowgraph that repeats these; the receiver bounds it."""
    graph = gr.top_block()
    sync = dlcomm.burst_sync_c(SPS)
    source = blocks.vector_source_c(samples.astype(np.complex64).tolist(), True)
    graph.connect(source, sync)
    graph.start()
    time.sleep(0.2)
    begin, first = time.perf_counter(), sync.samples()
    time.sleep(seconds)
    rate = (sync.samples() - first) / (time.perf_counter() - begin)
    graph.stop()
    graph.wait()
    return rate


def speeds() -> dict[str, float]:
    """Samples per second in noise and in bursts with gaps of eight symbols, at 10 dB."""
    rng = np.random.default_rng(SEED)
    variance = AMPLITUDE**2 * SPS / 10.0
    found = {"noise": speed(white(rng, 500_000, variance))}
    for symbols in (100, 1040, 4000):
        parts = [
            shape(qpsk(rng, symbols), number)[:: FINE // SPS] for number in range(10)
        ]
        stream = np.concatenate(parts)
        stream = stream + white(rng, len(stream), variance)
        found[f"bursts of {symbols} symbols"] = speed(stream)
    return found


def receiver_speed(model: str = "ae_8_8", size: int = 256, seconds: float = 3.0) -> float:
    """Samples per second of a whole `neural_receiver` on one processor, bursts at 12 dB."""
    packets = 50
    rng = np.random.default_rng(SEED)
    transmitter = dlcomm.neural_transmitter(model)
    graph, sink = gr.top_block(), blocks.vector_sink_c()
    # Some 6,700 samples each, gap included.
    graph.connect(transmitter, blocks.head(8, 8000 * packets), sink)
    for number in range(packets):
        about = pmt.dict_add(pmt.make_dict(), pmt.intern("sequence"), pmt.from_uint64(number))
        payload = pmt.init_u8vector(size, rng.integers(256, size=size).tolist())
        transmitter.encoder.to_basic_block()._post(
            pmt.intern("pdus"), pmt.cons(about, payload)
        )
    graph.start()
    # The encoder, which has messages alone, would wait for more.
    while len(sink.data()) < 8000 * packets:
        time.sleep(0.05)
    graph.stop()
    graph.wait()
    stream = np.array(sink.data(), np.complex64)
    stream = stream[: np.flatnonzero(stream)[-1] + transmitter.shaper.gap() * SPS]
    stream = stream + white(rng, len(stream), AMPLITUDE**2 * SPS / 10**1.2)
    receiver = dlcomm.neural_receiver(model)
    graph = gr.top_block()
    source = blocks.vector_source_c(stream.astype(np.complex64).tolist(), True)
    graph.connect(source, receiver)
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        graph.start()
        time.sleep(0.5)
        begin, first = time.perf_counter(), receiver.decoder.decoded()
        time.sleep(seconds)
        done = receiver.decoder.decoded() - first
        rate = done / (time.perf_counter() - begin) * len(stream) / packets
        graph.stop()
        graph.wait()
    finally:
        os.sched_setaffinity(0, allowed)
    return rate


def show(line: dict) -> str:
    """One condition in a line."""
    low, high = line["per_interval"]
    lost = "-" if line["loss_db"] is None else f"{line['loss_db']:.2f} dB"
    bounds = [x for x in line["loss_db_interval"] if x is not None]
    if len(bounds) == 2:
        lost += f" [{bounds[0]:.2f}, {bounds[1]:.2f}]"
    return (
        f"{line['symbols']:6} symbols, {line['esn0_db']:4.1f} dB, CFO {line['cfo']:g}, "
        f"{line['clock_ppm']:g} ppm, phase noise {line['phase_noise']:g} "
        f"(expected {line['expected_phase_noise']:g}): {line['missing']} missing, "
        f"{line['wrong']} wrong of {line['packets']}, PER {line['per']:.3f} "
        f"[{low:.3f}, {high:.3f}], perfect {line['per_perfect']:.3f} "
        f"({line['wrong_perfect']} counted), loss {lost}; "
        f"noise power {line['noise_power_loss_db']:.3f} dB"
    )


def main() -> None:
    """Measure, print and, if asked, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--packets", type=int, default=1000)
    parser.add_argument("--noise", type=float, default=1e9, help="samples of noise alone")
    parser.add_argument("--json", type=Path, help="file to write")
    arguments = parser.parse_args()
    results: dict = {"conditions": []}
    for condition in CONDITIONS:
        results["conditions"].append(measure(condition, arguments.packets))
        print(show(results["conditions"][-1]), flush=True)
    device = results["through_the_device"] = through_the_device(arguments.packets)
    print(f"through the loopback device: {device['missing']} missing, {device['wrong']} wrong "
          f"of {device['packets']}, perfect {device['per_perfect']:.3f}", flush=True)
    noise = results["noise"] = false_alarms(int(arguments.noise))
    print(f"{noise['detections']} detections in {noise['noise_samples']:.3g} samples of noise, "
          f"rate below {noise['rate_interval'][1]:.2g}, "
          f"memory grown by {noise['memory_grown_bytes'] / 2**20:.1f} MiB", flush=True)
    results["samples_per_second"] = speeds()
    results["samples_per_second"]["whole receiver of ae_8_8"] = receiver_speed()
    for what, rate in results["samples_per_second"].items():
        print(f"{what}: {rate / 1e6:.1f} million samples per second")
    if arguments.json:
        text = json.dumps(results, indent=1) + "\n"
        write_atomic(arguments.json, lambda file: file.write(text.encode()))


if __name__ == "__main__":
    main()
