// What a person is about to sign, in whole sentences, for before it is signed: with its
// time zone, and with the first dates or due times that follow from it.
#pragma once

#include <string>
#include <vector>

#include "client/cli/words/words.h"
#include "client/core/shown/standing.h"

namespace holdfast::client::cli {

// "Anna", "Anna and Ben", "Anna, Ben and 4 more".
std::string NamesInWords(const Words& words, const std::vector<BondView>& bonds);

// A therapist's hours for `whom`, with when replies asked for now and later would be due.
std::string HoursToSign(const Words& words, const Availability& availability,
                        const std::string& whom);
// What of the hours that hold now would be gone, or other: empty where nothing is. For each
// client whose hours differ.
std::string HoursDropped(const Words& words, const BondId& bond, const Availability& before,
                         const Availability& after);

// A rhythm that is proposed to `whom`, or that the therapist proposes to this client.
std::string RhythmToPropose(const Words& words, const Rhythm& rhythm, const std::string& whom);
std::string RhythmToAccept(const Words& words, const Rhythm& rhythm);
// What ends, or is taken back, or declined.
std::string RhythmToEnd(const Words& words, const StandingView& standing);

std::string PauseToSign(const Words& words, std::uint64_t until_ms, bool ahead_too);
std::string MoveToSign(const Words& words, const BondId& bond, const EnvelopeId& envelope,
                       std::uint64_t from_ms, std::uint64_t to_ms);
// What to know before a reply is moved to a time at which the therapist is away, or outside their
// hours; empty where they work then.
std::string OffHours(const Words& words, const Availability& availability, std::uint64_t to_ms);

// "They open Thu 5 Mar, 18:00; …": the first three openings after now, on the wall of the
// rhythm's zone.
std::string FirstOpenings(const Words& words, const Rhythm& rhythm);

}  // namespace holdfast::client::cli
