"""What the checks of the vectors share."""

import json
import pathlib
import sys

import primitives as p

HERE = pathlib.Path(__file__).parent
VERSION = b"\1"


def load(name):
    return json.loads((HERE / f"{name}.json").read_text())


def same(what, computed, stored):
    if isinstance(computed, bytes):
        computed = computed.hex()
    if computed != stored:
        sys.exit(f"{what}:\n  computed {computed}\n  stored   {stored}")


def u(size, value):
    return value.to_bytes(size, "big")


def h(values, name):
    return bytes.fromhex(values[name])


def check_signed(name, v, statement):
    same(name, statement, v["statement"])
    same(name, "Holdfast/v1/" + name, v["purpose"])
    key, signature = p.sign(h(v, "signer_seed"), name, statement)
    same(name + " key", key, v["signer_key"])
    same(name + " signature", signature, v["signature"])


def sha256(*parts):
    return p.hashlib.sha256(b"".join(parts)).digest()


def tree(leaves):
    """The root and every leaf's path, leaf to root."""
    if len(leaves) == 1:
        return sha256(b"\0", leaves[0]), [[]]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    (left, left_paths), (right, right_paths) = tree(leaves[:split]), tree(leaves[split:])
    paths = [path + [right.hex()] for path in left_paths]
    return sha256(b"\1", left, right), paths + [path + [left.hex()] for path in right_paths]
