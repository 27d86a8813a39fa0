"""pika: two hours in which nothing but heartbeats goes over a connection, then a message.

    pika_client.py PORT
"""

import sys
import time

import pika

begin = time.monotonic()


def say(*words):
    print(f"{time.monotonic() - begin:.1f} s:", *words, flush=True)


connection = pika.BlockingConnection(
    pika.ConnectionParameters("127.0.0.1", int(sys.argv[1]), heartbeat=30, connection_attempts=5, retry_delay=2))
channel = connection.channel()
channel.queue_declare("news")
say("connected")
connection.process_data_events(time_limit=7200)
channel.basic_publish("", "news", b"at last")
method, _, body = next(channel.consume("news", inactivity_timeout=60))
channel.basic_ack(method.delivery_tag)
say(body.decode())
say("nothing more:", next(channel.consume("news", inactivity_timeout=600)))
connection.close()
say("closed")
