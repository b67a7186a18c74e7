# SPDX-License-Identifier: MIT
"""Runs the example http_delivery against the example receiver, as a user would: http_delivery.py delivery receiver."""
import json
import os
import re
import subprocess
import sys
import tempfile


def main():
    delivery, receiver = sys.argv[1:]
    server = subprocess.Popen([receiver, "0", "3"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        url = re.search(r"http://\S+", server.stderr.readline())[0]
        with tempfile.TemporaryDirectory() as folder:  # where no earlier run has left events
            said = subprocess.run([os.path.abspath(delivery), url], cwd=folder, check=True, capture_output=True,
                                  text=True, timeout=60).stdout
            assert said == "3 delivered, 0 on disk for later, 0 lost\n", said
        printed, _ = server.communicate(timeout=60)
    finally:
        server.kill()
    events = [json.loads(line) for line in printed.splitlines()]
    assert [event["input_data"]["item"] for event in events] == ["tea", "milk", "sugar"], events
    assert all(event["input_data"]["card"] == "[REDACTED]" for event in events), events
    assert server.returncode == 0, server.returncode


if __name__ == "__main__":
    main()
