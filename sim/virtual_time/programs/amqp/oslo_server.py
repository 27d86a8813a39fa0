"""An RPC server of oslo.messaging: methods that answer at once, late, or never."""

import logging
import sys
import time

import oslo_messaging
from oslo_config import cfg

logging.basicConfig(level=logging.ERROR, stream=sys.stderr, format="server: %(name)s %(message)s")


class Endpoint:
    target = oslo_messaging.Target(version="1.0")

    def echo(self, _, value):
        return value

    def slow(self, _, seconds):
        time.sleep(seconds)
        return f"after {seconds} s"

    def hang(self, _):
        time.sleep(1_000_000)


cfg.CONF([], project="castaway", default_config_files=[], default_config_dirs=[])
transport = oslo_messaging.get_rpc_transport(cfg.CONF, url=sys.argv[1])
server = oslo_messaging.get_rpc_server(
    transport, oslo_messaging.Target(topic="compute", server="host-1"), [Endpoint()], executor="threading")
server.start()
server.wait()
