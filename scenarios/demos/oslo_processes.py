"""Processes of oslo.messaging, unmodified, for the demonstrations: banks that are paid, and a till that pays.

A process is called after its program, so each gives its program a name of its own.
"""

import os
import subprocess
import sys
import time

import oslo_messaging
from oslo_config import cfg

URL = os.environ["AMQP_URL"].replace("amqp://", "rabbit://")
TARGET = {"topic": "bank"}


class Bank:
    def pay(self, _context, euros):
        print(f"  {sys.argv[0]} pays {euros} EUR", flush=True)
        return "paid"


def transport():
    return oslo_messaging.get_rpc_transport(cfg.CONF, url=URL)


def bank(name):
    sys.argv[0] = name
    target = oslo_messaging.Target(**TARGET, server=name)
    server = oslo_messaging.get_rpc_server(transport(), target, [Bank()], executor="threading")
    server.start()
    print("  ready", flush=True)
    sys.stdin.read()  # until the demonstration is over


def till(timeout):
    """Pays 7 euros, once."""
    sys.argv[0] = "till"
    client = oslo_messaging.get_rpc_client(transport(), oslo_messaging.Target(**TARGET), timeout=timeout)
    begin = time.monotonic()
    answer = client.call({}, "pay", euros=7)
    print(f"  the till hears, after {time.monotonic() - begin:.1f} s: {answer}", flush=True)


def play(banks, timeout=10, afterwards=2):
    """Starts banks in processes of their own, lets the till pay once, and waits for what comes after it."""
    command = [sys.executable, os.path.abspath(__file__)]
    servers = [subprocess.Popen([*command, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for name in banks]
    for server in servers:
        server.stdout.readline()
    till(timeout)
    time.sleep(afterwards)
    for server in servers:
        server.stdin.close()
        server.kill()
        print(server.stdout.read(), end="", flush=True)
    os._exit(0)  # oslo.messaging's threads take their time


if __name__ == "__main__":
    bank(sys.argv[1])
