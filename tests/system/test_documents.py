"""What the documents list is what the program has: verbs, parameters, protocols, references; and links lead somewhere."""
import json
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = [ROOT / name for name in ("src", "jobs", "analysis", "tests")]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(path for folder in FOLDERS for path in folder.rglob("*.md"))]


@pytest.fixture(scope="module")
def listed(shared):
    return json.loads(shared("list", "--json").stdout)


def first_cells(text):
    """The first cells of all table rows."""
    return [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ") and not line.startswith("| ---")]


def test_the_table_of_verbs_has_every_verb_and_no_other(shared):
    usage = shared("--help").stdout
    known = set(re.findall(r"^  ([a-z]+) +\S", usage, re.M))
    table = {cell.split()[1] for cell in first_cells((ROOT / "src/app/VERBS.md").read_text()) if cell.startswith("`collapse ")}
    assert {verb.strip("`") for verb in table} == known


def test_the_table_of_parameters_has_every_key_of_the_grid(listed):
    known = {key["name"].removeprefix("grid.") for key in listed["keys"] if key["name"].startswith("grid.")}
    text = (ROOT / "src/app/CONFIG.md").read_text()
    names = set(re.findall(r"`(\w+)`", " ".join(first_cells(text[text.index("## Parameters"):]))))
    assert names == known


def test_the_readme_names_every_protocol(listed):
    text = (ROOT / "README.md").read_text()
    section = text[text.index("## Protocols"):text.index("## Where")]
    names = {re.match(r"`(\w+)`", cell)[1] for cell in first_cells(section) if cell.startswith("`")}
    assert names == {protocol["name"] for protocol in listed["protocols"]}


def test_the_readme_has_the_bibliography_of_the_program(listed):
    text = (ROOT / "README.md").read_text()
    text = text[text.index("## References"):]
    assert set(re.findall(r"^- \[(\w+)\]", text, re.M)) == set(listed["references"])


def test_every_example_of_a_chain_in_the_document_is_understood(shared):
    examples = re.findall(r"```ini\n(.*?)```", (ROOT / "src/language/CHAINS.md").read_text(), re.S)
    assert len(examples) >= 3
    values = {"T0": "150", "lambda0": "0.1", "sigma": "0.3", "sigma0": "0.2", "beta_synthetic": "0.5",
              "decay": "0.5, 1", "real": "20", "q": "0.1, 0.5", "age": "3"}
    for example in examples:
        chain = example[example.index("[chain]"):]
        named = set(re.findall(r"\w+", re.sub("#.*", "", chain))) - set(re.findall(r"^(\w+) *=", chain, re.M))
        grid = {"T": "100", "d": "80", "n": "3"} | {name: value for name, value in values.items() if name in named}
        config = shared.folder / "example.ini"
        config.write_text("[grid]\n" + "".join(f"{name} = {value}\n" for name, value in grid.items()) + "[model]\nprotocol = chain\n" + chain)
        outcome = shared("plan", config)
        assert outcome.code == 0, outcome.stderr


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files(document):
    for link in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
        if not link.startswith("http"):
            assert (document.parent / link).exists(), f"{document} links to {link}"
