"""pika, as its users have it: RPC, confirms, time to live, dead letters, limits, errors and transactions."""

import os
import threading
import time
import uuid

import pika
from pika.exceptions import ChannelClosedByBroker, ConnectionClosedByBroker, NackError, UnroutableError

URL = os.environ["AMQP_URL"]


def connect(name, **options):
    parameters = pika.URLParameters(URL)
    parameters.client_properties = {"connection_name": name}
    for key, value in options.items():
        setattr(parameters, key, value)
    return pika.BlockingConnection(parameters)


def refused(code, act):
    try:
        act()
    except (ChannelClosedByBroker, ConnectionClosedByBroker) as error:
        assert error.reply_code == code, error
        return error.reply_text
    raise AssertionError(f"it is not refused with {code}")


def get(channel, queue, within=5):
    end = time.monotonic() + within
    while time.monotonic() < end:
        method, properties, body = channel.basic_get(queue, auto_ack=True)
        if method is not None:
            return method, properties, body
        time.sleep(0.01)
    raise AssertionError(f"nothing came to {queue}")


def rpc():
    def serve():
        server = connect("server")
        channel = server.channel()
        channel.queue_declare("rpc")
        channel.basic_qos(prefetch_count=1)

        def on_request(channel, method, properties, body):
            channel.basic_publish("", properties.reply_to, body.upper(),
                                  pika.BasicProperties(correlation_id=properties.correlation_id))
            channel.basic_ack(method.delivery_tag)
            if body == b"end":
                channel.stop_consuming()

        channel.basic_consume("rpc", on_request)
        ready.set()
        channel.start_consuming()
        server.close()

    ready = threading.Event()
    thread = threading.Thread(target=serve)
    thread.start()
    ready.wait()
    client = connect("client")
    for reply_to in (None, "amq.rabbitmq.reply-to"):
        channel = client.channel()
        replies = reply_to or channel.queue_declare("", exclusive=True).method.queue
        answers = {}
        channel.basic_consume(replies, lambda _channel, _method, properties, body:
                              answers.update({properties.correlation_id: body}), auto_ack=True)
        for word in (b"one", b"two", b"end" if reply_to else b"three"):
            asked = str(uuid.uuid4())
            channel.basic_publish("", "rpc", word, pika.BasicProperties(reply_to=replies, correlation_id=asked))
            while asked not in answers:
                client.process_data_events(time_limit=1)
            assert answers[asked] == word.upper()
    thread.join()
    client.close()


def confirms(channel):
    channel.confirm_delivery()
    channel.queue_declare("small", arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
    channel.basic_publish("", "small", b"1", mandatory=True)
    try:
        channel.basic_publish("", "small", b"2")
        raise AssertionError("a full queue takes more")
    except NackError:
        pass
    try:
        channel.basic_publish("", "nowhere", b"3", mandatory=True)
        raise AssertionError("it goes nowhere, and is not returned")
    except UnroutableError as error:
        assert error.messages[0].method.reply_code == 312
    channel.queue_delete("small")


def dead_letters(channel):
    channel.exchange_declare("dead", "topic")
    channel.queue_declare("graves")
    channel.queue_bind("graves", "dead", "#")
    channel.queue_declare("short", arguments={"x-message-ttl": 50, "x-dead-letter-exchange": "dead"})
    channel.basic_publish("", "short", b"old", pika.BasicProperties(headers={"n": 1}))
    method, properties, body = get(channel, "graves")
    assert (method.routing_key, body) == ("short", b"old")
    death = properties.headers["x-death"][0]
    assert (death["reason"], death["queue"], death["count"]) == ("expired", "short", 1), death
    assert properties.headers["x-first-death-queue"] == "short"
    channel.queue_declare("strict", arguments={"x-dead-letter-exchange": "dead", "x-dead-letter-routing-key": "no"})
    channel.basic_publish("", "strict", b"bad")
    method, _, _ = channel.basic_get("strict")
    channel.basic_nack(method.delivery_tag, requeue=False)
    method, properties, body = get(channel, "graves")
    assert (method.routing_key, properties.headers["x-death"][0]["reason"]) == ("no", "rejected")
    channel.basic_publish("", "graves", b"brief", pika.BasicProperties(expiration="30"))
    time.sleep(0.1)
    assert channel.basic_get("graves") == (None, None, None)


def limits(connection):
    channel = connection.channel()
    channel.queue_declare("limited")
    for n in range(5):
        channel.basic_publish("", "limited", str(n).encode())
    channel.basic_qos(prefetch_count=2)
    got = []
    channel.basic_consume("limited", lambda _channel, method, _properties, body: got.append((method, body)))
    connection.process_data_events(time_limit=0.2)
    assert [body for _, body in got] == [b"0", b"1"]
    channel.basic_ack(got[1][0].delivery_tag, multiple=True)
    connection.process_data_events(time_limit=0.2)
    assert [body for _, body in got] == [b"0", b"1", b"2", b"3"]
    channel.close()
    channel = connection.channel()
    method, _, body = channel.basic_get("limited")
    assert (method.redelivered, body, method.message_count) == (True, b"2", 2)
    assert channel.queue_purge("limited").method.message_count == 2


def errors(connection):
    other = connect("other")
    channel = connection.channel()
    channel.queue_declare("mine", exclusive=True)
    text = refused(405, lambda: other.channel().queue_declare("mine", passive=True))
    assert "cannot obtain exclusive access to locked queue 'mine' in vhost '/'" in text
    other.close()
    channel.queue_declare("plain")
    text = refused(406, lambda: connection.channel().queue_declare("plain", durable=True))
    assert text.startswith("PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'plain' in vhost '/'")
    refused(404, lambda: connection.channel().queue_declare("nowhere", passive=True))
    refused(404, lambda: connection.channel().exchange_bind("amq.topic", "nowhere"))
    refused(403, lambda: connection.channel().exchange_declare("amq.mine", "direct"))
    refused(406, lambda: connection.channel().queue_declare("odd", arguments={"x-message-ttl": "soon"}))

    def unknown_tag():
        wrong = connection.channel()
        wrong.basic_ack(99)
        wrong.queue_declare("plain")

    refused(406, unknown_tag)
    try:
        connect("nobody", credentials=pika.PlainCredentials("nobody", "x"))
        raise AssertionError("anybody may log in")
    except pika.exceptions.ProbableAuthenticationError:
        pass
    try:
        connect("nowhere", virtual_host="nowhere")
        raise AssertionError("any virtual host will do")
    except pika.exceptions.ProbableAccessDeniedError as error:
        assert "530" in str(error), error


def transactions(connection):
    channel = connection.channel()
    channel.queue_declare("account")
    channel.tx_select()
    channel.basic_publish("", "account", b"no")
    channel.tx_rollback()
    channel.basic_publish("", "account", b"yes")
    assert channel.queue_declare("account", passive=True).method.message_count == 0
    channel.tx_commit()
    assert get(channel, "account")[2] == b"yes"


def cancelled(connection):
    channel = connection.channel()
    channel.queue_declare("goes")
    told = []
    channel.add_on_cancel_callback(lambda frame: told.append(frame.method.consumer_tag))
    channel.basic_consume("goes", lambda *_: None, consumer_tag="mine")
    connect("deleter").channel().queue_delete("goes")
    end = time.monotonic() + 5
    while not told and time.monotonic() < end:
        connection.process_data_events(time_limit=0.1)
    assert told == ["mine"]


def large_and_empty(channel):
    channel.queue_declare("sizes")
    for size in (0, 1, 131072 - 8, 131072, 5_000_000):
        channel.basic_publish("", "sizes", bytes(size))
        assert len(get(channel, "sizes")[2]) == size


def heartbeats():
    quiet = connect("quiet", heartbeat=1)
    end = time.monotonic() + 4
    while time.monotonic() < end:
        quiet.process_data_events(time_limit=0.5)
    quiet.channel().close()
    quiet.close()


rpc()
with connect("main") as main:
    confirms(main.channel())
    dead_letters(main.channel())
    limits(main)
    errors(main)
    transactions(main)
    cancelled(main)
    large_and_empty(main.channel())
heartbeats()
print("all of it works")
