"""AmqpConnection and AmqpChannel: a client of a broker, frame by frame; what the broker says comes back as lines of text.

No library stands between: pika only encodes and decodes. So nothing that the broker says is missed or put in another order, and
what a client library would refuse to send can be sent.
"""

import re
import select
import socket

import pika
from pika import frame, spec

from script_values import text_of

CHANNEL_MAX = 100
FRAME_MAX = 131072
BREAK = r"\n *"
QUOTES = "''"  # an empty name
MADE_UP = ("amq.rabbitmq.reply-to.", "amq.gen-", "amq.ctag-")
CAPABILITIES = {"consumer_cancel_notify": True, "connection.blocked": True, "basic.nack": True, "publisher_confirms": True}


class AmqpConnection:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 10)
        self.input = b""
        self.lines = []  # with the channel that each is for; what is for the connection, its first channel hears
        self.channels = {}
        self.has_several = False  # channels, or had: an error of one leaves the others
        self.closed = False
        self.socket.sendall(frame.ProtocolHeader().marshal())
        self.expect(spec.Connection.Start)
        self.send(spec.Connection.StartOk({"capabilities": CAPABILITIES}, "PLAIN", "\0guest\0guest", "en_US"))
        self.expect(spec.Connection.Tune)
        self.send(spec.Connection.TuneOk(CHANNEL_MAX, FRAME_MAX, 0))
        self.send(spec.Connection.Open("/"))
        self.expect(spec.Connection.OpenOk)

    def channel(self, number):
        """The channel of that number, open."""
        if number not in self.channels or self.channels[number].closed:
            self.channels[number] = AmqpChannel(self, number)
            self.send(spec.Channel.Open(), number)
            self.expect(spec.Channel.OpenOk)
            self.has_several = self.has_several or len(self.channels) > 1
        return self.channels[number]

    def send(self, method, channel=0):
        self.socket.sendall(frame.Method(channel, method).marshal())

    def lose(self):
        self.closed = True
        for channel in self.channels.values():
            channel.closed = channel.answered = True
        self.socket.close()

    def expect(self, kind):
        """Waits for it. What comes for other channels before is heard there."""
        while not isinstance(getattr(received := self.next_frame(wait=True), "method", None), kind):
            others = self.channels.get(getattr(received, "channel_number", 0))
            if others is None:
                raise ConnectionError(f"{kind.__name__} was expected, and {received} came")
            others.take(received)

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
            if received.channel_number == 0:
                self.method(received)
            else:
                self.channels[received.channel_number].take(received)
        return heard

    def method(self, received):
        method = getattr(received, "method", None)
        if isinstance(method, spec.Connection.Blocked):
            self.say(f"blocked {method.reason}")
        elif isinstance(method, spec.Connection.Unblocked):
            self.say("unblocked")
        elif isinstance(method, spec.Connection.Close):
            self.say(closed(method))
            self.try_to_send(spec.Connection.CloseOk())
            self.lose()
        elif isinstance(method, spec.Connection.CloseOk):
            self.say("goodbye")
            self.lose()

    def say(self, line, channel=1):
        self.lines.append((channel, line))

    def try_to_send(self, method, channel=0):
        """A broker that stops does not wait for the answer."""
        try:
            self.send(method, channel)
        except OSError:
            self.lose()

    def hang_up(self):
        """Says goodbye, and hears nothing more."""
        self.try_to_send(spec.Connection.Close(200, "OK", 0, 0))
        while not self.closed and not isinstance(getattr(self.next_frame(wait=True), "method", None), spec.Connection.CloseOk):
            pass
        self.lose()


class AmqpChannel:
    def __init__(self, connection, number):
        self.connection = connection
        self.number = number
        self.tags = {}  # of the latest delivery of each body
        self.reply_to = {}  # of the latest delivery of each body that has one
        self.message = None  # whose content is still arriving
        self.answered = True  # the last request was, or cannot be any more
        self.closed = False
        self.confirms = False
        self.published = 0
        self.unconfirmed = []
        self.counting = ()  # the queue whose messages were asked for

    def waits(self):
        """Whether an answer or a confirm is still to come."""
        return not self.closed and (not self.answered or bool(self.unconfirmed))

    def send(self, method):
        self.connection.send(method, self.number)

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
        content = frame.Header(self.number, len(body), spec.BasicProperties(**properties)).marshal()
        self.connection.socket.sendall(content + (frame.Body(self.number, body.encode()).marshal() if body else b""))

    def close(self):
        self.request(spec.Channel.Close(200, "OK", 0, 0))

    def close_connection(self):
        self.answered = False
        self.connection.send(spec.Connection.Close(200, "OK", 0, 0))

    def take(self, received):
        if isinstance(received, frame.Header):
            self.message.properties, self.message.left = received.properties, received.body_size
            self.complete()
        elif isinstance(received, frame.Body):
            self.message.body += received.fragment
            self.complete()
        elif isinstance(received, frame.Method):
            self.method(received.method)

    def method(self, method):
        kind = method.NAME
        if kind in ("Basic.Deliver", "Basic.GetOk", "Basic.Return"):
            self.message = Message(method)
        elif kind in ("Basic.Ack", "Basic.Nack"):
            # How many go into one confirm depends on how busy the broker is: each is a line of its own.
            up_to = [tag for tag in self.unconfirmed if tag <= method.delivery_tag]
            for tag in up_to if method.multiple else [method.delivery_tag]:
                self.unconfirmed.remove(tag)
                self.say(f"{'confirmed' if kind == 'Basic.Ack' else 'refused'} {tag}")
        elif kind == "Basic.Cancel":
            self.say(f"cancelled {shortened(method.consumer_tag)}")
        elif kind == "Channel.Close":
            self.say(closed(method))
            self.closed = self.answered = True
            self.connection.try_to_send(spec.Channel.CloseOk(), self.number)
            if not self.connection.has_several:
                self.connection.hang_up()
        else:
            self.answered = True
            self.closed = self.closed or kind == "Channel.CloseOk"
            counted = isinstance(method, spec.Queue.DeclareOk) and method.queue in self.counting
            purged = isinstance(method, spec.Queue.PurgeOk)
            empty = isinstance(method, spec.Basic.GetEmpty)
            self.say("empty" if empty else f"counts {method.message_count}" if counted else f"dropped {method.message_count}" if purged else "ok")

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
        if isinstance(method, spec.Basic.GetOk):
            self.answered = True
            line += f" left={method.message_count}"
        elif method.consumer_tag != "c":
            line += f" as {shortened(method.consumer_tag)}"
        if method.redelivered:
            line += " redelivered"
        if method.exchange:
            line += f" from {method.exchange} {method.routing_key or QUOTES}"
        if message.properties.expiration:
            line += f" expiration={message.properties.expiration}"
        if message.properties.reply_to:
            self.reply_to[body] = message.properties.reply_to
            line += f" reply_to={shortened(message.properties.reply_to)}"
        for name in sorted(headers):
            line += f" {name}={text_of(headers[name])}"
        self.say(line)

    def say(self, line):
        self.connection.say(line, self.number)


class Message:
    def __init__(self, method):
        self.method = method
        self.properties = None
        self.body = b""
        self.left = 0


def shortened(name):
    """Of a name that RabbitMQ has made up, what it always begins with."""
    begin = next((each for each in MADE_UP if name.startswith(each)), None)
    return f"{begin}*" if begin else name


def closed(method):
    """Erlang breaks long terms into lines."""
    return f"closed {method.reply_code} {re.sub(BREAK, '', method.reply_text)}"
