# Sourced by deploy/packaging/trial: a therapist and three clients, with the installed programs alone.
# shellcheck shell=bash

readonly senders=3 sends_max=2000 await_seconds_max=120

# as PROFILE WORDS...
as() {
  local profile=$1
  shift
  inside HOLDFAST_PASSPHRASE=trial-trial-trial holdfast --profile "$profile" "$@"
}

introduce() {
  local number
  inside holdfastd therapist add | tail -n 1 >"$machine/root/code"
  as therapist enroll --code-file /root/code >/dev/null
  # A zone is read for this.
  as therapist availability set --hours "mon-fri 9:00-17:00" --reply-within 8h --zone Europe/Berlin --yes >/dev/null
  for number in $(seq "$senders"); do
    as therapist --json invite --label "client$number" | sed -n 's/.*"invitation": *"\([^"]*\)".*/\1/p' >"$machine/root/invitation"
    as "client$number" join --invitation-file /root/invitation >/dev/null
  done
}

# check_in CLIENT NOTE: how far it has come then; "stored" or more once the practice has acknowledged it.
check_in() {
  echo '{}' | as "$1" --json checkin --answers - --note "$2" --need reply | sed -n 's/.*"reached": *"\([a-z-]*\)".*/\1/p' |
    sed 's/^\(delivered\|opened\)$/stored/'
}
must_check_in() {
  local state
  state=$(check_in "$@")
  [ "$state" = stored ] || fail "the check-in \"$2\" is ${state:-nowhere}"
}

# answer NOTE: the therapist replies to it, and client1, who wrote it, reads that.
answer() {
  local id
  as client1 sync >/dev/null
  id=$(as therapist --json inbox --all | tr '{' '\n' | grep -F "\"$1\"" | sed -n 's/.*"id": *"\([0-9a-f]*\)".*/\1/p' | tail -n 1)
  [ -n "$id" ] || fail "the therapist has no check-in \"$1\""
  as therapist reply "$id" --text "reply to $1" >/dev/null
  as client1 inbox --all >"$work/inbox"
  grep -qF "reply to $1" "$work/inbox" || fail "the reply did not come"
}

# send_on NUMBER: client NUMBER sends until it is enough. A line for each: state, note.
send_on() {
  local number=$1 one state
  for one in $(seq "$sends_max"); do
    [ ! -e "$work/enough" ] || return 0
    state=$(check_in "client$number" "under load $number-$one" 2>>"$work/complaints") || true
    echo "${state:-nowhere} under load $number-$one" >>"$work/sent"
  done
}

acknowledged() { grep -c '^stored ' "$work/sent" || true; }
await_acknowledged() {
  local waited=0
  until [ "$(acknowledged)" -ge "$1" ]; do
    [ $((waited += 1)) -le $((await_seconds_max * 5)) ] ||
      fail "check-ins are not acknowledged any more: $(tail -n 3 "$work/complaints")"
    sleep 0.2
  done
}

sending=()
begin_to_send() {
  local number
  : >"$work/sent"
  # The passphrase is not stretched each time, so that they send often.
  for number in $(seq "$senders"); do as "client$number" unlock >/dev/null; done
  for number in $(seq "$senders"); do
    send_on "$number" &
    sending+=($!)
  done
  await_acknowledged $((senders * 3))
}

stop_sending() {
  : >"$work/enough"
  [ "${#sending[@]}" -eq 0 ] || wait "${sending[@]}" || true
  sending=()
}

# Each note that was written is there once: at once where it was acknowledged, and the others after the next contact.
end_to_send() {
  local number
  await_acknowledged $(($(acknowledged) + senders * 3))
  stop_sending
  as therapist --json inbox --all >"$work/inbox"
  sed -n 's/^stored //p' "$work/sent" | each_is_there_once
  for number in $(seq "$senders"); do as "client$number" sync >/dev/null; done
  as therapist --json inbox --all >"$work/inbox"
  sed 's/^[a-z]* //' "$work/sent" | each_is_there_once
  echo "$(acknowledged) check-ins were acknowledged, $(($(wc -l <"$work/sent") - $(acknowledged))) were kept on the device" \
    "and came later; each is there once."
}

each_is_there_once() {
  local note there wrong=0
  while read -r note; do
    there=$(grep -oF "\"$note\"" "$work/inbox" | wc -l)
    [ "$there" -eq 1 ] || { wrong=$((wrong + 1)); echo "there $there times: $note"; }
  done
  [ "$wrong" -eq 0 ] || fail "$wrong check-ins are lost, or there twice"
}
