#!/usr/bin/env bash
# python3-vobject 0.9.6.1-2: a VTIMEZONE whose offset was nought from 2000 to 2020 is taken for UTC and left out.
#
# Expected: a time with TZID=... is read by the VTIMEZONE of that name in the same file, whatever it says.
# What happens: a zone that was like UTC in those years counts as UTC and is not registered; pytz is asked
# for the name, at one offset for the whole series: the occurrences behind a change of the clock are an
# hour off. A name that pytz does not know leaves times without a zone. With any other offset in those
# years, or a change within them, the file's own table is used.
# For us: a calendar file holds the changes from now on alone, so Dublin, London and Lisbon were like
# UTC before them: such a zone is given a summer of its own in 2000.
. "$(dirname "$0")/lib.sh"
have python3-vobject 0.9.6.1-2
have python3-dateutil 2.8.2-2

cat >"$work/try.py" <<'P'
import vobject

ZONE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//EN
BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:{winter}
TZOFFSETTO:{winter}
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20260329T010000
TZOFFSETFROM:{winter}
TZOFFSETTO:{summer}
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20261025T020000
TZOFFSETFROM:{summer}
TZOFFSETTO:{winter}
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1
DTSTAMP:20260301T120000Z
DTSTART;TZID={name}:20261001T120000
RRULE:FREQ=MONTHLY;COUNT=2
END:VEVENT
END:VCALENDAR
"""
for name, winter, summer in (("Europe/Dublin", "+0000", "+0100"), ("Europe/Zurich", "+0100", "+0200")):
    calendar = vobject.readOne(ZONE.format(name=name, winter=winter, summer=summer))
    hours = [one.utcoffset().total_seconds() / 3600 for one in calendar.vevent.getrruleset()]
    print(f"{name}: 1 October at {hours[0]:+g} h, 1 November at {hours[1]:+g} h")
P
same "Europe/Dublin: 1 October at +1 h, 1 November at +1 h
Europe/Zurich: 1 October at +2 h, 1 November at +1 h" "$(/usr/bin/python3 "$work/try.py" 2>/dev/null)"
