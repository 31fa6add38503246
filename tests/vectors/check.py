#!/usr/bin/env python3
"""A second implementation of the formats in crypto/PROTOCOL.md, made from that page
alone. It computes every vector in this folder anew and fails where one differs."""

import hashlib
import json

import devices
import ledger
import primitives as p
from support import (VERSION, check_lines, check_signed, code, h, load, same, sealed_body, tail,
                     tree, u)

# --- codes ---------------------------------------------------------------------


def check_invitation(v):
    secret, practice, therapist = h(v, "secret"), h(v, "practice"), h(v, "therapist")
    same("invitation", code("HFI", VERSION + secret + practice + therapist + tail(v)), v["text"])
    context = practice + therapist
    for field, name, size in (("lookup", "invitation-lookup", 16), ("bond", "invitation-bond", 16),
                              ("pre_shared_key", "invitation-psk", 32),
                              ("mac_key", "invitation-mac", 32)):
        same(field, p.derive(secret, name, context, size), v[field])
    answer = (VERSION + practice + h(v, "bond") + therapist + h(v, "client") +
              h(v, "client_list_hash") + u(8, v["answered_at_ms"]))
    same("answer", answer, v["answer"])
    mac = p.hmac256(h(v, "mac_key"), p.domain("invitation-mac") + b"\0" + answer)
    same("answer MAC", mac, v["answer_mac"])


def check_codes():
    vectors = load("codes")
    for kind in ("invitation", "enrolment", "recovery"):
        check_lines(kind, vectors[kind])
    check_invitation(vectors["invitation"])
    v = vectors["enrolment"]
    payload = VERSION + h(v, "secret") + h(v, "practice") + tail(v)
    same("enrolment code", code("HFE", payload), v["text"])
    same("enrolment token", p.derive(h(v, "secret"), "enrolment-token"), v["token"])
    same("token hash", p.domain_hash("enrolment-token-hash", h(v, "token")), v["token_hash"])
    v = vectors["recovery"]
    same("recovery code", code("HFR", VERSION + h(v, "secret")), v["text"])
    same("lookup", p.derive(h(v, "secret"), "recovery-lookup", length=16), v["lookup"])
    same("token", p.derive(h(v, "secret"), "recovery-token"), v["token"])
    same("token hash", p.domain_hash("recovery-token-hash", h(v, "token")), v["token_hash"])
    same("wrap key", p.derive(h(v, "secret"), "recovery-wrap"), v["wrap_key"])
    sealed = p.aead_seal(h(v, "wrap_key"), h(v, "nonce"), h(v, "account_seed"),
                         VERSION + h(v, "account_key"))
    same("sealed account key", VERSION + sealed, v["sealed_account_key"])


# --- header and statements -----------------------------------------------------


def check_header():
    for v in load("header")["headers"]:
        header = (VERSION + h(v, "bond") + h(v, "envelope") + h(v, "sender_account") +
                  h(v, "sender_device") + u(1, v["kind"]) + u(1, v["reply_owed"]) +
                  h(v, "slot") + h(v, "reply_to") + u(8, v["sent_at_ms"]) +
                  u(1, v["release_when"]) + u(8, v["release_at_ms"]) + h(v, "release_slot") +
                  u(4, v["body_bytes"]) + u(4, v["sender_list_version"]) +
                  u(4, v["receiver_list_version"]))
        assert len(header) == 160
        same(v["name"], header, v["bytes"])


def check_devices(vectors):
    v = vectors["certificate"]
    account = h(v, "signer_key")
    identity = p.x25519(h(vectors, "identity_secret"))
    certificate = (VERSION + account + h(v, "signing_key") + identity + u(8, v["created_at_ms"]))
    check_signed("certificate", v, certificate)
    device = p.domain_hash("device-id", h(v, "signing_key"), identity)[:16]
    same("device id", device, v["device_id"])
    same("certificate hash", p.domain_hash("certificate-hash", certificate), v["certificate_hash"])

    def device_list(v, previous, devices):
        return (VERSION + account + u(4, v["list_version"]) + previous + u(8, v["issued_at_ms"]) +
                u(1, len(devices)) + b"".join(devices))

    v = vectors["first_list"]
    check_signed("device-list", v, device_list(v, bytes(32), [device]))
    first_hash = p.domain_hash("device-list-hash", h(v, "statement"))
    same("list hash", first_hash, v["list_hash"])
    v = vectors["second_list"]
    check_signed("device-list", v,
                 device_list(v, first_hash, [bytes.fromhex(d) for d in v["devices"]]))
    same("list hash", p.domain_hash("device-list-hash", h(v, "statement")), v["list_hash"])
    v = vectors["prekey"]
    check_signed("prekey", v, VERSION + device + u(4, v["prekey_id"]) + h(v, "prekey") +
                 u(8, v["created_at_ms"]) + u(4, 1) + first_hash)
    return account, device


def check_statements():
    vectors = load("statements")
    account, device = check_devices(vectors)
    practice = h(vectors["endorsement"], "signer_key")
    v = vectors["login"]
    check_signed("login", v, VERSION + practice + h(v, "tls_key") + account + device +
                 h(v, "nonce") + u(8, v["expires_at_ms"]) + u(8, v["vault_generation"]))
    v = vectors["endorsement"]
    check_signed("endorsement", v, VERSION + practice + h(v, "tls_key") +
                 u(8, v["not_before_ms"]) + u(8, v["not_after_ms"]))
    v = vectors["succession"]
    check_signed("succession", v, VERSION + practice + h(v, "to") + u(8, v["at_ms"]))
    v = vectors["account"]
    check_signed("account", v,
                 VERSION + practice + h(v, "account") + u(1, v["role"]) + u(8, v["since_ms"]))
    v = vectors["bond"]
    check_signed("bond", v, VERSION + practice + h(v, "bond") + h(v, "therapist") +
                 h(v, "client") + h(v, "invitation") + u(8, v["formed_at_ms"]))
    v = vectors["invitation"]
    check_signed("invitation", v, VERSION + practice + h(v, "lookup") + h(v, "bond") + account +
                 device + u(8, v["expires_at_ms"]))
    v = vectors["invitation_withdrawal"]
    check_signed("invitation-withdrawal", v, VERSION + practice + h(v, "lookup") + account +
                 device + u(8, v["withdrawn_at_ms"]))


# --- handshake and sessions ----------------------------------------------------


def handshake(dh1, dh2, dh3, psk):
    return p.hkdf(bytes(32), b"\xff" * 32 + dh1 + dh2 + dh3 + psk, p.domain("x3dh"), 32)


def check_handshake():
    v = load("handshake")
    ik_a, ek_a = h(v, "initiator_identity_secret"), h(v, "initiator_ephemeral_secret")
    ik_b, spk_b = h(v, "responder_identity_secret"), h(v, "responder_prekey_secret")
    for secret, field in ((ik_a, "initiator_identity_key"), (ek_a, "initiator_ephemeral_key"),
                          (ik_b, "responder_identity_key"), (spk_b, "responder_prekey")):
        same(field, p.x25519(secret), v[field])
    secret = handshake(p.x25519(ik_a, p.x25519(spk_b)), p.x25519(ek_a, p.x25519(ik_b)),
                       p.x25519(ek_a, p.x25519(spk_b)), h(v, "pre_shared_key"))
    same("session secret", secret, v["session_secret"])
    secret = handshake(p.x25519(spk_b, p.x25519(ik_a)), p.x25519(ik_b, p.x25519(ek_a)),
                       p.x25519(spk_b, p.x25519(ek_a)), h(v, "pre_shared_key"))
    same("session secret", secret, v["session_secret"])


class Counted:
    """Randomness whose n-th draw is n in every byte."""

    def __init__(self):
        self.draws = 0

    def draw(self, size):
        self.draws += 1
        return bytes([self.draws]) * size


class Ratchet:
    def __init__(self, root, random):
        self.root, self.random = root, random
        self.own = self.peer = self.sending = self.receiving = None
        self.sent = self.received = self.previous = 0
        self.skipped = {}

    def advance_root(self, shared):
        output = p.hkdf(self.root, shared, p.domain("ratchet-root"), 64)
        self.root = output[:32]
        return output[32:]

    def turn(self):
        self.own = self.random.draw(32)
        self.sending, self.sent = self.advance_root(p.x25519(self.own, self.peer)), 0

    def send(self):
        header = p.x25519(self.own) + u(4, self.previous) + u(4, self.sent)
        key, self.sending = p.hmac256(self.sending, b"\1"), p.hmac256(self.sending, b"\2")
        self.sent += 1
        return header, p.derive(key, "ratchet-message")

    def skip(self, until):
        while self.receiving and self.received < until:
            place = (self.peer, self.received)
            self.skipped[place] = self.next_received()

    def next_received(self):
        key, self.receiving = p.hmac256(self.receiving, b"\1"), p.hmac256(self.receiving, b"\2")
        self.received += 1
        return p.derive(key, "ratchet-message")

    def receive(self, header):
        key = header[:32]
        previous, number = (int.from_bytes(header[i : i + 4], "big") for i in (32, 36))
        if (key, number) in self.skipped:
            return self.skipped.pop((key, number))
        if key != self.peer:
            self.skip(previous)
            self.peer, self.received = key, 0
            self.receiving = self.advance_root(p.x25519(self.own, key))
            self.previous = self.sent
            self.turn()
        self.skip(number)
        return self.next_received()


def check_session():
    v, random = load("session"), Counted()
    certificates = h(v, "initiator_certificate_hash") + h(v, "responder_certificate_hash")
    ad = VERSION + h(v, "bond") + h(v, "therapist") + h(v, "client") + certificates
    ik_a, ik_b = h(v, "initiator_identity_secret"), h(v, "responder_identity_secret")
    spk_b = h(v, "responder_prekey_secret")
    ek_a = random.draw(32)
    secret = handshake(p.x25519(ik_a, p.x25519(spk_b)), p.x25519(ek_a, p.x25519(ik_b)),
                       p.x25519(ek_a, p.x25519(spk_b)), h(v, "pre_shared_key"))
    session = p.domain_hash("session-id", p.x25519(ek_a), certificates)[:16]
    ends = {name: Ratchet(secret, random) for name in ("initiator", "responder")}
    ends["initiator"].peer = p.x25519(spk_b)
    ends["initiator"].turn()
    ends["responder"].own = spk_b
    answered, late = False, []
    for number, m in enumerate(v["messages"]):
        with_preamble = m["from"] == "initiator" and not answered
        preamble = u(4, v["responder_prekey_id"]) + p.x25519(ek_a) if with_preamble else b""
        header, key = ends[m["from"]].send()
        front = VERSION + session + u(1, with_preamble) + preamble + header
        message = front + p.aead_seal(key, random.draw(24), h(m, "plaintext"), ad + front)
        same(f"message {number}", message, m["message"])
        if m["arrives"] != "at once":
            late.append((m["from"], header, front, message))
            continue
        receive(ends, m["from"], header, front, message, ad, h(m, "plaintext"))
        answered = answered or m["from"] == "responder"
    for name, header, front, message in late:
        receive(ends, name, header, front, message, ad, None)


def receive(ends, sender, header, front, message, ad, plaintext):
    receiver = ends["responder" if sender == "initiator" else "initiator"]
    opened = p.aead_open(receiver.receive(header), message[len(front) :], ad + front)
    assert plaintext is None or opened == plaintext


# --- envelope, receipt, vault --------------------------------------------------


def check_envelope():
    vectors, random = load("envelope"), Counted()
    v = vectors["body"]
    key, header, content = h(v, "content_key"), h(v, "header"), h(v, "content")
    body = sealed_body(key, header, content, random.draw(24))
    same("body", body, v["body"])
    same("message hash", p.domain_hash("message-hash", header, body), v["message_hash"])
    check_capsule(vectors["capsule"])
    v = vectors["chain"]
    head = bytes(32)
    for m in v["messages"]:
        head = p.domain_hash("chain-head", h(v, "device"), u(8, m["position"]), head,
                             h(m, "message_hash"))
        same("chain head", head, m["head"])
    v = vectors["envelope_hash"]
    digests = [bytes.fromhex(d) + p.domain_hash("capsule-hash", bytes.fromhex(s))
               for d, s in zip(v["devices"], v["sealed"])]
    same("digests", [d.hex() for d in digests], v["digests"])
    same("envelope hash", p.domain_hash("envelope-hash", h(v, "message_hash"), *digests),
         v["envelope_hash"])


def check_capsule(v):
    heads = b"".join(h(x, "device") + u(8, x["position"]) + h(x, "head") for x in v["heads"])
    capsule = (VERSION + h(v, "content_key") + h(v, "message_hash") + u(8, v["position"]) +
               h(v, "previous") + u(1, len(v["heads"])) + heads +
               u(4, v["sender_list_version"]) + h(v, "sender_list_hash") +
               u(4, v["receiver_list_version"]) + h(v, "receiver_list_hash") +
               u(8, v["ledger_entry"]) + h(v, "ledger_hash"))
    padded = capsule + b"\x80"
    same("capsule", padded + bytes(-len(padded) % 256), v["plaintext"])


def check_receipt():
    vectors = load("receipt")
    leaves = [h(r, "leaf") for r in vectors["receipts"]]
    assert all(len(leaf) == 141 for leaf in leaves)
    root, paths = tree(leaves)
    same("root", root, vectors["root"])
    for r, path in zip(vectors["receipts"], paths):
        same("path", path, r["path"])
    v = vectors["batch"]
    practice, incarnation = h(v, "signer_key"), leaves[0][33:49]
    check_signed("batch", v, VERSION + practice + incarnation + u(8, 1) + u(4, len(leaves)) +
                 root + h(v, "statement")[-8:])
    for number, leaf in enumerate(leaves, 1):
        assert leaf[:49] == VERSION + practice + incarnation
        assert leaf[65:73] == u(8, number)


def check_vault():
    v = load("vault")
    front = b"\1" + u(4, v["passes"]) + u(8, v["memory_bytes"]) + b"\1" * 16
    wrapped = h(v, "wrapped")
    assert len(wrapped) == 101 and wrapped.startswith(front + b"\2" * 24)
    # Argon2id is not in Python's standard library; what it gives is not checked here.
    sealed = p.aead_seal(h(v, "vault_key"), b"\3" * 24, h(v, "value"),
                         b"\1" + v["name"].encode())
    same("value", b"\1" + sealed, v["sealed"])


def check_forms():
    for v in load("forms")["forms"]:
        canonical = json.dumps(json.loads(h(v, "questionnaire")), sort_keys=True,
                               separators=(",", ":"), ensure_ascii=False).encode()
        same("canonical form", canonical, v["canonical"])
        same("form hash", hashlib.sha256(canonical).hexdigest(), v["hash"])


def main():
    checks = [check_header, check_statements, check_codes, check_handshake, check_session,
              check_envelope, check_receipt, check_vault, check_forms,
              ledger.check_acts, ledger.check_due_times, ledger.check_slots, ledger.check_ledger,
              devices.check_devices, devices.check_archive]
    for check in checks:
        check()
        print(check.__name__.removeprefix("check_") + ": agrees")


if __name__ == "__main__":
    main()
