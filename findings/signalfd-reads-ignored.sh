#!/usr/bin/env bash
# libc6 2.36-9+deb12u14, Linux 6: a signal that is ignored is read from a signalfd all the same.
#
# Expected: a process that inherited SIG_IGN for SIGHUP, as behind nohup, never hears of one, so a
# program that waits for it by signalfd has to set SIG_DFL first; signal(7) says that an ignored
# signal is discarded.
# What happens: a signal that is blocked is queued whatever its disposition is, for that may change
# before it is unblocked; the signalfd hands it out. Only where it was not blocked when it came is
# it gone.
# For us: what ends the agent is blocked before anything else of it is there
# (client/agent/agent_process.cpp), so nohup keeps no agent alive; that the disposition is set to
# SIG_DFL as well is for systems that throw such signals away.
. "$(dirname "$0")/lib.sh"
have libc6-dev 2.36-9+deb12u14

cat >"$work/try.c" <<'C'
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <unistd.h>
int main(void) {
  for (int blocked_first = 1; blocked_first >= 0; --blocked_first) {
    struct signalfd_siginfo got;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_UNBLOCK, &set, 0);
    signal(SIGHUP, SIG_IGN);
    if (blocked_first) sigprocmask(SIG_BLOCK, &set, 0);
    kill(getpid(), SIGHUP);
    sigprocmask(SIG_BLOCK, &set, 0);
    const int waits = signalfd(-1, &set, SFD_NONBLOCK);
    printf("%s: %s\n", blocked_first ? "ignored, and blocked when it came" : "ignored, and blocked later",
           read(waits, &got, sizeof got) == sizeof got ? "read" : "gone");
    close(waits);
  }
}
C
gcc "$work/try.c" -o "$work/try"
same "ignored, and blocked when it came: read
ignored, and blocked later: gone" "$("$work/try")"
