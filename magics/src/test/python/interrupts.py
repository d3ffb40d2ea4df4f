"""Stops commands at random moments, and looks at what they leave behind."""

import random
import time
from collections import Counter

THREADS = """
Thread.getAllStackTraces().keySet().stream().filter(Thread::isAlive)
    .map(t -> t.getName().replaceAll("[0-9]+", "#")).sorted().toList()
"""
CHANGE_THE_MODEL = {"load", "plant", "lab experts"}


def threads(session):
    """How many threads of each name live in the kernel, numbers in the name aside."""
    return Counter(session.run(THREADS).result["text/plain"].strip("[]").split(", "))


def stopped(session, line, seconds):
    """Stops a command after so many seconds; its reply and the seconds until that came.

    Waits for the answer to the interrupt, too: one that is still under way would stop what comes next.
    """
    msg_id = session.client.execute(line)
    time.sleep(seconds)
    begun = time.perf_counter()
    interrupt = session.client.session.msg("interrupt_request", {})
    session.client.control_channel.send(interrupt)
    reply = session.reply(msg_id, timeout=60)
    waited = time.perf_counter() - begun
    session.collect(msg_id)
    while session.client.get_control_msg(timeout=60)["parent_header"].get("msg_id") != interrupt["header"]["msg_id"]:
        pass
    return reply["content"], waited


def at_random_moments(session, lines, moments, longest, seed=20261126):
    """Stops the commands of {lines} in turn; each time the next cell must work. Returns a sentence on it.

    {longest}: name to seconds, the latest moment at which each is stopped.
    """
    chance = random.Random(seed)
    session.run("%load natural --quiet")
    before = threads(session)
    on_the_way, waits = 0, []
    names = sorted(lines)
    for moment in range(moments):
        name = names[moment % len(names)]
        reply, waited = stopped(session, lines[name], chance.uniform(0, longest[name]))
        was_stopped = reply.get("ename") == "Interrupted"
        on_the_way += was_stopped
        waits.append((waited, name))
        # an earlier stop may have left a walk without its start: that is refused in a sentence
        assert was_stopped or reply["status"] == "ok" or len(reply["traceback"]) == 1, (name, reply)
        after = session.run("20+1")
        assert after.result == {"text/plain": "21"}, (name, after.reply)
        if name in CHANGE_THE_MODEL:
            assert session.run("%load natural --quiet").reply["status"] == "ok"
    left = threads(session) - before
    for _ in range(20):
        if not left:
            break
        time.sleep(0.5)  # pools let their threads go after a while
        left = threads(session) - before
    assert not left, left
    waits.sort()
    middle, (slowest, name) = waits[len(waits) // 2][0], waits[-1]
    return (
        f"{moments} moments, {on_the_way} of them on the way; reply after {1000 * middle:.0f} ms (median),"
        f" {1000 * slowest:.0f} ms at most ({name})"
    )
