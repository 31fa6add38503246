// Every sentence about messages, states, bonds and failures: kind, short, specific,
// in local time. Commands only put them in order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "client/core/shown/shown.h"
#include "client/core/shown/standing.h"
#include "client/forms/form.h"

namespace holdfast::client::cli {

// Shown wherever people write.
inline constexpr std::string_view kNoEmergencyService =
    "Holdfast is not an emergency service. If you are in danger, call your local emergency number.";

// What waits on this device, because the practice could not be reached.
inline constexpr std::string_view kGoesOut =
    "It goes out with your next command that reaches the practice; \"holdfast watch\" keeps "
    "trying.";

// Names for programs and for headings.
std::string_view RoleName(crypto::Role role);  // "therapist", "client"
std::string_view KindName(Kind kind);          // for programs: "check-in", "reply", "note"
// "check-in", "reply", "message"; "note" where it was written ahead.
std::string KindInWords(const MessageView& message);
std::string_view NeedName(const MessageView& message);  // "reply", …; empty where none was said
std::string TextOf(const MessageView& message);         // the words, as they were written

// One or two sentences: what failed and what to do.
std::string FailureInWords(const absl::Status& status);
// Why the practice refused what was written or decided here, without a field's name.
std::string RefusalOf(const MessageView& message);
std::string RefusalOf(const ActView& decision);
// With a capital at the beginning and a full stop at the end.
std::string AsSentence(std::string text);
std::string AlarmInWords(const Alarm& alarm, std::uint64_t now_ms);
// What was checked, and the command for what to do.
std::string FindingInWords(const Finding& finding);

// The first digits of an id, enough to name it in a command.
inline constexpr std::size_t kShortIdDigits = 6;
std::string ShortId(const EnvelopeId& id);
std::string ShortId(const BondId& id);
std::string ShortId(const DeviceId& id);

class Words {
 public:
  Words(crypto::Role own_role, std::vector<BondView> bonds, std::uint64_t now_ms,
        std::vector<forms::FormRef> forms = {})
      : own_role_(own_role), bonds_(std::move(bonds)), now_ms_(now_ms), forms_(std::move(forms)) {}

  std::uint64_t now_ms() const { return now_ms_; }
  // Those that this device holds beside the ones that come along.
  const std::vector<forms::FormRef>& forms() const { return forms_; }
  crypto::Role own_role() const { return own_role_; }
  bool is_client() const { return own_role_ == crypto::Role::kClient; }
  std::string Time(std::uint64_t time_ms) const;
  std::string Day(std::uint64_t time_ms) const;

  // "your therapist", a client's label, or "client 3f2a91".
  std::string Other(const BondId& bond) const;
  // The same at the beginning of a sentence.
  std::string Subject(const BondId& id) const;
  // "check-in from Ann", "your reply to Ann".
  std::string Title(const MessageView& message) const;
  // "asks for a reply", "answered"; empty where nothing is asked for or known.
  std::string Need(const MessageView& message) const;
  // Where an own message is now: "delivered today, 14:03".
  std::string State(const MessageView& message) const;
  // How far it came, whatever is owed to it.
  std::string Reached(const MessageView& message) const;
  // What is good to know about it, as a sentence; mostly empty.
  std::string Remark(const MessageView& message) const;
  // After writing: what has become of it, and what happens next.
  std::string Written(const MessageView& message) const;
  // The same where it cannot go out from here just now: whoever repeats it sends it twice.
  std::string KeptHere(const MessageView& message) const;
  // Answers of a check-in, an item and its answer in two lines each; for a therapist with what
  // they add up to.
  std::string Answers(const MessageView& message) const;

 private:
  std::string Reached(MessageState reached, std::uint64_t at_ms, bool unconfirmed) const;

  const crypto::Role own_role_;
  const std::vector<BondView> bonds_;
  const std::uint64_t now_ms_;
  const std::vector<forms::FormRef> forms_;
};

}  // namespace holdfast::client::cli
