#!/usr/bin/env bash
# systemd 252.39-1~deb12u2: ProtectClock= takes away asking whether the clock is synchronised, too.
#
# Expected: ProtectClock= denies "writes to the hardware clock or system clock" (systemd.exec(5)), so
# a service that sets nothing can have it, and `systemd-analyze security` asks for it.
# What happens: it denies the group @clock, and in that is adjtimex, which is also how anybody without
# any power asks: with no mode set it changes nothing and tells STA_UNSYNC. A service with ProtectClock=
# gets EPERM and never learns that the machine's time is kept. @privileged holds @clock, so
# SystemCallFilter=~@privileged does the same, also where adjtimex was allowed in a line before it.
# For us: deploy/holdfastd.service leaves ProtectClock= out, takes CAP_SYS_TIME away with all the others
# and allows adjtimex in its last SystemCallFilter= line; after a jump of the clock the practice goes on
# by itself once it is synchronised.
. "$(dirname "$0")/lib.sh"
have systemd 252.39-1~deb12u2

cat >"$work/ask.c" <<'C'
#include <stdio.h>
#include <sys/timex.h>
#include <unistd.h>
int main(void) {
  struct timex state = {0};
  if (getuid() == 0 && setuid(65534) != 0) return 1;
  printf("asked by %s: %s\n", geteuid() == 0 ? "root" : "nobody in particular",
         adjtimex(&state) >= 0 ? "answered" : "denied");
}
C
gcc "$work/ask.c" -o "$work/ask"
cat >"$work/before.service" <<'UNIT'
[Service]
ExecStart=/bin/true
SystemCallFilter=@system-service adjtimex
SystemCallFilter=~@privileged
UNIT
sed '/~@privileged/a SystemCallFilter=adjtimex' "$work/before.service" >"$work/after.service"
clock_is() {
  systemd-analyze --no-pager security --offline=yes "$work/$1.service" |
    sed -n "s/^[^ ]* *SystemCallFilter=~@clock .*@clock is \(not included\|included\).*/allowed $1 ~@privileged: @clock is \1/p"
}
same "asked by nobody in particular: answered
in @clock: adjtimex
in @privileged: @clock
allowed before ~@privileged: @clock is not included
allowed after ~@privileged: @clock is included" "$(
  "$work/ask"
  systemd-analyze --no-pager syscall-filter @clock | sed -n 's/^ *\(adjtimex\)$/in @clock: \1/p'
  systemd-analyze --no-pager syscall-filter @privileged | sed -n 's/^ *\(@clock\)$/in @privileged: \1/p'
  clock_is before
  clock_is after
)"
