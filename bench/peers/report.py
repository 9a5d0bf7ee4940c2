"""What a peer is asked and what it answers: JSON in the first argument, one line of JSON on stdout."""

import json
import os
import sys
import time


def read_request():
    return json.loads(sys.argv[1])


def seconds_since_start():
    """Seconds since the benchmark started this process."""
    return time.time() - float(os.environ["PREP_LAB_BENCH_STARTED"]) / 1000


def print_line(*, seconds, versions, ready_seconds=None, parameter_count=None):
    line = {
        "seconds": seconds,
        "readySeconds": ready_seconds,
        "parameterCount": parameter_count,
        "peakMemoryBytes": _peak_memory_bytes(),
        "versions": versions,
    }
    print(json.dumps({name: value for name, value in line.items() if value is not None}), flush=True)


def _peak_memory_bytes():
    try:
        with open("/proc/self/status", encoding="utf8") as status:
            lines = [line.split() for line in status if line.startswith("VmHWM:")]
    except OSError:
        return None
    return int(lines[0][1]) * 1024 if lines else None
