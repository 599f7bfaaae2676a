# SPDX-License-Identifier: Apache-2.0
"""The promise of --json (docs/cli.md): exactly one document, of one shape, that tells the exit code."""
from __future__ import annotations

import json
from typing import Any

ERROR_MEMBERS = ["status", "exit_code", "message", "group", "rc", "rc_name", "hint"]
OPTIONAL_MEMBERS = {"group", "rc", "rc_name"}

# docs/cli.md "Exit codes"
STATUSES = {
    0: "ok", 1: "internal", 2: "usage", 3: "no-port", 4: "port-busy", 5: "timeout", 6: "protocol",
    7: "device", 8: "bad-file", 9: "unsupported", 10: "not-updated", 11: "partial",
    130: "interrupted",
}


class Unsound(Exception):
    """What is wrong with a document."""


def require(condition: bool, complaint: str) -> None:
    if not condition:
        raise Unsound(complaint)


def without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    require(len(members) == len(pairs), f"a member stands twice: {pairs}")
    return members


def check_error(error: Any, exit_code: int) -> None:
    require(isinstance(error, dict), "the error is no object")
    require([m for m in ERROR_MEMBERS if m in error] == list(error), f"members {list(error)}")
    missing = set(ERROR_MEMBERS) - OPTIONAL_MEMBERS - set(error)
    require(not missing, f"the error lacks {missing}")
    require(error["exit_code"] == exit_code, f"exit_code is not the program's {exit_code}")
    require(error["status"] == STATUSES[exit_code], f"status {error['status']} with {exit_code}")
    require(isinstance(error["message"], str) and error["message"] != "", "no message")
    require(error["hint"] is None or isinstance(error["hint"], str), "the hint is no text")
    require(("rc" in error) == ("rc_name" in error), "rc without rc_name")
    require("group" not in error or "rc" in error, "group without rc")


def check(output: str, exit_code: int) -> None:
    """Raise Unsound unless `output` is what --json promises for this exit code."""
    require(output.endswith("\n") and output.count("\n") == 1, "not exactly one line")
    try:
        document = json.loads(output, object_pairs_hook=without_doubles)
    except json.JSONDecodeError as error:
        raise Unsound(f"no JSON: {error}") from error
    # A command that fails may have something to show all the same.
    members = [m for m in document if m != "result" or exit_code == 0]
    last = "result" if exit_code == 0 else "error"
    require(members == ["ok", "command", "port", last], f"members {list(document)}")
    require(list(document)[-1] == last, f"{last} is not the last member")
    require(document["ok"] is (exit_code == 0), f"ok with exit code {exit_code}")
    for member in ("command", "port"):
        require(document[member] is None or isinstance(document[member], str), member)
    if "result" in document:
        require(isinstance(document["result"], dict), "the result is no object")
    if exit_code != 0:
        check_error(document["error"], exit_code)
