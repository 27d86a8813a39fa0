"""What the servers of oslo_peer.py offer; our_endpoints.cc has the same in C++."""

import time

import oslo_messaging

from castaway_errors import OutOfStock


class NotAllowed(Exception):
    """Of a module that nobody allows."""


class Endpoint:
    def __init__(self, tell, target):
        self.tell = tell
        self.where = {"topic": target.topic, "server": target.server}

    def echo(self, ctxt, **args):
        return args

    def context(self, ctxt):
        return {key: value for key, value in ctxt.items() if key != "client_timeout"}

    def nothing(self, ctxt):
        return None

    def note(self, ctxt, **args):
        self.tell({"ran": "note", "args": args, **self.where})
        return self.where["server"]

    def sleep(self, ctxt, seconds):
        self.tell({"ran": "sleep", "args": {"seconds": seconds}, **self.where})
        time.sleep(seconds)
        return seconds

    def text_of_size(self, ctxt, size):
        return "x" * size

    def size_of(self, ctxt, text):
        return len(text)

    def raise_builtin(self, ctxt):
        raise ValueError("bad value", 7)

    def raise_allowed(self, ctxt):
        raise OutOfStock("none left", item="\u00fcber")

    def raise_private(self, ctxt):
        raise NotAllowed("not for you")

    @oslo_messaging.expected_exceptions(KeyError)
    def raise_expected(self, ctxt):
        raise KeyError("missing")

    def _hidden(self, ctxt):
        return "seen"


class AdminEndpoint:
    target = oslo_messaging.Target(namespace="admin", version="1.3")

    def which(self, ctxt):
        return "admin"
