"""kombu, as its users have it: simple queues, a consumer that acknowledges and requeues, priorities, RPC over reply_to."""

import os
import socket
import uuid

from kombu import Connection, Consumer, Exchange, Producer, Queue

URL = os.environ["AMQP_URL"]


def drain(connection, done, timeout=5):
    while not done():
        connection.drain_events(timeout=timeout)


with Connection(URL) as connection:
    connection.ensure_connection(max_retries=3)

    simple = connection.SimpleQueue("simple")
    simple.put({"n": 1})
    message = simple.get(block=True, timeout=5)
    assert message.payload == {"n": 1}
    message.ack()
    assert simple.qsize() == 0
    simple.close()

    exchange = Exchange("orders", "topic", durable=True)
    queue = Queue("paid", exchange, routing_key="order.*.paid", queue_arguments={"x-max-priority": 5}, durable=True)
    channel = connection.channel()
    queue(channel).declare()
    producer = Producer(channel, exchange)
    for priority in (1, 5, 3):
        producer.publish({"priority": priority}, routing_key="order.7.paid", priority=priority, retry=True)
    producer.publish("nobody wants it", routing_key="order.7.sent")
    got = []

    def on_message(body, message):
        first_time = not message.delivery_info["redelivered"]
        if body["priority"] == 3 and first_time:
            message.requeue()
        else:
            got.append(body["priority"])
            message.ack()

    with Consumer(channel, [queue], callbacks=[on_message], prefetch_count=1):
        drain(connection, lambda: len(got) == 3)
    assert got == [5, 3, 1], got

    compressed = connection.SimpleQueue("compressed")
    compressed.put("x" * 100_000, compression="zlib", expiration=60)
    message = compressed.get(timeout=5)
    assert message.payload == "x" * 100_000
    message.ack()
    compressed.close()

    replies = Queue(f"reply-{uuid.uuid4()}", exclusive=True, auto_delete=True)(connection.channel())
    replies.declare()
    requests = Queue("rpc")(connection.channel())
    requests.declare()
    asked = str(uuid.uuid4())
    Producer(connection.channel()).publish({"add": [2, 3]}, routing_key="rpc", reply_to=replies.name, correlation_id=asked)

    def on_request(body, message):
        Producer(message.channel).publish(sum(body["add"]), routing_key=message.properties["reply_to"],
                                          correlation_id=message.properties["correlation_id"])
        message.ack()

    answers = {}
    with Consumer(requests.channel, [requests], callbacks=[on_request]), \
            Consumer(replies.channel, [replies], no_ack=True,
                     callbacks=[lambda body, message: answers.update({message.properties["correlation_id"]: body})]):
        drain(connection, lambda: asked in answers)
    assert answers[asked] == 5

with Connection(URL, heartbeat=2) as connection:
    connection.connect()
    for _ in range(6):
        connection.heartbeat_check()
        try:
            connection.drain_events(timeout=0.5)
        except socket.timeout:
            pass
    connection.channel().close()
print("all of it works")
