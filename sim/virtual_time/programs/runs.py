"""Runs programs under castaway-vt, for tests: each in a new home folder, with its verdict.

    vt = VirtualTime("build/release/ci/castaway-vt")
    run = vt.run(["python3", "-c", SCRIPT], beside=["a server"], seed=7)
    run.stdout, run.report["verdict"], run.report["trace"]
"""

import dataclasses
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PYTHON = "/usr/bin/python3"  # the one that Debian's packages are for
WITHIN = 200  # seconds of real time: a run that takes longer does not end


class Missing(AssertionError):
    """A program that the tests need is not there."""


def tool(name, package):
    """Where the program is."""
    path = shutil.which(name)
    if path is None:
        raise Missing(f"{name} is not found; it is in the Debian package {package}: ci/packages/install virtual_time")
    return path


def command(*arguments, **environment):
    """Runs a tool to its end, in the machine's own time."""
    done = subprocess.run([str(word) for word in arguments], capture_output=True, text=True, check=False,
                          timeout=WITHIN, env=os.environ | environment)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, arguments))}\nends with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


@dataclasses.dataclass
class Run:
    exit: int
    stdout: str
    stderr: str
    report: dict
    log: str  # what a broker beside the program has written


class VirtualTime:
    def __init__(self, program):
        self.program = pathlib.Path(program).resolve()

    def run(self, words, beside=(), seed=1, schedule="fifo", environment=None, options=()):
        """In `beside`, {log} is replaced by a file whose text is returned. Of several runs, the last one is."""
        with tempfile.TemporaryDirectory(prefix="castaway-vt-") as folder:
            home = pathlib.Path(folder)
            (home / "tmp").mkdir()
            report, log = home / "report.json", home / "log"
            options = [*options, "--quiet", "--seed", str(seed), "--schedule", schedule, "--limit", "100d",
                       "--report", str(report)]
            for other in beside:
                options += ["--with", other.format(log=log)]
            done = subprocess.run(
                [self.program, *options, "--", *map(str, words)], capture_output=True, text=True, check=False,
                timeout=WITHIN, stdin=subprocess.DEVNULL,
                env=os.environ | {"HOME": folder, "TMPDIR": f"{folder}/tmp", "PYTHONDONTWRITEBYTECODE": "1"}
                | (environment or {}))
            return Run(done.returncode, done.stdout, done.stderr,
                       json.loads(report.read_text().splitlines()[-1]) if report.exists() else {},
                       log.read_text() if log.exists() else "")


def warmed(modules, *words):
    """A Python script whose runs begin when these modules are there, MODULE,MODULE: see warmed.py."""
    return [PYTHON, HERE / "warmed.py", modules, *words]


def npm_packages(cache, *packages):
    """The folder node_modules with these, which are NAME@VERSION; from the registry if the cache has not got them."""
    folder = pathlib.Path(cache) / "npm" / "+".join(packages).replace("/", "-")
    if not (folder / "complete").exists():
        folder.mkdir(parents=True, exist_ok=True)
        command(tool("npm", "npm"), "install", "--prefix", folder, "--no-audit", "--no-fund", "--save-exact", *packages)
        (folder / "complete").touch()
    return folder / "node_modules"
