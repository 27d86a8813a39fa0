#!/usr/bin/python3
"""The twenty calls of twenty_calls.json with oslo.messaging and its own stand-in for a broker, the in-process driver fake://.

    echo 3 | bench/simulator/oslo_fake.py

runs three scenarios: each starts a server with one thread, calls it twenty times, and stops it. Prints a line of JSON for each line that it
reads: what was called and returned, and the seconds, of time and of this process's CPU, that the calls took and that all took.

The driver looks for requests every 50 ms, so a call by a single caller takes that long; CPU time does not count its sleep.
"""

import json
import logging
import sys
import time

import oslo_messaging
from oslo_config import cfg
from oslo_messaging import opts

CALLS = 20


class Endpoint:
    @staticmethod
    def echo(_context, n):
        return n


class Stopwatch:
    """Seconds on the clock, and of CPU, that passed within its `with` blocks."""

    def __init__(self):
        self.wall = self.cpu = 0.0

    def __enter__(self):
        self.begun = time.perf_counter(), time.process_time()

    def __exit__(self, *_):
        self.wall += time.perf_counter() - self.begun[0]
        self.cpu += time.process_time() - self.begun[1]


def run_scenario(conf, calls):
    """The number of calls that returned their own value."""
    transport = oslo_messaging.get_rpc_transport(conf, url="fake://")
    server = oslo_messaging.get_rpc_server(transport, oslo_messaging.Target(topic="echo", server="s1"), [Endpoint()], executor="threading")
    server.start()
    try:
        client = oslo_messaging.get_rpc_client(transport, oslo_messaging.Target(topic="echo"), timeout=10)
        with calls:
            return sum(client.call({}, "echo", n=f"ask#{number}") == f"ask#{number}" for number in range(CALLS))
    finally:
        server.stop()
        server.wait()
        transport.cleanup()


def main():
    logging.disable(logging.CRITICAL)
    conf = cfg.CONF
    conf([], project="castaway", default_config_files=[], default_config_dirs=[])
    for group, known in opts.list_opts():
        conf.register_opts(known, group)
    conf.set_override("executor_thread_pool_size", 1)
    for line in sys.stdin:
        scenarios, returned, calls, whole = int(line), 0, Stopwatch(), Stopwatch()
        with whole:
            for _ in range(scenarios):
                returned += run_scenario(conf, calls)
        print(json.dumps({"scenarios": scenarios, "calls": scenarios * CALLS, "returned": returned, "calls_wall": calls.wall,
                          "calls_cpu": calls.cpu, "wall": whole.wall, "cpu": whole.cpu}), flush=True)


if __name__ == "__main__":
    main()
