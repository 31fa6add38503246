"""Acts, due times, slots and ledger entries: the checks of their vectors."""

import primitives as p
import schedule
from support import VERSION, check_signed, h, load, same, tree, u


def i32(value):
    return value.to_bytes(4, "big", signed=True)


def zone_bytes(zone):
    name = zone["name"].encode()
    changes = b"".join(u(8, c["at_ms"]) + i32(c["offset_s"]) for c in zone["changes"])
    return (u(2, len(name)) + name + i32(zone["first_offset_s"]) +
            u(8, zone["covers_until_ms"]) + u(1, len(zone["changes"])) + changes)


def availability_bytes(a):
    hours = b"".join(u(1, x["weekday"]) + u(2, x["from_minute"]) + u(2, x["until_minute"])
                     for x in a["hours"])
    away = b"".join(u(8, x["from_ms"]) + u(8, x["until_ms"]) for x in a["away"])
    return (u(4, a["number"]) + u(4, a["reply_within_minutes"]) +
            u(4, a["remind_before_minutes"]) + zone_bytes(a["zone"]) +
            u(1, len(a["hours"])) + hours + u(1, len(a["away"])) + away)


def rhythm_bytes(r):
    rule = r["rule"].encode()
    return (u(4, r["number"]) + zone_bytes(r["zone"]) + u(8, r["first"]) + u(2, len(rule)) +
            rule + u(4, r["window_minutes"]) + u(1, r["reminders"]))


PAYLOADS = {
    1: availability_bytes,
    2: rhythm_bytes,
    3: lambda w: u(4, w["number"]) + h(w, "act_hash"),
    4: lambda w: u(4, w["number"]),
    5: lambda w: h(w, "envelope") + u(8, w["from_ms"]) + u(8, w["due_at_ms"]),
    6: lambda w: u(8, w["until_ms"]) + u(1, w["ahead_too"]),
    7: lambda w: b"",
    8: lambda w: h(w, "envelope"),
    9: lambda w: b"",
}


def check_act(v):
    statement = (VERSION + h(v, "bond") + h(v, "id") + h(v, "account") + h(v, "device") +
                 u(8, v["made_at_ms"]) + u(1, v["kind"]) + PAYLOADS[v["kind"]](v["what"]))
    check_signed("act", v, statement)
    act_hash = p.domain_hash("act-hash", statement, h(v, "signature"))
    same("act hash", act_hash, v["act_hash"])
    return act_hash


def check_acts():
    acts = load("acts")["acts"]
    assert [v["kind"] for v in acts] == list(PAYLOADS)
    for v in acts:
        check_act(v)


def with_zones(vectors, name):
    zones = {zone["name"]: zone for zone in vectors["zones"]}
    for case in vectors["cases"]:
        case[name]["zone"] = zones[case[name]["zone"]]
        yield case, case[name]


def check_due_times():
    for case, availability in with_zones(load("due_times"), "availability"):
        for v in case["times"]:
            stored = v["stored_at_ms"]
            same(f"due {stored}", schedule.due_at(availability, stored), v["due_at_ms"])
            same(f"remind {stored}", schedule.remind_at(availability, stored), v["remind_at_ms"])


def slot_id(rhythm, opens):
    return u(4, rhythm) + u(4, 0) + u(8, opens)


def check_slots():
    vectors = load("slots")
    for v in vectors["rules"]:
        same(f"rule {v['text']}", schedule.canonical(v["text"]), v["canonical"])
    for case, rhythm in with_zones(vectors, "rhythm"):
        for v in case["runs"]:
            same(f"{rhythm['rule']} after {v['after_ms']}",
                 schedule.openings(rhythm, v["after_ms"], 6), v["opens_at_ms"])
    v = vectors["slot"]
    window = v["rhythm"]["window_minutes"] * schedule.MINUTE
    same("slot", slot_id(v["rhythm"]["number"], v["opens_at_ms"]), v["id"])
    same("closing", v["opens_at_ms"] + window, v["closes_at_ms"])
    same("reminders", [v["opens_at_ms"] + window * k // 3 for k in (1, 2)], v["reminders_at_ms"])


def entry_bytes(v):
    return (VERSION + h(v, "practice") + h(v, "incarnation") + h(v, "bond") + u(8, v["number"]) +
            h(v, "previous") + u(8, v["at_ms"]) + u(1, v["kind"]) + h(v, "subject") + h(v, "by") +
            u(8, v["from_ms"]) + u(8, v["until_ms"]) + u(4, v["reference"]) + h(v, "hash"))


class Recomputed:
    """What a ledger's slots and promises must be, from the acts in it."""

    def __init__(self):
        self.availability = self.proposal = self.rhythm = self.after = None
        self.due = {}

    def take_act(self, act, at):
        if act["kind"] == 1:
            self.availability = act["what"]
        elif act["kind"] == 2:
            self.proposal = act
        elif act["kind"] == 3:
            same("accepted", self.proposal["act_hash"], act["what"]["act_hash"])
            self.rhythm, self.after = self.proposal["what"], at
        elif act["kind"] == 5:
            same("moved", self.due[act["what"]["envelope"]], act["what"]["from_ms"])
            self.due[act["what"]["envelope"]] = act["what"]["due_at_ms"]

    def take(self, v):
        if v["kind"] in (2, 5):
            [opens] = schedule.openings(self.rhythm, self.after, 1)
            same("opening", opens, v["from_ms"])
            same("slot", slot_id(v["reference"], opens), v["subject"])
            self.after = opens
        elif v["kind"] == 6:
            same("availability", self.availability["number"], v["reference"])
            self.due[v["subject"]] = schedule.due_at(self.availability, v["from_ms"])
        if v["kind"] in (6, 7, 8, 9):
            same("due", self.due[v["subject"]], v["until_ms"])


def check_ledger():
    vectors = load("ledger")
    head, recomputed, kinds = bytes(32), Recomputed(), set()
    for number, v in enumerate(vectors["entries"], 1):
        same("number", number, v["number"])
        same("previous", head, v["previous"])
        entry = entry_bytes(v)
        assert len(entry) == 198
        same("entry", entry, v["bytes"])
        head = p.domain_hash("ledger-entry", entry)
        same("entry hash", head, v["entry_hash"])
        if v["act"]:
            same("act", check_act(v["act"]), v["hash"])
            same("act id", v["act"]["id"], v["subject"])
            recomputed.take_act(v["act"], v["at_ms"])
        recomputed.take(v)
        kinds.add(v["kind"])
    assert kinds == set(range(1, 12))
    check_proof(vectors)


def check_proof(vectors):
    proof = vectors["proof"]
    leaves = [h(leaf, "leaf") for leaf in proof["leaves"]]
    same("leaves", [leaf.hex() for leaf in leaves[1:]],
         [v["bytes"] for v in vectors["entries"][-2:]])
    root, paths = tree(leaves)
    for leaf, path in zip(proof["leaves"], paths):
        same("path", path, leaf["path"])
    last = vectors["entries"][-1]
    check_signed("batch", proof["batch"],
                 VERSION + h(last, "practice") + h(last, "incarnation") + u(8, 1) +
                 u(4, len(leaves)) + root + u(8, last["at_ms"]))
