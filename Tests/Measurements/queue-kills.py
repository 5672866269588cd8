#!/usr/bin/env python3
"""A queue of calls whose sender is killed at random moments: does every call take effect exactly once?

    swift build -c release --product retrograde
    Tests/Measurements/queue-kills.py .build/release/retrograde

Keeps so many POSTs in a queue, sends them with `retrograde queue run` to an upstream that honours Idempotency-Key, kills
the sender with SIGKILL at a random moment, starts it again, and so on; the last one may finish. Ends with 1 if a call took
effect twice or not at all, or if anything is left in the queue.
"""

import argparse
import collections
import json
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

FIXTURE = """\
idempotency: { header: Idempotency-Key, keep: 24h }
routes: [ { match: "POST /*", reply: { success: {}, delay: %dms } } ]
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("retrograde", help="the binary")
    parser.add_argument("--calls", type=int, default=500)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--delay", type=int, default=40, help="of each answer, in milliseconds")
    parser.add_argument("--concurrency", type=int, default=8)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(1 << 32)
    chance = random.Random(seed)
    print(f"seed {seed}")

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        fixture = folder / "upstream.yaml"
        fixture.write_text(FIXTURE % options.delay)
        server = subprocess.Popen(
            [options.retrograde, "serve", str(fixture)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            ready = json.loads(server.stdout.readline())
            return measure(options, chance, folder / "calls.queue", ready)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=20)


def measure(options, chance, queue, ready):
    subprocess.run(
        [options.retrograde, "queue", "add", str(queue), "--data", '{"order": 7}', "--requests", str(options.calls),
         ready["url"]],
        check=True, stdout=subprocess.DEVNULL)
    command = [options.retrograde, "queue", "run", "--quiet", "--concurrency", str(options.concurrency), str(queue)]

    # From the start of the process to three times a kill's share of the work: what it does then is another thing each time.
    begun = time.monotonic()
    subprocess.run([options.retrograde, "queue", "list", str(queue)], check=True, stdout=subprocess.DEVNULL)
    starting = time.monotonic() - begun
    share = options.calls * options.delay / 1000 / options.concurrency / options.kills
    begun = time.monotonic()
    killed = 0
    while killed < options.kills:
        sender = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        moment = chance.uniform(0, starting + 1.6 * share)
        try:
            sender.wait(timeout=moment)
            break
        except subprocess.TimeoutExpired:
            sender.kill()
            sender.wait()
            killed += 1
    last = subprocess.run(command, capture_output=True, text=True, timeout=300)
    left = subprocess.run(
        [options.retrograde, "queue", "list", str(queue)], capture_output=True, text=True, check=True).stdout
    seconds = time.monotonic() - begun

    lane = ready["lanes"][0]["name"]
    with urllib.request.urlopen(f"{ready['control']}/v1/lanes/{lane}/journal") as reply:
        entries = [json.loads(line) for line in reply.read().decode().splitlines()]
    targets, effects, others = {}, collections.Counter(), collections.Counter()
    for entry in entries:
        if entry.get("event") == "arrived":
            targets[entry["exchange"]] = entry["target"]
        elif entry.get("event") == "decided":
            target = targets[entry["exchange"]]
            if entry["source"] == "script" and entry["status"] == 200:
                effects[target] += 1
            else:
                others[entry["source"]] += 1

    twice = sorted(target for target, count in effects.items() if count > 1)
    print(f"{killed} kills, {seconds:.1f} s, {len(targets)} requests for {options.calls} calls")
    print(f"took effect once: {sum(count == 1 for count in effects.values())}, twice: {len(twice)}, "
          f"never: {options.calls - len(effects)}; answered again from what was kept: {others['replayed']}, "
          f"others: {dict((name, count) for name, count in others.items() if name != 'replayed')}")
    print(f"the last sender said: {last.stdout.strip()} (exit {last.returncode}); left in the queue: {left.strip()}")
    good = (not twice and len(effects) == options.calls and last.returncode == 0
            and left.startswith("0 waiting, 0 sending, 0 dead"))
    if killed < options.kills:
        print(f"only {killed} kills: the calls were done before")
    print("every call took effect exactly once" if good else "NOT every call took effect exactly once")
    return 0 if good and killed == options.kills else 1


if __name__ == "__main__":
    sys.exit(main())
