"""What `cmake --install` puts in place, and the package for Debian: the program, its manual, completion in shells, jobs and figures."""
import os
import shutil
import subprocess

import pytest

from program import COMPLETE, PROGRAM, environment

BUILD = PROGRAM.parent
SHARED = {"manual": "man/man1/collapse.1", "bash": "bash-completion/completions/collapse", "zsh": "zsh/site-functions/_collapse",
          "fish": "fish/vendor_completions.d/collapse.fish"}

pytestmark = pytest.mark.skipif(not (BUILD / "cmake_install.cmake").exists(), reason="the program is not in a build folder")


def run(*words, **options):
    outcome = subprocess.run(list(map(str, words)), capture_output=True, text=True, **options)
    assert outcome.returncode == 0, f"{words}: {outcome.stdout}{outcome.stderr}"
    return outcome.stdout


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prefix")
    run("cmake", "--install", BUILD, "--prefix", folder)
    return folder


def test_program_and_analysis_run_where_they_are_installed(prefix, tmp_path):
    assert run(prefix / "bin/collapse", "--version", env=environment()).startswith("collapse ")
    assert "error-vs-T" in run(prefix / "bin/collapse-analysis", "--help")
    assert (prefix / "share/collapse/jobs/quickstart.ini").exists()


def test_files_for_man_and_shells_are_those_that_the_program_prints(prefix, collapse):
    for name, path in SHARED.items():
        words = ["manual"] if name == "manual" else ["completion", name]
        assert (prefix / "share" / path).read_text() == collapse(*words, expect=COMPLETE).stdout


@pytest.mark.skipif(shutil.which("man") is None and shutil.which("groff") is None, reason="neither man nor groff is here")
def test_the_manual_is_read_by_man_without_warnings_and_knows_every_verb_and_key(prefix, collapse):
    page = prefix / "share" / SHARED["manual"]
    words = ["groff", "-ww", "-man", "-Tutf8", page] if shutil.which("groff") else ["man", "--warnings", "-l", page]
    outcome = subprocess.run(list(map(str, words)), capture_output=True, text=True, env={**os.environ, "GROFF_NO_SGR": "1", "MANWIDTH": "200"})
    assert outcome.returncode == 0 and outcome.stderr == ""
    shown = "".join(letter for letter, after in zip(outcome.stdout, outcome.stdout[1:] + " ") if after != "\b" and letter != "\b")
    shown = " ".join(shown.replace("\u2010\n", "").split())
    listed = collapse("list", "--json").json
    assert [key["name"] for key in listed["keys"] if key["name"] not in shown] == []
    assert [key["name"] for key in listed["keys"] if not key["example"]] == []
    for verb in (line.split()[0] for line in collapse("--help").stdout.splitlines() if line.startswith("  ") and line.strip()[0].isalpha()):
        assert f"collapse {verb}" in shown


def completed(script, *words):
    """What bash offers for a line that ends in the middle of its last word, split as readline splits it."""
    program = 'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _collapse; printf "%s\\n" "${COMPREPLY[@]}"'
    return run("bash", "-c", program, script, *words).split()


def test_bash_completes_verbs_options_and_values(prefix, collapse):
    script = prefix / "share" / SHARED["bash"]
    assert completed(script, "collapse", "pl") == ["plan"]
    assert {"run", "status", "boundary", "help", "--version"} <= set(completed(script, "collapse", ""))
    assert completed(script, "collapse", "run", "--fre") == ["--fresh"]
    assert sorted(completed(script, "collapse", "run", "s.ini", "--grid.lam")) == ["--grid.lambda0=", "--grid.lambda="]
    assert completed(script, "collapse", "run", "--model.protocol", "=", "mi") == ["mix", "mixture"]
    protocols = {one["name"] for one in collapse("list", "--json").json["protocols"]}
    assert set(completed(script, "collapse", "run", "--model.protocol", "=")) == protocols
    assert completed(script, "collapse", "status", "--fre") == []  # of another verb
    assert completed(script, "collapse", "status", "out") == []    # a file: bash's own


# Types a line and a tab into an interactive zsh, and waits until the line is what is expected.
ZSH = """
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1=; fpath=($1 \\$fpath); autoload -U compinit; compinit -u -D; bindkey -e; print RE'ADY'"
zpty -r shell seen '*READY*'
zpty -w -n shell "$2"$'\\t'
zpty -r shell seen "*$3*"
print -r -- $3
zpty -d shell
"""


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not here")
@pytest.mark.parametrize("line, completed", [("collapse pla", "collapse plan"), ("collapse run --fre", "collapse run --fresh"),
                                             ("collapse run --model.protocol=acc", "--model.protocol=accumulate")])
def test_zsh_completes_verbs_options_and_values(prefix, line, completed):
    script = prefix / "share" / SHARED["zsh"]
    run("zsh", "-n", script)
    assert run("zsh", "-fc", ZSH, "zsh", script.parent, line, completed, timeout=120).strip() == completed


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not here")
def test_fish_completes_verbs_options_and_values(prefix, collapse):
    script = prefix / "share" / SHARED["fish"]
    run("fish", "-n", script)

    def offered(line):
        return [one.split("\t")[0] for one in run("fish", "--no-config", "-c", 'source $argv[1]; complete -C $argv[2]', script, line).splitlines()]
    assert offered("collapse pl") == ["plan"]
    assert offered("collapse run --fre") == ["--fresh"]
    assert offered("collapse run --model.protocol=mi") == ["--model.protocol=mix", "--model.protocol=mixture"]
    assert sorted(offered("collapse run s.ini --grid.lam")) == ["--grid.lambda", "--grid.lambda0"]
    assert offered("collapse status --fre") == []  # of another verb


def test_another_shell_is_refused(collapse):
    assert "choose bash, zsh or fish" in collapse("completion", "csh", expect=2).stderr


@pytest.mark.skipif(shutil.which("dpkg") is None or os.geteuid() != 0, reason="only root can install a package")
def test_the_package_is_installed_by_dpkg_and_runs(tmp_path):
    run("cpack", "-G", "DEB", "-B", tmp_path, "--config", BUILD / "CPackConfig.cmake", cwd=tmp_path)
    [package] = tmp_path.glob("collapse_*.deb")
    root = tmp_path / "root"
    for folder in ("var/lib/dpkg/info", "var/lib/dpkg/updates", "var/lib/dpkg/triggers"):
        (root / folder).mkdir(parents=True)
    (root / "var/lib/dpkg/status").touch()
    run("dpkg", f"--root={root}", "--force-depends", "--force-not-root", "-i", package)  # the root is empty, of packages that are needed too
    assert "install ok installed" in run("dpkg", f"--root={root}", "-s", "collapse")
    assert run(root / "usr/bin/collapse", "--version", env=environment()).startswith("collapse ")
    listed = run("dpkg-deb", "-c", package)
    assert all(f"./usr/share/{path}" in listed for path in SHARED.values())
    assert "libopenmpi" in run("dpkg-deb", "-f", package, "Depends") or shutil.which("dpkg-shlibdeps") is None
