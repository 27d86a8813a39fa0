"""asyncio: sleeps, time-outs, streams, subprocesses, executors, locks, in one loop."""

import asyncio
import sys
import time

begin = time.monotonic()


def say(*words):
    print(f"{time.monotonic() - begin:.1f} s:", *words, flush=True)


async def serve(reader, writer):
    while line := await reader.readline():
        await asyncio.sleep(600)
        writer.write(line.upper())
        await writer.drain()
    writer.close()


async def main():
    results = await asyncio.gather(*(asyncio.sleep(hours * 3600, hours) for hours in (3, 1, 2)))
    say("slept:", results)
    try:
        await asyncio.wait_for(asyncio.Event().wait(), 86400)
    except asyncio.TimeoutError:
        say("a day is over")

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"hello\nworld\n")
    say(await reader.readline(), await reader.readline())
    writer.close()
    server.close()

    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "import time; time.sleep(1000); print('x' * 200_000)",
        stdout=asyncio.subprocess.PIPE)
    out, _ = await child.communicate()
    say("child:", len(out), child.returncode)
    slow = await asyncio.create_subprocess_shell("sleep 10000")
    try:
        await asyncio.wait_for(slow.wait(), 100)
    except asyncio.TimeoutError:
        slow.terminate()
        say("terminated:", await slow.wait())

    loop = asyncio.get_running_loop()
    await asyncio.gather(*(loop.run_in_executor(None, time.sleep, 500) for _ in range(4)))
    say("slept in threads")
    lock = asyncio.Lock()

    async def hold(name):
        async with lock:
            await asyncio.sleep(5)
            say(name, "had it")
    await asyncio.gather(hold("a"), hold("b"), hold("c"))


asyncio.run(main())
