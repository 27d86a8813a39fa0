"""AMQP 0-9-1 on the wire: frames, and the methods that a small broker speaks."""

import struct

METHOD, HEADER, BODY, HEARTBEAT = 1, 2, 3, 8
FRAME_END = b"\xce"

# What follows a method's number. B, H, I, Q: as in struct; s: short string; S: long string or table.
METHODS = {
    (10, 10): ("connection.start", "BBSSS"), (10, 11): ("connection.start-ok", "SsSs"),
    (10, 30): ("connection.tune", "HIH"), (10, 31): ("connection.tune-ok", "HIH"),
    (10, 40): ("connection.open", "ssB"), (10, 41): ("connection.open-ok", "s"),
    (10, 50): ("connection.close", "HsHH"), (10, 51): ("connection.close-ok", ""),
    (20, 10): ("channel.open", "s"), (20, 11): ("channel.open-ok", "S"),
    (20, 40): ("channel.close", "HsHH"), (20, 41): ("channel.close-ok", ""),
    (40, 10): ("exchange.declare", "HssBS"), (40, 11): ("exchange.declare-ok", ""),
    (50, 10): ("queue.declare", "HsBS"), (50, 11): ("queue.declare-ok", "sII"),
    (50, 20): ("queue.bind", "HsssBS"), (50, 21): ("queue.bind-ok", ""),
    (50, 40): ("queue.delete", "HsB"), (50, 41): ("queue.delete-ok", "I"),
    (60, 10): ("basic.qos", "IHB"), (60, 11): ("basic.qos-ok", ""),
    (60, 20): ("basic.consume", "HssBS"), (60, 21): ("basic.consume-ok", "s"),
    (60, 30): ("basic.cancel", "sB"), (60, 31): ("basic.cancel-ok", "s"),
    (60, 40): ("basic.publish", "HssB"), (60, 50): ("basic.return", "Hsss"),
    (60, 60): ("basic.deliver", "sQBss"), (60, 80): ("basic.ack", "QB"),
    (60, 90): ("basic.reject", "QB"), (60, 120): ("basic.nack", "QB"),
    (85, 10): ("confirm.select", "B"), (85, 11): ("confirm.select-ok", ""),
}
NUMBERS = {name: number for number, (name, _) in METHODS.items()}


def frame(kind, channel, payload):
    return struct.pack(">BHI", kind, channel, len(payload)) + payload + FRAME_END


def take_frame(buffer):
    """Removes the first frame from a bytearray: its kind, channel and payload; None if it is not all there."""
    if len(buffer) < 8:
        return None
    kind, channel, size = struct.unpack_from(">BHI", buffer)
    if len(buffer) < size + 8:
        return None
    payload = bytes(buffer[7:size + 7])
    del buffer[:size + 8]
    return kind, channel, payload


def encode(name, *values):
    """A method's payload."""
    number = NUMBERS[name]
    payload = struct.pack(">HH", *number)
    for kind, value in zip(METHODS[number][1], values, strict=True):
        if kind in "sS":
            value = value.encode() if isinstance(value, str) else value
            payload += struct.pack(">B" if kind == "s" else ">I", len(value)) + value
        else:
            payload += struct.pack(">" + kind, value)
    return payload


def decode(payload):
    """A method's name and values."""
    name, kinds = METHODS[struct.unpack_from(">HH", payload)]
    values, at = [], 4
    for kind in kinds:
        number = ">" + {"s": "B", "S": "I"}.get(kind, kind)
        (value,) = struct.unpack_from(number, payload, at)
        at += struct.calcsize(number)
        if kind in "sS":
            text = payload[at:at + value]
            at += value
            value = text.decode() if kind == "s" else text
        values.append(value)
    return name, values
