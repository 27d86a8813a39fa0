"""Clients that do wrong, hundreds of them: rubbish, half frames, resets, silence, channels without end, a reader that
does not read. Who does right beside them and after them is served all the same."""

import os
import random
import socket
import struct
import time
from urllib.parse import urlsplit

import pika

URL = os.environ["AMQP_URL"]
PORT = urlsplit(URL).port
chance = random.Random(1)


def raw(*sent):
    connection = socket.create_connection(("127.0.0.1", PORT))
    for data in sent:
        try:
            connection.sendall(data)
        except OSError:
            break
    return connection


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def works():
    connection = pika.BlockingConnection(pika.URLParameters(URL))
    channel = connection.channel()
    queue = channel.queue_declare("", exclusive=True).method.queue
    channel.basic_publish("", queue, b"still here")
    while True:
        method, _, body = channel.basic_get(queue, auto_ack=True)
        if method is not None:
            break
    assert body == b"still here"
    connection.close()


header = b"AMQP\0\0\x09\x01"
works()
silent = [raw() for _ in range(100)] + [raw(header) for _ in range(100)]
for number in range(300):
    size = chance.choice([1, 7, 8, 100, 5000])
    reset(raw(header[:chance.randrange(9)], chance.randbytes(size)))
    if number % 50 == 0:
        works()
for kind in range(256):  # frames of any type, and of any size
    reset(raw(header, struct.pack(">BHI", kind, chance.randrange(65536), chance.randrange(1 << 32)), bytes(100)))
works()

# Connections that are gone in the midst of what they do, with messages that nobody has settled.
for number in range(50):
    connection = pika.BlockingConnection(pika.URLParameters(URL))
    channel = connection.channel()
    channel.queue_declare("common")
    if number % 10 == 0:
        channel.queue_purge("common")  # or bounded-delivery is broken
    for _ in range(20):
        channel.basic_publish("", "common", bytes(1000))
    channel.basic_consume("common", lambda *_: None)
    connection.process_data_events(time_limit=0)
    reset(connection._impl._transport._sock)
works()

# Thousands of channels, opened and closed, and a reader that stops reading megabytes.
connection = pika.BlockingConnection(pika.URLParameters(URL))
for _ in range(2000):
    connection.channel().close()
lazy = connection.channel()
lazy.queue_declare("much", auto_delete=True)
for _ in range(300):
    lazy.basic_publish("", "much", bytes(100_000))
reader = pika.BlockingConnection(pika.URLParameters(URL))
reader_channel = reader.channel()
reader_channel.basic_consume("much", lambda *_: None)
time.sleep(0.2)
works()
reset(reader._impl._transport._sock)
connection.close()
works()
for connection in silent:
    connection.close()
works()
print("all of it works")
