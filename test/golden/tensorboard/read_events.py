"""Starts the real TensorBoard on a folder that `--tensorboard` wrote, and prints what it serves as JSON.

    python3 -m venv /tmp/tensorboard && /tmp/tensorboard/bin/pip install tensorboard==2.21.0 "setuptools<81"
    /tmp/tensorboard/bin/python test/golden/tensorboard/read_events.py FOLDER
"""

import json
import subprocess
import sys
import time
import urllib.parse
import urllib.request

PORT = 16006
ADDRESS = f"http://127.0.0.1:{PORT}/data"


def get(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(f"{ADDRESS}/{path}", data, headers), timeout=10) as answer:
        return json.load(answer)


def wait_for_runs():
    for _ in range(60):
        try:
            if runs := get("runs"):
                return runs
        except OSError:
            pass
        time.sleep(0.5)
    sys.exit("TensorBoard shows no runs.")


def read_scalars():
    tags = get("plugin/scalars/tags")
    return {
        run: {
            tag: get("plugin/scalars/scalars?" + urllib.parse.urlencode({"run": run, "tag": tag}))
            for tag in sorted(tags[run])
            if not tag.startswith("_hparams_/")
        }
        for run in sorted(tags)
    }


def read_hparams():
    experiment = get("plugin/hparams/experiment", {"experimentName": ""})
    metric = {"metric": {"group": "", "tag": "accuracy/test"}, "order": "ORDER_DESC"}
    request = {
        "experimentName": "",
        "allowedStatuses": ["STATUS_SUCCESS", "STATUS_FAILURE"],
        "colParams": [metric],
        "aggregationType": "AGGREGATION_AVG",
        "startIndex": 0,
        "sliceSize": 1000,
    }
    return {
        "names": sorted(each["name"] for each in experiment["hparamInfos"]),
        "groups": get("plugin/hparams/session_groups", request)["sessionGroups"],
    }


server = subprocess.Popen(
    [sys.executable, "-m", "tensorboard.main", "--logdir", sys.argv[1], "--port", str(PORT), "--load_fast=false"],
    stderr=subprocess.DEVNULL,
)
try:
    wait_for_runs()
    print(json.dumps({"scalars": read_scalars(), "hparams": read_hparams()}, indent=1))
finally:
    server.terminate()
