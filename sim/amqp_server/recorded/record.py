#!/usr/bin/python3
"""Asks a real RabbitMQ of its own what it answers to clients that do wrong, and writes that to refusals.json beside this file.

    sim/amqp_server/recorded/record.py

README.md says what is in the file. A case is what a client sends, step by step; the next step is sent when nothing has come for a while.
"""

import json
import pathlib
import socket
import struct
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / "ci" / "real_brokers"))

from pika import frame, spec  # noqa: E402
from rabbitmq_node import RabbitMQNode  # noqa: E402

QUIET = 0.15  # seconds without an answer, after which there will be none
WATCHED = 12  # seconds in which a broker may close the socket
MAX_MESSAGE_SIZE = 1000

CAPABILITIES = {"authentication_failure_close": True, "consumer_cancel_notify": True, "connection.blocked": True}


def method(value, channel=0):
    return frame.Method(channel, value).marshal()


def raw(kind, channel, payload, end=b"\xce"):
    return struct.pack(">BHI", kind, channel, len(payload)) + payload + end


def numbered(class_id, method_id, arguments=b"", channel=1):
    return raw(1, channel, struct.pack(">HH", class_id, method_id) + arguments)


def content_header(size, channel=1, class_id=60, weight=0, properties=b"\0\0"):
    return raw(2, channel, struct.pack(">HHQ", class_id, weight, size) + properties)


def body(data, channel=1):
    return raw(3, channel, data)


def start_ok(capabilities=None, mechanism="PLAIN", response="\0guest\0guest"):
    capabilities = CAPABILITIES if capabilities is None else capabilities
    return method(spec.Connection.StartOk({"capabilities": capabilities}, mechanism, response, "en_US"))


def short(text):
    return bytes([len(text)]) + text


def table(*pairs):
    return b"".join(short(key) + b"S" + struct.pack(">I", len(value)) + value for key, value in pairs)


def amqplain(response):
    inner = short(b"authentication_failure_close") + b"t\x01"
    properties = short(b"capabilities") + b"F" + struct.pack(">I", len(inner)) + inner
    return numbered(10, 11, struct.pack(">I", len(properties)) + properties + short(b"AMQPLAIN") +
                    struct.pack(">I", len(response)) + response + short(b"en_US"), channel=0)


def tune_ok(channel_max=2047, frame_max=131072, heartbeat=0):
    return method(spec.Connection.TuneOk(channel_max, frame_max, heartbeat))


def publish(key="nowhere", channel=1, **flags):
    return method(spec.Basic.Publish(exchange="", routing_key=key, **flags), channel)


def declare(table_bytes):
    return numbered(50, 10, b"\0\0\x01q\0" + table_bytes)


HEADER = frame.ProtocolHeader().marshal()
VHOST = method(spec.Connection.Open("/"))
LOGIN = [HEADER, start_ok(), tune_ok(), VHOST]
OPEN = method(spec.Channel.Open(), 1)
QOS = method(spec.Basic.Qos(), 1)
DECLARE = method(spec.Queue.Declare(queue="q"), 1)
CONFIRM = method(spec.Confirm.Select(), 1)
CLOSE = method(spec.Connection.Close(200, "bye", 0, 0))
CLOSE_OK = method(spec.Connection.CloseOk())

HANDSHAKES = {
    "a protocol header of 0-9": [b"AMQP\x01\x01\x00\x09"],
    "a protocol header of 0-9-0": [b"AMQP\x00\x00\x09\x00"],
    "a protocol header of 1.0": [b"AMQP\x00\x01\x00\x00"],
    "a protocol header of 1.0 with SASL": [b"AMQP\x03\x01\x00\x00"],
    "a protocol header of 1.0 with TLS": [b"AMQP\x02\x01\x00\x00"],
    "HTTP": [b"GET / HTTP/1.1\r\n\r\n"],
    "half a protocol header": [b"AMQP"],
    "a frame instead of the protocol header": [start_ok()],
    "nothing after the protocol header": [HEADER],
    "a wrong password": [HEADER, start_ok(response="\0guest\0wrong")],
    "a wrong password, silently": [HEADER, start_ok({}, response="\0guest\0wrong")],
    "an unknown user": [HEADER, start_ok(response="\0nobody\0guest")],
    "a PLAIN response without NUL": [HEADER, start_ok(response="guest")],
    "a PLAIN response with a third NUL": [HEADER, start_ok(response="\0guest\0guest\0")],
    "a PLAIN response with an authorization identity": [HEADER, start_ok(response="someone\0guest\0guest")],
    "an empty PLAIN response": [HEADER, start_ok(response="")],
    "an unknown mechanism": [HEADER, start_ok(mechanism="EXTERNAL", response="")],
    "AMQPLAIN": [HEADER, amqplain(table((b"LOGIN", b"guest"), (b"PASSWORD", b"guest")))],
    "AMQPLAIN in another order, with more": [HEADER, amqplain(table((b"X", b"1"), (b"PASSWORD", b"guest"), (b"LOGIN", b"guest")))],
    "AMQPLAIN with a wrong password": [HEADER, amqplain(table((b"LOGIN", b"guest"), (b"PASSWORD", b"x")))],
    "AMQPLAIN without a password": [HEADER, amqplain(table((b"LOGIN", b"guest")))],
    "AMQPLAIN that is no table": [HEADER, amqplain(b"\x05LOGINS\0\0")],
    "a start-ok that cannot be decoded": [HEADER, numbered(10, 11, b"\0\0\0\x09", channel=0)],
    "capabilities that are no table": [HEADER, method(spec.Connection.StartOk({"capabilities": "x"}, "PLAIN", "\0guest\0wrong", "en_US"))],
    "tune-ok instead of start-ok": [HEADER, tune_ok()],
    "open instead of start-ok": [HEADER, VHOST],
    "close instead of start-ok": [HEADER, CLOSE],
    "secure-ok instead of start-ok": [HEADER, method(spec.Connection.SecureOk("x"))],
    "a frame of a channel instead of start-ok": [HEADER, OPEN],
    "a method that is none instead of start-ok": [HEADER, numbered(99, 1, channel=0)],
    "a heartbeat before start-ok": [HEADER, raw(8, 0, b""), start_ok()],
    "a frame that is too large instead of start-ok": [HEADER, struct.pack(">BHI", 1, 0, 4097)],
    "a frame that is nearly too large instead of start-ok": [HEADER, struct.pack(">BHI", 1, 0, 4096)],
    "a wrong frame-end at start-ok": [HEADER, start_ok()[:-1] + b"\0"],
    "a frame of no type instead of start-ok": [HEADER, raw(7, 0, b"abc")],
    "a body instead of start-ok": [HEADER, body(b"abc", channel=0)],
    "start-ok twice": [HEADER, start_ok(), start_ok()],
    "open instead of tune-ok": [HEADER, start_ok(), VHOST],
    "close instead of tune-ok": [HEADER, start_ok(), CLOSE],
    "a frame-max that is too small": [HEADER, start_ok(), tune_ok(frame_max=4095)],
    "a frame-max that is too large": [HEADER, start_ok(), tune_ok(frame_max=131073)],
    "no frame-max": [HEADER, start_ok(), tune_ok(frame_max=0)],
    "a channel-max that is too large": [HEADER, start_ok(), tune_ok(channel_max=2048)],
    "no channel-max": [HEADER, start_ok(), tune_ok(channel_max=0)],
    "a tune-ok that cannot be decoded": [HEADER, start_ok(), numbered(10, 31, b"\0", channel=0)],
    "close instead of open": [HEADER, start_ok(), tune_ok(), CLOSE],
    "a frame of a channel instead of open": [HEADER, start_ok(), tune_ok(), OPEN],
    "a frame of no type instead of open": [HEADER, start_ok(), tune_ok(), raw(7, 0, b"abc")],
    "an open that cannot be decoded": [HEADER, start_ok(), tune_ok(), numbered(10, 40, b"", channel=0)],
    "an unknown virtual host": [HEADER, start_ok(), tune_ok(), method(spec.Connection.Open("nowhere"))],
    "an unknown virtual host, silently": [HEADER, start_ok({}), tune_ok(), method(spec.Connection.Open("nowhere"))],
    "a virtual host without a name": [HEADER, start_ok(), tune_ok(), method(spec.Connection.Open(""))],
    "a virtual host that is not for this user": [HEADER, start_ok(), tune_ok(), method(spec.Connection.Open("closed"))],
    "everything at once": [HEADER, b"".join(LOGIN[1:]) + OPEN],
    "a silent client with heartbeats": [HEADER, start_ok(), tune_ok(heartbeat=1), VHOST],
}

RUNNING = {
    "close": [CLOSE],
    "close twice": [CLOSE, CLOSE],
    "close and more": [OPEN, CLOSE, OPEN, raw(3, 1, b"abc"), raw(7, 0, b"abc"), CLOSE_OK],
    "close and a wrong frame-end": [CLOSE, OPEN[:-1] + b"\0"],
    "close in the middle of a content": [OPEN, publish(), CLOSE],
    "close-ok unasked": [CLOSE_OK],
    "close-ok after an error": [CLOSE_OK, CLOSE_OK],
    "close after an error": [CLOSE_OK, CLOSE],
    "start-ok again": [start_ok()],
    "tune-ok again": [tune_ok()],
    "open again": [VHOST],
    "connection.start from a client": [method(spec.Connection.Start())],
    "connection.blocked from a client": [method(spec.Connection.Blocked("x"))],
    "connection.update-secret": [numbered(10, 70, struct.pack(">I", 3) + b"abc" + short(b"why"), channel=0)],
    "channel.open on channel 0": [method(spec.Channel.Open(), 0)],
    "queue.declare on channel 0": [method(spec.Queue.Declare(queue="q"), 0)],
    "basic.publish on channel 0": [publish(channel=0)],
    "a body on channel 0": [body(b"abc", channel=0)],
    "a content header on channel 0": [content_header(0, channel=0)],
    "connection.close on a channel": [OPEN, method(spec.Connection.Close(200, "", 0, 0), 1)],
    "connection.close on no channel": [method(spec.Connection.Close(200, "", 0, 0), 1)],
    "a heartbeat": [raw(8, 0, b"")],
    "a heartbeat on a channel": [raw(8, 1, b"")],
    "a heartbeat with a payload": [raw(8, 0, b"hello")],
    "a heartbeat with a payload on a channel": [raw(8, 1, b"hello")],
    "a frame of type 0": [raw(0, 0, b"abc")],
    "a frame of type 7 on a channel": [OPEN, raw(7, 1, b"abc")],
    "a frame of type 4 without a payload": [raw(4, 0, b"")],
    "a frame of no type, with a long text": [raw(9, 0, b"0123456789abcdefXYZ")],
    "a frame of no type, with a text that is escaped": [raw(9, 0, b"abc\n\"\\\t\x1b\r\v\b\f")],
    "a frame of no type, with Latin-1": [raw(9, 0, bytes(range(0xF0, 0x100)))],
    "a frame of no type, with what cannot be printed": [raw(9, 0, b"\0\x01\x7f\x80")],
    "a frame of no type, with more of it than a line": [raw(9, 0, bytes(range(128, 144)))],
    "a frame of no type, with more of it than is shown": [raw(9, 0, bytes(range(128, 160)))],
    "a wrong frame-end in the last column": [raw(1, 0, b"0123456789abcdefXYZ", b"\x07")],
    "a wrong frame-end just behind the last column": [raw(1, 0, bytes(range(100, 110)), b"\x64")],
    "a method of three bytes": [raw(1, 1, b"\0\x0a\0")],
    "a method without bytes": [OPEN, raw(1, 1, b"")],
    "a content header of five bytes": [OPEN, publish(), raw(2, 1, b"\0\x3c\0\0\0")],
    "a frame that is too large": [OPEN, struct.pack(">BHI", 3, 1, 131073)],
    "a frame that is too large, of the connection": [struct.pack(">BHI", 1, 0, 131073)],
    "a wrong frame-end": [OPEN[:-1] + b"\0"],
    "a wrong frame-end of a long frame": [publish()[:-1] + b"\xcd"],
    "a method that is none, of the connection": [numbered(10, 99, channel=0)],
    "a class that is none, of the connection": [numbered(99, 1, channel=0)],
    "a method that is none": [OPEN, numbered(60, 99)],
    "a class that is none": [OPEN, numbered(99, 1)],
    "a method that is none, after close": [CLOSE, numbered(99, 1, channel=0)],
    "a queue.declare that is too short": [OPEN, numbered(50, 10, b"\0\0\x09q")],
    "a queue.declare that is too short, and long": [OPEN, numbered(50, 10, b"\0\0\xffq" + b"0123456789" * 30)[:-1] + b"\xce"],
    "a queue.declare without arguments": [OPEN, numbered(50, 10)],
    "a queue.declare with more": [OPEN, declare(struct.pack(">I", 0) + b"extra")],
    "a table longer than its method": [OPEN, declare(struct.pack(">I", 40) + b"\x01xI\0")],
    "a table with a value of no type": [OPEN, declare(struct.pack(">I", 4) + b"\x01xZ\0")],
    "a table with a value that is too short": [OPEN, declare(struct.pack(">I", 4) + b"\x01xI\0")],
    "a basic.publish that is too short": [OPEN, numbered(60, 40, b"\0\0\x09q")],
    "a basic.ack with more": [OPEN, numbered(60, 80, b"\0" * 12)],
    "a connection.close that is too short": [numbered(10, 50, b"\0", channel=0)],
    "a method on no channel": [DECLARE],
    "a content on no channel": [publish(), content_header(3), body(b"abc")],
    "a body on no channel": [body(b"abc")],
    "channel.open twice": [OPEN, OPEN],
    "channel.close on no channel": [method(spec.Channel.Close(0, "", 0, 0), 1)],
    "channel.close-ok on no channel": [method(spec.Channel.CloseOk(), 1)],
    "a body without a method": [OPEN, body(b"abc")],
    "a content header without a method": [OPEN, content_header(3)],
    "a method instead of a content header": [OPEN, publish(), DECLARE],
    "a body instead of a content header": [OPEN, publish(), body(b"abc")],
    "channel.close instead of a content header": [OPEN, publish(), method(spec.Channel.Close(0, "", 0, 0), 1)],
    "a heartbeat before a content header": [OPEN, publish(), raw(8, 0, b""), content_header(0), QOS],
    "a content header of class 50": [OPEN, publish(), content_header(3, class_id=50)],
    "a content header with a weight": [OPEN, publish(), content_header(3, weight=1)],
    "a method instead of a body": [OPEN, publish(), content_header(3), DECLARE],
    "a content header instead of a body": [OPEN, publish(), content_header(3), content_header(3)],
    "a body longer than announced": [OPEN, publish(), content_header(3), body(b"abcd"), body(b"x"), QOS],
    "a body longer than announced, in two frames": [OPEN, publish(), content_header(3), body(b"ab"), body(b"cd"), body(b""), QOS],
    "an empty frame within a body": [OPEN, CONFIRM, publish(), content_header(3), body(b""), body(b"abc")],
    "no body": [OPEN, CONFIRM, publish(), content_header(0)],
    "an empty frame instead of no body": [OPEN, CONFIRM, publish(), content_header(0), body(b"")],
    "two contents at once on two channels": [OPEN, method(spec.Channel.Open(), 2), publish(mandatory=True), publish("y", 2, mandatory=True),
                                             content_header(3), content_header(2, 2), body(b"ab", 2), body(b"abc")],
    "properties that are too short": [OPEN, CONFIRM, publish(), content_header(0, properties=b"\x80\0\x09x")],
    "properties with a second word of flags": [OPEN, CONFIRM, publish(), content_header(0, properties=b"\0\x01\0\0")],
    "properties without flags": [OPEN, CONFIRM, publish(), content_header(0, properties=b"")],
    "properties with more": [OPEN, CONFIRM, publish(), content_header(0, properties=b"\0\0abc")],
    "a user-id of somebody else": [OPEN, publish(), content_header(0, properties=b"\0\x10" + short(b"someone")), QOS,
                                   method(spec.Channel.CloseOk(), 1), OPEN, QOS],
    "a user-id of one's own": [OPEN, CONFIRM, publish(), content_header(0, properties=b"\0\x10" + short(b"guest"))],
    "a message that is too long": [OPEN, publish(), content_header(1001), body(b"x" * 1001), QOS,
                                   method(spec.Channel.Close(0, "", 0, 0), 1), method(spec.Channel.CloseOk(), 1), OPEN, QOS],
    "a message of the greatest length": [OPEN, CONFIRM, publish(), content_header(1000), body(b"x" * 1000)],
    "a content header that announces a terabyte": [OPEN, publish(), content_header(1 << 40), body(b"x" * 2000), QOS],
    "immediate": [OPEN, publish(immediate=True), content_header(0)],
    "a refusal that is too long for a short string": [OPEN, method(spec.Basic.Publish(exchange="e" * 255, routing_key="x"), 1), content_header(0)],
    "basic.deliver from a client": [OPEN, method(spec.Basic.Deliver("t", 1, False, "", "x"), 1), content_header(0)],
    "basic.deliver from a client, without a content": [OPEN, method(spec.Basic.Deliver("t", 1, False, "", "x"), 1), QOS],
    "channel.open-ok from a client": [OPEN, method(spec.Channel.OpenOk(), 1)],
    "queue.declare-ok from a client": [OPEN, method(spec.Queue.DeclareOk("q", 0, 0), 1)],
    "basic.get-empty from a client": [OPEN, method(spec.Basic.GetEmpty(), 1)],
    "channel.flow-ok from a client": [OPEN, method(spec.Channel.FlowOk(True), 1)],
    "channel.flow that is active": [OPEN, method(spec.Channel.Flow(True), 1)],
    "channel.flow that is not": [OPEN, method(spec.Channel.Flow(False), 1)],
    "access.request": [OPEN, numbered(30, 10, short(b"/data") + b"\x1f")],
    "basic.recover-async": [OPEN, numbered(60, 100, b"\1"), QOS],
    "basic.recover-async without requeue": [OPEN, numbered(60, 100, b"\0")],
    "an error of a channel": [OPEN, method(spec.Queue.Declare(queue="no", passive=True), 1), DECLARE, publish(), content_header(0),
                              method(spec.Channel.Close(0, "", 0, 0), 1), method(spec.Channel.CloseOk(), 1), OPEN, QOS],
    "channel.close that crosses an error": [OPEN, method(spec.Basic.Publish(exchange="nowhere", routing_key="x"), 1) + content_header(0) +
                                            method(spec.Channel.Close(0, "", 0, 0), 1), method(spec.Channel.CloseOk(), 1), OPEN, QOS],
    "channel.close that crosses an error, whose answer never comes": [
        OPEN, method(spec.Basic.Publish(exchange="nowhere", routing_key="x"), 1) + content_header(0) +
        method(spec.Channel.Close(0, "", 0, 0), 1), OPEN, QOS],
    "a channel of a great number": [method(spec.Channel.Open(), 65535)],
}

OTHERS = {
    "a queue that is not there, of another virtual host": [*LOGIN[:3], method(spec.Connection.Open("open")), OPEN,
                                                           method(spec.Queue.Declare(queue="no", passive=True), 1)],
    "a fourth channel of three": [*LOGIN[:2], tune_ok(channel_max=3), VHOST, *(method(spec.Channel.Open(), n) for n in (1, 2, 9, 4))],
    "a channel in place of a closed one": [*LOGIN[:2], tune_ok(channel_max=1), VHOST, OPEN, method(spec.Channel.Close(0, "", 0, 0), 1),
                                           method(spec.Channel.Open(), 2)],
    "a frame that is a little too large": [*LOGIN[:2], tune_ok(frame_max=4096), VHOST, OPEN, publish(), content_header(5000), body(b"x" * 4096)],
    "a frame that is too large for what was agreed on": [*LOGIN[:2], tune_ok(frame_max=4096), VHOST, OPEN, publish(), content_header(5000),
                                                         body(b"x" * 4097)],
    "a consumer whose queue goes, untold": [HEADER, start_ok({}), tune_ok(), VHOST, OPEN, method(spec.Queue.Declare(queue="gone2"), 1),
                                            method(spec.Basic.Consume(queue="gone2", consumer_tag="t"), 1), method(spec.Queue.Delete(queue="gone2"), 1)],
}


def described(data):
    """The frames, for people."""
    lines = []
    if data.startswith(b"AMQP"):
        lines.append("AMQP " + "-".join(str(byte) for byte in data[4:8]))
        data = data[8:]
    while data:
        try:
            used, received = frame.decode_frame(data)
        except Exception:  # what pika does not know
            return lines + ["?"]
        data = data[used:]
        value = getattr(received, "method", None)
        arguments = [] if value is None else [str(vars(value).get(name, "")) for name in ("reply_code", "reply_text", "class_id", "method_id")]
        lines.append(" ".join([str(received.channel_number), type(received).__name__ if value is None else value.NAME, *arguments]).strip())
    return lines


class Case:
    def __init__(self, port, login, steps):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.ended = None
        self.talk = []
        for step in login:
            self.step(step)
        self.talk = []
        for step in steps:
            if self.ended is None:
                self.step(step)
        self.watch()
        self.socket.close()

    def step(self, data):
        self.socket.sendall(data)
        self.sent = time.monotonic()
        self.talk.append({"client": data.hex()})
        answer = self.receive(QUIET)
        if answer[7:11] == b"\0\x0a\0\x0a":
            self.talk[-1] |= {"server": "start"}
        elif answer:
            self.talk[-1] |= {"server": answer.hex(), "says": described(answer)}

    def receive(self, quiet):
        received = b""
        self.socket.settimeout(quiet)
        while self.ended is None:
            try:
                data = self.socket.recv(65536)
            except TimeoutError:
                break
            except ConnectionResetError:
                data = b""
            if not data:
                self.ended = time.monotonic()
            received += data
        return received

    def watch(self):
        later = b""
        while self.ended is None and time.monotonic() < self.sent + WATCHED:
            later += self.receive(QUIET)
        if later:
            self.later = later.hex()

    def found(self, name, logged_in):
        found = {"case": name, "logged_in": logged_in, "talk": self.talk}
        if hasattr(self, "later"):
            found["later"] = self.later
        if self.ended is not None:
            found["closes"] = round(self.ended - self.sent)
        return found


def main():
    cases = {**{name: ([], steps) for name, steps in HANDSHAKES.items()}, **{name: (LOGIN, steps) for name, steps in RUNNING.items()},
             **{name: ([], steps) for name, steps in OTHERS.items()}}
    found = {}
    node = RabbitMQNode()
    (node.folder / "rabbitmq.conf").write_text(f"max_message_size = {MAX_MESSAGE_SIZE}\n")
    with node:
        node.ctl("set_cluster_name", "golden")
        node.ctl("add_vhost", "open")
        node.ctl("set_permissions", "-p", "open", "guest", ".*", ".*", ".*")
        node.ctl("add_vhost", "closed")
        waiting = list(cases)

        def work():
            while waiting:
                name = waiting.pop(0)
                found[name] = Case(node.port, *cases[name]).found(name, bool(cases[name][0]))

        workers = [threading.Thread(target=work) for _ in range(50)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    lines = ",\n".join(json.dumps(found[name]) for name in cases)
    (HERE / "refusals.json").write_text("[\n" + lines + "\n]\n")


if __name__ == "__main__":
    main()
