#!/usr/bin/env python3
"""Clients on a quota: how many of their calls are refused, and how much of the time they waste.

    swift build -c release --product retrograde
    .ci/clients
    .build-clients/bin/python Tests/Measurements/client-efficiency.py .build/release/retrograde

Each client makes 4,000 calls, 20 at a time, against 100 per 2 s (fixed and sliding window) and 50 per second with bursts of
100, once with RateLimit fields beside Retry-After and once with Retry-After alone. boto3 speaks to a fake S3 both times,
for it reads neither. From the lane's journal, as the rules QE-01 and QE-02 define it, with M calls admitted and F refused:

    calls = M / (M + F)        time = (T + l) / (t + l)

T is the least time that the quota allows between the first arrival and the last admission, t is what it was, l is 1 ms.
All clients run at once, each against its own lane: they wait, most of the time. What has not ended after --limit seconds
is stopped, and counts with the calls that were admitted till then. Ends with 1 if ours misses its goal: with RateLimit
fields 0.98 of the calls and 0.97 of the time, with Retry-After alone 0.97 of the calls.
"""
import argparse
import concurrent.futures
import json
import math
import os
import signal
import subprocess
import sys
import tempfile

TASKS, CALLS = 20, 200
LIMITS = {
    "fixed": ("{ quota: 100/2s, algorithm: fixed-window, window: first-request }", lambda m: (math.ceil(m / 100) - 1) * 2),
    "sliding": ("{ quota: 100/2s, algorithm: sliding-window-log }", lambda m: (m - 1) // 100 * 2),
    "bucket": ("{ quota: 50/1s, algorithm: token-bucket, burst: 100 }", lambda m: max(0, (m - 100) / 50)),
}
DIALECTS = {"RateLimit": "ietf-10", "Retry-After": "slack"}
CLIENTS = ["retrograde", "boto3", "openai", "urllib3", "tenacity"]
SUCCESS = """{ status: 200, headers: { ETag: '"5d41402abc4b2a76b9719d911017c592"' }, json: { id: m, object: model, created: 1,
  owned_by: me } }"""


def many(call):
    """Makes the calls, and says how many of them failed in the end."""

    def task(number):
        failed = 0
        for index in range(CALLS):
            try:
                call(f"/{number * CALLS + index}")
            except Exception as error:
                failed += 1
                if failed == 1:
                    print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return failed

    with concurrent.futures.ThreadPoolExecutor(TASKS) as pool:
        return sum(pool.map(task, range(TASKS)))


def boto3_client(url):
    import boto3
    from botocore.config import Config

    client = boto3.client(
        "s3", endpoint_url=url, region_name="eu-central-1", aws_access_key_id="one", aws_secret_access_key="two",
        config=Config(
            s3={"addressing_style": "path"}, retries={"mode": "adaptive", "max_attempts": 100}, max_pool_connections=50))
    return lambda path: client.get_object(Bucket="bucket", Key=path[1:])["Body"].read()


def openai_client(url):
    from openai import OpenAI

    client = OpenAI(base_url=url, api_key="one", max_retries=100)
    return lambda path: client.models.retrieve(path[1:])


def urllib3_client(url):
    import urllib3

    retries = urllib3.Retry(total=100, backoff_factor=0.5, backoff_jitter=0.5, status_forcelist=[429, 503])
    pool = urllib3.PoolManager(retries=retries, maxsize=50)
    return lambda path: pool.request("GET", url + path)


def tenacity_client(url):
    import requests
    import tenacity

    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=50))

    @tenacity.retry(wait=tenacity.wait_random_exponential(multiplier=0.5, max=20), stop=tenacity.stop_after_attempt(100))
    def call(path):
        session.get(url + path).raise_for_status()

    return call


def fixture(client, limit, fields):
    dialect = "aws-s3" if client == "boto3" else DIALECTS[fields]
    return (
        f"name: {client} {limit} {fields}\ndialect: {dialect}\nlimits: {{ q: {LIMITS[limit][0]} }}\nsuccess: {SUCCESS}\n"
        'routes: [ { match: "* /*", limits: [q], reply: { success: {} } } ]\n')


def command(program, client, url):
    if client != "retrograde":
        return [sys.executable, __file__, program, "--client", client, "--url", url]
    return [
        program, "call", "--quiet", "--requests", str(TASKS * CALLS), "--concurrency", str(TASKS), "--attempts", "100", url]


def judge(path, limit):
    """Calls admitted and refused, both efficiencies, and the seconds that it took."""
    admitted = refused = 0
    first = last = arrived = None
    arrivals = {}
    with open(path, encoding="utf-8") as journal:
        for line in journal:
            entry = json.loads(line)
            if entry.get("event") == "arrived":
                arrivals[entry["exchange"]] = entry["at"]
                first = entry["at"] if first is None else first
            elif entry.get("event") == "decided":
                arrived = arrivals.pop(entry["exchange"])
                if entry["source"] == "script":
                    admitted, last = admitted + 1, arrived
                elif entry["source"] == "limit":
                    refused += 1
    if not admitted:
        return None
    taken = (last - first) / 1e9
    return (
        admitted, refused, admitted / (admitted + refused), (LIMITS[limit][1](admitted) + 1e-3) / (taken + 1e-3), taken)


def run(program, client, limit, fields, seconds, folder):
    name = f"{client}-{limit}-{fields}"
    journal, ready = f"{folder}/{name}.ndjson", f"{folder}/{name}.json"
    with open(f"{folder}/{name}.yaml", "w", encoding="utf-8") as file:
        file.write(fixture(client, limit, fields))
    server = subprocess.Popen(
        [program, "serve", f"{folder}/{name}.yaml", "--ready-file", ready, "--journal", journal], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True)
    url = json.loads(server.stdout.readline())["url"]
    note = ""
    with open(f"{folder}/{name}.log", "w", encoding="utf-8") as log:
        try:
            subprocess.run(command(program, client, url), stdout=log, stderr=log, timeout=seconds, check=False)
        except subprocess.TimeoutExpired:
            note = "stopped"
    server.send_signal(signal.SIGTERM)
    server.wait(30)
    return client, limit, fields, judge(journal, limit), note


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("program")
    options.add_argument("--limit", type=float, default=300, help="seconds for a client")
    options.add_argument("--only", help="one client: " + ", ".join(CLIENTS))
    options.add_argument("--parallel", type=int, default=10, help="clients at once")
    options.add_argument("--client", help=argparse.SUPPRESS)
    options.add_argument("--url", help=argparse.SUPPRESS)
    arguments = options.parse_args()
    if arguments.client:
        failed = many(globals()[f"{arguments.client}_client"](arguments.url))
        print(f"{failed} calls failed")
        return 0
    program = os.path.abspath(arguments.program)
    cells = [
        (client, limit, fields) for client in CLIENTS if arguments.only in (None, client) for fields in DIALECTS
        for limit in LIMITS]
    missed = False
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(arguments.parallel) as pool:
        jobs = [pool.submit(run, program, *cell, arguments.limit, folder) for cell in cells]
        print(f"{'client':<11}{'limit':<9}{'fields':<13}{'admitted':>9}{'refused':>9}{'calls':>8}{'time':>8}{'seconds':>9}")
        for job in jobs:
            client, limit, fields, result, note = job.result()
            if result is None:
                print(f"{client:<11}{limit:<9}{fields:<13}  nothing was admitted", flush=True)
                missed = missed or client == "retrograde"
                continue
            admitted, refused, calls, time, seconds = result
            print(
                f"{client:<11}{limit:<9}{fields:<13}{admitted:>9}{refused:>9}{calls:>8.3f}{time:>8.3f}{seconds:>9.1f}"
                f"  {note}", flush=True)
            if client == "retrograde":
                goal = (0.98, 0.97) if fields == "RateLimit" else (0.97, 0.0)
                missed = missed or admitted < TASKS * CALLS or calls < goal[0] or time < goal[1]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
