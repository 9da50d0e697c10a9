"""What every refusal has in common."""
import re
from pathlib import Path

from program import BAD_INPUT

REMEDY = re.compile(r"; |: it must |, for instance | needs three arguments: ")  # problem, why; what to do


def contents(folder):
    """Path -> bytes of every file in a folder."""
    return {path: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def assert_one_sentence(outcome, *named, code=BAD_INPUT, launched=False):
    """One line `collapse: problem with the value; remedy` on stderr, nothing on stdout, the exit status.

    `launched`: mpirun has its own lines on stderr.
    """
    assert outcome.code == code, outcome
    assert outcome.stdout == ""
    lines = outcome.messages() if launched else outcome.stderr.splitlines()
    assert len(lines) == 1 and lines[0].startswith("collapse: "), outcome.stderr
    assert [word for word in named if word not in lines[0]] == [], lines[0]
    assert REMEDY.search(lines[0]), f"no remedy: {lines[0]}"
    assert "  " not in lines[0] and "\\x" not in lines[0] and lines[0].isprintable(), lines[0]
