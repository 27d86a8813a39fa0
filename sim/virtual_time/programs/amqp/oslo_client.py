"""An RPC client of oslo.messaging that does what its arguments say, one after the other:

    oslo_client.py URL STEP...      echo, slow:SECONDS, watched:SECONDS, hang:TIMEOUT, sleep:SECONDS
"""

import logging
import sys
import time

import oslo_messaging
from oslo_config import cfg

logging.basicConfig(level=logging.ERROR, stream=sys.stderr, format="client: %(name)s %(message)s")
begin = time.monotonic()


def say(*words):
    print(f"{time.monotonic() - begin:.3f} s:", *words, flush=True)


cfg.CONF([], project="castaway", default_config_files=[], default_config_dirs=[])
transport = oslo_messaging.get_rpc_transport(cfg.CONF, url=sys.argv[1])
client = oslo_messaging.RPCClient(transport, oslo_messaging.Target(topic="compute", version="1.0"))


def do(step, value):
    if step == "echo":
        return client.prepare(timeout=60).call({}, "echo", value=value)
    if step == "slow":
        return client.prepare(timeout=2 * value).call({}, "slow", seconds=value)
    if step == "watched":
        # The server says every 5 s that it is still at it.
        return client.prepare(timeout=10 * value, call_monitor_timeout=10).call({}, "slow", seconds=value)
    if step == "hang":
        return client.prepare(timeout=value).call({}, "hang")
    return time.sleep(value)


time.sleep(5)  # until there is a server
for argument in sys.argv[2:]:
    name, _, number = argument.partition(":")
    try:
        say(argument, do(name, int(number or 0)))
    except oslo_messaging.MessagingException as error:
        say(argument, type(error).__name__)
