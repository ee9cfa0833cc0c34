#!/usr/bin/env python3
# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Prints one stage of a Dockerfile as shell commands: `step_RUN 'apt-get ...'`, `step_USER 7411:7411`, and so on.

    read-dockerfile.py DOCKERFILE STAGE      STAGE is a name, or "final"

The script that evaluates them defines a function for each instruction that it can carry out. One that it does not know
ends it, so that nothing in the file is silently left out.
"""

import json
import shlex
import sys


def instructions(text):
    """(word, rest) of each instruction, continued lines joined, comments left out."""
    pending = ""
    for line in text.splitlines():
        if line.lstrip().startswith("#") or (not line.strip() and not pending):
            continue
        if line.rstrip().endswith("\\"):
            pending += line.rstrip()[:-1] + " "
            continue
        word, _, rest = (pending + line).strip().partition(" ")
        pending = ""
        yield word.upper(), rest.strip()


def words(rest):
    """The arguments of an instruction, in either of its forms: a JSON array, or words."""
    return json.loads(rest) if rest.startswith("[") else shlex.split(rest)


def step(word, rest):
    """The shell command for one instruction."""
    if word == "RUN":
        arguments = [rest]
    elif word == "ENV":
        arguments = [part for pair in shlex.split(rest) for part in pair.split("=", 1)]
    elif word == "HEALTHCHECK":
        options, separator, command = rest.partition("CMD ")
        if not separator or not command.startswith("["):
            sys.exit("read-dockerfile: a HEALTHCHECK must be CMD and a JSON array here")
        arguments = json.loads(command)
    elif word in ("ENTRYPOINT", "CMD") and not rest.startswith("["):
        sys.exit(f"read-dockerfile: {word} must be a JSON array: a shell in front of the program would get its signals")
    else:
        arguments = words(rest)
    return " ".join([f"step_{word}"] + [shlex.quote(argument) for argument in arguments])


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    stages = []
    for word, rest in instructions(text):
        if word == "FROM":
            parts = rest.split()
            stages.append((parts[2] if len(parts) == 3 and parts[1].upper() == "AS" else "", []))
        if not stages:
            sys.exit(f"read-dockerfile: {word} before the first FROM")
        stages[-1][1].append((word, rest))
    chosen = stages[-1:] if sys.argv[2] == "final" else [stage for stage in stages if stage[0] == sys.argv[2]]
    if not chosen:
        sys.exit(f"read-dockerfile: there is no stage '{sys.argv[2]}'")
    for word, rest in chosen[0][1]:
        print(step(word, rest))


main()
