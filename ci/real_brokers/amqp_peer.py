"""AmqpPeer: one connection with one channel, frame by frame; what the broker says comes back as lines of text.

No library stands between: pika only encodes and decodes. So nothing that the broker says is missed or put in another order, and
what a client library would refuse to send can be sent.
"""

import re
import select
import socket

import pika
from pika import frame, spec

CHANNEL = 1
FRAME_MAX = 131072
BREAK = r"\n *"
QUOTES = "''"  # an empty name
CAPABILITIES = {"consumer_cancel_notify": True, "connection.blocked": True, "basic.nack": True, "publisher_confirms": True}


class AmqpPeer:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 10)
        self.input = b""
        self.lines = []
        self.tags = {}  # of the latest delivery of each body
        self.message = None  # whose content is still arriving
        self.answered = True  # the last request was, or cannot be any more
        self.closed = False
        self.confirms = False
        self.published = 0
        self.unconfirmed = []
        self.open()

    def open(self):
        self.socket.sendall(frame.ProtocolHeader().marshal())
        self.expect(spec.Connection.Start)
        self.send(spec.Connection.StartOk({"capabilities": CAPABILITIES}, "PLAIN", "\0guest\0guest", "en_US"), 0)
        self.expect(spec.Connection.Tune)
        self.send(spec.Connection.TuneOk(CHANNEL, FRAME_MAX, 0), 0)
        self.send(spec.Connection.Open("/"), 0)
        self.expect(spec.Connection.OpenOk)
        self.send(spec.Channel.Open())
        self.expect(spec.Channel.OpenOk)

    def send(self, method, channel=CHANNEL):
        self.socket.sendall(frame.Method(channel, method).marshal())

    def request(self, method):
        """Sends what is answered; `answered` tells when."""
        self.answered = False
        self.send(method)

    def select_confirms(self):
        self.request(spec.Confirm.Select())
        self.confirms = True

    def publish(self, exchange, key, body, mandatory, properties):
        if self.confirms:
            self.published += 1
            self.unconfirmed.append(self.published)
        self.send(spec.Basic.Publish(exchange=exchange, routing_key=key, mandatory=mandatory))
        self.socket.sendall(frame.Header(CHANNEL, len(body), spec.BasicProperties(**properties)).marshal())
        if body:
            self.socket.sendall(frame.Body(CHANNEL, body.encode()).marshal())

    def close(self):
        self.answered = False
        self.send(spec.Connection.Close(200, "OK", 0, 0), 0)

    def lose(self):
        self.closed = self.answered = True
        self.socket.close()

    def expect(self, kind):
        received = self.next_frame(wait=True)
        if not isinstance(getattr(received, "method", None), kind):
            raise ConnectionError(f"{kind.__name__} was expected, and {received} came")

    def next_frame(self, wait=False):
        """The next frame; None if there is none yet, or will be none."""
        while True:
            used, received = frame.decode_frame(self.input)
            if received is not None:
                self.input = self.input[used:]
                return received
            if not wait and not select.select([self.socket], [], [], 0)[0]:
                return None
            data = self.socket.recv(FRAME_MAX)
            if not data:
                self.lose()
                return None
            self.input += data

    def read(self):
        """Turns what has arrived into lines. True if something had."""
        heard = False
        while not self.closed:
            received = self.next_frame()
            if received is None:
                break
            heard = True
            if isinstance(received, frame.Header):
                self.message.properties, self.message.left = received.properties, received.body_size
                self.complete()
            elif isinstance(received, frame.Body):
                self.message.body += received.fragment
                self.complete()
            elif isinstance(received, frame.Method):
                self.method(received.method)
        return heard

    def method(self, method):
        kind = method.NAME
        if kind in ("Basic.Deliver", "Basic.Return"):
            self.message = Message(method)
        elif kind in ("Basic.Ack", "Basic.Nack"):
            # How many go into one confirm depends on how busy the broker is: each is a line of its own.
            up_to = [tag for tag in self.unconfirmed if tag <= method.delivery_tag]
            for tag in up_to if method.multiple else [method.delivery_tag]:
                self.unconfirmed.remove(tag)
                self.say(f"{'confirmed' if kind == 'Basic.Ack' else 'refused'} {tag}")
        elif kind == "Basic.Cancel":
            self.say(f"cancelled {method.consumer_tag}")
        elif kind == "Connection.Blocked":
            self.say(f"blocked {method.reason}")
        elif kind == "Connection.Unblocked":
            self.say("unblocked")
        elif kind in ("Channel.Close", "Connection.Close"):
            # Erlang breaks long terms into lines.
            self.say(f"closed {method.reply_code} {re.sub(BREAK, '', method.reply_text)}")
            self.hang_up(kind == "Channel.Close")
        elif kind == "Connection.CloseOk":
            self.say("goodbye")
            self.lose()
        else:
            self.answered = True
            counted = isinstance(method, spec.Queue.DeclareOk) and method.queue in self.counting
            self.say(f"counts {method.message_count}" if counted else "ok")

    counting = ()  # the queue whose messages were asked for

    def complete(self):
        message = self.message
        if message.left > len(message.body):
            return
        method, body, headers = message.method, message.body.decode(), message.properties.headers or {}
        if isinstance(method, spec.Basic.Return):
            self.say(f"returned {body} {method.reply_code} {method.reply_text}")
            return
        self.tags[body] = method.delivery_tag
        line = f"got {body}"
        if method.consumer_tag != "c":
            line += f" as {method.consumer_tag}"
        if method.redelivered:
            line += " redelivered"
        if method.exchange:
            line += f" from {method.exchange} {method.routing_key or QUOTES}"
        if message.properties.expiration:
            line += f" expiration={message.properties.expiration}"
        # Of the others (x-death is a list of tables) a header of the model cannot hold the value.
        for name in sorted(name for name, value in headers.items() if isinstance(value, (str, int))):
            line += f" {name}={headers[name]}"
        self.say(line)

    def hang_up(self, of_channel):
        """Answers the close of a channel or of a connection; the model's connections have but the one channel."""
        try:
            if of_channel:
                self.send(spec.Channel.CloseOk())
                self.send(spec.Connection.Close(200, "OK", 0, 0), 0)
                while not isinstance(getattr(self.next_frame(wait=True), "method", spec.Connection.CloseOk()), spec.Connection.CloseOk):
                    pass
            else:
                self.send(spec.Connection.CloseOk(), 0)
        except OSError:
            pass  # a broker that stops does not wait for the answer
        self.lose()

    def say(self, line):
        self.lines.append(line)


class Message:
    def __init__(self, method):
        self.method = method
        self.properties = None
        self.body = b""
        self.left = 0
