#!/usr/bin/env python3
"""Seed corpora for the fuzz targets, from the test vectors and encodings beside them.

usage: tests/fuzz/seeds.py            writes tests/fuzz/corpus/<target>/<seed>
       tests/fuzz/seeds.py --check    fails where what is there is something else

What a target's first bytes choose stands at the beginning of its source.
"""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
VECTORS = HERE.parent / "vectors"
CORPUS = HERE / "corpus"


def vectors(name):
    return json.loads((VECTORS / f"{name}.json").read_text())


def unhex(text):
    return bytes.fromhex(text)


def number(value, size):
    return value.to_bytes(size, "big")


def var(value):
    return number(len(value), 2) + value


# --- protobuf, as far as the seeds need it ---


def varint(value):
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def message(fields):
    """Of {number: int, bytes, str, or a list of them}."""
    out = b""
    for tag, values in sorted(fields.items()):
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, int):
                out += varint(tag << 3) + varint(value)
            else:
                value = value.encode() if isinstance(value, str) else value
                out += varint(tag << 3 | 2) + varint(len(value)) + value
    return out


def signed(vector):
    return message({1: unhex(vector["statement"]), 2: unhex(vector["signature"])})


# --- one function a target: {name of the seed: bytes} ---


def agent():
    vault = bytes(range(32))
    return {"key": b"\1\1" + vault, "how-long": b"\1\2" + vault, "end": b"\1\3" + bytes(32),
            "has": b"\1\1\1" + number(28_800_000, 8), "other": b"\1\2\0" + bytes(8),
            "not-understood": b"\1\3\0" + bytes(8)}


def archive():
    seeds = {"epoch": unhex(vectors("devices")["archive_epoch"]["statement"])}
    for i, record in enumerate(vectors("archive")["records"]):
        seeds[f"sealed-{i}"] = unhex(record["sealed"])
        seeds[f"facts-{i}"] = unhex(record["facts"])
    return seeds


def body():
    vector = vectors("envelope")["body"]
    return {"sealed": unhex(vector["body"]), "content": unhex(vector["content"])}


def capsule():
    return {"two-heads": unhex(vectors("envelope")["capsule"]["plaintext"])}


def code_payloads(codes):
    """The payloads of crypto/PROTOCOL.md, Codes."""
    def beginning(code):
        return b"\1" + unhex(code["secret"])

    def end(code):
        return number(code["expires_at_ms"] // 1000, 8) + var(code["address"].encode())

    invitation, enrolment, link = codes["invitation"], codes["enrolment"], codes["link"]
    return {
        "invitation": beginning(invitation) + unhex(invitation["practice"]) +
                      unhex(invitation["therapist"]) + end(invitation),
        "enrolment": beginning(enrolment) + unhex(enrolment["practice"]) + end(enrolment),
        "link": beginning(link) + unhex(link["practice"]) + unhex(link["account"]) + end(link),
        "recovery": beginning(codes["recovery"]),
    }


def codes():
    codes_ = dict(vectors("codes"), link=vectors("devices")["link"])
    seeds = {}
    for kind, payload in code_payloads(codes_).items():
        text = codes_[kind]["text"]
        seeds[f"{kind}-text"] = b"\0" + text.encode()
        seeds[f"{kind}-typed"] = b"\0" + text.lower().replace("-", " ").encode()
        seeds[f"{kind}-lines"] = b"\0" + "\n".join(
            f"{i + 1} {line}" for i, line in enumerate(codes_[kind]["lines"])).encode()
        seeds[f"{kind}-payload"] = b"\1" + payload
    return seeds


def header():
    return {f"header-{i}": unhex(vector["bytes"])
            for i, vector in enumerate(vectors("header")["headers"])}


def acts():
    return [unhex(act["statement"]) for act in vectors("acts")["acts"]]


def ledger():
    seeds = {f"act-{i}": b"\0" + act for i, act in enumerate(acts())}
    for i, entry in enumerate(vectors("ledger")["entries"]):
        seeds[f"entry-{i}"] = b"\1" + unhex(entry["bytes"])
    return seeds


def ledger_book():
    entries = vectors("ledger")["entries"]

    def one(entry):
        act = unhex(entry["act"]["statement"]) if entry["act"] else b""
        return var(unhex(entry["bytes"])) + var(act)

    whole = b"".join(one(entry) for entry in entries)
    return {"whole": b"\0" + whole, "whole-mended": b"\1" + whole,
            "few-mended": b"\1" + b"".join(one(entry) for entry in entries[:4]),
            "turned": b"\1" + b"".join(one(entry) for entry in reversed(entries))}


def receipt():
    vector = vectors("receipt")
    one = vector["receipts"][0]
    path = b"".join(unhex(node) for node in one["path"])
    size = len(vector["receipts"])
    return {"leaf": b"\0" + unhex(one["leaf"]),
            "batch": b"\1" + unhex(vector["batch"]["statement"]),
            "path": b"\2" + number(one["index"], 2) + number(size, 2) + path,
            "long-path": b"\2" + number(700, 2) + number(1024, 2) + path * 3}


def rule():
    rules = vectors("slots")["rules"]
    texts = {rule_["text"] for rule_ in rules} | {"freq=monthly;byday=-1fr;count=366",
                                                  "FREQ=DAILY;INTERVAL=52;UNTIL=20301231"}
    return {f"rule-{i}": text.encode() for i, text in enumerate(sorted(texts))}


def sealed_account():
    """In the clear, as the target seals it, and sealed."""
    made = vectors("devices")["recovery"]["sealed"]
    plain = (b"\1" + unhex(made["account_seed"]) + unhex(made["practice"]) +
             number(made["role"], 1) + unhex(made["account_psk"]) +
             number(made["archive_epoch"], 4) + unhex(made["archive_key"]))
    return {"plain": plain, "no-archive": plain[:-36] + bytes(36),
            "sealed": unhex(made["sealed_account"]),
            "sealed-bare": unhex(vectors("codes")["recovery"]["sealed_account_key"])}


def session():
    seeds = {f"message-{i}": unhex(sent["message"])
             for i, sent in enumerate(vectors("session")["messages"][:4])}
    # Laid over a message: version, session, flags, preamble, ratchet header, seal.
    for at in (0, 1, 17, 18, 22, 54, 86, 90, 94, 118):
        seeds[f"over-{at}"] = bytes(at) + b"\1"
    return seeds


def ratchet_state(skipped=1):
    key = bytes(range(32))
    return (b"\1\7" + key * 3 + key + key + number(3, 4) + key + number(5, 4) + number(2, 4) +
            number(skipped, 2) + (key + number(4, 4) + key) * skipped)


def sessions_state():
    ephemeral = bytes(32)
    one = bytes(16) + b"\3" + number(7, 4) + ephemeral + var(ratchet_state())
    return {"ratchet": ratchet_state(), "ratchet-new": b"\1\0" + bytes(96) + bytes(6),
            "set": b"\1\1" + one + number(1, 2) + ephemeral + number(1800000000000, 8),
            "set-of-two": b"\1\2" + one * 2 + number(0, 2), "set-empty": b"\1\0\0\0"}


def statements():
    chosen = {"certificate": 0, "first_list": 1, "second_list": 1, "prekey": 2, "login": 3,
              "endorsement": 4, "succession": 5, "account": 6, "bond": 7, "invitation": 8,
              "invitation_withdrawal": 10}
    made = vectors("statements")
    seeds = {name: bytes([choice]) + unhex(made[name]["statement"])
             for name, choice in chosen.items()}
    seeds["answer"] = b"\x09" + unhex(vectors("codes")["invitation"]["answer"])
    decided = vectors("devices")
    seeds["recovery"] = b"\x0b" + unhex(decided["recovery"]["statement"])
    seeds["suspension"] = b"\x0c" + unhex(decided["suspension"]["statement"])
    seeds["archive_record"] = b"\x0d" + unhex(vectors("archive")["records"][0]["statement"])
    seeds["archive_epoch"] = b"\x0e" + unhex(decided["archive_epoch"]["statement"])
    return seeds


def vault_key():
    vector = vectors("vault")
    return {"wrapped": unhex(vector["wrapped"]), "sealed": unhex(vector["sealed"])}


def backup_manifest():
    head = ("holdfast backup v1\npractice {0}\nmade-at 1790000000000\nstore-format 1\n"
            "newest-write 77\nnewest-batch 7\nsealed-to {1}\nkeys {2}\n")
    file = "file {0} 60 {0} 60 {1}\n"
    key = bytes(range(32)).hex()
    whole = head.format(key, "nobody", "no") + file.format(key, "db/000012.sst")
    return {"open": whole.encode(), "sealed": (head.format(key, key, "yes") +
            file.format(key, "practice.key")).encode(),
            "outside": (whole + file.format(key, "../x")).encode()}


def content():
    answers = [message({1: "week", 2: 3}), message({1: "slept", 3: "badly"}),
               message({1: "mood", 4: "low"})]
    check_in = message({1: "holdfast-weekly", 2: 1, 3: answers, 4: "It was all right", 5: 1})
    envelope = bytes(range(16))
    controls = {"beacon": {1: b""},
                "rupture": {2: message({1: envelope, 2: 1, 4: "That landed badly"})},
                "closed": {2: message({1: envelope, 2: 2, 3: 1})},
                "ahead-key": {4: message({2: bytes(32), 3: envelope}), 3: bytes(40)},
                "ahead-decision": {7: message({1: envelope, 2: 1})},
                "keys-again": {5: message({1: message({1: envelope, 2: envelope, 3: bytes(32),
                                                       4: bytes(32), 5: 1, 6: bytes(32)})})}}
    seeds = {
        "check-in": b"\1" + message({1: check_in, 6: [envelope]}),
        "reply": b"\2" + message({2: message({1: "Thank you", 2: 1800000000000})}),
        "note": b"\3" + message({3: message({1: "Until Monday", 2: 2})}),
        "receipt": b"\4" + message({4: message({1: [message({1: envelope, 2: 1800000000000})],
                                                2: [envelope]})}),
        "witnessed": b"\4" + message({4: message({1: [message({1: envelope, 2: 1800000000000,
                                                               3: 1800000060000})]})}),
        "held": b"\4" + message({4: message({3: bytes(40)}), 9: [envelope]}),
        "marks": b"\4" + message({4: message({3: bytes(40)}),
                                  7: [message({1: envelope, 2: 1, 4: "That landed badly",
                                               5: 1800000000000})]}),
        "not-safe": b"\1" + message({1: message({
            1: "holdfast-weekly", 2: 2, 3: [message({1: "safe-now", 4: "not-safe"})], 5: 3,
            6: "urn:holdfast:form:holdfast-weekly|2", 7: bytes(32), 8: ["safe-now"]})}),
        "form": b"\3" + message({8: message({1: "urn:t|1", 2: b"{}", 3: 14})}),
        "form-no-more": b"\3" + message({8: message({1: "urn:t|1"})}),
        "unknown-kind": b"\1" + message({99: b"of a later version"}),
    }
    for name, control in controls.items():
        seeds[name] = b"\5" + message({5: message(control)})
    return seeds


def form():
    shipped = HERE.parent.parent / "client" / "forms" / "shipped"
    seeds = {path.stem: path.read_bytes() for path in sorted(shipped.glob("*.json"))}
    when = {"question": "a", "operator": ">=", "answerInteger": 3}
    items = [{"linkId": "a", "text": "A", "type": "integer"},
             {"linkId": "g", "type": "group", "enableWhen": [when], "item": [
                 {"linkId": "b", "text": "B", "type": "choice",
                  "answerOption": [{"valueString": "x"}, {"valueInteger": 2}]}]}]
    seeds["conditions"] = json.dumps({"resourceType": "Questionnaire", "url": "urn:t", "id": "t",
                                      "version": "1", "status": "draft", "item": items}).encode()
    return seeds


def receipt_message():
    vector = vectors("receipt")
    one = vector["receipts"][1]
    return message({1: unhex(one["leaf"]), 2: one["index"],
                    3: [unhex(node) for node in one["path"]], 4: signed(vector["batch"])})


def device_set():
    made = vectors("statements")
    return message({1: [signed(made["first_list"]), signed(made["second_list"])],
                    2: signed(made["certificate"]), 3: signed(made["prekey"])})


def wire():
    several = vectors("devices")["device_set"]
    former = message({tag: [signed(one) for one in several[part]] for tag, part in
                      ((1, "lists"), (2, "certificates"), (3, "prekeys"), (4, "former"))})
    return {"receipt": b"\0" + receipt_message(), "devices": b"\1" + device_set(),
            "devices-former": b"\1" + former}


def ledger_file():
    vector, made = vectors("ledger"), vectors("statements")

    def carried(statement):
        return {key: statement[key] for key in ("statement", "signature")}

    def entry(of, leaf):
        empty = {"statement": "", "signature": ""}
        return {"entry": of["bytes"],
                "act": carried(of["act"]) if of["act"] else empty,
                "certificate": carried(made["certificate"]) if of["act"] else empty,
                "index": leaf["index"], "path": leaf["path"],
                "batch": carried(vector["proof"]["batch"])}

    leaf = vector["proof"]["leaves"][0]
    document = {"format": "holdfast-ledger-1", "practice": vector["entries"][0]["practice"],
                "succession": [carried(made["succession"])], "bond": carried(made["bond"]),
                "entries": [entry(of, leaf) for of in vector["entries"][:2]]}
    small = dict(document, entries=[], succession=[])
    return {"ledger": json.dumps(document).encode(), "empty": json.dumps(small).encode()}


def registration(made):
    return message({1: signed(made["first_list"]), 2: signed(made["certificate"]),
                    3: signed(made["prekey"]), 4: bytes(16), 5: bytes(32), 6: bytes(73)})


def requests():
    made, codes_ = vectors("statements"), vectors("codes")
    vector = vectors("envelope")
    act = vectors("acts")["acts"][0]
    cursor = message({1: bytes(range(16)), 2: 1})
    send = {1: unhex(vectors("header")["headers"][0]["bytes"]), 2: unhex(vector["body"]["body"]),
            3: [message({1: bytes(16), 2: unhex(sent["message"])})
                for sent in vectors("session")["messages"][:1]]}
    answer = codes_["invitation"]
    calls = [
        {1: unhex(codes_["enrolment"]["token"]), 2: registration(made), 3: signed(made["account"])},
        {1: unhex(answer["lookup"])},
        {1: signed(made["invitation"]), 2: registration(made), 3: unhex(answer["answer"]),
         4: unhex(answer["answer_mac"]), 5: signed(made["bond"])},
        {1: signed(made["invitation"])},
        {1: signed(made["prekey"])},
        {1: bytes(32), 2: 1},
        {1: signed(vectors("receipt")["batch"])},
        send,
        {1: cursor},
        {1: unhex(act["bond"]), 2: 1, 3: 64},
        {1: receipt_message(), 2: signed(vectors("receipt")["batch"])},
        {1: signed(act)},
        {1: unhex(act["bond"]), 2: 1, 3: 64},
        {1: signed(made["login"])},
        {1: cursor, 2: 1},
    ]
    seeds = {f"call-{call}": bytes([call, call % 2]) + message(fields)
             for call, fields in enumerate(calls)}
    seeds["call-16"] = bytes([16, 0]) + message(
        {1: signed(made["invitation"]), 2: signed(made["invitation_withdrawal"])})
    later = [
        {1: bytes(16), 5: device_set()},
        {1: signed(made["prekey"])},
        {1: bytes(16), 2: bytes(175), 3: 1790000000000},
        {1: bytes(16)},
        {1: bytes(16), 2: bytes(32)},
        {1: [message({1: signed(made["prekey"]), 2: bytes(328)})]},
        {1: 1, 2: 1},
    ]
    seeds.update({f"call-{call}": bytes([call, call % 2]) + message(fields)
                  for call, fields in enumerate(later, 17)})
    seeds["token"] = bytes([15, 0]) + bytes(range(64))
    return seeds


TARGETS = [agent, archive, backup_manifest, body, capsule, codes, content, form, header, ledger,
           ledger_book, ledger_file, receipt, requests, rule, sealed_account, session, sessions_state, statements, vault_key,
           wire]


def main():
    check = sys.argv[1:] == ["--check"]
    if sys.argv[1:] and not check:
        sys.exit(__doc__)
    wanted = {CORPUS / target.__name__ / name: seed
              for target in TARGETS for name, seed in target().items()}
    there = {path for path in CORPUS.glob("*/*") if path.is_file()}
    if check:
        wrong = sorted(there ^ set(wanted)) + sorted(
            path for path in there & set(wanted) if path.read_bytes() != wanted[path])
        sys.exit(f"not as seeds.py makes them: {[str(path) for path in wrong]}" if wrong else 0)
    for path in there - set(wanted):
        path.unlink()
    for path, seed in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(seed)


if __name__ == "__main__":
    main()
