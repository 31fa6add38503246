# Sourced by deploy/package and deploy/packaging/trial: a bare Debian in a folder, and what runs inside.
# Its root is $machine; $leader is the process that its others stand beside, none while it is off.
# shellcheck shell=bash

machine='' leader='' machine_boots=no machine_started=''
readonly machine_up_seconds_max=60 machine_down_seconds_max=10

machine_environment=(env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C DEBIAN_FRONTEND=noninteractive)

# make_machine RELEASE FOLDER [PACKAGE...]: no more in it than what Debian calls essential, apt, and these.
# HOLDFAST_MIRROR names another mirror than mmdebstrap's own.
make_machine() {
  local debian=$1 one include
  machine=$2
  shift 2
  include=$(IFS=,; echo "$*")
  mmdebstrap --quiet --variant=minbase ${include:+--include="$include"} "$debian" "$machine" \
    ${HOLDFAST_MIRROR:+"$HOLDFAST_MIRROR"} || return 1
  # It reaches the distribution as this machine does.
  for one in /etc/resolv.conf /etc/hosts; do
    if [ -e "$one" ]; then cp -L "$one" "$machine$one"; fi
  done
  mount -t proc proc "$machine/proc"
}

# from_outside COMMAND...: in its folder, with the network of this machine. Nothing there is started.
from_outside() { chroot "$machine" "${machine_environment[@]}" "$@"; }

# machine_on [by-hand]: with a network of its own, which leads nowhere. Systemd runs in it where systemd-nspawn is
# here and it is not wanted otherwise. 1 where it does not come up.
machine_on() {
  local waited=0
  if [ "${1:-}" != by-hand ] && command -v systemd-nspawn >/dev/null; then
    machine_boots=yes
    umount "$machine/proc"
    # Above the old control groups systemd 257 wants to be told that this is meant.
    systemd-nspawn --quiet --directory="$machine" --register=no --keep-unit --private-network --resolv-conf=off \
      --boot --console=pipe SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1 </dev/null >"$machine.console" 2>&1 &
  else
    unshare --net --fork --kill-child sh -c 'ip link set lo up && exec sleep infinity' &
  fi
  machine_started=$!
  until leader=$(pgrep -P "$machine_started") && is_up; do
    kill -0 "$machine_started" 2>/dev/null || return 1
    [ $((waited += 1)) -le $((machine_up_seconds_max * 5)) ] || return 1
    sleep 0.2
  done
}

is_up() {
  [ "$machine_boots" = yes ] || return 0
  case $(inside systemctl is-system-running 2>/dev/null) in running | degraded) ;; *) return 1 ;; esac
}

# inside COMMAND...: on the machine that is on.
inside() {
  if [ "$machine_boots" = yes ]; then
    nsenter --target "$leader" --all "${machine_environment[@]}" "$@"
  else
    nsenter --net="/proc/$leader/ns/net" chroot "$machine" "${machine_environment[@]}" "$@"
  fi
}

# What still runs there is ended.
machine_off() {
  local waited=0
  if [ -n "$leader" ]; then
    # systemd takes this signal as "power off".
    if [ "$machine_boots" = yes ]; then kill -s RTMIN+4 "$leader"; else kill "$leader"; fi
    while kill -0 "$leader" 2>/dev/null && [ $((waited += 1)) -le $((machine_down_seconds_max * 5)) ]; do sleep 0.2; done
    kill -KILL "$leader" "$machine_started" 2>/dev/null || true
    wait "$machine_started" 2>/dev/null || true
  fi
  leader=''
  [ -z "$machine" ] || umount "$machine/proc" 2>/dev/null || true
}
