#!/usr/bin/env bash
# sqlite3 3.40.1-2+deb12u2: with secure_delete=ON deleted rows may stay in the database's file.
#
# Expected: PRAGMA secure_delete=ON overwrites what is deleted with zeros, so once the log is in the
# database and empty, no file has it.
# What happens: only the cell itself is overwritten. When a page was split or merged before, rows were
# copied to another page and stay in the part of the old one that is not used any more: there they
# outlive their deletion, and rows that are there stand twice. VACUUM removes them.
# For us: what a person erases is gone after VACUUM and wal_checkpoint(TRUNCATE), not before: Purge() in
# client/storage/sqlite_storage.cpp.
. "$(dirname "$0")/lib.sh"
have libsqlite3-0 3.40.1-2+deb12u2

cat >"$work/try.py" <<'P'
import sqlite3, sys
file = sys.argv[1]
db = sqlite3.connect(file, isolation_level=None)
for pragma in ("journal_mode=WAL", "secure_delete=ON", "synchronous=OFF"):
    db.execute("PRAGMA " + pragma)
db.execute("CREATE TABLE kv(name BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")
name = lambda i: b"%d" % (1000000 + i * 7919 % 4001)
value = lambda i: b"value %d." % i + b"x" * (i * i % 9000)
for i in range(2000):
    db.execute("INSERT INTO kv VALUES(?, ?)", (name(i), value(i)))
for i in range(0, 2000, 2):
    db.execute("DELETE FROM kv WHERE name = ?", (name(i),))
def seen(when):
    busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    data = open(file, "rb").read()
    there = sum(b"value %d." % i in data for i in range(0, 2000, 2))
    print(f"{when}: busy {busy}, deleted rows that are there: {'some' if there else 'none'}")
seen("secure_delete")
db.execute("VACUUM")
seen("vacuum")
P
same "secure_delete: busy 0, deleted rows that are there: some
vacuum: busy 0, deleted rows that are there: none" "$(/usr/bin/python3 "$work/try.py" "$work/db")"
