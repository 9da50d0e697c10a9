"""What the benchmarks of whole programs have in common: core-seconds of a command, and tables that are written into documents."""
import resource
import subprocess
from pathlib import Path


def core_seconds(command, **keywords):
    """User and system time of a command that must succeed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, **keywords)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def write_table(document, name, lines):
    """Puts lines between `<!-- name: begin -->` and `<!-- name: end -->`."""
    begin, end, path = f"<!-- {name}: begin -->", f"<!-- {name}: end -->", Path(document)
    before, rest = path.read_text().split(begin)
    path.write_text(before + begin + "\n" + "\n".join(lines) + "\n" + end + rest.split(end)[1])
