"""What a config makes, by the list in its head, and the making of it: sweeps, lines, answers about theory, figures, pages.

    # Makes:    map-ell-b.h5 = run
    #           map-ell-b-boundary.h5 = boundary --along lambda --between clean_bias,collapse_variance
    #           map-ell-b = map map-ell-b.h5 --panels T --boundary map-ell-b-boundary.h5
    #           map-ell-b.html = explore map-ell-b.h5

NAME.h5 is made by a verb of `collapse` from this config, or from the one beside it that is named first (`= run other.ini`); everything
else by `collapse-analysis`: a figure under NAME, the page NAME.html, or what a verb prints (NAME.txt, .csv, .json).
"""

import contextlib
import html
import io
import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from collapse_analysis.results import ResultsError

ROOT = Path(__file__).resolve().parents[2]
SOME_CELLS_FAILED = 3  # the exit status of a complete run in which they did: figures show the others
PRINTED = (".txt", ".csv", ".json")


@dataclass(frozen=True)
class Step:
    """One product and the words that make it."""

    name: str
    words: tuple

    @property
    def is_figure(self):
        return Path(self.name).suffix not in (".h5", ".html", *PRINTED)


def steps(config):
    """The steps in the head of a config, in order; raises ResultsError if there are none, or one cannot be read."""
    try:
        text = Path(config).read_text(encoding="utf-8")
    except OSError as error:
        raise ResultsError(f"{config} cannot be read: {error.strerror or error}.") from error
    found = re.search(r"^# Makes:(.*(?:\n#[ \t]+[^\s:]+ = .*)*)", text.replace("\\\n#", " "), re.MULTILINE)
    if not found:
        raise ResultsError(f"{config} does not say what it makes: add lines such as `# Makes: NAME.h5 = run` to its head.")
    return [_step(config, line.strip("# \t")) for line in found[1].splitlines() if line.strip("# \t")]


def _step(config, line):
    name, separator, command = line.partition(" = ")
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise ResultsError(f"{config} makes \"{line}\", which cannot be read: {error}.") from error
    if not separator or not words or not re.fullmatch(r"[^\s/]+", name):
        raise ResultsError(f"{config} makes \"{line}\", which is not of the form NAME = COMMAND.")
    return Step(name, tuple(words))


def question(config):
    """What the config asks, in its own words."""
    found = re.search(r"^# Question:(.*(?:\n#(?! \w+:).*)*)", Path(config).read_text(encoding="utf-8"), re.MULTILINE)
    return " ".join(found[1].replace("#", " ").split()) if found else ""


def make(configs, folder, launch, draw, tell):
    """Makes what the configs list into the folder, each product once; `launch`: the words before `collapse run`, such as mpirun -n 8;
    `draw(words)` runs collapse-analysis. Returns the steps of each config. Raises ResultsError at the first that fails."""
    recipes = {Path(config).resolve(): steps(config) for config in configs}  # before anything is run
    executable = program() if any(step.name.endswith(".h5") for recipe in recipes.values() for step in recipe) else ""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    made = set()
    with contextlib.chdir(folder):
        for config, recipe in recipes.items():
            for step in recipe:
                command = _command(step, config, launch, executable) if step.name.endswith(".h5") else step.words
                if (step.name, command) not in made:
                    tell(f"{step.name} = {shlex.join(step.words)}")
                    _run(step, command) if step.name.endswith(".h5") else _draw(step, draw)
                    made.add((step.name, command))
    return recipes


def _command(step, config, launch, executable):
    verb, *rest = step.words
    if rest and rest[0].endswith(".ini"):
        config = config.with_name(rest.pop(0))
    quiet = ["--quiet"] if verb == "run" else []
    return (*(launch if verb == "run" else ()), executable, verb, str(config), "--output", step.name, *quiet, *rest)


def program():
    """The program: $COLLAPSE, the one built in this tree, or the one on the path."""
    built = ROOT / "build" / "collapse"
    found = os.environ.get("COLLAPSE") or (str(built) if built.exists() else shutil.which("collapse"))
    if not found:
        raise ResultsError("There is no program collapse: build it, or say by COLLAPSE=/path/to/collapse where it is.")
    return os.path.abspath(found) if os.sep in found else found


def _run(step, command):
    try:
        ended = subprocess.run(command, stdout=subprocess.DEVNULL)
    except OSError as error:
        raise ResultsError(f"{command[0]} cannot be run: {error.strerror or error}.") from error
    if ended.returncode not in (0, SOME_CELLS_FAILED):
        raise ResultsError(f"{step.name} was not made: `{shlex.join(command)}` ended with status {ended.returncode}.")


def _draw(step, draw):
    if Path(step.name).suffix in PRINTED:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            status = draw(step.words)
        Path(step.name).write_text(printed.getvalue(), encoding="utf-8")
    else:
        with contextlib.redirect_stdout(io.StringIO()):
            status = draw((*step.words, "--output", step.name))
    if status:
        raise ResultsError(f"{step.name} was not made: `collapse-analysis {shlex.join(step.words)}` failed.")


def write_index(target, title, recipes):
    """A page of all figures, each under the question that its config asks."""
    parts = [f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>',
             "<style>body{max-width:60rem;margin:2rem auto;font:16px/1.5 sans-serif}img{max-width:100%}</style>",
             f"<h1>{html.escape(title)}</h1>"]
    shown = set()
    for config, recipe in recipes.items():
        parts.append(f"<h2>{html.escape(config.stem)}</h2><p>{html.escape(question(config))}</p>")
        for step in recipe:
            if step.is_figure and step.name not in shown:
                parts.append(f'<p><a href="{step.name}.pdf"><img src="{step.name}.png" alt="{step.name}"></a></p>')
            elif not step.is_figure and not step.name.endswith(".h5"):
                parts.append(f'<p><a href="{step.name}">{step.name}</a></p>')
            shown.add(step.name)
    Path(target).write_text("\n".join([*parts, "</html>\n"]), encoding="utf-8")
