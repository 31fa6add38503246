"""Several devices of one account and its archive, for check.py."""

import primitives as p
from support import VERSION, check_lines, check_signed, code, h, load, same, sealed_body, tail, u


def nonce(draw):
    return bytes([draw]) * 24


# --- lists and codes -----------------------------------------------------------


def check_certificate(v):
    signing, _ = p.sign(h(v, "device_seed"), "certificate", b"")
    same("signing key", signing, v["signing_key"])
    identity = p.x25519(h(v, "identity_secret"))
    check_signed("certificate", v,
                 VERSION + h(v, "signer_key") + signing + identity + u(8, v["created_at_ms"]))
    device = p.domain_hash("device-id", signing, identity)[:16]
    same("device id", device, v["device_id"])
    return device


def check_list(v, version, previous, devices):
    check_signed("device-list", v, VERSION + h(v, "signer_key") + u(4, version) + previous +
                 u(8, v["issued_at_ms"]) + u(1, len(devices)) + b"".join(devices))
    same("devices", [device.hex() for device in devices], v["devices"])
    list_hash = p.domain_hash("device-list-hash", h(v, "statement"))
    same("list hash", list_hash, v["list_hash"])
    return list_hash


def check_device_set(v):
    former = [check_certificate(c) for c in v["former"]]
    devices = [check_certificate(c) for c in v["certificates"]]
    first = check_list(v["lists"][0], 1, bytes(32), former)
    newest = check_list(v["lists"][1], 2, first, devices)
    for device, certificate, prekey in zip(devices, v["certificates"], v["prekeys"]):
        same("who signs", certificate["device_seed"], prekey["signer_seed"])
        check_signed("prekey", prekey, VERSION + device + u(4, prekey["prekey_id"]) +
                     p.x25519(h(prekey, "prekey_secret")) + u(8, prekey["created_at_ms"]) +
                     u(4, 2) + newest)
    return newest, devices


def check_sealed_account(v, key, draw):
    same("key of the sealed account", key, v["key"])
    account, _ = p.sign(h(v, "account_seed"), "certificate", b"")
    same("account key", account, v["account_key"])
    plaintext = (VERSION + h(v, "account_seed") + h(v, "practice") + u(1, v["role"]) +
                 h(v, "account_psk") + u(4, v["archive_epoch"]) + h(v, "archive_key"))
    sealed = VERSION + p.aead_seal(key, nonce(draw), plaintext, VERSION + account)
    assert len(sealed) == 175
    same("sealed account", sealed, v["sealed_account"])
    return account, sealed


def check_recovery(v):
    secret = h(v, "secret")
    account, sealed = check_sealed_account(v["sealed"], p.derive(secret, "recovery-account"), 1)
    lookup = p.derive(secret, "recovery-lookup", length=16)
    same("lookup", lookup, v["lookup"])
    token_hash = p.domain_hash("recovery-token-hash", p.derive(secret, "recovery-token"))
    same("token hash", token_hash, v["token_hash"])
    sealed_hash = p.domain_hash("sealed-account-hash", sealed)
    same("sealed hash", sealed_hash, v["sealed_hash"])
    statement = (VERSION + account + u(4, v["number"]) + lookup + token_hash + sealed_hash +
                 u(8, v["at_ms"]))
    assert len(statement) == 125
    check_signed("recovery", v, statement)


def check_link(v):
    payload = VERSION + h(v, "secret") + h(v, "practice") + h(v, "account") + tail(v)
    same("link code", code("HFD", payload), v["text"])
    check_lines("link code", v)
    context = h(v, "practice") + h(v, "account")
    same("lookup", p.derive(h(v, "secret"), "link-lookup", context, 16), v["lookup"])
    check_sealed_account(v["sealed"], p.derive(h(v, "secret"), "link-account", context), 2)


# --- suspension and archive ----------------------------------------------------


def check_suspension(v, account, by, suspended):
    statement = VERSION + account + suspended + by + u(8, v["at_ms"])
    assert len(statement) == 73
    check_signed("suspension", v, statement)


def check_epoch(v, account, list_hash, devices, certificates):
    secret, key, epoch = bytes([3]) * 32, h(v, "archive_key"), u(4, v["epoch"])
    ephemeral = p.x25519(secret)
    same("ephemeral", ephemeral, v["ephemeral"])
    wrap = p.derive(key, "archive-previous", account + epoch)
    previous = p.aead_seal(wrap, nonce(4), h(v, "previous_key"), b"")
    same("previous key", previous, v["sealed_previous"])
    statement = (VERSION + account + epoch + u(4, v["list_version"]) + list_hash +
                 u(8, v["at_ms"]) + previous + ephemeral + u(1, len(devices)))
    for number, (device, certificate) in enumerate(zip(devices, certificates)):
        identity = h(certificate, "identity_secret")
        shared = p.x25519(secret, p.x25519(identity))
        same("what the device computes", p.x25519(identity, ephemeral), shared.hex())
        wrap = p.derive(shared + h(v, "account_psk"), "archive-for-device",
                        account + epoch + list_hash + ephemeral + device)
        sealed = p.aead_seal(wrap, nonce(5 + number), key, b"")
        same("key for a device", {"device": device.hex(), "sealed": sealed.hex()},
             v["devices"][number])
        assert p.aead_open(wrap, sealed, b"") == key
        statement += device + sealed
    assert len(statement) == 186 + 88 * len(devices)
    check_signed("archive-epoch", v, statement)


def check_devices():
    v = load("devices")
    list_hash, devices = check_device_set(v["device_set"])
    account = h(v["device_set"]["lists"][0], "signer_key")
    check_recovery(v["recovery"])
    check_link(v["link"])
    check_epoch(v["archive_epoch"], account, list_hash, devices, v["device_set"]["certificates"])
    check_suspension(v["suspension"], account, *devices)


def check_archive():
    v = load("archive")
    head, account = bytes(32), h(v, "account")
    for number, r in enumerate(v["records"], 1):
        front = (VERSION + account + u(8, number) + head + u(4, r["epoch"]) + h(r, "device") +
                 u(8, r["at_ms"]))
        content_key = p.derive(h(r, "archive_key"), "archive-content", front)
        sealed = sealed_body(content_key, front, h(r, "facts"), nonce(number))
        same("sealed record", sealed, r["sealed"])
        sealed_hash = p.domain_hash("archive-sealed-hash", sealed)
        same("sealed hash", sealed_hash, r["sealed_hash"])
        assert len(front + sealed_hash) == 133
        check_signed("archive-record", r, front + sealed_hash)
        head = p.domain_hash("archive-record-hash", front + sealed_hash)
        same("record hash", head, r["record_hash"])
