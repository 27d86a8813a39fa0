#!/usr/bin/python3
"""oslo.messaging on either side of the comparison, with its defaults and the threading executor. It says and is told what peer.h says."""

import argparse
import json
import logging
import sys
import threading
import time

import oslo_messaging
from oslo_config import cfg

WARM_UP = 5


def say(line):
    print(json.dumps(line), flush=True)


class Endpoint:
    def __init__(self):
        self.lock = threading.Lock()
        self.handled = 0

    def echo(self, _context, n):
        with self.lock:
            self.handled += 1
        return n


def serve(transport, arguments):
    endpoint = Endpoint()
    target = oslo_messaging.Target(topic=arguments.topic, server=arguments.name)
    server = oslo_messaging.get_rpc_server(transport, target, [endpoint], executor="threading")
    server.start()
    say({"serving": True})
    for _ in sys.stdin:
        say({"count": endpoint.handled})
    server.stop()
    server.wait()


def measure(client, kind, threads, seconds):
    to_all = client.prepare(fanout=True)

    def call(n):
        if client.call({}, "echo", n=n) != n:
            raise RuntimeError("another's answer")
    once = {"call": call,
            "cast": lambda n: client.cast({}, "echo", n=n),
            "fanout": lambda n: to_all.cast({}, "echo", n=n)}[kind]
    begin = threading.Barrier(threads, action=lambda: say({"begun": True}))
    results, errors = [], []

    def work():
        try:
            for n in range(WARM_UP):
                once(n)
            begin.wait()
            took = []
            begun = ended = time.perf_counter()
            n = 0
            while ended - begun < seconds:
                once(n)
                n += 1
                now = time.perf_counter()
                took.append((now - ended) * 1e6)
                ended = now
            results.append((begun, ended, took))
        except Exception as error:  # told to whoever reads our lines
            begin.abort()
            errors.append(repr(error))

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if errors:
        return {"error": errors[0]}
    took = sorted(each for result in results for each in result[2])
    return {"count": len(took), "warm_up": WARM_UP * threads,
            "seconds": max(result[1] for result in results) - min(result[0] for result in results),
            "p50_us": quantile(took, 0.5), "p99_us": quantile(took, 0.99), "max_us": took[-1]}


def quantile(ordered, part):
    return ordered[min(int(part * len(ordered)), len(ordered) - 1)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=["client", "server"])
    parser.add_argument("--port")
    parser.add_argument("--topic")
    parser.add_argument("--name")
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)
    cfg.CONF([], project="castaway", default_config_files=[], default_config_dirs=[])
    transport = oslo_messaging.get_rpc_transport(cfg.CONF, url=f"rabbit://guest:guest@127.0.0.1:{arguments.port}/")
    if arguments.role == "server":
        return serve(transport, arguments)
    client = oslo_messaging.get_rpc_client(transport, oslo_messaging.Target(topic=arguments.topic))
    for line in sys.stdin:
        kind, threads, milliseconds = line.split()
        say(measure(client, kind, int(threads), int(milliseconds) / 1000))


if __name__ == "__main__":
    main()
