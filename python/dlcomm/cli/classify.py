# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm classify``: which modulation a recording, or what a radio hears, carries."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import click
import typer

from .errors import Failure, Interrupted, failures, usage_errors

if TYPE_CHECKING:
    from ..recognition.classify import Classification, Deciding, Selection

app = typer.Typer(add_completion=False)


@app.command(context_settings={"help_option_names": ["-h", "--help"]})
def classify(
    file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Recording: FILE.sigmf-meta, or bare complex64 (.cfile) with --rate.",
        ),
    ] = None,
    device: Annotated[
        str | None,
        typer.Option(
            metavar="ARGS", help="Radio: SoapySDR's device string, such as driver=rtlsdr."
        ),
    ] = None,
    model: Annotated[
        str, typer.Option(help="Name, folder or file of a classifier.")
    ] = "amc_compact",
    rate: Annotated[
        float | None, typer.Option(metavar="HZ", help="Sample rate of the recording or radio.")
    ] = None,
    freq: Annotated[
        float | None, typer.Option(metavar="HZ", help="Where to tune the radio.")
    ] = None,
    gain: Annotated[
        float | None,
        typer.Option(metavar="DB", help="Gain of the radio.", show_default="automatic"),
    ] = None,
    antenna: Annotated[str, typer.Option(help="Antenna of the radio.")] = "",
    seconds: Annotated[
        float | None, typer.Option(help="Listen so long.", show_default="until Ctrl-C")
    ] = None,
    symbol_rate: Annotated[
        float | None,
        typer.Option(
            metavar="HZ",
            help="Symbol rate of the wanted signal, which is then resampled to 8 samples per "
            "symbol. Take 25000 for analog signals of up to 160 kHz.",
            show_default="rate / 8: nothing to do",
        ),
    ] = None,
    centre: Annotated[
        float, typer.Option(metavar="HZ", help="Its offset from the centre of the band.")
    ] = 0.0,
    bandwidth: Annotated[
        float,
        typer.Option(metavar="HZ", help="Its width.", show_default="6.4 symbol rates"),
    ] = 0.0,
    remove_dc: Annotated[
        bool, typer.Option("--remove-dc", help="Filter away a radio's own carrier at 0 Hz.")
    ] = False,
    hop: Annotated[
        int, typer.Option(min=0, help="Samples between windows; 0: those of a window.")
    ] = 0,
    average: Annotated[
        int, typer.Option(min=1, max=1024, help="Windows that a decision rests on.")
    ] = 1,
    threshold: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Below it a decision is 'unknown'.")
    ] = 0.0,
    csv_file: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="Write the segments: start, end, label."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write JSON for programs to read.")
    ] = False,
) -> None:
    """Say which modulation a recording, or what a radio hears, carries."""
    from ..flowgraphs import quiet_blocks
    from ..measurement.files import ensure_writable, write_atomic
    from ..recognition.classify import Deciding, Selection

    if (file is None) == (device is None):
        raise click.UsageError("expected either --file or --device")
    if symbol_rate is None and (centre or bandwidth or remove_dc):
        raise click.UsageError(
            "--centre, --bandwidth and --remove-dc need --symbol-rate: without it the stream "
            "is taken as it is"
        )
    if rate is not None and not 0.0 < rate < float("inf"):
        raise typer.BadParameter(f"found {rate:g}, expected Hz", param_hint="--rate")
    if seconds is not None and not 0.0 < seconds < float("inf"):
        raise typer.BadParameter(f"found {seconds:g}, expected some", param_hint="--seconds")
    if csv_file is not None:
        with usage_errors("--csv"):
            ensure_writable(csv_file)
    quiet_blocks(warnings=False)
    selection = Selection(symbol_rate, centre, bandwidth, remove_dc)
    deciding = Deciding(model, hop, average, threshold)
    trouble = ""
    if file is not None:
        for name, value in (("freq", freq), ("gain", gain), ("seconds", seconds)):
            if value is not None:
                raise click.UsageError(f"--{name} is for --device, found --file")
        graph, complaints = _play(file, rate, selection, deciding)
    else:
        graph, trouble = _listen(
            device, rate, freq, gain, antenna, selection, deciding, seconds
        )
        complaints = graph.watch.check().complaints()
    if not graph.decisions.total:
        raise Failure(
            trouble
            or f"no decision: found {graph.samples():,} samples for the classifier, expected "
            f"at least {graph.classifier.window()}, one window"
        )
    report = _report(graph, complaints)
    if csv_file is not None:
        with failures():
            write_atomic(csv_file, lambda stream: stream.write(_segments_csv(report)))
    if as_json:
        json.dump(report, sys.stdout, indent=1)
        sys.stdout.write("\n")
    else:
        from .classify_display import print_report

        print_report(report)
    if trouble:
        raise Failure(trouble)


def _play(
    file: Path, rate: float | None, selection: Selection, deciding: Deciding
) -> tuple[Classification, list[str]]:
    """Classify a recording to its end."""
    from ..radio.recording import open_recording
    from ..recognition.classify import recording_flowgraph
    from ..recognition.signal_check import check_recording
    from .dataset_display import progress_bar

    with usage_errors("--file"):
        recording = open_recording(file, rate)
    with usage_errors():
        graph = recording_flowgraph(recording, selection, deciding)
    # Samples of the whole recording, at the rate that the classifier gets them.
    total = int(recording.samples * graph.rate / recording.sample_rate)
    try:
        with failures(), progress_bar("samples looked at", recording.samples) as looked_at:
            check = check_recording(recording, looked_at)
        if (mistake := check.mistake()) is not None:
            raise click.UsageError(f"--file: {recording.data}: {mistake}")
        with failures():
            _run(graph, total)
    except KeyboardInterrupt:
        raise Interrupted(
            f"{graph.decisions.total:,} decisions were made, and nothing is written"
        ) from None
    return graph, check.complaints()


def _listen(
    device: str,
    rate: float | None,
    freq: float | None,
    gain: float | None,
    antenna: str,
    selection: Selection,
    deciding: Deciding,
    seconds: float | None,
) -> tuple[Classification, str]:
    """Classify what a radio hears until it is stopped.

    Returns:
        The flowgraph, and what became of the radio; empty: nothing.
    """
    from ..recognition.classify import Radio, radio_flowgraph

    if rate is None or freq is None:
        raise click.UsageError("--device needs --rate and --freq")
    radio = Radio(device, rate, freq, gain, antenna)
    try:
        graph = radio_flowgraph(radio, selection, deciding, seconds)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    except RuntimeError as error:
        raise Failure(str(error)) from None
    try:
        with failures():
            _run(graph, None)
    except KeyboardInterrupt:
        return graph, ""
    trouble = graph.trouble()
    return graph, trouble and f"device {device}: {trouble}"


def _run(graph: Classification, total: int | None) -> None:
    """Run a flowgraph to its end, or until Ctrl-C, and show how it goes on.

    Args:
        graph: the flowgraph.
        total: samples that the classifier will get; None: nobody knows.
    """
    from .classify_display import LiveTable

    with LiveTable(graph, total) as table:
        table.follow()


def _report(graph: Classification, complaints: list[str]) -> dict[str, Any]:
    """Everything that was found, for people and programs."""
    found = graph.decisions
    labels = [
        {
            "label": graph.name_of(index),
            "decisions": int(found.counts[index]),
            "share": found.counts[index] / found.total,
            "mean_probability": found.probability_sums[index] / found.counts[index],
        }
        for index in sorted(range(256), key=lambda i: -found.counts[i])
        if found.counts[index]
    ]
    return {
        "model": graph.classifier.model(),
        "executor": graph.classifier.executor(),
        "decisions": found.total,
        "samples": graph.samples(),
        "sample_rate": graph.rate,
        "labels": labels,
        "segments": [
            {
                "start_s": graph.seconds(one.first),
                "end_s": graph.seconds(one.first + one.count),
                "label": graph.name_of(one.index),
                "decisions": one.count,
            }
            for one in found.segments
        ],
        "segments_forgotten": found.forgotten,
        "silent_windows": graph.classifier.silent_windows(),
        "nonfinite_windows": graph.classifier.nonfinite_windows(),
        "complaints": complaints,
    }


def _segments_csv(report: dict[str, Any]) -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(
        stream, ["start_s", "end_s", "label", "decisions"], lineterminator="\n"
    )
    writer.writeheader()
    writer.writerows(report["segments"])
    return stream.getvalue().encode("utf-8")
