"""Celery with a real worker: results over RPC, a task that is retried, one that comes late, a chord of many."""

import os
import subprocess
import sys
import time

from celery import Celery, group

URL = os.environ["AMQP_URL"]
app = Celery("celery_client", broker=URL, backend="rpc://")
app.conf.update(task_acks_late=True, worker_prefetch_multiplier=1, broker_connection_retry_on_startup=True,
                task_default_queue="jobs")


@app.task
def add(a, b):
    return a + b


@app.task(bind=True, max_retries=3)
def at_the_second_try(self):
    if self.request.retries == 0:
        raise self.retry(countdown=0.1)
    return self.request.retries


@app.task
def fail():
    raise ValueError("as it should")


def main(folder):
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "celery_client", "worker", "--concurrency", "2", "--pool", "threads",
         "--loglevel", "INFO", "--statedb", f"{folder}/state"],
        cwd=os.path.dirname(os.path.abspath(__file__)), env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"})
    try:
        assert add.delay(2, 3).get(timeout=60) == 5
        assert at_the_second_try.delay().get(timeout=30) == 1
        assert group(add.s(n, n) for n in range(20))().get(timeout=30) == [2 * n for n in range(20)]
        begin = time.monotonic()
        assert add.apply_async((1, 1), countdown=1).get(timeout=30) == 2
        assert time.monotonic() - begin >= 0.9
        try:
            fail.delay().get(timeout=30)
            raise AssertionError("it fails, and nobody hears of it")
        except ValueError as error:
            assert str(error) == "as it should"
        stats = app.control.inspect(timeout=5).stats()
        assert stats, "a fanout to all workers has no answer"
        assert app.control.ping(timeout=5), "no worker answers"
    finally:
        worker.terminate()
        assert worker.wait(timeout=30) == 0
    print("all of it works")


if __name__ == "__main__":
    main(sys.argv[1])
