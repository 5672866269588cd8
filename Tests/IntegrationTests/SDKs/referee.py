"""What every referee does: one call that succeeds, then calls until the SDK itself says that it is rate limited.

Ends with 0 and a line that names the SDK's own error, or with a traceback.
"""

import os
import sys

os.environ.update(NO_PROXY="127.0.0.1", no_proxy="127.0.0.1")
url = sys.argv[1]


def judge(call, succeeded, limited, *, told=lambda error: True):
    """call: one call without retries. succeeded: what its result must satisfy. limited: the SDK's error class.
    told: what the error must know."""
    result = call()
    assert succeeded(result), f"not read as a success: {result!r}"
    for _ in range(200):
        try:
            call()
        except limited as error:
            assert told(error), f"{error!r} does not know what the refusal said"
            print(f"{type(error).__module__}.{type(error).__qualname__}: {error}")
            return
    raise AssertionError("200 calls and no refusal")
