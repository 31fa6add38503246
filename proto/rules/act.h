// What a person's device signs to change how a bond is run: working hours, rhythm,
// pause and the like. The practice puts each into the bond's ledger as it came
// (crypto/PROTOCOL.md "Acts").
#pragma once

#include <cstdint>
#include <variant>

#include "rules/availability.h"
#include "rules/identifiers.h"
#include "rules/rhythm.h"

namespace holdfast {

using ActId = FixedBytes<16, struct ActIdTag>;

enum class ActKind : std::uint8_t {
  kAvailability = 1,   // therapist: hours, away times, how soon a reply is promised
  kProposeRhythm = 2,  // therapist; replaces an unanswered proposal
  kAcceptRhythm = 3,   // client; from now on this rhythm makes the slots
  kEndRhythm = 4,      // either: no further slots
  kReschedule = 5,     // therapist: another due time, before the old one has come
  kPause = 6,          // client; replaces an earlier pause
  kResume = 7,         // client: the pause ends early
  kWithdraw = 8,       // author of a sealed-ahead envelope, until it is released
  kEndBond = 9,        // either; nothing is accepted afterwards
};

struct AcceptRhythm {
  std::uint32_t number = 0;
  Hash act_hash;  // of the proposal's act: exactly these bytes are accepted
  bool operator==(const AcceptRhythm&) const = default;
};
struct EndRhythm {
  std::uint32_t number = 0;
  bool operator==(const EndRhythm&) const = default;
};
struct Reschedule {
  EnvelopeId envelope;
  std::uint64_t from_ms = 0;  // the due time that it moves
  std::uint64_t due_at_ms = 0;
  bool operator==(const Reschedule&) const = default;
};
struct Pause {
  std::uint64_t until_ms = 0;
  bool ahead_too = false;  // sealed-ahead envelopes wait as well
  bool operator==(const Pause&) const = default;
};
struct Resume {
  bool operator==(const Resume&) const = default;
};
struct Withdraw {
  EnvelopeId envelope;
  bool operator==(const Withdraw&) const = default;
};
struct EndBond {
  bool operator==(const EndBond&) const = default;
};

struct Act {
  BondId bond;
  ActId id;  // random; made and persisted before the first send
  AccountKey account;
  DeviceId device;
  std::uint64_t made_at_ms = 0;  // the device's clock
  // In the order of ActKind; ProposeRhythm's payload is the Rhythm itself.
  std::variant<Availability, Rhythm, AcceptRhythm, EndRhythm, Reschedule, Pause, Resume, Withdraw,
               EndBond>
      what;

  ActKind kind() const { return static_cast<ActKind>(what.index() + 1); }
  bool operator==(const Act&) const = default;
};

// Who of the two people may sign an act of this kind.
enum class Signatory : std::uint8_t { kTherapist, kClient, kEither };
Signatory SignatoryOf(ActKind kind);

// At most limits::kActBytesMax. Errors name "act.<field>".
Bytes EncodeAct(const Act& act);
absl::StatusOr<Act> DecodeAct(BytesView bytes);
// What can be said against an act from its own words and the time, before anything
// is looked up: an author asks it before signing, the practice before it accepts. What
// passes is read back by DecodeAct as it is. Errors name "act.<field>".
absl::Status CheckAct(const Act& act, std::uint64_t now_ms);

}  // namespace holdfast
