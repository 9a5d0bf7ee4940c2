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


def time_in_turns(calls, request):
    """Runs each call `calls` times, in turns. Returns the seconds of one call, turn by turn, by name."""
    count = request["calls"]
    seconds = {name: [] for name in calls}
    for turn in range(request["turns"] + 1):
        for name, call in calls.items():
            started = time.perf_counter()
            for _ in range(count):
                call()
            # The first turn compiles and warms up.
            if turn > 0:
                seconds[name].append((time.perf_counter() - started) / count)
    return seconds


def print_turns(seconds, versions):
    for name, turns in seconds.items():
        line = {"case": name, "seconds": turns, "versions": versions}
        print(json.dumps(line), flush=True)


def _peak_memory_bytes():
    try:
        with open("/proc/self/status", encoding="utf8") as status:
            lines = [line.split() for line in status if line.startswith("VmHWM:")]
    except OSError:
        return None
    return int(lines[0][1]) * 1024 if lines else None
