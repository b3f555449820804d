# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Regenerating RadioML 2016.10a: reproducibility, interruptions, and what the windows are."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from dlcomm_train.datasets.dataset import Dataset, DatasetError
from dlcomm_train.datasets.manifest import MODULATIONS
from gnuradio.dlcomm.dataset.burst import send
from gnuradio.dlcomm.dataset.cell import Cell, make_cell
from gnuradio.dlcomm.dataset.channel import historical_noise_amplitude
from gnuradio.dlcomm.dataset.generate import generate, is_made_of, work_folder
from gnuradio.dlcomm.dataset.profiles import CALIBRATED, HISTORICAL, SAMPLE_RATE
from gnuradio.dlcomm.dataset.settings import GenerateSettings
from gnuradio.dlcomm.dataset.speech import speak
from gnuradio.dlcomm.dataset.windows import SETTLED, add_noise

SMALL = GenerateSettings(
    profile="historical", windows_per_cell=50, modulations=("QPSK", "WBFM"), snrs_db=(0, 10)
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """A small set, made in one process."""
    folder = tmp_path_factory.mktemp("generated") / "set"
    generate(folder, SMALL)
    return Dataset.open(folder, verify=True)


def _hashes(folder: Path) -> dict[str, str]:
    return Dataset.open(folder, verify=True).manifest.sha256


def test_a_set_repeats_itself_with_any_number_of_processes(
    small: Dataset, tmp_path: Path
) -> None:
    seen = []
    generate(tmp_path / "set", SMALL, lambda done, total: seen.append((done, total)), jobs=2)
    assert _hashes(tmp_path / "set") == small.manifest.sha256
    assert seen[0] == (0, 200) and seen[-1] == (200, 200)
    assert [path.name for path in tmp_path.iterdir()] == ["set"]


def test_another_seed_is_another_set(small: Dataset, tmp_path: Path) -> None:
    generate(tmp_path / "set", SMALL.model_copy(update={"seed": 2}))
    other = Dataset.open(tmp_path / "set")
    assert not np.isin(other.windows[:, 0, 0], small.windows[:, 0, 0]).any()


def test_a_part_is_the_same_as_in_the_whole(small: Dataset, tmp_path: Path) -> None:
    generate(tmp_path / "set", SMALL.model_copy(update={"modulations": ("WBFM",)}))
    part = Dataset.open(tmp_path / "set")
    assert np.array_equal(part.windows, small.windows[small.index["modulation"] == 1])


def test_an_interrupted_set_ends_the_same(small: Dataset, tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done == 100:
            raise Stop

    folder = tmp_path / "set"
    with pytest.raises(Stop):
        generate(folder, SMALL, stop)
    assert not folder.exists()
    with pytest.raises(DatasetError, match="holds an unfinished set of other settings"):
        generate(folder, SMALL.model_copy(update={"seed": 2}))
    seen = []
    generate(folder, SMALL, lambda done, total: seen.append(done))
    assert seen[0] >= 100
    assert _hashes(folder) == small.manifest.sha256
    assert not work_folder(folder).exists()


def test_damaged_cells_are_made_anew(small: Dataset, tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done == 150:
            raise Stop

    folder = tmp_path / "set"
    with pytest.raises(Stop):
        generate(folder, SMALL, stop)
    first, second, *_ = sorted(work_folder(folder).glob("*.npz"))
    first.write_bytes(first.read_bytes()[:1000])
    second.write_bytes(b"")
    seen = []
    generate(folder, SMALL, lambda done, total: seen.append(done))
    # Three cells were done when it stopped; the fourth may have been.
    assert seen[0] in (50, 100)
    assert _hashes(folder) == small.manifest.sha256


def test_cells_of_other_versions_are_not_taken_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(tmp_path / "set", SMALL, stop)
    monkeypatch.setattr("scipy.__version__", "0.1")
    with pytest.raises(DatasetError, match="unfinished set of other settings or versions"):
        generate(tmp_path / "set", SMALL)


def test_a_killed_process_is_told_in_one_line(small: Dataset, tmp_path: Path) -> None:
    def kill(done: int, total: int) -> None:
        for process in multiprocessing.active_children():
            process.kill()

    folder = tmp_path / "set"
    with pytest.raises(RuntimeError, match="a working process ended by itself") as caught:
        generate(folder, SMALL, kill)
    assert str(work_folder(folder)) in str(caught.value)
    assert not folder.exists()
    generate(folder, SMALL)
    assert _hashes(folder) == small.manifest.sha256


def test_what_is_there_is_left_alone(small: Dataset) -> None:
    with pytest.raises(DatasetError, match="exists, expected a new name"):
        generate(small.folder, SMALL)
    assert is_made_of(small, SMALL)
    assert not is_made_of(small, SMALL.model_copy(update={"windows_per_cell": 51}))


def test_bursts_belong_to_one_cell(small: Dataset) -> None:
    index = small.index
    cells = index["modulation"] * 100 + index["snr_db"]
    for burst in range(small.manifest.bursts):
        assert len(np.unique(cells[index["burst"] == burst])) == 1
    assert len(np.unique(index["burst"])) == small.manifest.bursts


def test_windows_of_2016_have_magnitudes_that_sum_to_one(small: Dataset) -> None:
    sums = np.linalg.norm(small.windows, axis=2).sum(axis=1)
    np.testing.assert_allclose(sums, 1.0, atol=1e-5)


def test_noise_of_2016_moves_by_two_db_for_each_db_of_the_label() -> None:
    powers = [20.0 * np.log10(historical_noise_amplitude(snr)) for snr in (-20, 0, 18)]
    np.testing.assert_allclose(np.diff(powers), [-40.0, -36.0])
    # Noise alone is what AM-SSB is there; 80,000 and more samples: 0.02 dB of deviation.
    rng = np.random.default_rng(1)
    for snr in (-4, 6):
        samples = send("AM-SSB", snr, HISTORICAL, rng).samples[2000:]
        level = 10.0 * np.log10(np.mean(np.abs(samples) ** 2))
        expected = 20.0 * np.log10(historical_noise_amplitude(snr))
        assert abs(level - expected) < 0.15
        # White: neighbours do not resemble each other. 5 deviations of 1/sqrt(n).
        likeness = np.vdot(samples[:-1], samples[1:]) / np.vdot(samples, samples)
        assert abs(likeness) < 5.0 / np.sqrt(len(samples))


def test_noise_of_2016_is_the_same_in_every_burst() -> None:
    first, second = (
        send(modulation, -20, HISTORICAL, np.random.default_rng(seed)).samples[:20_000]
        for seed, modulation in enumerate(("BPSK", "QAM16"))
    )
    likeness = np.vdot(first, second) / np.linalg.norm(first) / np.linalg.norm(second)
    # True SNRs of -35 and -26 dB: the signals leave 0.998 at least.
    assert abs(likeness) > 0.99
    # Every calibrated burst has noise of its own. 5 deviations of 1/sqrt(n): one false alarm
    # in 10^11 seeds.
    clean = np.ones((2, 20_000), np.complex64)
    one, other = (
        add_noise(clean[:1], -20, np.random.default_rng(seed))[0] - 1.0 for seed in (1, 2)
    )
    likeness = np.vdot(one, other) / np.linalg.norm(one) / np.linalg.norm(other)
    assert abs(likeness) < 5.0 / np.sqrt(20_000)


def test_single_side_band_is_one_when_calibrated() -> None:
    samples = send("AM-SSB", 10, CALIBRATED, np.random.default_rng(2)).samples[2000:]
    spectrum = np.abs(np.fft.fft(samples)) ** 2
    bins = np.fft.fftfreq(len(samples), 1.0 / SAMPLE_RATE)
    # Carrier offset and drift stay below 0.5 kHz.
    upper, lower = (spectrum[(s * bins > 700) & (s * bins < 10e3)].sum() for s in (1, -1))
    assert abs(10.0 * np.log10(upper / lower)) > 20.0


@pytest.mark.parametrize("modulation", ["BPSK", "QAM64", "GFSK", "WBFM", "AM-DSB"])
def test_labels_are_the_true_snr_when_calibrated(modulation: str) -> None:
    burst = send(modulation, 0, CALIBRATED, np.random.default_rng(3))
    clean = burst.samples[4000 : 4000 + 128 * 200].reshape(200, 128)
    for snr in (-10, 0, 12):
        noise = add_noise(clean, snr, np.random.default_rng(4)) - clean
        power = (np.abs(clean) ** 2).mean(axis=1) / (np.abs(noise) ** 2).mean(axis=1)
        # 25,600 samples of noise: 0.03 dB of deviation in the mean, 0.4 dB in a window.
        assert abs(10.0 * np.log10(np.mean(1.0 / power)) + snr) < 0.15
        assert np.abs(10.0 * np.log10(power) - snr).max() < 2.5


def test_calibrated_windows_have_unit_power_and_begin_settled() -> None:
    windows, bursts, starts = make_cell(Cell("8PSK", 4), "calibrated", 60, 5)
    np.testing.assert_allclose((np.abs(windows) ** 2).mean(axis=1), 1.0, rtol=1e-5)
    assert starts.min() >= SETTLED
    assert len(np.unique(bursts)) > 1


@pytest.mark.parametrize("modulation", ["BPSK", "QPSK", "8PSK", "PAM4", "QAM16", "QAM64"])
def test_linear_modulations_have_eight_samples_per_symbol(modulation: str) -> None:
    samples = send(modulation, 10, CALIBRATED, np.random.default_rng(6)).samples[SETTLED:]
    spectrum = np.abs(np.fft.fft(samples)) ** 2
    bins = np.fft.fftfreq(len(samples), 1.0 / SAMPLE_RATE)
    # Roll-off 0.35 at 25 kBd ends at 16.9 kHz; the carrier drifts by up to 0.5 kHz.
    assert spectrum[np.abs(bins) < 17.5e3].sum() / spectrum.sum() > 0.999
    # The power of pulses with excess bandwidth has a line at the symbol rate.
    line = np.abs(np.fft.fft(np.abs(samples) ** 2))
    region = (bins > 20e3) & (bins < 30e3)
    assert abs(bins[region][line[region].argmax()] - 25e3) < 10.0


def test_speech_has_pitch_and_pauses() -> None:
    rate = 40e3
    speech = speak(int(4 * rate), rate, np.random.default_rng(7))
    assert 0.1 < 1.0 - speech.active.mean() < 0.6
    level = np.sqrt(np.mean(speech.samples[speech.active] ** 2))
    assert np.sqrt(np.mean(speech.samples[~speech.active] ** 2)) < 0.05 * level
    assert np.abs(speech.samples).max() <= 0.5
    # Voiced parts repeat themselves after 1/250 to 1/100 s.
    lags = np.arange(int(rate / 250), int(rate / 100))
    voiced = 0
    for part in speech.samples[: len(speech.samples) // 1600 * 1600].reshape(-1, 1600):
        power = np.vdot(part, part)
        likeness = max(np.vdot(part[:-lag], part[lag:]) for lag in lags) / max(power, 1e-9)
        voiced += likeness > 0.4 and power > 1e-2
    assert voiced > 20


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"modulations": ("XPSK",)}, "found XPSK; expected some of 8PSK"),
        ({"modulations": ()}, "found none"),
        ({"snrs_db": (0, 0)}, "each once"),
        ({"snrs_db": (200,)}, "from -50 to 100"),
        ({"profile": "modern"}, "historical"),
    ],
)
def test_impossible_settings(given: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        GenerateSettings(**given)


def test_every_class_has_a_modulator() -> None:
    for modulation in MODULATIONS:
        for profile in ("historical", "calibrated"):
            windows, _, _ = make_cell(Cell(modulation, 10), profile, 3, 1)
            assert np.isfinite(windows).all() and (np.abs(windows) > 0.0).any(axis=1).all()


def test_command_and_ctrl_c(tmp_path: Path) -> None:
    out = tmp_path / "set"
    command = [sys.executable, "-m", "gnuradio.dlcomm", "dataset", "generate"]
    command += ["--out", str(out), "--profile", "historical", "--windows-per-cell", "40"]
    command += ["--modulations", "QAM16", "--jobs", "1"]
    command += ["--snrs", "0:10:2"]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    deadline = time.monotonic() + 60.0
    while len(list(work_folder(out).glob("*.npz"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    # To the whole group, as a terminal does.
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60.0)
    assert process.returncode == 130
    assert f"the same command goes on; {work_folder(out)} keeps" in errors
    assert "Traceback" not in errors
    assert not out.exists()
    done = subprocess.run(command, capture_output=True, text=True, timeout=120.0, check=False)
    assert done.returncode == 0, done.stderr
    assert "240 windows, regenerated, historical" in done.stdout


def test_command_refuses(tmp_path: Path, small: Dataset) -> None:
    from gnuradio.dlcomm.cli import main

    def status(*arguments: object) -> int:
        return main(["dataset", "generate", *map(str, arguments)])

    assert status("--out", tmp_path / "x", "--modulations", "XPSK") == 2
    assert status("--out", small.folder, "--windows-per-cell", 51) == 2
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert status("--out", blocked / "x", "--windows-per-cell", 1) == 1
    assert not (tmp_path / "x").exists()


