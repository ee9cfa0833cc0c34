#!/usr/bin/env python3
# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Makes the manual pages from the program's own description of its commands, so that they say what --help says.

    latchkey --experimental-dump-help | help-to-man.py DIRECTORY DATE VERSION

One page for the program and one for each command, as git has them: latchkey.1, latchkey-key-create.1.
"""

import json
import os
import re
import sys


def escaped(text):
    """Text that roff shows as it is, also at the beginning of a line."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    return re.sub(r"^\.", r"\\&.", text, flags=re.M)


def spelled(name):
    return ("--" if name["kind"] == "long" else "-") + name["name"]


def option_line(argument):
    """"-o, --output <format>", in bold and italics."""
    if argument["kind"] == "positional":
        return f"\\fI{escaped(argument['valueName'])}\\fR"
    names = sorted(argument["names"], key=lambda name: name["kind"] == "long")
    line = ", ".join(f"\\fB{escaped(spelled(name))}\\fR" for name in names)
    return line + (f" \\fI{escaped(argument['valueName'])}\\fR" if argument["kind"] == "option" else "")


def synopsis(words, arguments, subcommands):
    parts = ["\\fB" + escaped(" ".join(words)) + "\\fR"]
    for argument in arguments:
        if argument.get("preferredName", {}).get("name") in ("help", "version"):
            continue
        part = option_line({**argument, "names": [argument["preferredName"]]} if argument.get("names") else argument)
        if argument["isRepeating"]:
            part += " ..."
        parts.append(f"[{part}]" if argument["isOptional"] else part)
    if subcommands:
        parts.append("\\fIcommand\\fR")
    return parts


def discussion(text):
    """Paragraphs are filled; lists and examples, which are indented, keep their lines."""
    lines = []
    for paragraph in text.strip("\n").split("\n\n"):
        lines.append(".PP")
        indented = False
        for line in paragraph.split("\n"):
            if line.startswith("  ") != indented:
                indented = not indented
                lines += [".RS 4", ".nf"] if indented else [".fi", ".RE"]
            lines.append(escaped(line[2:] if indented else line))
        if indented:
            lines += [".fi", ".RE"]
    return lines


def page(command, words, date, version, siblings):
    title = "-".join(words)
    shown = [argument for argument in command.get("arguments", []) if argument.get("shouldDisplay", True)]
    subcommands = [sub for sub in command.get("subcommands", []) if sub["commandName"] != "help"]
    abstract = command["abstract"].rstrip(".")
    abstract = abstract[0].lower() + abstract[1:]
    lines = [
        f'.TH {escaped(title.upper())} 1 "{date}" "Latchkey {version}" "Latchkey"',
        ".SH NAME", f"{escaped(title)} \\- {escaped(abstract)}",
        ".SH SYNOPSIS", ".nh", ".ad l", f".TP {len(' '.join(words)) + 1}",
    ]
    first, *rest = synopsis(words, shown, subcommands)
    lines += [first, *rest, ".ad b", ".hy"]
    if command.get("discussion"):
        lines += [".SH DESCRIPTION"] + discussion(command["discussion"])[1:]
    if subcommands:
        lines.append(".SH COMMANDS")
        for sub in subcommands:
            lines += [".TP", f"\\fB{escaped('-'.join(words + [sub['commandName']]))}\\fR(1)", escaped(sub["abstract"])]
    if shown:
        lines.append(".SH OPTIONS")
        for argument in shown:
            text = argument.get("abstract", "")
            if argument.get("defaultValue") and "default" not in text.lower():
                text += f" (default: {argument['defaultValue']})"
            lines += [".TP", option_line(argument), escaped(text)]
    if len(words) == 1:
        lines += [
            ".SH FILES", ".TP", ".I /var/lib/latchkey/data", "The store of the service that systemd runs.",
            ".TP", ".I /var/lib/latchkey\\-key/store.key", "Its key. Without it the store cannot be read.",
            ".TP", ".I /run/latchkey/latchkey.sock", "Its socket, for root and the members of the group latchkey.",
            ".TP", ".I /etc/default/latchkey", "LATCHKEY_SERVE_OPTIONS: more options of that service.",
            ".SH ENVIRONMENT", ".TP", ".B LATCHKEY_ADDRESS", "The server that is called without \\-\\-address.",
        ]
    if siblings:
        lines += [".SH SEE ALSO", ", ".join(f"\\fB{escaped(name)}\\fR(1)" for name in siblings)]
    return title, "\n".join(lines) + "\n"


def pages(command, words, date, version, up):
    subcommands = [sub for sub in command.get("subcommands", []) if sub["commandName"] != "help"]
    if not command.get("shouldDisplay", True):
        return
    yield page(command, words, date, version, up)
    for sub in subcommands:
        yield from pages(sub, words + [sub["commandName"]], date, version, ["-".join(words)])


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    directory, date, version = sys.argv[1:]
    os.makedirs(directory, exist_ok=True)
    root = json.load(sys.stdin)["command"]
    for title, text in pages(root, [root["commandName"]], date, version, []):
        with open(os.path.join(directory, f"{title}.1"), "w", encoding="utf-8") as file:
            file.write(text)


main()
