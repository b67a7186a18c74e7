# SPDX-License-Identifier: MIT
"""Holds what programs really write to docs/event.schema.json: each is run in an empty folder, and every line of every
*.jsonl file that it leaves there must be an event. Needs the Python package jsonschema (else it is skipped)."""
import json
import pathlib
import subprocess
import sys
import tempfile

import check

try:
    import jsonschema
    jsonschema.Draft202012Validator
except (ImportError, AttributeError):
    print("skipped: there is no Python package jsonschema 4 or later here")
    sys.exit(77)

SCHEMA = "docs/event.schema.json"


def no_constants(name):
    raise ValueError(f"{name} is no JSON")


def no_repeats(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError(f"a key stands there twice among {keys}")
    return dict(pairs)


def check_file(schema, keys, name, data):
    if not data.endswith(b"\n"):
        yield f"{name}: the last line has no end"
    for number, line in enumerate(data.split(b"\n")[:-1], 1):
        place = f"{name}:{number}"
        try:
            event = json.loads(line.decode("utf-8"), parse_constant=no_constants, object_pairs_hook=no_repeats)
        except (ValueError, RecursionError) as error:
            yield f"{place}: no JSON: {error}"
            continue
        for error in schema.iter_errors(event):
            yield f"{place}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        if isinstance(event, dict) and sorted(event) == sorted(keys) and list(event) != keys:
            yield f"{place}: the keys are out of order"


def check_schema(root, options):
    text = json.loads((root / SCHEMA).read_text())
    jsonschema.Draft202012Validator.check_schema(text)
    schema, keys = jsonschema.Draft202012Validator(text), text["required"]
    if list(text["properties"]) != keys:
        yield f"{SCHEMA}: required and properties differ"
    for file in sorted(root.glob("*.jsonl")) if options.self_test else []:
        yield from check_file(schema, keys, file.name, file.read_bytes())
    for program in [] if options.self_test else options.run:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(program, cwd=folder, capture_output=True, text=True)
            name = pathlib.Path(program[0]).name
            if done.returncode != 0:
                yield f"{name}: ended with {done.returncode}: {(done.stdout + done.stderr)[-500:]}"
            files = sorted(pathlib.Path(folder).glob("*.jsonl"))
            if not files:
                yield f"{name}: left no *.jsonl"
            for file in files:
                print(f"{name}: {file.name}, {file.read_bytes().count(10)} events")
                yield from check_file(schema, keys, f"{name}: {file.name}", file.read_bytes())


GOOD = {
    "agent_id": "demo", "event_type": "tool_call", "timestamp": "2026-10-16T12:00:00.123456Z", "input_data": {"q": "x"},
    "output_data": {"value": 3}, "metadata": {}, "cost_usd": 0.0042, "latency_ms": 350, "status": "success",
    "error_message": None, "name": "search", "kind": "tool", "channel": "TOOL", "level": "info", "duration_ns": 350123456,
    "trace_id": "0af7651916cd43dd8448eb211c80319c", "span_id": "b7ad6b7169203331", "parent_span_id": None,
    "run_id": "0a95c5bf-9825-430a-b6b9-01ffd331fd0a", "session_id": "s", "user_id": None}
RUN = GOOD | {"event_type": "run_finished", "kind": "agent",
              "metadata": {"tool_calls": 1, "model_calls": 0, "policy_violations": 0}}
BLOCKED = GOOD | {"status": "blocked", "error_message": "x", "level": "warning", "metadata": {"blocked_by": "guard"}}


def tree(event):
    line = event if isinstance(event, str) else json.dumps(event) + "\n"
    return {SCHEMA: (check.PROJECT / SCHEMA).read_text(), "events.jsonl": line}


def without(event, key):
    return {name: value for name, value in event.items() if name != key}


CASES = [
    check.Case("an event", tree(GOOD), None),
    check.Case("a run's end", tree(RUN), None),
    check.Case("a blocked call", tree(BLOCKED), None),
    check.Case("no events", tree(""), "no end"),
    check.Case("a line that is torn", tree('{"agent_id":\n'), "no JSON"),
    check.Case("a number that is none", tree(json.dumps(GOOD | {"cost_usd": float("nan")}) + "\n"), "NaN is no JSON"),
    check.Case("a key twice", tree(json.dumps(GOOD)[:-1] + ',"name":"again"}\n'), "twice"),
    check.Case("a key too many", tree(GOOD | {"more": 1}), "'more' was unexpected"),
    check.Case("keys out of order", tree({"user_id": None} | GOOD), "out of order"),
    *(check.Case(f"no {key}", tree(without(GOOD, key)), f"'{key}' is a required property") for key in GOOD),
    *(check.Case(f"{key}: {value!r}", tree(GOOD | {key: value}), key) for key, value in [
        ("agent_id", " "), ("agent_id", None), ("event_type", 1), ("timestamp", "2026-10-16T12:00:00Z"),
        ("timestamp", "2026-10-16 12:00:00.123456Z"), ("timestamp", "2026-13-16T12:00:00.123456Z"),
        ("timestamp", "2026-10-16T12:00:00.123456+00:00"), ("timestamp", 0), ("input_data", []), ("output_data", None),
        ("metadata", "x"), ("cost_usd", "0.1"), ("latency_ms", 0.5), ("latency_ms", -1),
        ("duration_ns", -1), ("status", "ok"), ("error_message", "x"), ("error_message", ""),
        ("name", None), ("kind", "robot"), ("channel", None), ("level", "fatal"), ("trace_id", "0" * 32),
        ("trace_id", "0AF7651916CD43DD8448EB211C80319C"), ("span_id", None), ("span_id", "0" * 16),
        ("span_id", "b7ad6b716920333"), ("parent_span_id", ""), ("run_id", "0a95c5bf-9825-130a-b6b9-01ffd331fd0a"),
        ("run_id", ""), ("session_id", ""), ("user_id", 7)]),
    check.Case("one duration of two", tree(GOOD | {"duration_ns": None}), "latency_ms"),
    check.Case("the other one", tree(GOOD | {"latency_ms": None}), "latency_ms"),
    check.Case("a session without a run", tree(GOOD | {"run_id": None}), "session_id"),
    check.Case("an error of level info", tree(GOOD | {"status": "error"}), "level"),
    check.Case("blocked by nobody", tree(BLOCKED | {"metadata": {}}), "blocked_by"),
    check.Case("blocked for no reason", tree(BLOCKED | {"error_message": None}), "error_message"),
    check.Case("a run without counts", tree(RUN | {"metadata": {}}), "tool_calls"),
    check.Case("a run that is a tool", tree(RUN | {"kind": "tool"}), "kind"),
    check.Case("a run that starts with a duration", tree(RUN | {"event_type": "run_started"}), "duration_ns"),
]

if __name__ == "__main__":
    check.run(check_schema, CASES, [(("--run",), {"action": "append", "nargs": "+", "default": [],
                                                  "help": "a program with its arguments, to be repeated"})])
