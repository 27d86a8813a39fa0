#!/usr/bin/python3
"""Other people's clients, unmodified, at `castaway serve`: each does what its users do, and is told what a RabbitMQ
would tell it. What is installed is Debian's or the registry's; what is missing is a failure.

    clients_test.py CASTAWAY CACHE [TEST...]        CACHE is a folder for what is downloaded or built
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "sim" / "virtual_time" / "programs"))
from runs import PYTHON, Missing, command, npm_packages, tool  # noqa: E402

WITHIN = 300  # seconds
FIXTURES = HERE.parent / "fixtures"
GOCODE = pathlib.Path("/usr/share/gocode")
GO_CLIENT = "github.com/rabbitmq/amqp091-go"


class Clients(unittest.TestCase):
    maxDiff = None

    def serve(self, *words, options=(), environment=None, code=0):
        """Runs a program at a broker of its own; what both have printed."""
        done = subprocess.run([PROGRAM, "serve", *options, "--", *map(str, words)], capture_output=True, text=True,
                              check=False, timeout=WITHIN, stdin=subprocess.DEVNULL, env=environment)
        self.assertEqual(done.returncode, code, f"{words}\n{done.stdout[-6000:]}\n{done.stderr[-6000:]}")
        return done.stdout


class Pika(Clients):
    def test_does_what_its_users_do(self):
        out = self.serve(PYTHON, HERE / "pika_client.py")
        self.assertIn("all of it works", out)


class Kombu(Clients):
    def test_does_what_its_users_do(self):
        out = self.serve(PYTHON, HERE / "kombu_client.py")
        self.assertIn("all of it works", out)


class Celery(Clients):
    def test_a_worker_runs_tasks_and_retries_and_their_results_come_back(self):
        with tempfile.TemporaryDirectory(prefix="castaway-celery-") as folder:
            out = self.serve(PYTHON, HERE / "celery_client.py", folder)
        self.assertIn("all of it works", out)


class AmqpTools(Clients):
    """rabbitmq-c, whose programs they are."""

    def test_messages_are_published_got_and_consumed(self):
        for name in ("amqp-declare-queue", "amqp-publish", "amqp-get", "amqp-consume", "amqp-delete-queue"):
            tool(name, "amqp-tools")
        out = self.serve("sh", HERE / "amqp_tools.sh")
        self.assertIn("all of it works", out)


class Amqplib(Clients):
    def test_does_what_its_users_do(self):
        modules = npm_packages(CACHE, "amqplib@0.10.4")
        out = self.serve(tool("node", "nodejs"), HERE / "amqplib_client.js", modules)
        self.assertIn("all of it works", out)


class RabbitmqClient(Clients):
    def test_does_what_its_users_do(self):
        modules = npm_packages(CACHE, "rabbitmq-client@5.0.2")
        out = self.serve(tool("node", "nodejs"), HERE / "rabbitmq_client.js", modules)
        self.assertIn("all of it works", out)


class Seeds(Clients):
    FAULTS = {"faults": [
        {"id": "lost", "on": {"edge": "request"}, "when": {"prob": "1/10"}, "do": {"drop": True}},
        {"id": "doubled", "on": {"edge": "request", "from": "left"}, "when": {"prob": "1/5"}, "do": {"duplicate": {"copies": 1}}},
    ]}

    def struck(self, folder, seed):
        """Which rule struck which message."""
        faults, history = folder / "faults.json", folder / "history.jsonl"
        faults.write_text(json.dumps(self.FAULTS))
        self.serve(PYTHON, HERE / "pika_two_threads.py",
                   options=["--faults", faults, "--history", history, "--seed", str(seed)])
        events = [json.loads(line) for line in history.read_text().splitlines()]
        return sorted((event["actor"], event["op"]) for event in events if event.get("kind") == "fault")

    def test_the_same_seed_strikes_the_same_messages_however_threads_take_turns(self):
        with tempfile.TemporaryDirectory(prefix="castaway-seeds-") as name:
            folder = pathlib.Path(name)
            first = self.struck(folder, 7)
            self.assertGreater(len(first), 5)
            for _ in range(19):
                self.assertEqual(self.struck(folder, 7), first)
            self.assertNotEqual(self.struck(folder, 8), first)


class Hostile(Clients):
    def test_clients_that_do_wrong_harm_nobody_else(self):
        out = self.serve(PYTHON, HERE / "hostile_client.py")
        self.assertIn("all of it works", out)

    def test_where_descriptors_are_few_some_wait_and_all_are_served(self):
        script = ("import os, socket; from urllib.parse import urlsplit; port = urlsplit(os.environ['AMQP_URL']).port\n"
                  "many = [socket.create_connection(('127.0.0.1', port)) for _ in range(60)]\n"
                  "for each in many: each.close()\n"
                  "import pika; pika.BlockingConnection(pika.URLParameters(os.environ['AMQP_URL'])).close()\n"
                  "print('all of it works')")
        with tempfile.TemporaryDirectory(prefix="castaway-hostile-") as folder:
            client = pathlib.Path(folder) / "client.py"
            client.write_text(script)
            done = subprocess.run(["sh", "-c", f"ulimit -Sn 40; exec {PROGRAM} serve -- sh -c 'ulimit -Sn 100; exec {PYTHON} {client}'"],
                                  capture_output=True, text=True, check=False, timeout=WITHIN)
        self.assertIn("all of it works", done.stdout, done.stderr)


def guide(title):
    """A block of docs/guide/serve.md that begins with its file's name."""
    text = (HERE.parents[1] / "docs" / "guide" / "serve.md").read_text()
    return re.search(rf"^```\w+\n((?:#|//) {re.escape(title)}\n.*?)^```$", text, re.S | re.M)[1]


LOST_ACK = {"faults": [{"id": "lost-ack", "on": {"edge": "ack"}, "when": {"nth": [1]}, "do": {"disconnect": {"frame": "lost"}}}]}
LOST_CONFIRM = {"faults": [{"id": "lost", "on": {"edge": "confirm"}, "when": {"nth": [2]}, "do": {"disconnect": {"frame": "lost"}}}]}


class Document(Clients):
    """docs/guide/serve.md."""

    def test_its_shop_pays_twice_as_it_says(self):
        text = (HERE.parents[1] / "docs" / "guide" / "serve.md").read_text()
        blocks = {kind: re.search(rf"^```{kind}\n(.*?)^```$", text, re.S | re.M)[1] for kind in ("json", "text")}
        self.assertEqual(json.loads(blocks["json"]), LOST_ACK)
        with tempfile.TemporaryDirectory(prefix="castaway-document-") as name:
            folder = pathlib.Path(name)
            (folder / "shop.py").write_text(guide("shop.py"))
            (folder / "lost-ack.json").write_text(blocks["json"])
            out = self.serve(PYTHON, folder / "shop.py", options=["--faults", folder / "lost-ack.json"], code=1)
        if re.search(r"handed pay#0 to (bank-\d)", out)[1] == "bank-2":  # which is first is theirs to decide
            out = re.sub(r"bank-(\d)", lambda bank: f"bank-{3 - int(bank[1])}", out)
        for line in blocks["text"].splitlines():
            self.assertIn(" ".join(line.split()), " ".join(out.split()))


class Fixtures(Clients):
    """For other people's tests: what the guide shows passes, and a law that is broken fails a test with its argument."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="castaway-fixtures-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        (self.folder / "shop.py").write_text(guide("shop.py"))
        (self.folder / "lost-ack.json").write_text(json.dumps(LOST_ACK))
        (self.folder / "lost-confirm.json").write_text(json.dumps(LOST_CONFIRM))

    def run_tests(self, *words, **environment):
        done = subprocess.run([str(word) for word in words], cwd=self.folder, capture_output=True, text=True, check=False,
                              timeout=WITHIN, env=os.environ | {"CASTAWAY": str(PROGRAM), "PYTHON": PYTHON} | environment)
        return done.returncode, done.stdout + done.stderr

    def check(self, run, file, shown, failing):
        """What the guide shows passes; `failing` fails with the argument, but not where it asks for the verdict itself."""
        (self.folder / file).write_text(shown)
        code, text = run()
        self.assertEqual(code, 0, text)
        (self.folder / file).write_text(failing.replace("STOP", ""))
        code, text = run()
        self.assertEqual(code, 1, text)
        self.assertRegex(text, "so each of them executed it")
        (self.folder / file).write_text(failing.replace("STOP", "stop()"))
        code, text = run()
        self.assertEqual(code, 0, text)

    def test_pytest(self):
        command(PYTHON, "-m", "venv", "--system-site-packages", self.folder / "venv")
        source = self.folder / "pytest"  # which pip builds in place
        shutil.copytree(FIXTURES / "pytest", source)
        command(self.folder / "venv/bin/pip", "install", "--no-index", "--no-build-isolation", "--no-deps", source)
        self.check(lambda: self.run_tests(self.folder / "venv/bin/python", "-m", "pytest", "-q", "-p", "no:cacheprovider"),
                   "test_shop.py", guide("test_shop.py"), """
import os, subprocess, pytest

@pytest.mark.castaway(faults="lost-ack.json")
def test_it(castaway):
    def stop():
        assert castaway.stop().violated
    subprocess.run([os.environ["PYTHON"], "shop.py"], env=os.environ | {"AMQP_URL": castaway.url}, check=True)
    STOP
""")

    def test_node(self):
        modules = self.folder / "node_modules"
        modules.mkdir()
        shutil.copytree(FIXTURES / "node", modules / "castaway")
        environment = {"NODE_PATH": f"{modules}:{npm_packages(CACHE, 'amqplib@0.10.4')}"}
        self.check(lambda: self.run_tests(tool("node", "nodejs"), "--test", "shop.test.js", **environment),
                   "shop.test.js", guide("shop.test.js"), """
const { test } = require('node:test')
const { execFileSync } = require('node:child_process')
const { serve } = require('castaway')
test('it', async t => {
  const broker = await serve(t, { faults: 'lost-ack.json' })
  const stop = async () => { if (!(await broker.stop()).violated) throw new Error('nothing is violated') }
  execFileSync(process.env.PYTHON, ['shop.py'], { env: { ...process.env, AMQP_URL: broker.url } })
  return STOP
})
""")

    def test_go(self):
        source = self.folder / "src"
        shutil.copytree(FIXTURES / "go", source / "castaway")
        environment = {"GO111MODULE": "off", "GOPATH": f"{self.folder}:{GOCODE}", "GOCACHE": str(pathlib.Path(CACHE).resolve() / "go"),
                       "GOFLAGS": ""}
        self.check(lambda: self.run_tests(tool("go", "golang-go"), "test", "shop_test.go", **environment),
                   "shop_test.go", guide("shop_test.go"), """
package shop

import (
    "os"
    "os/exec"
    "testing"

    "castaway"
)

func TestIt(t *testing.T) {
    broker := castaway.Serve(t, castaway.Options{Faults: "lost-ack.json"})
    stop := func() {
        if !broker.Stop().Violated() {
            t.Error("nothing is violated")
        }
    }
    shop := exec.Command(os.Getenv("PYTHON"), "shop.py")
    shop.Env = append(os.Environ(), "AMQP_URL="+broker.URL)
    if err := shop.Run(); err != nil {
        t.Fatal(err)
    }
    _ = stop
    STOP
}
""")


class Demos(Clients):
    """Real oslo.messaging, which executes one call twice."""

    def test_each_shows_two_executions_and_what_led_to_them(self):
        listed = subprocess.run([PROGRAM, "demo"], capture_output=True, text=True, check=True).stdout
        names = re.findall(r"^oslo-\S+$", listed, re.M)
        self.assertEqual(names, ["oslo-lost-ack", "oslo-lost-confirm", "oslo-slow-confirm"])
        for name in names:
            done = subprocess.run([PROGRAM, "demo", name], capture_output=True, text=True, check=False, timeout=WITHIN)
            self.assertEqual(done.returncode, 1, f"{done.stdout}\n{done.stderr}")
            for bank in ("bank-1", "bank-2"):
                self.assertIn(f"{bank} pays 7 EUR", done.stdout)
            self.assertRegex(done.stdout, r'The call "pay#0" was answered by bank-\d and bank-\d, so each of them executed it')
            self.assertIn(f"[{name.removeprefix('oslo-')}]", done.stdout)

    def test_another_name_is_a_mistake(self):
        done = subprocess.run([PROGRAM, "demo", "oslo-lost-akc"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 64)
        self.assertIn("did you mean oslo-lost-ack?", done.stderr)


class Go(Clients):
    def test_all_integration_tests_of_amqp091_pass(self):
        source = GOCODE / "src" / GO_CLIENT
        if not source.is_dir():
            raise Missing(f"{source} is missing; ci/packages/install clients installs it")
        program = pathlib.Path(CACHE) / "amqp091.test"
        command(tool("go", "golang-go"), "test", "-c", "-tags", "integration", "-o", program, GO_CLIENT,
                GO111MODULE="off", GOPATH=str(GOCODE), GOCACHE=str(pathlib.Path(CACHE) / "go"), GOFLAGS="")
        with tempfile.TemporaryDirectory(prefix="castaway-go-") as folder:
            work = pathlib.Path(folder) / "amqp091-go"
            shutil.copytree(source, work, symlinks=False)
            out = self.serve("sh", "-c", f"cd {work} && exec {program} -test.v -test.timeout 200s")
        results = [line for line in out.splitlines() if line.startswith("--- ")]
        self.assertEqual([line for line in results if not line.startswith("--- PASS")], [])
        self.assertEqual(len(results), 116)


if __name__ == "__main__":
    PROGRAM, CACHE = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    pathlib.Path(CACHE).mkdir(parents=True, exist_ok=True)
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
