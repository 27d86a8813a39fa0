#!/usr/bin/python3
"""Runs the programs of README.md and docs/guide/production.md against a real RabbitMQ and a real oslo.messaging: what those pages say of
them is true, and docs/guide/production.md names each test that says so.

    ci/real_brokers/production_test.py FOLDER PROGRAM [TEST...]    FOLDER holds document_server and its like, PROGRAM is castaway
"""

import logging
import pathlib
import re
import select
import signal
import subprocess
import sys
import threading
import time
import unittest

sys.dont_write_bytecode = True
import oslo_messaging
from oslo_config import cfg

from rabbitmq_node import RabbitMQNode, die_with_parent, free_ports

ROOT = pathlib.Path(__file__).resolve().parents[2]
WITHIN = 30  # seconds


class Running:
    """A process whose standard error is read line by line."""

    def __init__(self, *command):
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, bufsize=0, preexec_fn=die_with_parent)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()

    def line(self):
        if not select.select([self.process.stderr], [], [], WITHIN)[0]:
            raise AssertionError(f"nothing is said for {WITHIN} s")
        return self.process.stderr.readline().decode().rstrip("\n")

    def terminate(self):
        """Its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(WITHIN)


class Production(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.node = RabbitMQNode(tls=True).__enter__()
        cls.addClassCleanup(cls.node.stop)
        cls.url = f"rabbit://guest:guest@localhost:{cls.node.port}/"
        cls.nowhere = f"rabbit://localhost:{free_ports(1)[0]}/"
        cfg.CONF([], project="castaway", default_config_files=[], default_config_dirs=[])

    def program(self, name, *arguments):
        """Runs a program of the documents to its end."""
        return subprocess.run([FOLDER / f"document_{name}", *arguments], capture_output=True, text=True, timeout=WITHIN, check=False)

    def server(self, name="host-1", url=None):
        running = Running(FOLDER / "document_server", url or self.url, name)
        self.addCleanup(running.__exit__)
        self.assertEqual(running.line(), f"serving topic=compute server={name}")
        return running

    def assert_says(self, done, code, out="", err=""):
        self.assertEqual((done.returncode, done.stdout, done.stderr), (code, out, err))

    def test_call(self):
        self.server()
        self.assert_says(self.program("client", self.url, "40"), 0, out='{"resized_to":40}\n')

    def test_tls(self):
        url = f"rabbit://guest:guest@localhost:{self.node.tls_port}/?ssl=true&ssl_ca_file={self.node.ca_file}"
        self.server(url=url)
        self.assert_says(self.program("client", url, "40"), 0, out='{"resized_to":40}\n')
        wrong = self.program("client", url.replace("localhost", "127.0.0.1"), "40")
        self.assertEqual(wrong.returncode, 75)
        self.assertIn("its certificate is not trusted", wrong.stderr)

    def test_remote_error(self):
        self.server()
        self.assert_says(self.program("client", self.url, "0"), 1, err="invalid_argument: too small\n")

    def test_undeliverable(self):
        self.node.ctl("eval", "rabbit_amqqueue:with(rabbit_misc:r(<<\"/\">>, queue, <<\"compute\">>), "
                      "fun(Q) -> rabbit_amqqueue:delete(Q, false, false, <<\"test\">>) end).")
        self.assert_says(self.program("client", self.url, "40"), 69, err="nobody serves it\n")

    def test_timeout(self):
        self.assertEqual(self.server().terminate(), 0)
        begun = time.monotonic()
        done = self.program("client", self.url, "40")
        self.assertEqual((done.returncode, done.stdout), (70, ""))
        self.assertIn("resize", done.stderr)
        self.assertLess(abs(time.monotonic() - begun - 5), 2.5)

    def test_no_broker(self):
        begun = time.monotonic()
        done = self.program("client", self.nowhere, "40")
        self.assertEqual((done.returncode, done.stdout), (75, ""))
        self.assertIn("Connection refused", done.stderr)
        self.assertLess(time.monotonic() - begun, 7.5)

    def test_no_broker_to_serve(self):
        with Running(FOLDER / "document_server", self.nowhere, "host-1") as server:
            self.assertRegex(server.line(), r"Connection refused; trying again$")
            self.assertEqual(server.terminate(), 0)

    def test_graceful_stop(self):
        first, _ = self.server("host-1"), self.server("host-2")
        client = self.oslo_client()
        stop, failures, answers = threading.Event(), [], []

        def call_on():
            while not stop.is_set():
                try:
                    answers.append(client.call({}, "resize", gigabytes=1))
                except Exception as error:  # any at all would be noticed by a caller
                    failures.append(repr(error))
        callers = [threading.Thread(target=call_on) for _ in range(4)]
        for caller in callers:
            caller.start()
        time.sleep(0.5)
        before = len(answers)
        self.assertEqual(first.terminate(), 0)
        time.sleep(0.5)
        stop.set()
        for caller in callers:
            caller.join()
        self.assertEqual(failures, [])
        self.assertGreater(before, 0)
        self.assertGreater(len(answers), before)

    def test_oslo_client(self):
        self.server()
        block = re.search(r"^```python\n(.*?)^```$", (ROOT / "docs/guide/production.md").read_text(), re.MULTILINE | re.DOTALL)
        said = []
        exec(block.group(1), {"oslo_messaging": oslo_messaging, "cfg": cfg, "url": self.url, "print": said.append})
        self.assertEqual(said, [{"resized_to": 40}])

    def oslo_client(self):
        transport = oslo_messaging.get_rpc_transport(cfg.CONF, url=self.url)
        self.addCleanup(transport.cleanup)
        return oslo_messaging.get_rpc_client(transport, oslo_messaging.Target(topic="compute", version="1.1"), timeout=WITHIN)

    def conductor(self):
        """As nova/baserpc.py has it; what contexts it saw."""
        seen = []

        class BaseRPCAPI:
            target = oslo_messaging.Target(namespace="baserpc", version="1.1")

            def ping(self, context, arg):
                seen.append({key: value for key, value in context.items() if key != "client_timeout"})
                return {"service": "conductor", "arg": arg}

        transport = oslo_messaging.get_rpc_transport(cfg.CONF, url=self.url)
        transport.conf.set_override("control_exchange", "nova")
        self.addCleanup(transport.conf.clear_override, "control_exchange")
        server = oslo_messaging.get_rpc_server(oslo_messaging.get_rpc_transport(cfg.CONF, url=self.url),
                                               oslo_messaging.Target(topic="conductor", server="conductor-1"),
                                               [BaseRPCAPI()], executor="threading")
        server.start()
        self.addCleanup(server.wait)
        self.addCleanup(server.stop)
        return seen

    def test_beside(self):
        seen = self.conductor()
        self.assert_says(self.program("conductor", self.url, "nova"), 0, out='{"arg":"there?","service":"conductor"}\n')
        self.assertEqual(seen, [{"user_id": "7", "request_id": "req-1"}])

    def test_another_exchange(self):
        self.conductor()
        self.assert_says(self.program("conductor", self.url, "neutron"), 69, err="no conductor has its queue on exchange neutron\n")

    def test_the_page_names_its_tests(self):
        names = {name for name in dir(self) if name.startswith("test_")} - {"test_call", "test_the_page_names_its_tests", "test_serve_echo"}
        text = (ROOT / "docs/guide/production.md").read_text()
        self.assertEqual({f"test_{name}" for name in re.findall(r"\[([a-z_]+)\](?!\()", text)}, names)

    def test_serve_echo(self):
        with Running(PROGRAM, "serve-echo", self.url, "echoes") as server:
            self.assertEqual(server.line(), "castaway: serving echo and oslo_rpc_server_ping on topic=echoes server=castaway")
            called = subprocess.run([PROGRAM, "call", self.url, "echoes", "echo", "n=1"], capture_output=True, text=True, check=False)
            self.assertEqual((called.returncode, called.stdout), (0, '{\n  "n": 1\n}\n'))
            self.assertEqual(server.terminate(), 0)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)  # what goes wrong is asserted
    FOLDER, PROGRAM = map(pathlib.Path, sys.argv[1:3])
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
