"""Zones, working time and rules of crypto/PROTOCOL.md in plain Python: integers and
calendar dates, no time zone database and no calendar library."""

import datetime

SECOND, MINUTE, DAY = 1000, 60_000, 86_400_000
DUE_AHEAD = 120 * DAY
SLOT_AHEAD_DAYS = 1830
TIME_MIN, TIME_MAX = 1577836800000, 7258118400000
EPOCH = datetime.date(1970, 1, 1)
WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


# --- zones ---------------------------------------------------------------------


def segments(zone):
    """(begin, end, offset in ms) in order; the last has no end."""
    begins = [0] + [c["at_ms"] for c in zone["changes"]]
    offsets = [zone["first_offset_s"]] + [c["offset_s"] for c in zone["changes"]]
    ends = begins[1:] + [1 << 64]
    return [(b, e, o * SECOND) for b, e, o in zip(begins, ends, offsets)]


def offset_at(zone, at):
    return next(offset for begin, end, offset in segments(zone) if begin <= at < end)


def to_utc(zone, local):
    parts = segments(zone)
    for begin, end, offset in parts:
        if begin <= local - offset < end:
            return local - offset
    for (_, end, before), (_, _, after) in zip(parts, parts[1:]):
        if local - before >= end > local - after:
            return local - before
    raise ValueError("neither read nor skipped")


# --- working time --------------------------------------------------------------


def working(availability, begin, end):
    """The stretches of working time between two instants, in order."""
    stretches = []
    for first, last, offset in segments(availability["zone"]):
        low, high = max(first, begin), min(last, end)
        if low >= high:
            continue
        for day in range((low + offset) // DAY, (high + offset) // DAY + 1):
            for hours in availability["hours"]:
                if hours["weekday"] != (day + 3) % 7 + 1:
                    continue
                midnight = day * DAY - offset
                a = max(low, midnight + hours["from_minute"] * MINUTE)
                b = min(high, midnight + hours["until_minute"] * MINUTE)
                if a < b:
                    stretches.append((a, b))
    for away in availability["away"]:
        cut = [(a, min(b, away["from_ms"])) for a, b in stretches]
        cut += [(max(a, away["until_ms"]), b) for a, b in stretches]
        stretches = sorted((a, b) for a, b in cut if a < b)
    return stretches


def after_working_time(availability, begin, minutes):
    left = minutes * MINUTE
    for a, b in working(availability, begin, begin + DUE_AHEAD + 1):
        if left <= b - a and a + left <= begin + DUE_AHEAD:
            return a + left
        left -= b - a
    return None


def due_at(availability, stored):
    return after_working_time(availability, stored, availability["reply_within_minutes"])


def remind_at(availability, stored):
    minutes = availability["reply_within_minutes"] - availability["remind_before_minutes"]
    passed = after_working_time(availability, stored, minutes)
    return None if passed is None else after_working_time(availability, passed, 0)


# --- rules ---------------------------------------------------------------------


def number(text, low, high):
    if not (text.isascii() and text.isdigit()) or not low <= int(text) <= high:
        raise ValueError(text)
    return int(text)


def parse_day(text):
    weekday, ordinal = WEEKDAYS.index(text[-2:]) + 1, text[:-2]
    if not ordinal:
        return weekday, 0
    sign = -1 if ordinal[0] == "-" else 1
    return weekday, sign * number(ordinal[1:] if ordinal[0] in "+-" else ordinal, 1, 5)


def parse_date(text):
    date = datetime.datetime.strptime(text, "%Y%m%d").date()
    if len(text) != 8 or not text.isdigit() or not 2020 <= date.year < 2200:
        raise ValueError(text)
    return date


def parse_rule(text):
    """The parts of a rule; ValueError where it is not an allowed one."""
    if len(text) > 128:
        raise ValueError(text)
    rule = {"INTERVAL": 1, "BYDAY": [], "COUNT": 0, "UNTIL": None}
    seen = set()
    for part in text.upper().split(";"):
        name, value = part.split("=")
        if name in seen:
            raise ValueError(name)
        seen.add(name)
        if name == "FREQ" and value in ("DAILY", "WEEKLY", "MONTHLY"):
            rule["FREQ"] = value
        elif name == "INTERVAL":
            rule["INTERVAL"] = number(value, 1, 52)
        elif name == "COUNT":
            rule["COUNT"] = number(value, 1, 366)
        elif name == "UNTIL":
            rule["UNTIL"] = parse_date(value)
        elif name == "BYDAY":
            rule["BYDAY"] = sorted(parse_day(day) for day in value.split(","))
        else:
            raise ValueError(name)
    ordinals = any(ordinal for _, ordinal in rule["BYDAY"])
    if ("FREQ" not in rule or rule["COUNT"] and rule["UNTIL"] or
            ordinals and rule["FREQ"] != "MONTHLY" or
            len(set(rule["BYDAY"])) != len(rule["BYDAY"])):
        raise ValueError(text)
    return rule


def rule_text(rule):
    text = "FREQ=" + rule["FREQ"]
    if rule["INTERVAL"] != 1:
        text += f";INTERVAL={rule['INTERVAL']}"
    if rule["BYDAY"]:
        days = [(str(ordinal) if ordinal else "") + WEEKDAYS[weekday - 1]
                for weekday, ordinal in rule["BYDAY"]]
        text += ";BYDAY=" + ",".join(days)
    if rule["COUNT"]:
        text += f";COUNT={rule['COUNT']}"
    if rule["UNTIL"]:
        text += rule["UNTIL"].strftime(";UNTIL=%Y%m%d")
    return text


def canonical(text):
    try:
        return rule_text(parse_rule(text))
    except ValueError:
        return None


# --- slots ---------------------------------------------------------------------


def is_named(rule, date):
    next_month = (date.replace(day=28) + datetime.timedelta(4)).replace(day=1)
    from_end = (next_month - date).days
    return any(weekday == date.isoweekday() and
               ordinal in (0, (date.day - 1) // 7 + 1, -((from_end - 1) // 7 + 1))
               for weekday, ordinal in rule["BYDAY"])


def is_date(rule, first, date):
    if rule["FREQ"] == "DAILY":
        period, default = (date - first).days, True
    elif rule["FREQ"] == "WEEKLY":
        monday = first - datetime.timedelta(first.isoweekday() - 1)
        period, default = (date - monday).days // 7, date.isoweekday() == first.isoweekday()
    else:
        period = (date.year - first.year) * 12 + date.month - first.month
        default = date.day == first.day
    if period % rule["INTERVAL"]:
        return False
    return is_named(rule, date) if rule["BYDAY"] else default


def openings(rhythm, after, count):
    """The next `count` openings, or all that are left."""
    rule, zone = parse_rule(rhythm["rule"]), rhythm["zone"]
    after = min(max(after, TIME_MIN), TIME_MAX)
    first_day, time_of_day = divmod(rhythm["first"], DAY)
    first = EPOCH + datetime.timedelta(first_day)
    found = []
    while len(found) < count:
        begin = after + min(offset_at(zone, after), offset_at(zone, after - DAY))
        earliest = max(first_day, (begin - time_of_day) // DAY + 1)
        opens = next_opening(rule, zone, first, time_of_day, after, earliest)
        if opens is None:
            break
        found.append(opens)
        after = opens
    return found


def next_opening(rule, zone, first, time_of_day, after, earliest):
    dates = 0
    begin = (first - EPOCH).days if rule["COUNT"] else earliest
    for day in range(begin, earliest + SLOT_AHEAD_DAYS + 1):
        date = EPOCH + datetime.timedelta(day)
        if not is_date(rule, first, date):
            continue
        dates += 1
        if rule["UNTIL"] and date > rule["UNTIL"] or rule["COUNT"] and dates > rule["COUNT"]:
            return None
        opens = to_utc(zone, day * DAY + time_of_day)
        if opens > TIME_MAX:
            return None
        if opens > after:
            return opens
    return None
