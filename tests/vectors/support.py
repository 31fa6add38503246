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


# --- codes ---------------------------------------------------------------------

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def code(prefix, payload):
    checksum = p.domain_hash("code-checksum", prefix.encode(), payload)[:4]
    data = u(2, len(payload)) + payload + checksum
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    characters = "".join(ALPHABET[int(bits[i : i + 5], 2)] for i in range(0, len(bits), 5))
    return "-".join([prefix] + [characters[i : i + 5] for i in range(0, len(characters), 5)])


def lines(text):
    prefix, characters = text[:3], text[4:].replace("-", "")
    made = []
    for i in range(0, len(characters), 20):
        content = characters[i : i + 20]
        digest = p.domain_hash("code-line", prefix.encode(), u(1, i // 20 + 1), content.encode())
        bits = f"{int.from_bytes(digest[:2], 'big'):016b}"
        check = "".join(ALPHABET[int(bits[k : k + 5], 2)] for k in (0, 5, 10))
        groups = [content[k : k + 5] for k in range(0, len(content), 5)]
        made.append("-".join(([prefix] if i == 0 else []) + groups + [check]))
    return made


def check_lines(kind, v):
    same(f"{kind} in lines", lines(v["text"]), v["lines"])


def tail(values):
    address = values["address"].encode()
    return u(8, values["expires_at_ms"] // 1000) + u(2, len(address)) + address


# --- bodies --------------------------------------------------------------------


def sealed_body(key, header, content, nonce):
    bucket = min(256 << i for i in range(9) if 256 << i > len(content))
    padded = (content + b"\x80").ljust(bucket, b"\0")
    return p.derive(key, "body-commitment") + p.aead_seal(p.derive(key, "body-key"), nonce,
                                                          padded, header)
