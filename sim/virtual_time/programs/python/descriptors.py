"""select, poll and epoll, on pipes and sockets, with time-outs of hours."""

import os
import select
import socket
import threading
import time

begin = time.monotonic()


def say(*words):
    print(f"{time.monotonic() - begin:.3f} s:", *words, flush=True)


def later(seconds, function, *arguments):
    thread = threading.Timer(seconds, function, arguments)
    thread.start()
    return thread


source, sink = os.pipe()
say("select, in vain:", select.select([source], [], [], 3600))
later(7200, os.write, sink, b"a")
say("select:", select.select([source], [], [], None) == ([source], [], []), os.read(source, 10))

poll = select.poll()
poll.register(source, select.POLLIN)
say("poll, in vain:", poll.poll(1_500))
later(60, os.write, sink, b"b")
say("poll:", len(poll.poll(3_600_000)), os.read(source, 10))

left, right = socket.socketpair()
epoll = select.epoll()
epoll.register(left, select.EPOLLIN | select.EPOLLET)
say("epoll, in vain:", epoll.poll(0.25))
later(30, right.sendall, b"once")
say("epoll:", len(epoll.poll()), "and with the edge gone:", epoll.poll(10))
say("read:", left.recv(100))

left.settimeout(1800)
try:
    left.recv(1)
except TimeoutError as error:
    say("recv:", error)

later(5, right.close)
left.settimeout(None)
say("end:", left.recv(1))

listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
server, address = listener.accept()
say("port:", address[1], "listens at:", listener.getsockname()[1])
later(900, server.sendall, b"x" * 1_000_000)
received = bytearray()
while len(received) < 1_000_000:
    received += client.recv(65536)
say("received:", len(received))
full = 0
client.setblocking(False)
try:
    while True:
        full += client.send(b"y" * 10_000)
except BlockingIOError:
    say("full:", full > 100_000)
later(3600, server.recv, 5_000_000)
select.select([], [client], [])
say("there is room")
os.close(source)
try:
    os.write(sink, b"c")
except BrokenPipeError as error:
    say("write:", error.strerror)
