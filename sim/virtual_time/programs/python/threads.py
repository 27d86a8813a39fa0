"""Threads that wait for each other, for hours: locks, conditions, events, queues, barriers."""

import queue
import threading
import time

begin = time.monotonic()


def say(*words):
    print(f"{time.monotonic() - begin:.0f} s:", *words, flush=True)


def produce(items):
    for number in range(3):
        time.sleep(3600)
        items.put(number)
    items.put(None)


def consume(items):
    while True:
        try:
            item = items.get(timeout=1500)
        except queue.Empty:
            say("nothing for 1500 s")
            continue
        if item is None:
            return
        say("item", item)


items = queue.Queue(maxsize=1)
producer = threading.Thread(target=produce, args=[items])
consumer = threading.Thread(target=consume, args=[items])
for thread in producer, consumer:
    thread.start()
for thread in producer, consumer:
    thread.join()

condition = threading.Condition()
with condition:
    say("notified:", condition.wait(timeout=7200))

event = threading.Event()
threading.Timer(86400, event.set).start()
say("event:", event.wait(), "lock in time:", threading.Lock().acquire(timeout=1))

barrier = threading.Barrier(3)
order = []


def meet(number):
    time.sleep(number * 60)
    barrier.wait()
    order.append(number)


meeting = [threading.Thread(target=meet, args=[number]) for number in range(3)]
for thread in meeting:
    thread.start()
for thread in meeting:
    thread.join()
say("met:", sorted(order))

held = threading.Lock()
held.acquire()
say("a lock that is held:", held.acquire(timeout=0.5), held.acquire(blocking=False))

gate = threading.Semaphore(2)
ends = []


def pass_gate(number):
    with gate:
        time.sleep(100)
        ends.append(round(time.monotonic() - begin))


passing = [threading.Thread(target=pass_gate, args=[number]) for number in range(5)]
for thread in passing:
    thread.start()
for thread in passing:
    thread.join()
say("through the gate:", [end - ends[0] for end in ends])
