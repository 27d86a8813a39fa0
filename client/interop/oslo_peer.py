#!/usr/bin/python3
"""A real oslo.messaging, on either side of a call, that does what its standard input says.

Each line there is a command in JSON, and is carried out in a thread of its own. What becomes of it is a line on standard output,
with the command's id: {"id": 7, "result": ...} or {"id": 7, "error": {...}}. What the endpoints of its servers are asked for is told
there too: {"ran": "echo", "topic": ..., "server": ..., "args": ...}. It ends with its standard input, and with its parent.

    {"id": 1, "do": "serve", "url": URL, "topic": T, "server": S, "workers": 64}
    {"id": 2, "do": "stop", "topic": T, "server": S}
    {"id": 3, "do": "wait", "topic": T, "server": S}
    {"id": 4, "do": "call", "url": URL, "target": {...}, "prepare": {...}, "options": {...}, "context": {...}, "method": M, "args": {...}}
    {"id": 5, "do": "cast", ...}
"""

import ctypes
import json
import logging
import os
import signal
import sys
import threading

import oslo_messaging
from oslo_config import cfg
from oslo_messaging.rpc import dispatcher as rpc_dispatcher

import castaway_errors
from oslo_peer_endpoint import AdminEndpoint, Endpoint

PR_SET_PDEATHSIG = 1
ALLOWED = ["castaway_errors", "oslo_messaging.rpc.dispatcher"]


class Peer:
    def __init__(self, output):
        self.output = output
        self.lock = threading.Lock()  # of everything below, and of the output
        self.transports = {}
        self.servers = {}

    def tell(self, line):
        with self.lock:
            self.output.write(json.dumps(line) + "\n")
            self.output.flush()

    def transport(self, url, role):
        """One for each broker and role: as if it were a process of its own."""
        with self.lock:
            if (url, role) not in self.transports:
                self.transports[url, role] = oslo_messaging.get_rpc_transport(cfg.CONF, url=url, allowed_remote_exmods=ALLOWED)
            return self.transports[url, role]

    def carry_out(self, command):
        try:
            answer = {"result": getattr(self, "do_" + command["do"])(command)}
        except Exception as error:
            answer = {"error": described(error)}
        self.tell({"id": command["id"], **answer})

    def do_serve(self, command):
        target = oslo_messaging.Target(topic=command["topic"], server=command["server"])
        endpoints = [Endpoint(self.tell, target), AdminEndpoint()]
        server = oslo_messaging.get_rpc_server(self.transport(command["url"], command["server"]), target, endpoints, executor="threading")
        server.conf.set_override("executor_thread_pool_size", command.get("workers", 64))
        server.start()
        self.servers[command["topic"], command["server"]] = server  # until somebody waits for its end, or the process ends

    def do_stop(self, command):
        self.servers[command["topic"], command["server"]].stop()

    def do_wait(self, command):
        self.servers.pop((command["topic"], command["server"])).wait()

    def do_call(self, command):
        return self.client(command).call(command.get("context", {}), command["method"], **command.get("args", {}))

    def do_cast(self, command):
        return self.client(command).cast(command.get("context", {}), command["method"], **command.get("args", {}))

    def client(self, command):
        options = dict(command.get("options", {}))
        if options.pop("at_least_once", False):
            options["transport_options"] = oslo_messaging.TransportOptions(at_least_once=True)
        target = oslo_messaging.Target(**command["target"])
        transport = self.transport(command["url"], "client")
        return oslo_messaging.get_rpc_client(transport, target, **options).prepare(**command.get("prepare", {}))


def described(error):
    """What a test asks of an exception."""
    kind = type(error)
    return {
        "class": kind.__name__, "module": kind.__module__, "str": str(error),
        "bases": [base.__name__ for base in kind.__mro__],
        "item": getattr(error, "item", None),
        "exc_type": getattr(error, "exc_type", None),
        "value": getattr(error, "value", None),
    }


def main():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    logging.disable(logging.CRITICAL)  # what fails is answered
    cfg.CONF([], project="castaway", default_config_files=[], default_config_dirs=[])
    cfg.CONF.register_opts(rpc_dispatcher._dispatcher_opts)
    cfg.CONF.set_override("rpc_ping_enabled", True)
    peer = Peer(os.fdopen(os.dup(1), "w"))
    os.dup2(2, 1)  # nothing else prints between the lines
    peer.tell({"id": 0, "result": sys.version})
    for line in sys.stdin:
        threading.Thread(target=peer.carry_out, args=(json.loads(line),), daemon=True).start()
    os._exit(0)


if __name__ == "__main__":
    main()
