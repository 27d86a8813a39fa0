"""Clocks, sched, sqlite3 with two processes, random numbers: what a long day brings."""

import datetime
import os
import random
import sched
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid

begin = time.monotonic()


def say(*words):
    print(f"{time.monotonic() - begin:.0f} s:", *words, flush=True)


say(datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds"))
agenda = sched.scheduler()
for hours in 5, 1, 3:
    agenda.enter(hours * 3600, 1, say, ["appointment after", hours, "hours"])
agenda.run()
say(datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds"))

# Chance is drawn from the seed: what is printed is equal in each run.
say(random.getrandbits(64) != 0, uuid.uuid4().version, len(os.urandom(16)), hash("text") != 0)
print(random.getrandbits(64), uuid.uuid4(), os.urandom(4).hex(), hash("text"), os.getpid(),
      file=sys.stderr)

other = """
import sqlite3, sys, time
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
database.execute("INSERT INTO notes VALUES ('theirs')")
time.sleep(1000)
database.execute("COMMIT")
"""
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "notes.db")
    database = sqlite3.connect(path, timeout=100)
    database.execute("CREATE TABLE notes (text)")
    database.commit()
    child = subprocess.Popen([sys.executable, "-c", other, path], stdout=subprocess.PIPE)
    say(child.stdout.readline())
    try:
        database.execute("INSERT INTO notes VALUES ('ours')")
    except sqlite3.OperationalError as error:
        say(error)
    database.close()
    database = sqlite3.connect(path, timeout=5000)
    database.execute("INSERT INTO notes VALUES ('ours')")
    database.commit()
    say(database.execute("SELECT text FROM notes").fetchall(), child.wait())

stamps = [time.time(), time.time()]
while stamps[-1] == stamps[0]:
    stamps.append(time.time())
say("the clock moves for those who watch it:", stamps[-1] > stamps[0])
