#!/usr/bin/python3
"""AMQP clients as people use them, in virtual time, beside a small broker that dies and comes back: what they
print is right, and each run is like the other, frame by frame.

    amqp_test.py CASTAWAY-VT CACHE [TEST...]        CACHE is a folder for what is downloaded
"""

import contextlib
import pathlib
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
from runs import HERE, PYTHON, Missing, VirtualTime, command, npm_packages, tool, warmed

AMQP = HERE / "amqp"
URL = "rabbit://guest:guest@127.0.0.1:5672/"
BROKER = f"{PYTHON} {AMQP}/small_broker.py {{log}}"
AMQPLIB = "amqplib@0.10.4"
# Two time-outs of a minute, a method of 100 s, a broker that is away for 30 s, a call that is watched for 600 s.
OSLO_STEPS = "echo:1 hang:60 echo:2 slow:100 hang:60 echo:3 sleep:85 echo:4 watched:600 echo:5".split()
OSLO_OUT = """\
5.002 s: echo:1 1
65.002 s: hang:60 MessagingTimeout
66.002 s: echo:2 2
166.003 s: slow:100 after 100 s
226.003 s: hang:60 MessagingTimeout
226.003 s: echo:3 3
311.003 s: sleep:85 None
331.013 s: echo:4 4
931.013 s: watched:600 after 600 s
932.013 s: echo:5 5
"""


def need(module, package):
    try:
        command(PYTHON, "-c", f"import {module}")
    except AssertionError as error:
        raise Missing(f"{error}\nit is in the Debian package {package}: ci/packages/install virtual_time") from error


@contextlib.contextmanager
def busy_machine(loops=10):
    """Others compute beside what is tested; politely, or a run takes minutes."""
    running = [subprocess.Popen(["nice", "-n", "19", "sh", "-c", "while :; do :; done"]) for _ in range(loops)]
    try:
        yield
    finally:
        for one in running:
            one.kill()
            one.wait()


class Clients(unittest.TestCase):
    maxDiff = None

    def assert_alike(self, runs):
        for run in runs:
            self.assertEqual(run.exit, 0, run.stderr)
            self.assertEqual(run.report["verdict"], "deterministic", run.stderr)
            self.assertEqual(run.stdout, runs[0].stdout)
            self.assertEqual(run.log, runs[0].log)
            self.assertEqual(run.report["trace"], runs[0].report["trace"])
        self.assertIn("basic.deliver", runs[0].log)


class Oslo(Clients):
    @classmethod
    def setUpClass(cls):
        need("oslo_messaging", "python3-oslo.messaging")

    @staticmethod
    def run_pair(broker="--heartbeat 10 --away 300,330", steps=OSLO_STEPS, **options):
        return VT.run([PYTHON, AMQP / "oslo_client.py", URL, *steps],
                      beside=[f"{BROKER} {broker}", f"{PYTHON} {AMQP}/oslo_server.py {URL}"], **options)

    def test_waits_for_minutes_and_through_the_death_of_the_broker(self):
        runs = [self.run_pair() for _ in range(3)]
        self.assertEqual(runs[0].stdout, OSLO_OUT, runs[0].stderr)
        self.assert_alike(runs)
        self.assertIn("> heartbeat", runs[0].log)
        self.assertIn("is away", runs[0].log)
        with busy_machine():
            self.assert_alike([runs[0], self.run_pair()])

    def test_a_watched_call_ends_early_when_nothing_is_heard(self):
        steps = ["echo:1", "watched:600", "echo:2"]
        runs = [self.run_pair("--heartbeat 10 --away 100,2000", steps) for _ in range(2)]
        self.assert_alike(runs)
        self.assertIn("watched:600 MessagingTimeout\n", runs[0].stdout)
        self.assertIn("echo:2 2\n", runs[0].stdout)

    def test_from_warm_a_run_does_not_depend_on_those_before(self):
        # But for a cache of stevedore's that the first one leaves in its home.
        script, steps = warmed("oslo_messaging", AMQP / "oslo_client.py"), "echo:1 hang:60 echo:2 slow:100".split()
        broker = warmed("argparse,selectors,zlib", AMQP / "small_broker.py", "{log}", "--kill", "50")
        beside = [" ".join(map(str, words))
                  for words in (broker, warmed("oslo_messaging", AMQP / "oslo_server.py", URL))]
        for schedule in ("fifo", "chaos"):
            with self.subTest(schedule=schedule):
                fifth, second = (VT.run([*script, URL, *steps], beside=beside, seed=seed, schedule=schedule,
                                        options=["--warm", "--runs", str(6 - seed)]) for seed in (1, 4))
                for run, number in ((fifth, 5), (second, 2)):
                    lines = run.stdout.splitlines()
                    self.assertEqual(len(lines), number * len(steps), run.stderr)
                    run.stdout = lines[-len(steps):]
                self.assert_alike([fifth, second])
                self.assertIn("slow:100 after 100 s", fifth.stdout[-1])

    def test_each_seed_is_another_order_of_threads(self):
        steps = ["echo:1", "slow:100", "echo:2"]
        traces = set()
        for seed in range(1, 5):
            runs = [self.run_pair("--heartbeat 10 --kill 50", steps, seed=seed, schedule="chaos") for _ in range(2)]
            with self.subTest(seed=seed):
                self.assert_alike(runs)
                self.assertIn("echo:2 2\n", runs[0].stdout)
            traces.add(runs[0].report["trace"])
        self.assertGreater(len(traces), 1)


class OtherClients(Clients):
    def test_pika(self):
        need("pika", "python3-pika")
        runs = [VT.run([PYTHON, AMQP / "pika_client.py", 5672], beside=[BROKER]) for _ in range(3)]
        self.assert_alike(runs)
        self.assertEqual(runs[0].stdout, (AMQP / "pika_client.out").read_text(), runs[0].stderr)
        self.assertGreater(runs[0].log.count("> heartbeat"), 200)

    def test_amqplib(self):
        node, modules = tool("node", "nodejs"), npm_packages(CACHE, AMQPLIB)
        runs = [VT.run([node, AMQP / "amqplib_client.js", 5672], beside=[f"{BROKER} --away 4000,4030"],
                       environment={"NODE_PATH": str(modules)}) for _ in range(3)]
        self.assert_alike(runs)
        self.assertEqual(runs[0].stdout, (AMQP / "amqplib_client.out").read_text(), runs[0].stderr)


if __name__ == "__main__":
    VT, CACHE = VirtualTime(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    CACHE.mkdir(parents=True, exist_ok=True)
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
