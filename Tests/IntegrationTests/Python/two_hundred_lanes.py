"""200 lanes at once: created over the control API, used, judged and deleted by 200 clients side by side.

    retrograde serve --ready-file up.json &
    python3 Tests/IntegrationTests/Python/two_hundred_lanes.py "$(python3 -c 'import json; print(json.load(open("up.json"))["control"])')"

Each lane has a fixture of its own, and each client proves that nothing of any other lane came to it. It prints how long
all of it took.
"""

import http.client
import json
import sys
import threading
import time

LANES = 200


def call(connection, method, path, body=None):
    payload = None if body is None else json.dumps(body)
    connection.request(method, path, payload, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status < 300, (method, path, answer.status, text)
    return text


def client(number, control, start):
    """Creates a lane, is refused by it, comes back on time (even) or at once (odd), and reads what is said of it."""
    connection = http.client.HTTPConnection(control)
    start.wait()
    name = f"lane-of-{number}"
    wait = 1 + number % 60
    refusals = 1 + number % 3
    lane = json.loads(call(connection, "POST", "/v1/lanes", {
        "name": name, "clock": "manual",
        "fixture": {
            "name": f"fixture {number}",
            "routes": [{
                "match": "GET /{who}",
                "replies": [
                    {"times": refusals, "status": 503, "retry-after": f"{wait}s"},
                    {"status": 200, "headers": {"X-Lane": name}, "text": f"for {number}"}]}],
            "expect": ["RA-01"]}}))
    assert lane["name"] == name and lane["fixture"] == f"fixture {number}", lane
    upstream = http.client.HTTPConnection(lane["url"].removeprefix("http://"))
    path = f"/v1/lanes/{name}"
    for attempt in range(refusals + 1):
        upstream.request("GET", f"/{number}", headers={"X-Client": str(number)})
        answer = upstream.getresponse()
        text = answer.read()
        if attempt < refusals:
            assert (answer.status, answer.getheader("Retry-After")) == (503, str(wait)), (number, answer.status)
            if number % 2 == 0:
                call(connection, "POST", f"{path}/clock", {"advance": f"{wait}s"})
        else:
            assert (answer.status, answer.getheader("X-Lane"), text) == (200, name, f"for {number}".encode()), text
    upstream.close()

    # The last response may have left before its end was journalled; `wait` asks until the entry is there.
    entries, since = [], 0
    while sum(entry["event"] == "completed" for entry in entries) < refusals + 1:
        connection.request("GET", f"{path}/journal?since={since}&wait=10s")
        answer = connection.getresponse()
        lines = answer.read().splitlines()
        assert lines, (number, entries)
        entries += map(json.loads, lines)
        since = int(answer.getheader("Retrograde-Next"))
    arrivals = [entry for entry in entries if entry["event"] == "arrived"]
    assert [entry["target"] for entry in arrivals] == [f"/{number}"] * (refusals + 1), arrivals
    assert all(["X-Client", str(number)] in entry["fields"] for entry in arrivals), arrivals

    verdict = json.loads(call(connection, "GET", f"{path}/verdict"))
    assert verdict["lane"] == name, verdict
    expected = "pass" if number % 2 == 0 else "fail"
    assert [(each["id"], each["verdict"]) for each in verdict["verdicts"]] == [("RA-01", expected)], verdict
    call(connection, "DELETE", path)
    connection.close()


def main():
    control = sys.argv[1].removeprefix("http://")
    start = threading.Event()
    failures = []

    def run(number):
        try:
            client(number, control, start)
        except Exception as problem:  # noqa: BLE001: every one of them is told at the end
            failures.append(f"{number}: {type(problem).__name__}: {problem}")

    threads = [threading.Thread(target=run, args=(number,)) for number in range(LANES)]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    start.set()
    for thread in threads:
        thread.join()
    took = time.monotonic() - began
    connection = http.client.HTTPConnection(control)
    left = [lane["name"] for lane in json.loads(call(connection, "GET", "/v1/lanes"))["lanes"]]
    left = [name for name in left if name.startswith("lane-of-")]
    if failures or left:
        sys.exit("\n".join(failures + [f"left: {left}"]))
    print(f"{LANES} lanes created, used, judged and deleted by {LANES} clients in {took:.2f} s")


main()
