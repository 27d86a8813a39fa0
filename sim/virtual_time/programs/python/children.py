"""Child processes: output of any size, time-outs, groups, what they print and how they end."""

import subprocess
import sys
import time

begin = time.monotonic()


def say(*words):
    print(f"{time.monotonic() - begin:.1f} s:", *words, flush=True)


done = subprocess.run(["sh", "-c", "sleep 3600; echo out; echo err >&2; exit 3"],
                      capture_output=True, text=True, check=False)
say(done.returncode, done.stdout.split(), done.stderr.split())

text = "0123456789" * 300_000
done = subprocess.run(["cat"], input=text, capture_output=True, text=True, check=True)
say("through cat:", done.stdout == text)

big = "import sys; sys.stdout.write('o' * 2_000_000); sys.stderr.write('e' * 1_000_000)"
done = subprocess.run([sys.executable, "-c", big], capture_output=True, check=True)
say("captured:", len(done.stdout), len(done.stderr))

try:
    subprocess.run(["sleep", "1000000"], timeout=500, check=True)
except subprocess.TimeoutExpired as error:
    say("too slow:", error.timeout)

pipe = subprocess.run("for i in 1 2 3; do sleep 60; echo $i; done | while read n; do echo got $n; "
                      "done | tail -2", shell=True, capture_output=True, text=True, check=True)
say(pipe.stdout.split("\n"))

children = [subprocess.Popen(["sh", "-c", f"sleep {n}; exit {n}"]) for n in (30, 10, 20)]
while any(child.poll() is None for child in children):
    time.sleep(7)
say("polled:", [child.returncode for child in children])

talker = subprocess.Popen([sys.executable, "-uc", "while True: print(input().upper())"],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
for word in "one", "two":
    print(word, file=talker.stdin, flush=True)
    say("answer:", talker.stdout.readline().strip())
talker.kill()
say("killed:", talker.wait())
