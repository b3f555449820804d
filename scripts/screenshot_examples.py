#!/usr/bin/env python3
# Copyright 2026 gr-dlcomm authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take the pictures of the examples that the documentation shows.

Each example runs for some seconds without a display, then its window is saved; and GNU
Radio Companion is started on a virtual display (needs Xvfb, openbox, xdotool and
ImageMagick's import) to show a flowgraph.

Run with the Python that has the module:

    .venv/bin/python scripts/screenshot_examples.py            # all pictures
    .venv/bin/python scripts/screenshot_examples.py awgn_link companion
"""

from __future__ import annotations

import argparse
import functools
import importlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = (
    "awgn_link", "coded_link", "compressed_link", "fading_csi", "interference",
    "loopback", "modulation_walk", "onnx_inference", "recognition_over_the_air",
)
ARGUMENTS = {
    "loopback": {
        "file": str(ROOT / "docs/images/amplifier_chain_training.gif"),
        "out": str(Path(tempfile.gettempdir(), "dlcomm_loopback.gif")),
    },
    "modulation_walk": {"pace": 100e3, "windows": 300},
    "recognition_over_the_air": {"windows": 400},
}
"""Of an example's class: here for a file that takes a while, and a whole round of a walk in a
few seconds."""
SHOWN = {"compressed_link": ("tiny_q4", "p90", "units64", "q2", "q4", "tiny")}
"""Models that an example shows one after the other, each for the time of a whole example."""
TIMELINE = "classify_recording"
"""An example that has no window and draws its picture itself."""
COMPANION = "companion"
WINDOW = (1100, 700)
COMPANION_WINDOW = (1960, 820)
COMPANION_TOOLS = ("Xvfb", "openbox", "xdotool", "import", "gnuradio-companion")
SETTLE_S = 60  # the longest wait for the companion's window


def screenshot_example(name: str, out: Path, seconds: float) -> None:
    """Run one example in this process and save its window as a PNG file.

    Args:
        name: name of the example, also of its module and class.
        out: PNG file to write.
        seconds: how long the example runs before its picture is taken; with several models
            to show, each of them.

    Raises:
        OSError: the picture cannot be written.
    """
    from PyQt5 import Qt

    (program,) = (ROOT / "examples").rglob(f"{name}.py")
    sys.path.insert(0, str(program.parent))
    module = importlib.import_module(name)
    application = Qt.QApplication(sys.argv[:1])
    top_block = getattr(module, name)(**ARGUMENTS.get(name, {}))
    # Companion writes a function for what is there.
    getattr(module, "snippets_main_after_init", lambda _: None)(top_block)
    top_block.resize(*WINDOW)
    top_block.start()
    module.snippets_main_after_start(top_block)
    top_block.show()
    models = SHOWN.get(name, ())
    for place, model in enumerate(models):
        Qt.QTimer.singleShot(
            int(1000 * seconds * place), functools.partial(top_block.set_choice, model)
        )
    Qt.QTimer.singleShot(int(1000 * seconds * max(1, len(models))), application.quit)
    application.exec_()
    application.processEvents()  # texts that changed last get the room they need
    image = top_block.grab().toImage()
    top_block.stop()
    top_block.wait()
    if not image.save(str(out), "PNG", 0):
        raise OSError(f"{out}: cannot write the picture")


def draw_timeline(out: Path) -> None:
    """Have the example of a recording draw its picture.

    Args:
        out: PNG file to write.

    Raises:
        CalledProcessError: the example failed.
    """
    (program,) = (ROOT / "examples").rglob(f"{TIMELINE}.py")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, program, "--picture", out.resolve()], cwd=folder, check=True
        )


def screenshot_companion(out: Path) -> None:
    """Save a picture of GNU Radio Companion with the flowgraph of awgn_link.

    Args:
        out: PNG file to write.

    Raises:
        RuntimeError: a program is missing, or the window does not appear.
    """
    missing = [tool for tool in COMPANION_TOOLS if shutil.which(tool) is None]
    if missing:
        raise RuntimeError(f"companion: programs not found: {', '.join(missing)}")
    width, height = COMPANION_WINDOW
    with tempfile.TemporaryDirectory() as home:
        preferences = Path(home, "grc.conf")
        preferences.write_text(
            f"[main]\nmain_window_width = {width}\nmain_window_height = {height}\n"
            f"blocks_window_position = {width - 290}\n"
            f"console_window_position = {height - 240}\n"
            "console_window_visible = False\nvariable_editor_visable = False\n"
        )
        environment = dict(os.environ, HOME=home, GRC_PREFS_PATH=str(preferences))
        environment["GRC_BLOCKS_PATH"] = str(ROOT / "grc")
        environment["DLCOMM_MODEL_PATH"] = "models"
        processes: list[subprocess.Popen[bytes]] = []

        def start(*command: str) -> None:
            processes.append(
                subprocess.Popen(
                    command, env=environment, cwd=ROOT,
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                )
            )

        try:
            # The server chooses a free display itself and writes its number.
            reading, writing = os.pipe()
            processes.append(
                subprocess.Popen(
                    ["Xvfb", "-displayfd", str(writing), "-screen", "0",
                     f"{width}x{height}x24"],
                    pass_fds=[writing], stderr=subprocess.DEVNULL,
                )
            )
            os.close(writing)
            with os.fdopen(reading) as numbers:
                environment["DISPLAY"] = f":{numbers.readline().strip()}"
            start("openbox")
            start(
                sys.executable,
                str(shutil.which("gnuradio-companion")),
                str(ROOT / "examples" / "awgn_link.grc"),
            )
            window = _wait_for_window("awgn_link.grc", environment)
            for action in (["windowmove", window, "0", "0"],
                           ["windowsize", window, str(width), str(height)],
                           ["windowfocus", window], ["key", "ctrl+f"],
                           ["type", "dlcomm"]):
                subprocess.run(["xdotool", *action], env=environment, check=True)
                time.sleep(2)  # until it has drawn itself anew
            subprocess.run(
                ["import", "-window", window, "+dither", "-colors", "48", str(out)],
                env=environment, check=True,
            )
        finally:
            for process in reversed(processes):
                process.terminate()
                process.wait()


def _wait_for_window(title: str, environment: dict[str, str]) -> str:
    """Number of the visible window whose title holds `title`, as soon as it is there."""
    for _ in range(SETTLE_S):
        time.sleep(1)
        search = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", title],
            env=environment, capture_output=True, text=True, check=False,
        )
        if search.stdout.strip():
            return search.stdout.split()[-1]
    raise RuntimeError(f"companion: no window within {SETTLE_S} s")


def main() -> int:
    """Take the pictures that the command line asks for; exit status."""
    parser = argparse.ArgumentParser(description="Take the pictures of the examples.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME",
        help=f"{', '.join(EXAMPLES)}, {TIMELINE} or {COMPANION} [default: all]",
    )
    parser.add_argument(
        "--out", type=Path, default=ROOT / "docs" / "images",
        help="folder of the pictures [default=%(default)s]",
    )
    parser.add_argument(
        "--seconds", type=float, default=6.0,
        help="time that each example runs, with several models for each [default=%(default)s]",
    )
    options = parser.parse_args()
    names = options.names or [*EXAMPLES, TIMELINE, COMPANION]
    unknown = set(names) - {*EXAMPLES, TIMELINE, COMPANION}
    if unknown:
        parser.error(f"unknown picture: {', '.join(sorted(unknown))}")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        if names == [COMPANION]:
            screenshot_companion(options.out / f"{COMPANION}.png")
        elif names == [TIMELINE]:
            draw_timeline(options.out / f"{TIMELINE}.png")
        elif len(names) == 1:
            screenshot_example(names[0], options.out / f"{names[0]}.png", options.seconds)
        else:
            # A process each: a Qt application is made once per process.
            for name in names:
                subprocess.run(
                    [sys.executable, __file__, name, "--out", str(options.out),
                     "--seconds", str(options.seconds)],
                    check=True,
                )
    except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
