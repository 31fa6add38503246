#!/usr/bin/env bash
# sqlite3 3.40.1-2+deb12u2: the busy timeout is not waited for where a reader begins to write.
#
# Expected: with a timeout of 5 seconds a statement waits for another writer for up to 5 seconds.
# What happens: in WAL mode a transaction that has read, and then writes while another connection is
# writing, is refused at once with "database is locked"; only one that writes first waits. Waiting
# could not help if the other one commits, so no handler is called.
# For us: every change of a vault begins with BEGIN IMMEDIATE (client/storage/sqlite_storage.cpp), so
# its timeout counts; nothing reads first and writes then in one deferred transaction.
. "$(dirname "$0")/lib.sh"
have libsqlite3-dev 3.40.1-2+deb12u2
have libsqlite3-0 3.40.1-2+deb12u2

cat >"$work/try.c" <<'C'
#include <sqlite3.h>
#include <stdio.h>
#include <time.h>
static double Now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec / 1e9; }
static int Do(sqlite3* db, const char* sql) { return sqlite3_exec(db, sql, 0, 0, 0); }
int main(int count, char** arguments) {
  sqlite3 *writer, *other;
  (void)count;
  sqlite3_open(arguments[1], &writer);
  sqlite3_open(arguments[1], &other);
  sqlite3_busy_timeout(other, 2000);
  Do(writer, "PRAGMA journal_mode=WAL; CREATE TABLE t(x); BEGIN IMMEDIATE; INSERT INTO t VALUES(1)");
  for (int reads = 0; reads < 2; ++reads) {
    Do(other, reads ? "BEGIN; SELECT * FROM t" : "BEGIN");
    const double before = Now();
    const int result = Do(other, "INSERT INTO t VALUES(2)");
    printf("%s: %s, %s\n", reads ? "after a read" : "a write at first", sqlite3_errstr(result),
           Now() - before > 1.5 ? "after the timeout" : "at once");
    Do(other, "ROLLBACK");
  }
}
C
gcc "$work/try.c" -o "$work/try" -lsqlite3
same "a write at first: database is locked, after the timeout
after a read: database is locked, at once" "$("$work/try" "$work/db")"
