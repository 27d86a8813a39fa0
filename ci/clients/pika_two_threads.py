"""Two connections with names, in two threads, each with a queue of its own: what a seed does to them is to be the same
however the threads take turns."""

import os
import threading

import pika

URL = os.environ["AMQP_URL"]


def work(name):
    parameters = pika.URLParameters(URL)
    parameters.client_properties = {"connection_name": name}
    connection = pika.BlockingConnection(parameters)
    channel = connection.channel()
    channel.queue_declare(name)
    channel.confirm_delivery()
    for number in range(40):
        channel.basic_publish("", name, f"{name} says {number}".encode())
    connection.close()


threads = [threading.Thread(target=work, args=(name,)) for name in ("left", "right")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
