#!/usr/bin/env python3
"""GETs a second of the backoff client, beside curl --parallel, aiohttp and libcurl's easy interface on threads.

    swift build -c release --product retrograde
    .ci/clients
    .build-clients/bin/python Tests/Measurements/client-throughput.py .build/release/retrograde

All of them ask the same server, a lane of retrograde, one after the other and over again; what is printed is the median of
each and its ratio to curl. The whole process is timed, its start and end included. curl takes 300 at once at most.
libcurl's easy interface is a C program that this script compiles where there is a compiler; it has as many threads as calls
are in flight, 64 at most.
"""
import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

FIXTURE = 'routes: [ { match: "* /*", reply: { success: {} } } ]\n'

AIOHTTP = """
import aiohttp, asyncio, sys

async def main(url, count, flight):
    numbers = iter(range(count))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        async def worker():
            for number in numbers:
                async with session.get(f"{url}/{number}") as response:
                    await response.read()
        await asyncio.gather(*(worker() for _ in range(flight)))

asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
"""

EASY = r"""
#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static const char *base;
static atomic_int left;

static size_t ignore(char *data, size_t size, size_t count, void *context) {
    (void)data, (void)context;
    return size * count;
}

static void *work(void *context) {
    CURL *handle = curl_easy_init();
    char url[256];
    int number;
    while ((number = atomic_fetch_sub(&left, 1)) > 0) {
        snprintf(url, sizeof url, "%s/%d", base, number);
        curl_easy_setopt(handle, CURLOPT_URL, url);
        curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, ignore);
        if (curl_easy_perform(handle) != CURLE_OK) exit(1);
    }
    curl_easy_cleanup(handle);
    return context;
}

int main(int count, char **words) {
    pthread_t threads[64];
    if (count != 4) return 64;
    int flight = atoi(words[3]) < 64 ? atoi(words[3]) : 64;
    base = words[1];
    left = atoi(words[2]);
    curl_global_init(CURL_GLOBAL_ALL);
    for (int i = 0; i < flight; i++) pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < flight; i++) pthread_join(threads[i], NULL);
    return 0;
}
"""


def commands(program, folder):
    """What is measured, by name: a function of URL, calls and calls in flight that gives a command."""
    found = {
        "curl": lambda url, count, flight: [
            "curl", "-q", "--silent", "--noproxy", "*", "--parallel", "--parallel-immediate", "--parallel-max",
            str(min(flight, 300)), "--output", "/dev/null", f"{url}/[1-{count}]"],
        "retrograde": lambda url, count, flight: [
            program, "call", "--quiet", "--requests", str(count), "--concurrency", str(flight), url],
    }
    with open(f"{folder}/client.py", "w", encoding="utf-8") as file:
        file.write(AIOHTTP)
    if subprocess.run([sys.executable, "-c", "import aiohttp"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
        found["aiohttp"] = lambda url, count, flight: [
            sys.executable, f"{folder}/client.py", url, str(count), str(flight)]
    compiler = next(filter(shutil.which, ["cc", "gcc", "clang"]), None)
    if compiler:
        with open(f"{folder}/easy.c", "w", encoding="utf-8") as file:
            file.write(EASY)
        subprocess.run(
            [compiler, "-O2", "-o", f"{folder}/easy", f"{folder}/easy.c", "-lcurl", "-lpthread"], check=True)
        found["easy"] = lambda url, count, flight: [f"{folder}/easy", url, str(count), str(flight)]
    return found


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("program")
    options.add_argument("--requests", type=int, default=20_000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--in-flight", type=int, nargs="*", default=[64, 1000])
    arguments = options.parse_args()
    program = os.path.abspath(arguments.program)
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/plain.yaml", "w", encoding="utf-8") as file:
            file.write(FIXTURE)
        server = subprocess.Popen([program, "serve", f"{folder}/plain.yaml"], stdout=subprocess.PIPE, text=True)
        try:
            url = json.loads(server.stdout.readline())["url"]
            found = commands(program, folder)
            for flight in arguments.in_flight:
                rates = {name: [] for name in found}
                for turn in range(arguments.rounds + 1):
                    for name, command in found.items():
                        begun = time.monotonic()
                        subprocess.run(
                            command(url, arguments.requests, flight), stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL, check=True, timeout=300)
                        # The first round warms up.
                        if turn:
                            rates[name].append(arguments.requests / (time.monotonic() - begun))
                base = statistics.median(rates["curl"])
                for name, values in rates.items():
                    median = statistics.median(values)
                    print(
                        f"{flight:>5} in flight  {name:<11}{median:>9.0f}/s  {median / base:5.2f} of curl"
                        f"   ({min(values):.0f} to {max(values):.0f})", flush=True)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


if __name__ == "__main__":
    main()
