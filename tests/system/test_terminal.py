"""On a terminal a run shows a bar; NO_COLOR and logs stay plain."""
import os
import pty
import signal
import subprocess

import pytest

from program import COMPLETE, STOPPED, command, environment, start_logged, wait_until
from sweeps import LONG, SHORT

GREEN = "\x1b[32m"


def on_a_terminal(collapse, *words, **changes):
    """Exit status and what a terminal of 80 columns receives on stderr."""
    master, slave = pty.openpty()
    process = subprocess.Popen(command(words), cwd=collapse.folder, env=environment(TERM="xterm", **changes),
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=slave)
    os.close(slave)
    received = b""
    while True:
        try:
            part = os.read(master, 4096)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        received += part
    os.close(master)
    return process.wait(timeout=180), received.decode()


@pytest.mark.parametrize("plain", [False, True], ids=["colour", "NO_COLOR"])
def test_a_terminal_gets_a_bar_with_the_time_left(collapse, plain):
    code, text = on_a_terminal(collapse, "run", collapse.write(SHORT), **({"NO_COLOR": 1} if plain else {}))
    assert code == COMPLETE
    assert "\r[" in text and " left" in text and "cells" in text
    assert (GREEN in text) == (not plain)
    assert text.endswith("\r\n"), "the cursor stands at the start of a line"


def test_a_log_gets_plain_lines_each_with_progress(collapse):
    lines = collapse("run", collapse.write(SHORT), expect=COMPLETE, TERM="xterm").stderr.splitlines()
    progress = [line for line in lines if "%" in line and "left" in line]
    assert len(progress) <= 21 and all(line.isprintable() for line in lines)
    assert [line for line in progress if "/36 cells" not in line] == []


def test_a_log_shows_progress_as_soon_as_there_is_some(collapse):
    run, log = start_logged(collapse, "run", collapse.write(LONG))
    wait_until(lambda: "/36 cells, " in log.read_text(), run)
    run.signal(signal.SIGTERM)
    assert run.wait().code in (STOPPED, COMPLETE)
