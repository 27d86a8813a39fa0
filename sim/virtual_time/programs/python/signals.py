"""Signals and timers: alarm, setitimer, pause, sigtimedwait, sigwait, an interrupted sleep."""

import os
import signal
import threading
import time

begin = time.monotonic()


def say(*words):
    print(f"{time.monotonic() - begin:.1f} s:", *words, flush=True)


def on_signal(number, _):
    say("handler of", signal.Signals(number).name)


signal.signal(signal.SIGALRM, on_signal)
signal.signal(signal.SIGUSR1, on_signal)

signal.alarm(3600)
signal.pause()

signal.setitimer(signal.ITIMER_REAL, 10, 900)
for _ in range(4):
    signal.pause()
say("until the next:", signal.getitimer(signal.ITIMER_REAL))
signal.setitimer(signal.ITIMER_REAL, 0)

threading.Timer(100, os.kill, [os.getpid(), signal.SIGUSR1]).start()
time.sleep(200)
say("slept on")

signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1, signal.SIGUSR2])
say("in vain:", signal.sigtimedwait([signal.SIGUSR2], 7200))
threading.Timer(60, os.kill, [os.getpid(), signal.SIGUSR2]).start()
say("came:", signal.sigtimedwait([signal.SIGUSR2], 7200).si_signo == signal.SIGUSR2)
threading.Timer(60, signal.pthread_kill, [threading.main_thread().ident, signal.SIGUSR1]).start()
say("waited for:", signal.Signals(signal.sigwait([signal.SIGUSR1])).name)

child = os.fork()
if child == 0:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    time.sleep(1_000_000)
    os._exit(0)
time.sleep(10)
os.kill(child, signal.SIGTERM)
_, status = os.waitpid(child, 0)
say("ended by:", signal.Signals(os.WTERMSIG(status)).name)
