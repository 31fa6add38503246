#!/usr/bin/env bash
# libsystemd 252.39-1~deb12u2: the time that a call on a D-Bus may take does not run while the bus says nothing.
#
# Expected: sd_bus_call(3) "usec indicates the timeout in microseconds", so a call with 300 ms ends by then,
# whatever is the matter.
# What happens: the time begins once the connection has been authenticated and has said Hello. At a socket that
# takes the connection and never says a word (a bus that is stopped, or hangs) the callback is not called, and
# sd_bus_call() with the same 300 ms does not return either, within ten times that.
# For us: client/desktop/desktop_notices.cpp keeps a patience of its own over connection and call together, and lets
# a bus go that has not said Hello by then.
. "$(dirname "$0")/lib.sh"
have libsystemd-dev 252.39-1~deb12u2

cat >"$work/ask.c" <<'C'
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-bus.h>
#include <time.h>
#include <unistd.h>
static int called;
static int on_answer(sd_bus_message *m, void *data, sd_bus_error *error) {
  (void)m, (void)data, (void)error;
  return called = 1;
}
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}
static void still_waits(int signal) {
  (void)signal;
  const char text[] = "sd_bus_call with 300 ms: has not returned after 3 s\n";
  _exit(write(1, text, sizeof text - 1) < 0);
}
int main(int argc, char **argv) {
  (void)argc;
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  strncpy(name.sun_path, argv[1], sizeof name.sun_path - 1);
  int silent = socket(AF_UNIX, SOCK_STREAM, 0);
  if (bind(silent, (struct sockaddr *)&name, sizeof name) != 0 || listen(silent, 8) != 0) return 1;
  char address[200];
  snprintf(address, sizeof address, "unix:path=%s", argv[1]);
  sd_bus *bus = NULL;
  sd_bus_new(&bus);
  sd_bus_set_address(bus, address);
  sd_bus_set_bus_client(bus, 1);
  printf("connected: %s\n", sd_bus_start(bus) >= 0 ? "yes" : "no");
  sd_bus_message *m = NULL;
  sd_bus_message_new_method_call(bus, &m, "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "GetId");
  sd_bus_call_async(bus, NULL, m, on_answer, NULL, 300000);
  for (double end = now() + 3; now() < end && !called;) {
    if (sd_bus_process(bus, NULL) == 0) sd_bus_wait(bus, 100000);
  }
  printf("sd_bus_call_async with 300 ms: %s\n", called ? "ended" : "no answer and no error after 3 s");
  fflush(stdout);
  signal(SIGALRM, still_waits);
  alarm(3);
  sd_bus_message *again = NULL;
  sd_bus_message_new_method_call(bus, &again, "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "GetId");
  sd_bus_call(bus, again, 300000, NULL, NULL);
  printf("sd_bus_call with 300 ms: returned\n");
}
C
gcc "$work/ask.c" -o "$work/ask" -lsystemd
same "connected: yes
sd_bus_call_async with 300 ms: no answer and no error after 3 s
sd_bus_call with 300 ms: has not returned after 3 s" "$("$work/ask" "$work/silent")"
