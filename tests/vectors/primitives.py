"""The primitives of crypto/PROTOCOL.md in plain Python, for check.py. Slow, and not
in constant time: for checking vectors only."""

import hashlib
import hmac
import struct

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


# --- X25519 (RFC 7748) ---------------------------------------------------------


def x25519(secret, point=(9).to_bytes(32, "little")):
    k = int.from_bytes(secret, "little") & ~7 & ~(1 << 255) | 1 << 254
    u = int.from_bytes(point, "little") & (1 << 255) - 1
    x2, z2, x3, z3, swap = 1, 0, u, 1, 0
    for t in reversed(range(255)):
        bit = k >> t & 1
        if swap ^ bit:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swap = bit
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        da, cb = d * a, c * b
        x3, z3 = (da + cb) ** 2 % P, u * (da - cb) ** 2 % P
        aa, bb = a * a % P, b * b % P
        e = aa - bb
        x2, z2 = aa * bb % P, e * (aa + 121665 * e) % P
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


# --- Ed25519 (RFC 8032) --------------------------------------------------------


def _add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _multiply(scalar, p):
    q = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            q = _add(q, p)
        p = _add(p, p)
        scalar >>= 1
    return q


def _compress(p):
    inverse = pow(p[2], P - 2, P)
    x, y = p[0] * inverse % P, p[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _base():
    y = 4 * pow(5, P - 2, P) % P
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x & 1:
        x = P - x
    return x, y, 1, x * y % P


BASE = _base()


def ed25519_sign(seed, message):
    """The public key and the signature."""
    digest = hashlib.sha512(seed).digest()
    a = int.from_bytes(digest[:32], "little") & ~7 & ~(1 << 255) | 1 << 254
    key = _compress(_multiply(a, BASE))
    r = int.from_bytes(hashlib.sha512(digest[32:] + message).digest(), "little") % L
    point = _compress(_multiply(r, BASE))
    h = int.from_bytes(hashlib.sha512(point + key + message).digest(), "little") % L
    return key, point + ((r + h * a) % L).to_bytes(32, "little")


# --- XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) ---------------------------


def _rounds(state):
    def quarter(a, b, c, d):
        for target, other, moved, by in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            state[target] = state[target] + state[other] & 0xFFFFFFFF
            mixed = state[moved] ^ state[target]
            state[moved] = (mixed << by | mixed >> 32 - by) & 0xFFFFFFFF

    for _ in range(10):
        for i in range(4):
            quarter(i, 4 + i, 8 + i, 12 + i)
        for i in range(4):
            quarter(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)


CONSTANTS = struct.unpack("<4I", b"expand 32-byte k")


def _block(key, counter, nonce):
    start = [*CONSTANTS, *struct.unpack("<8I", key), counter, *struct.unpack("<3I", nonce)]
    state = list(start)
    _rounds(state)
    return struct.pack("<16I", *((a + b) & 0xFFFFFFFF for a, b in zip(state, start)))


def _poly1305(key, message):
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for i in range(0, len(message), 16):
        total = (total + int.from_bytes(message[i : i + 16] + b"\1", "little")) * r % (2**130 - 5)
    return (total + int.from_bytes(key[16:], "little") & (1 << 128) - 1).to_bytes(16, "little")


def aead_seal(key, nonce, plaintext, ad):
    """nonce || ciphertext || tag."""
    state = [*CONSTANTS, *struct.unpack("<8I", key), *struct.unpack("<4I", nonce[:16])]
    _rounds(state)
    subkey = struct.pack("<8I", *state[:4], *state[12:])
    inner = bytes(4) + nonce[16:]
    stream = b"".join(_block(subkey, 1 + i, inner) for i in range(len(plaintext) // 64 + 1))
    ciphertext = bytes(a ^ b for a, b in zip(plaintext, stream))
    pad = lambda data: data + bytes(-len(data) % 16)
    lengths = struct.pack("<QQ", len(ad), len(ciphertext))
    tag = _poly1305(_block(subkey, 0, inner)[:32], pad(ad) + pad(ciphertext) + lengths)
    return nonce + ciphertext + tag


def aead_open(key, sealed, ad):
    nonce, ciphertext = sealed[:24], sealed[24:-16]
    plaintext = aead_seal(key, nonce, ciphertext, ad)[24:-16]
    assert aead_seal(key, nonce, plaintext, ad) == sealed, "does not open"
    return plaintext


# --- hashes and derivations ----------------------------------------------------


def hmac256(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def hkdf(salt, ikm, info, length):
    prk, output, block = hmac256(salt or bytes(32), ikm), b"", b""
    for i in range(-(-length // 32)):
        block = hmac256(prk, block + info + bytes([i + 1]))
        output += block
    return output[:length]


def domain(name):
    return b"Holdfast/v1/" + name.encode()


def domain_hash(name, *parts):
    return hashlib.blake2b(domain(name) + b"\0" + b"".join(parts), digest_size=32).digest()


def derive(ikm, name, context=b"", length=32):
    return hkdf(b"", ikm, domain(name) + b"\0" + context, length)


def sign(seed, name, statement):
    return ed25519_sign(seed, domain(name) + b"\0" + statement)
