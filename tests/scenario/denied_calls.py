#!/usr/bin/env python3
"""Which system calls a program made that its unit would deny.

usage: denied_calls.py UNIT TRACE

TRACE is what `strace -f -o TRACE` wrote. SystemCallFilter= is read as systemd reads it: the first
line allows, a later one adds, or takes away with ~; the groups are those of the systemd that is
here. Also told: sockets of a family that RestrictAddressFamilies= does not name, and memory that is
to be written and executed. One line each; exit code 1 where there is any.
"""
import re
import subprocess
import sys


def expand(name, known):
    """The system calls of a group; what is no group is a call."""
    if not name.startswith("@"):
        return {name}
    if name not in known:
        listed = subprocess.run(["systemd-analyze", "--no-pager", "syscall-filter", name],
                                capture_output=True, text=True, check=True).stdout
        words = [line.strip() for line in listed.splitlines()[1:]]
        known[name] = set()  # no group holds itself, but nothing may hang
        known[name] = set().union(*(expand(word, known) for word in words
                                    if word and not word.startswith("#")))
    return known[name]


def settings(unit, key):
    with open(unit, encoding="utf-8") as text:
        return [line.split("=", 1)[1].strip() for line in text if line.startswith(key + "=")]


def allowed(unit):
    calls, known = set(), {}
    for value in settings(unit, "SystemCallFilter"):
        named = set().union(*(expand(word, known) for word in value.lstrip("~").split()))
        calls = calls - named if value.startswith("~") else calls | named
    # What systemd always allows: without these nothing could be started or end.
    return calls | expand("@default", known) | {"execve"}


def main():
    unit, trace = sys.argv[1:]
    families = set(" ".join(settings(unit, "RestrictAddressFamilies")).split())
    may = allowed(unit)
    denied = set()
    with open(trace, encoding="utf-8", errors="replace") as text:
        for line in text:
            made = re.match(r"\d+ +(\w+)\((.*)", line)
            if not made:
                continue
            call, rest = made.groups()
            if call not in may:
                denied.add(call)
            if call == "socket" and rest.split(",")[0] not in families:
                denied.add("socket of " + rest.split(",")[0])
            if call in ("mmap", "mprotect") and "PROT_WRITE" in rest and "PROT_EXEC" in rest:
                denied.add(call + " of memory that is written and executed")
    for what in sorted(denied):
        print(what)
    return 1 if denied else 0


sys.exit(main())
