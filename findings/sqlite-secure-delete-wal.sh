#!/usr/bin/env bash
# sqlite3 3.40.1-2+deb12u2: what secure_delete removed is still in the log after a full checkpoint.
#
# Expected: with PRAGMA secure_delete=ON a deleted row is overwritten with zeros; once all of the log is
# in the database (wal_checkpoint(FULL) answers that every frame was moved), it is nowhere.
# What happens: it is gone from the database's file and stands in the -wal file, whose frames are
# reused some time later; wal_checkpoint(TRUNCATE) or closing the last connection removes them.
# For us: a vault sets secure_delete, and every value is sealed before SQLite sees it; sealed values
# that were erased stay in vault-wal until the command ends and closes the vault: during a watch, and
# after a kill until the next command.
. "$(dirname "$0")/lib.sh"
have libsqlite3-dev 3.40.1-2+deb12u2
have libsqlite3-0 3.40.1-2+deb12u2

cat >"$work/try.c" <<'C'
#include <sqlite3.h>
#include <stdio.h>
static int Frames(void* at, int columns, char** values, char** names) {
  (void)at, (void)columns, (void)names;
  printf("busy %s, frames left in the log: %d\n", values[0], (values[1][0] != values[2][0]));
  return 0;
}
int main(int count, char** arguments) {
  sqlite3* db;
  char command[4096];
  (void)count;
  sqlite3_open(arguments[1], &db);
  sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA secure_delete=ON; CREATE TABLE t(x);"
                   "INSERT INTO t VALUES('the secret of tuesday'); DELETE FROM t", 0, 0, 0);
  sqlite3_exec(db, "PRAGMA wal_checkpoint(FULL)", Frames, 0, 0);
  fflush(stdout);
  for (int i = 0; i < 2; ++i) {
    snprintf(command, sizeof command, "printf '%s: '; grep -c 'secret of tuesday' '%s%s'", i ? "log" : "database",
             arguments[1], i ? "-wal" : "");
    if (system(command) < 0) return 1;
  }
  sqlite3_close(db);
}
C
sed -i '1i #include <stdlib.h>' "$work/try.c"
gcc "$work/try.c" -o "$work/try" -lsqlite3
same "busy 0, frames left in the log: 0
database: 0
log: 1" "$("$work/try" "$work/db")"
