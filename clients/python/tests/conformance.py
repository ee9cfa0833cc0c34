# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Runs the cases of Tests/Conformance, whose README.md says what everything in them means."""

import calendar
import itertools
import json
import os
import re
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable, NamedTuple

FOLDER = Path(__file__).resolve().parents[3] / "Tests" / "Conformance"

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_UNITS = {"ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3_600 * 10**9, "d": 86_400 * 10**9}
_TOLERANCE = 5 * 10**9
_counter = itertools.count(1)
_run = os.urandom(3).hex()


class Outcome(NamedTuple):
    """What came of a call, whichever door it went through."""

    code: str = "OK"
    reply: Any = None
    reason: str = ""
    message: str = ""
    violations: tuple[str, ...] = ()
    has_retry_after: bool = False


class Mismatch(Exception):
    """What was expected and what came instead."""


class Suite:
    """All the cases, in the files' order."""

    def __init__(self) -> None:
        settings = json.loads((FOLDER / "suite.json").read_text())
        self.rows: dict[str, str] = settings["rows"]
        self.later: dict[str, str] = settings["later"]
        self.defaults: dict[str, Any] = settings["defaults"]
        self.cases: list[dict[str, Any]] = []
        for row in self.rows:
            path = FOLDER / f"{row[0]}{int(row[1:]):02}.json"
            self.cases += json.loads(path.read_text())["cases"] if path.exists() else []

    def table(self, passed: list[dict[str, Any]]) -> str:
        """Row, how many cases it has, and how many of them passed."""
        lines = ["row  cases  passed  Python, frame door"]
        for row in self.rows:
            count = sum(case["row"] == row for case in self.cases)
            result = "later" if row in self.later else sum(case["row"] == row for case in passed)
            lines.append(f"{row:<4} {count:>5}  {result:>6}  {self.rows[row]}")
        return "\n".join(lines)


class Runner:
    """One case: its variables, and its steps one after the other.

    ``call`` makes a call: name, request as proto3 JSON, timeout in milliseconds or None, how many
    records of a stream or None. ``request`` sends an HTTP
    request to what is guarded by a middleware, and returns all the answers that must match.
    """

    def __init__(self, suite: Suite, call: Callable[..., Outcome], request: Callable[..., list[Any]]) -> None:
        self._suite = suite
        self._call = call
        self._request = request
        self._variables: dict[str, Any] = {"account": f"c-{_run}-{next(_counter)}"}

    def run(self, case: dict[str, Any]) -> None:
        for name, value in case.get("let", {}).items():
            self._variables[name] = self._expand(value)
        for number, step in enumerate(case["steps"], 1):
            try:
                for index in range(step.get("times", 1)):
                    self._variables["i"] = index
                    self._until(step)
            except Mismatch as mismatch:
                name = step.get("call", "http")
                raise Mismatch(f"{case['row']} {case['name']}: step {number} ({name}): {mismatch}") from None

    def _until(self, step: dict[str, Any]) -> None:
        end = time.monotonic_ns() + _span("+" + step.get("within", "0s"))
        while True:
            try:
                return self._step(step)
            except Mismatch:
                if time.monotonic_ns() >= end:
                    raise

    def _step(self, step: dict[str, Any]) -> None:
        began = time.time_ns()
        if "http" in step:
            for answer in self._request(self._expand(step["http"])):
                self._match("answer", self._expand(step["expect"]), answer, began)
            return
        request = self._expand({**self._suite.defaults.get(step["call"], {}), **step.get("request", {})})
        request = {name: value for name, value in request.items() if value is not None}
        timeout = _span("+" + step["timeout"]) // 10**6 if "timeout" in step else None
        if "parallel" in step:
            return self._parallel(step, request)
        outcome = self._call(step["call"], request, timeout, step.get("records"))
        self._check(self._expand(step.get("expect", {})), outcome, began)
        for name, path in step.get("bind", {}).items():
            self._variables[name] = _at(outcome.reply, path)

    def _parallel(self, step: dict[str, Any], request: dict[str, Any]) -> None:
        with ThreadPoolExecutor(step["parallel"]) as threads:
            outcomes = threads.map(lambda _: self._call(step["call"], request, None), range(step["parallel"]))
            counts: dict[str, int] = {}
            for outcome in outcomes:
                verdict = outcome.reply.get("verdict") if outcome.reply else None
                name = outcome.reason or verdict or outcome.code
                counts[name] = counts.get(name, 0) + 1
        if counts != step["outcomes"]:
            raise Mismatch(f"outcomes: expected {step['outcomes']}, got {counts}")

    def _check(self, expect: dict[str, Any], outcome: Outcome, began: int) -> None:
        if not self._matches(expect.get("code", "OK"), outcome.code, began):
            raise Mismatch(f"expected {expect.get('code', 'OK')}, got {outcome}")
        if "reason" in expect and outcome.reason != expect["reason"]:
            raise Mismatch(f"expected the reason {expect['reason']}, got {outcome}")
        if "violations" in expect and sorted(outcome.violations) != sorted(expect["violations"]):
            raise Mismatch(f"expected violations {sorted(expect['violations'])}, got {sorted(outcome.violations)}")
        if "retryAfter" in expect and outcome.has_retry_after != expect["retryAfter"]:
            raise Mismatch(f"expected a retry_after: {expect['retryAfter']}, got {outcome}")
        if "message" in expect:
            self._match("message", expect["message"], outcome.message, began)
        if "reply" in expect:
            self._match("reply", expect["reply"], outcome.reply, began)

    # What a request is made of

    def _expand(self, value: Any) -> Any:
        if isinstance(value, str):
            return re.sub(r"\$\{([^}]*)\}", lambda match: self._variable(match[1]), value)
        if isinstance(value, list):
            return [self._expand(each) for each in value]
        if not isinstance(value, dict):
            return value
        if "$repeat" in value:
            return value["$repeat"] * value["times"]
        if "$each" in value:
            outer, made = self._variables.get("i"), []
            for index in range(value["$each"]):
                self._variables["i"] = index
                made.append(self._expand(value["of"]))
            self._variables["i"] = outer
            return made
        if "$token" in value:
            return _token(**self._expand(value["$token"]))
        return {name: self._expand(each) for name, each in value.items()}

    def _variable(self, text: str) -> str:
        name, _, how = text.partition("|")
        if re.fullmatch(r"now([+-]\d+\w+)?", name):
            return _time_text(time.time_ns() + (_span(name[3:]) if name != "now" else 0))
        if name not in self._variables:
            raise Mismatch(f"there is no variable {name}")
        value = str(self._variables[name])
        if how == "hint":
            return f"{value[:4]}...{value[-4:]}"
        if how == "typo":
            return value[:-1] + ("0" if value[-1] != "0" else "1")
        return str(int(value) + int(how)) if how else value

    # What is expected of a reply

    def _match(self, path: str, expected: Any, actual: Any, began: int) -> None:
        if isinstance(expected, dict) and any(name.startswith("$") for name in expected):
            for name, operand in expected.items():
                if name not in ("of", "from") and not self._holds(path, name, operand, expected, actual, began):
                    raise Mismatch(f"{path}: {name} {operand!r} does not hold for {actual!r}")
        elif isinstance(expected, dict) and isinstance(actual, dict):
            for name, each in expected.items():
                self._match(f"{path}.{name}", each, actual.get(name), began)
        elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
            for index, each in enumerate(expected):
                self._match(f"{path}[{index}]", each, actual[index], began)
        elif isinstance(expected, (dict, list)) or isinstance(actual, (dict, list)) or _text(expected) != _text(actual):
            raise Mismatch(f"{path}: expected {expected!r}, got {actual!r}")

    def _holds(self, path: str, name: str, operand: Any, whole: Any, actual: Any, began: int) -> bool:
        if name == "$set":
            return operand == (actual not in (None, "", 0, "0", False, [], {}))
        if name == "$count":
            return isinstance(actual, list) and len(actual) == operand
        if name == "$lacks":
            return str(operand) not in json.dumps(actual, ensure_ascii=False)
        if name == "$all":
            for each in operand:
                self._match(path, each, actual, began)
            return True
        if actual is None:
            return False
        if name == "$regex":
            return re.fullmatch(operand, str(actual)) is not None
        if name == "$not":
            return not self._matches(operand, actual, began)
        if name == "$contains":
            return any(self._matches(operand, each, began) for each in actual)
        if name == "$atLeast":
            return int(actual) >= int(operand)
        if name == "$time":
            if "from" in whole:
                return _time(actual) == _time(whole["from"]) + _span(operand)
            early, late = (each + _span(operand) for each in (began - _TOLERANCE, time.time_ns() + _TOLERANCE))
            return early <= _time(actual) <= late
        raise Mismatch(f"{path}: there is no matcher {name}")

    def _matches(self, expected: Any, actual: Any, began: int) -> bool:
        try:
            self._match("", expected, actual, began)
            return True
        except Mismatch:
            return False


def _text(value: Any) -> str:
    """64-bit integers are strings in proto3 JSON, others are not: all compare as what is written."""
    return json.dumps(value) if value is None or isinstance(value, bool) else str(value)


def _at(reply: Any, path: str) -> Any:
    for part in path.split("."):
        reply = reply[int(part)] if isinstance(reply, list) else reply[part]
    return reply


def _span(text: str) -> int:
    """+30d in nanoseconds."""
    sign, count, unit = re.fullmatch(r"([+-])(\d+)(ms|s|m|h|d)", text).groups()  # type: ignore[union-attr]
    return (-1 if sign == "-" else 1) * int(count) * _UNITS[unit]


def _time(text: str) -> int:
    """An RFC 3339 time in nanoseconds since 1970."""
    whole, fraction = re.fullmatch(r"([^.]*?)(?:\.(\d{1,9}))?Z", text).groups()  # type: ignore[union-attr]
    seconds = calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S"))
    return seconds * 10**9 + int((fraction or "").ljust(9, "0"))


def _time_text(nanoseconds: int) -> str:
    seconds, fraction = divmod(nanoseconds, 10**9)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{fraction:09}Z"


def _token(prefix: str, id: str, secret: str) -> str:
    """A well-formed token: PREFIX_ID SECRET CHECK without the spaces, the check the CRC-32 in base62."""
    text = f"{prefix}_{id}{secret}"
    rest, check = zlib.crc32(text.encode()), ""
    for _ in range(6):
        rest, digit = divmod(rest, 62)
        check = _DIGITS[digit] + check
    return text + check
