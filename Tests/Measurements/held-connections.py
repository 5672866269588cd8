#!/usr/bin/env python3
"""Thousands of connections held in a delay, while others are answered: how late, how many threads, who waits.

    swift build -c release --product retrograde
    Tests/Measurements/held-connections.py .build/release/retrograde

Opens so many connections to one upstream, asks on each for a reply that is delayed, and meanwhile asks for replies that
are not, at a fixed rate. Ends with 1 if anything was not answered, came early, or needed another thread of the server.
How late replies are is printed and not judged, because it depends on the machine, which also runs this client.
"""

import argparse
import json
import os
import resource
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

FIXTURE = """\
routes:
  - match: GET /held
    reply: {{ success: {{}}, delay: {delay}ms }}
  - match: GET /quick
    reply: {{ success: {{}} }}
"""


class Connection:
    """A kept connection with at most one request on its way."""

    def __init__(self, port, path):
        self.socket = socket.create_connection(("127.0.0.1", port), 20)
        self.socket.setblocking(False)
        self.request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        self.sent_at = None
        self.received = b""

    def send(self):
        self.received = b""
        self.sent_at = time.monotonic()
        self.socket.send(self.request)

    def read(self):
        """How long the answer took, once it is there."""
        piece = self.socket.recv(65536)
        if not piece:
            raise SystemExit("the server closed a connection")
        self.received += piece
        head, separator, body = self.received.partition(b"\r\n\r\n")
        if not separator:
            return None
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        if len(body) < length:
            return None
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"answered {head.splitlines()[0]}")
        took = time.monotonic() - self.sent_at
        self.sent_at = None
        return took


def status(pid, name):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name + ":"))


def line(title, seconds):
    values = sorted(seconds)
    at = [values[int(share * (len(values) - 1))] * 1000 for share in (0.5, 0.99, 1)]
    print(f"{title:38} {len(values):6}   median {at[0]:8.3f} ms   p99 {at[1]:8.3f} ms   max {at[2]:8.3f} ms")


def drive(options, held, quick):
    """Sends what is due and reads what comes, until everything held was answered in every round."""
    selector = selectors.DefaultSelector()
    for connection in held + quick:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    answers = {"held": [], "quick": []}
    is_held = set(map(id, held))
    begun = time.monotonic()
    plan = [
        (begun + number * (options.delay + options.spread + 0.5) + index * options.spread / len(held), connection)
        for number in range(options.rounds)
        for index, connection in enumerate(held)
    ]
    wanted = len(plan)
    plan.reverse()
    idle = list(quick)
    asked = 0
    deadline = begun + options.rounds * (options.delay + options.spread + 0.5) + 60
    while len(answers["held"]) < wanted:
        now = time.monotonic()
        if now > deadline:
            break
        while plan and plan[-1][0] <= now:
            plan.pop()[1].send()
        while idle and begun + asked / options.rate <= now:
            idle.pop().send()
            asked += 1
        due = [begun + asked / options.rate] + ([plan[-1][0]] if plan else [])
        for key, _ in selector.select(max(0, min(due) - time.monotonic()) if idle else 0.001):
            took = key.data.read()
            if took is None:
                continue
            if id(key.data) in is_held:
                answers["held"].append(took)
            else:
                answers["quick"].append(took)
                idle.append(key.data)
    return wanted, answers, time.monotonic() - begun


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("retrograde", help="the program, built for release")
    parser.add_argument("--connections", type=int, default=5000)
    parser.add_argument("--delay", type=float, default=2.0, help="seconds")
    parser.add_argument("--rate", type=float, default=1000, help="other requests a second")
    parser.add_argument("--spread", type=float, default=1.0, help="seconds over which a round is sent")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()

    _, limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    with tempfile.TemporaryDirectory() as folder:
        fixture, ready_file = os.path.join(folder, "held.yaml"), os.path.join(folder, "ready.json")
        with open(fixture, "w", encoding="utf-8") as file:
            file.write(FIXTURE.format(delay=round(options.delay * 1000)))
        with subprocess.Popen([options.retrograde, "serve", fixture, "--ready-file", ready_file],
                              stdout=subprocess.DEVNULL) as server:
            try:
                while not os.path.exists(ready_file):
                    if server.poll() is not None:
                        raise SystemExit("the server did not start")
                    time.sleep(0.01)
                with open(ready_file, encoding="utf-8") as file:
                    ready = json.load(file)
                port = int(ready["url"].rsplit(":", 1)[1])
                quick = [Connection(port, "/quick") for _ in range(16)]
                with urllib.request.urlopen(f"{ready['url']}/quick"):
                    pass
                threads = status(server.pid, "Threads")
                held = [Connection(port, "/held") for _ in range(options.connections)]
                wanted, answers, elapsed = drive(options, held, quick)
                most = status(server.pid, "Threads")
                memory = status(server.pid, "VmRSS")
                name = ready["lanes"][0]["name"]
                with urllib.request.urlopen(f"{ready['control']}/v1/lanes/{name}/journal") as response:
                    journal = [json.loads(text) for text in response.read().splitlines()]
            finally:
                server.send_signal(signal.SIGTERM)

    replied = [entry for entry in journal if entry.get("event") == "replied" and "due" in entry]
    line("held, later than asked, by the client", [took - options.delay for took in answers["held"]])
    line("held, later than due, by the journal", [lateness(entry) for entry in replied])
    line("not held, time of an answer", answers["quick"])
    early = sum(took < options.delay for took in answers["held"])
    print(f"{len(answers['held'])} of {wanted} held replies, {early} of them early; "
          f"{len(answers['quick']) / elapsed:.0f} others a second; "
          f"{threads} threads before, {most} after; {memory / 1024:.0f} MiB")
    return 0 if len(answers["held"]) == wanted and early == 0 and most <= threads else 1


def lateness(entry):
    return max(0, entry["at"] - entry["due"]) / 1e9


if __name__ == "__main__":
    sys.exit(main())
