#!/usr/bin/env python3
"""What public calendar libraries read in an iCalendar file: for each library a line with its name
and version, and then one for each occurrence from FROM on and before UNTIL (seconds since 1970),
the instant in seconds. A library that is not installed is named with "absent".

    calendar_readers.py FILE FROM UNTIL
"""
import datetime
import pathlib
import sys

UTC = datetime.timezone.utc


def with_icalendar(text, begin, end):
    import icalendar
    import recurring_ical_events
    calendar = icalendar.Calendar.from_ical(text)
    for event in calendar.walk("VEVENT"):
        assert event["CLASS"] == "PRIVATE", event
        assert len(event.walk("VALARM")) == 1, event
    found = recurring_ical_events.of(calendar).between(begin, end)
    return icalendar.__version__, [event["DTSTART"].dt for event in found]


def with_vobject(text, begin, end):
    import vobject
    calendar = vobject.readOne(text)
    calendar.validate(raiseException=True)
    found = []
    for event in calendar.vevent_list:
        event.valarm.validate(raiseException=True)
        rules = event.getrruleset()
        found += rules.between(begin, end, inc=True) if rules is not None else [event.dtstart.value]
    return getattr(vobject, "VERSION", "?"), found


def main():
    text = pathlib.Path(sys.argv[1]).read_bytes().decode("ascii")
    begin, end = (datetime.datetime.fromtimestamp(int(word), UTC) for word in sys.argv[2:4])
    for name, read in (("icalendar", with_icalendar), ("vobject", with_vobject)):
        try:
            version, found = read(text, begin, end)
        except ModuleNotFoundError as error:
            print(name, "absent", error.name)
            continue
        print(name, version)
        for instant in sorted(one.timestamp() for one in found if begin <= one < end):
            print(int(instant))


if __name__ == "__main__":
    main()
