#include "client/cli/words/history_file.h"

#include <algorithm>

#include "client/cli/words/json.h"
#include "client/cli/words/json_members.h"
#include "client/cli/words/words.h"
#include "client/forms/bounded_json.h"
#include "client/forms/form_import.h"
#include "crypto/public/hash.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

constexpr std::string_view kHead = "{\"format\":\"holdfast-history-";
constexpr std::string_view kHeadEnd = ",\"messages\":[";
constexpr std::string_view kMessagesEnd = "],\"forms\":[";
constexpr std::string_view kCountBegin = "],\"count\":";
constexpr std::size_t kPlaceBytesMax = 512;  // of a practice's address, or a name

BondView BondFromJson(const forms::Json& document, crypto::Role own_role, std::string& wrong) {
  JsonMembers members(document);
  BondView bond;
  bond.id = members.TheId<BondId>("id");
  bond.own_role = own_role;
  bond.label = members.Text("label", kPlaceBytesMax);
  const auto other =
      own_role == crypto::Role::kClient ? crypto::Role::kTherapist : crypto::Role::kClient;
  if (members.Text("with", kPlaceBytesMax) != RoleName(other)) members.Fail("with");
  bond.formed_at_ms = members.Time("formed_at");
  bond.last_heard_ms = members.Time("last_heard_at");
  members.Finish();
  if (wrong.empty() && !members.wrong().empty()) wrong = "bonds." + members.wrong();
  return bond;
}

}  // namespace

absl::Status HistoryFile::Wrong(const std::string& what) const {
  return Refuse(Reason::kUsage, "FILE",
                "is damaged, or not as \"holdfast export --format json\" writes it: line " +
                    std::to_string(line_) + " " + what);
}

absl::StatusOr<HistoryFile::Part> HistoryFile::TakeLine(std::string_view line) {
  ++line_;
  if (line.size() > kHistoryLineBytesMax) return Wrong("is longer than any that is written");
  if (at_ == At::kHead) return TakeHead(line);
  if (at_ == At::kEnd) return Wrong("stands behind the end");
  if (at_ == At::kMessages && line == kMessagesEnd && !goes_on_) {
    at_ = At::kForms;
    return Part();
  }
  if (at_ == At::kForms && line.starts_with(kCountBegin) && !goes_on_) {
    HOLDFAST_RETURN_IF_ERROR(TakeCount(line));
    return Part();
  }
  const bool is_first = at_ == At::kMessages ? ids_.empty() : forms_.empty();
  if (!is_first && !goes_on_) return Wrong("does not follow from the one before");
  goes_on_ = line.ends_with(',');
  if (goes_on_) line.remove_suffix(1);
  return at_ == At::kMessages ? TakeMessage(line) : TakeForm(line);
}

absl::Status HistoryFile::Finish() {
  if (at_ == At::kEnd) return absl::OkStatus();
  ++line_;
  return Wrong("is missing: the file ends before its end");
}

absl::StatusOr<HistoryFile::Part> HistoryFile::TakeHead(std::string_view line) {
  if (line.starts_with(kHead) && !line.starts_with("{\"format\":\"holdfast-history-1\"")) {
    return Refuse(Reason::kNewerFormat, "FILE",
                  "was written by a newer version of Holdfast; install that version or newer");
  }
  if (!line.starts_with(kHead) || !line.ends_with(kHeadEnd)) return Wrong("is no beginning of one");
  line.remove_suffix(kHeadEnd.size());
  const auto document =
      forms::ParseBounded(std::string(line) + "}", kHistoryLineBytesMax + 1, "line");
  if (!document.ok()) return Wrong("is no whole JSON object");
  JsonMembers members(*document);
  head_.written_ms = members.Time("written_at");
  if (const std::uint64_t since_ms = members.Time("since")) head_.since_ms = since_ms;
  if (const std::uint64_t until_ms = members.Time("until")) head_.until_ms = until_ms;
  Identity& identity = head_.identity;
  identity.role = members.Named("role", crypto::Role::kTherapist, crypto::Role::kClient, RoleName);
  identity.account = members.TheId<AccountKey>("account");
  identity.device = members.TheId<DeviceId>("device");
  JsonMembers practice(members.At("practice"));
  identity.address = practice.Text("address", kPlaceBytesMax);
  identity.practice = practice.TheId<PracticeKey>("key");
  practice.Finish();
  std::string wrong = practice.wrong();
  const forms::Json& bonds = members.At("bonds");
  if (!bonds.is_array() || bonds.size() > kHistoryBondsMax) members.Fail("bonds");
  for (std::size_t i = 0; bonds.is_array() && i < std::min(bonds.size(), kHistoryBondsMax); ++i) {
    head_.bonds.push_back(BondFromJson(bonds[i], identity.role, wrong));
  }
  members.At("format");
  members.Finish();
  if (head_.written_ms == 0) members.Fail("written_at");
  if (!members.wrong().empty()) wrong = members.wrong();
  std::set<BondId> distinct;
  for (const BondView& bond : head_.bonds) distinct.insert(bond.id);
  if (distinct.size() != head_.bonds.size()) wrong = "bonds";
  if (!wrong.empty()) return Wrong("has no right \"" + wrong + "\"");
  at_ = At::kMessages;
  return head_;
}

absl::Status HistoryFile::NameForm(const forms::Json& named, const char* hash) {
  if (!named.is_object()) return absl::OkStatus();
  JsonMembers members(named);
  const auto id = members.MaybeId<Hash>(hash);
  const std::string canonical = members.Text("canonical", kPlaceBytesMax);
  if (!members.wrong().empty()) return Wrong("has no right \"form." + members.wrong() + "\"");
  if (!id) return absl::OkStatus();
  const auto [known, is_new] = named_.emplace(*id, canonical);
  if (!is_new && known->second != canonical) return Wrong("gives one form two names");
  return named_.size() <= kHistoryFormsMax ? absl::OkStatus() : Wrong("names one form too many");
}

absl::StatusOr<HistoryFile::Part> HistoryFile::TakeMessage(std::string_view line) {
  if (ids_.size() == kHistoryMessagesMax) return Wrong("is one message too many");
  const auto document = forms::ParseBounded(line, kHistoryLineBytesMax, "line");
  if (!document.ok()) return Wrong("is no whole JSON object");
  auto message = MessageFromJson(*document, known_);
  if (!message.ok()) return Wrong("has no right \"" + FieldOf(message.status()) + "\"");
  HOLDFAST_RETURN_IF_ERROR(NameForm(document->at("form"), "hash"));
  HOLDFAST_RETURN_IF_ERROR(NameForm(document->at("assigned_form"), "hash"));
  if (std::ranges::find(head_.bonds, message->bond, &BondView::id) == head_.bonds.end()) {
    return Wrong("is of a bond that the file does not name");
  }
  if (ids_.empty() || message->bond != bond_) {
    if (!bonds_.insert(message->bond).second)
      return Wrong("stands apart from the rest of its bond");
    bond_ = message->bond;
  }
  if (message->mine) {
    message->from = head_.identity.role;
  } else if (message->from == head_.identity.role) {
    return Wrong("has no right \"from\"");
  }
  const bool in_range = (!head_.since_ms || message->sent_at_ms >= *head_.since_ms) &&
                        (!head_.until_ms || message->sent_at_ms < *head_.until_ms);
  if (!in_range) return Wrong("was written outside the time that the file is of");
  ids_.push_back(message->id);
  return *std::move(message);
}

absl::StatusOr<HistoryFile::Part> HistoryFile::TakeForm(std::string_view line) {
  const auto document = forms::ParseBounded(line, kHistoryLineBytesMax, "line");
  if (!document.ok()) return Wrong("is no whole JSON object");
  JsonMembers members(*document);
  const Hash hash = members.TheId<Hash>("hash");
  const std::string canonical = members.Text("canonical", kPlaceBytesMax);
  const forms::Json& questionnaire = members.At("form");
  members.Finish();
  if (!members.wrong().empty()) return Wrong("has no right \"" + members.wrong() + "\"");
  auto form = forms::ParseForm(questionnaire.dump());
  if (!form.ok())
    return Wrong("holds a form that is not one: " + std::string(form.status().message()));
  const bool is_it = (*form)->hash == hash && (*form)->Canonical() == canonical;
  if (!is_it) return Wrong("holds another form than its hash says");
  const auto named = named_.find(hash);
  if (named == named_.end()) return Wrong("holds a form that no message names");
  if (!named->second.empty() && named->second != canonical)
    return Wrong("gives one form two names");
  if (!forms_.emplace(hash, canonical).second) return Wrong("holds a form twice");
  return *std::move(form);
}

absl::Status HistoryFile::TakeCount(std::string_view line) {
  if (line != std::string(kCountBegin) + std::to_string(ids_.size()) + "}") {
    return Wrong("counts other messages than there are (" + std::to_string(ids_.size()) + ")");
  }
  std::ranges::sort(ids_);
  if (std::ranges::adjacent_find(ids_) != ids_.end())
    return Wrong("ends a file with a message twice");
  at_ = At::kEnd;
  return absl::OkStatus();
}

}  // namespace holdfast::client::cli
