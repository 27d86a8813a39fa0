#!/usr/bin/python3
"""An AMQP 0-9-1 broker for tests, in one thread: exchanges, queues, consumers, confirms, heartbeats.

    small_broker.py LOG [--heartbeat SECONDS] [--away FROM,UNTIL] [--kill AT]

It listens on port 5672 of 127.0.0.1, and writes a line to LOG for each frame. At its times, which
count from its start, it resets all connections (--kill), or does so and does not listen (--away).
"""

import argparse
import contextlib
import itertools
import re
import selectors
import socket
import struct
import time
import zlib

import codec

BEGIN = time.monotonic()
NO_ROUTE = 312
PASSIVE, EXCLUSIVE, NO_WAIT = 1, 4, 16  # bits of queue.declare


def now():
    return time.monotonic() - BEGIN


class Queue:
    def __init__(self, owner):
        self.owner = owner  # the connection that it goes with, or None
        self.messages, self.consumers = [], []


class Message:
    def __init__(self, exchange, key, mandatory):
        self.exchange, self.key, self.mandatory = exchange, key, mandatory
        self.header, self.body, self.size, self.redelivered = b"", b"", 0, 0


class Broker:
    def __init__(self, log, heartbeat):
        self.log_file, self.heartbeat = log, heartbeat
        self.selector = selectors.DefaultSelector()
        self.exchanges = {"": "direct", "amq.direct": "direct", "amq.fanout": "fanout", "amq.topic": "topic"}
        self.queues, self.bindings, self.connections = {}, [], []
        self.numbers, self.names = itertools.count(), itertools.count(1)
        self.listener = None
        self.plan = []  # times, and what happens then

    def log(self, *words):
        print(f"{now():.6f}", *words, file=self.log_file, flush=True)

    def listen(self):
        self.listener = socket.create_server(("127.0.0.1", 5672), backlog=50)
        self.listener.setblocking(False)
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.log("listens")

    def kill(self):
        for connection in list(self.connections):
            # A reset, rather than an end.
            connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close("killed")

    def go_away(self):
        self.log("is away")
        self.selector.unregister(self.listener)
        self.listener.close()
        self.kill()

    def run(self):
        self.listen()
        while True:
            times = [when for when, _ in self.plan] + [c.next_time() for c in self.connections if c.heartbeat]
            due = min(times, default=None)
            for key, events in self.selector.select(None if due is None else max(0, due - now())):
                if key.data is None:
                    self.accept()
                elif key.data.is_open:
                    key.data.on_events(events)
            for when, action in [entry for entry in self.plan if entry[0] <= now()]:
                self.plan.remove((when, action))
                action()
            for connection in list(self.connections):
                connection.on_time()

    def accept(self):
        accepted, _ = self.listener.accept()
        self.connections.append(Connection(self, accepted, next(self.numbers)))

    def matches(self, exchange, pattern, key):
        kind = self.exchanges.get(exchange, "direct")
        if kind == "topic":
            words = re.escape(pattern).replace(r"\*", r"[^.]+").replace(r"\#", ".*")
            return re.fullmatch(words, key) is not None
        return kind == "fanout" or pattern == key

    def route(self, message):
        """False if there is no queue for it."""
        if message.exchange == "":
            names = [message.key]
        else:
            names = [queue for exchange, pattern, queue in self.bindings
                     if exchange == message.exchange and self.matches(exchange, pattern, message.key)]
        names = [name for name in dict.fromkeys(names) if name in self.queues]
        for name in names:
            self.queues[name].messages.append(message)
            self.deliver(name)
        return bool(names)

    def deliver(self, name):
        queue = self.queues[name]
        while queue.messages and queue.consumers:
            consumer = queue.consumers.pop(0)
            queue.consumers.append(consumer)
            connection, channel, tag, no_ack = consumer
            connection.deliver(channel, tag, name, queue.messages.pop(0), no_ack)

    def forget(self, connection):
        """Its consumers and its queues go with it; what it did not acknowledge is delivered again."""
        self.connections.remove(connection)
        for name, queue in list(self.queues.items()):
            queue.consumers = [one for one in queue.consumers if one[0] is not connection]
            if queue.owner is connection:
                del self.queues[name]
        for name, message in reversed(connection.unacknowledged.values()):
            message.redelivered = 1
            if name in self.queues:
                self.queues[name].messages.insert(0, message)
        for name in list(self.queues):
            self.deliver(name)


class Connection:
    def __init__(self, broker, accepted, number):
        self.broker, self.socket, self.name = broker, accepted, f"c{number}"
        accepted.setblocking(False)
        broker.selector.register(accepted, selectors.EVENT_READ, self)
        self.received, self.to_send = bytearray(), bytearray()
        self.is_open, self.has_greeted = True, False
        self.heartbeat, self.heard, self.next_beat = 0, now(), 0
        self.publishing, self.confirms, self.unacknowledged = {}, {}, {}
        self.tags = itertools.count(1)
        broker.log(self.name, "accepted")

    def close(self, why):
        self.broker.log(self.name, why)
        self.is_open = False
        self.broker.selector.unregister(self.socket)
        self.socket.close()
        self.broker.forget(self)

    def next_time(self):
        return min(self.next_beat, self.heard + 2 * self.heartbeat)

    def on_time(self):
        if not self.heartbeat:
            return
        if now() >= self.heard + 2 * self.heartbeat:
            self.close("is silent")
        elif now() >= self.next_beat:
            self.next_beat = now() + self.heartbeat / 2
            self.broker.log(self.name, "<", "heartbeat")
            self.send_frame(codec.HEARTBEAT, 0, b"")

    def on_events(self, events):
        try:
            if events & selectors.EVENT_WRITE:
                self.flush()
            if events & selectors.EVENT_READ:
                self.receive()
        except OSError as error:
            if self.is_open:
                self.close(error.strerror)

    def receive(self):
        data = self.socket.recv(65536)
        if not data:
            return self.close("ended")
        self.heard = now()
        self.received += data
        if not self.has_greeted and len(self.received) >= 8:
            del self.received[:8]
            self.has_greeted = True
            self.send(0, "connection.start", 0, 9, "", "PLAIN AMQPLAIN", "en_US")
        while self.is_open and self.has_greeted and (frame := codec.take_frame(self.received)):
            self.on_frame(*frame)

    def on_frame(self, kind, channel, payload):
        if kind == codec.HEARTBEAT:
            self.broker.log(self.name, ">", "heartbeat")
        elif kind == codec.METHOD:
            name, values = codec.decode(payload)
            self.broker.log(self.name, ">", channel, name, *(v for v in values if isinstance(v, str)))
            getattr(self, "on_" + re.sub(r"\W", "_", name))(channel, *values)
        else:
            message = self.publishing[channel]
            if kind == codec.HEADER:
                message.header, (message.size,) = payload, struct.unpack_from(">Q", payload, 4)
            else:
                message.body += payload
            if len(message.body) == message.size:
                self.on_message(channel, self.publishing.pop(channel))

    def send(self, channel, name, *values):
        self.broker.log(self.name, "<", channel, name, *(v for v in values if isinstance(v, str)))
        self.send_frame(codec.METHOD, channel, codec.encode(name, *values))

    def send_frame(self, kind, channel, payload):
        self.to_send += codec.frame(kind, channel, payload)
        with contextlib.suppress(OSError):  # whoever reads learns of it too
            self.flush()

    def flush(self):
        with contextlib.suppress(BlockingIOError):
            while self.to_send:
                del self.to_send[:self.socket.send(self.to_send)]
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if self.to_send else 0)
        self.broker.selector.modify(self.socket, events, self)

    def send_content(self, channel, message):
        self.broker.log(self.name, "<", channel, f"{message.size} bytes", f"{zlib.crc32(message.body):08x}")
        self.send_frame(codec.HEADER, channel, message.header)
        if message.body:
            self.send_frame(codec.BODY, channel, message.body)

    def deliver(self, channel, consumer, queue, message, no_ack):
        tag = next(self.tags)
        if not no_ack:
            self.unacknowledged[tag] = queue, message
        self.send(channel, "basic.deliver", consumer, tag, message.redelivered, message.exchange, message.key)
        self.send_content(channel, message)

    # What the other end says: a function for each method.

    def on_connection_start_ok(self, channel, *_):
        self.send(channel, "connection.tune", 2047, 131072, self.broker.heartbeat)

    def on_connection_tune_ok(self, _, __, ___, heartbeat):
        self.heartbeat = heartbeat
        self.next_beat = now() + heartbeat / 2

    def on_connection_open(self, channel, *_):
        self.send(channel, "connection.open-ok", "")

    def on_connection_close(self, channel, *_):
        self.send(channel, "connection.close-ok")
        self.close("closed")

    def on_channel_open(self, channel, _):
        self.send(channel, "channel.open-ok", "")

    def on_channel_close(self, channel, *_):
        self.send(channel, "channel.close-ok")

    def on_exchange_declare(self, channel, _, name, kind, bits, __):
        self.broker.exchanges[name] = kind
        if not bits & NO_WAIT:
            self.send(channel, "exchange.declare-ok")

    def on_queue_declare(self, channel, _, name, bits, __):
        name = name or f"amq.gen-{next(self.broker.names)}"
        queue = self.broker.queues.setdefault(name, Queue(self if bits & EXCLUSIVE else None))
        if not bits & NO_WAIT:
            self.send(channel, "queue.declare-ok", name, len(queue.messages), len(queue.consumers))

    def on_queue_bind(self, channel, _, queue, exchange, key, bits, __):
        if (exchange, key, queue) not in self.broker.bindings:
            self.broker.bindings.append((exchange, key, queue))
        if not bits & 1:
            self.send(channel, "queue.bind-ok")

    def on_queue_delete(self, channel, _, name, __):
        queue = self.broker.queues.pop(name, None)
        self.send(channel, "queue.delete-ok", len(queue.messages) if queue else 0)

    def on_basic_qos(self, channel, *_):
        self.send(channel, "basic.qos-ok")

    def on_basic_consume(self, channel, _, queue, tag, bits, __):
        tag = tag or f"amq.ctag-{next(self.broker.names)}"
        if not bits & 8:
            self.send(channel, "basic.consume-ok", tag)
        self.broker.queues[queue].consumers.append((self, channel, tag, bool(bits & 2)))
        self.broker.deliver(queue)

    def on_basic_cancel(self, channel, tag, bits):
        for queue in self.broker.queues.values():
            queue.consumers = [one for one in queue.consumers if (one[0], one[2]) != (self, tag)]
        if not bits & 1:
            self.send(channel, "basic.cancel-ok", tag)

    def on_basic_publish(self, channel, _, exchange, key, bits):
        self.publishing[channel] = Message(exchange, key, bool(bits & 1))

    def on_message(self, channel, message):
        if not self.broker.route(message) and message.mandatory:
            self.send(channel, "basic.return", NO_ROUTE, "NO_ROUTE", message.exchange, message.key)
            self.send_content(channel, message)
        if channel in self.confirms:
            self.send(channel, "basic.ack", next(self.confirms[channel]), 0)

    def on_basic_ack(self, _, tag, multiple):
        for one in [t for t in self.unacknowledged if t == tag or (multiple and t < tag)]:
            del self.unacknowledged[one]

    def on_basic_reject(self, _, tag, requeue):
        name, message = self.unacknowledged.pop(tag)
        if requeue and name in self.broker.queues:
            self.broker.queues[name].messages.insert(0, message)
            self.broker.deliver(name)

    on_basic_nack = on_basic_reject

    def on_confirm_select(self, channel, _):
        self.confirms[channel] = itertools.count(1)
        self.send(channel, "confirm.select-ok")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("log")
    parser.add_argument("--heartbeat", type=int, default=60)
    parser.add_argument("--away", action="append", default=[])
    parser.add_argument("--kill", action="append", default=[], type=float)
    options = parser.parse_args()
    with open(options.log, "w", encoding="utf-8") as log:
        broker = Broker(log, options.heartbeat)
        for away in options.away:
            begin, end = map(float, away.split(","))
            broker.plan += [(begin, broker.go_away), (end, broker.listen)]
        broker.plan += [(when, broker.kill) for when in options.kill]
        broker.run()


main()
