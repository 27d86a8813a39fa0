"""multiprocessing and concurrent.futures: queues, locks, pools, shared values, forked or spawned."""

import concurrent.futures
import multiprocessing
import time

begin = time.monotonic()


def say(*words):
    print(f"{time.monotonic() - begin:.0f} s:", *words, flush=True)


def work(lock, counter, results, number):
    for _ in range(10):
        with lock:
            before = counter.value
            time.sleep(60)
            counter.value = before + 1
    results.put((number, "x" * 100_000))


def square(number):
    time.sleep(number * 100)
    return number * number


def main():
    lock, counter = multiprocessing.Lock(), multiprocessing.Value("i", 0, lock=False)
    results = multiprocessing.Queue()
    workers = [multiprocessing.Process(target=work, args=(lock, counter, results, number))
               for number in range(3)]
    for worker in workers:
        worker.start()
    received = sorted((number, len(text)) for number, text in (results.get() for _ in workers))
    for worker in workers:
        worker.join()
    say(counter.value, received)

    with multiprocessing.Pool(3) as pool:
        say(pool.map(square, range(7), chunksize=1))
        try:
            pool.apply_async(square, [1000]).get(timeout=3600)
        except multiprocessing.TimeoutError:
            say("not within an hour")

    spawn = multiprocessing.get_context("spawn")
    near, far = spawn.Pipe()
    child = spawn.Process(target=echo, args=[far])
    child.start()
    near.send("hello")
    say(near.poll(10), near.poll(7200), near.recv())
    child.join()

    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        say(list(pool.map(square, [3, 2, 1])))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(square, number) for number in (9, 5, 1)]
        say([future.result() for future in concurrent.futures.as_completed(waiting)])
        done, rest = concurrent.futures.wait([pool.submit(square, 50)], timeout=60)
        say(len(done), len(rest))


def echo(pipe):
    time.sleep(1800)
    pipe.send(pipe.recv() + ", again")


if __name__ == "__main__":
    main()
