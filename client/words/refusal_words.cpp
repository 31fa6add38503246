#include "client/words/refusal_words.h"

#include <algorithm>
#include <array>

#include "rules/errors.h"

namespace holdfast::client {
namespace {

struct Subject {
  std::string_view field;  // this one, or what begins with it and a dot
  std::string_view words;
};

// Of several that fit the first counts.
constexpr auto kSubjects = std::to_array<Subject>({
    {"vault", "what this device keeps"},
    {"act", "this decision"},
    {"availability.away", "the away times"},
    {"availability.hours", "the working hours"},
    {"availability", "what is promised"},
    {"rhythm", "the rhythm"},
    {"check_in", "the check-in"},
    {"answers", "this answer"},
    {"note", "the note"},
    {"reply_to", "the message that is answered"},
    {"reply", "the reply"},
    {"text", "the text"},
    {"message", "the message"},
    {"id", "this message"},
    {"rupture", "the mark"},
    {"release", "what it waits for"},
    {"drafts", "the drafts"},
    {"label", "the label"},
    {"zone", "the time zone"},
    {"valid", "the time that an invitation is good for"},
    {"bond", "this bond"},
    {"passphrase_cost", "the cost of the passphrase"},
    {"passphrase", "the passphrase"},
    {"enrolment_token", "the enrolment code"},
    {"enrolment_code", "the enrolment code"},
    {"lookup_id", "the invitation"},
    {"invitation", "the invitation"},
    {"answer", "the answer to the invitation"},
    {"answer_mac", "the answer to the invitation"},
    {"receipt", "the practice's receipt"},
    {"ledger", "the practice's record"},
    {"evidence", "the practice's proof"},
    {"batch", "the practice's proof"},
    {"endorsements", "the practice's signature over its connection"},
    {"succession", "the practice's change of keys"},
    {"authorization", "the login"},
    {"login", "the login"},
    {"account", "the account"},
    {"registration", "the registration"},
    {"certificate", "the device's certificate"},
    {"prekey", "the device's key"},
    {"ahead_key", "the key to what is written ahead"},
    {"device_list", "the list of devices"},
    {"devices", "the list of devices"},
    {"client", "the client's list of devices"},
    {"header", "the message"},
    {"body", "the message"},
    {"capsule", "the message"},
    {"capsule_digests", "the message's capsules"},
    {"content", "the message"},
    {"kind", "the message"},
    {"request", "what was asked"},
    {"file", "the file"},
});

constexpr std::string_view kElse = "part of it";

// What goes on from its subject.
constexpr auto kPredicates = std::to_array<std::string_view>(
    {"is",     "are",   "was",     "were",   "has",    "have",  "had",    "holds",
     "hold",   "must",  "may",     "can",    "cannot", "does",  "do",     "names",
     "name",   "comes", "come",    "counts", "says",   "needs", "goes",   "starts",
     "begins", "begin", "follows", "fits",   "opens",  "lies",  "shares", "answers",
     "gives",  "could", "belongs", "proves", "or"});

bool IsTyped(std::string_view field) {
  return field.starts_with('-') || (field.front() >= 'A' && field.front() <= 'Z');
}

bool IsPredicate(std::string_view words) {
  const std::string_view first = words.substr(0, words.find(' '));
  return std::find(kPredicates.begin(), kPredicates.end(), first) != kPredicates.end();
}

std::string_view SubjectOf(std::string_view field) {
  for (const Subject& subject : kSubjects) {
    if (!field.starts_with(subject.field)) continue;
    const std::string_view rest = field.substr(subject.field.size());
    if (rest.empty() || rest.front() == '.') return subject.words;
  }
  return kElse;
}

// And no beginning of a sentence.
bool IsFieldName(std::string_view text) {
  constexpr std::string_view kSigns = "abcdefghijklmnopqrstuvwxyz0123456789_.";
  if (text.empty() || text.find_first_not_of(kSigns) != std::string_view::npos) return false;
  return text.find_first_of("._") != std::string_view::npos || SubjectOf(text) != kElse;
}

}  // namespace

std::string RefusalText(std::string_view field, std::string_view words) {
  if (field.empty()) return std::string(words);
  const bool goes_on = IsPredicate(words);
  if (IsTyped(field)) return std::string(field) + (goes_on ? " " : ": ") + std::string(words);
  return goes_on ? std::string(SubjectOf(field)) + " " + std::string(words) : std::string(words);
}

std::string RefusalText(const absl::Status& refusal) {
  return RefusalText(FieldOf(refusal), MessageOf(refusal));
}

std::string KeptRefusalText(std::string_view kept, std::optional<Reason> reason) {
  if (reason == Reason::kBondEnded) return "this bond had ended";
  const std::size_t end = kept.find(": ");
  if (end == std::string_view::npos || !IsFieldName(kept.substr(0, end))) return std::string(kept);
  return RefusalText(kept.substr(0, end), kept.substr(end + 2));
}

}  // namespace holdfast::client
