#include "client/cli/commands/forms_asked.h"

#include <algorithm>
#include <map>

#include "client/cli/commands/form_choosing.h"
#include "crypto/public/hash.h"
#include "holdfast/v1/content.pb.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

using Key = std::pair<BondId, std::string>;  // and the form's url

std::string UrlOf(const std::string& canonical) {
  return canonical.substr(0, canonical.rfind('|'));
}

forms::FormRef FormWith(const Bytes& bytes, const std::vector<forms::FormRef>& known) {
  const Hash hash = crypto::Sha256({bytes});
  const auto found =
      std::ranges::find_if(known, [&](const auto& form) { return form->hash == hash; });
  return found == known.end() ? nullptr : *found;
}

// One message after the other, in the order of the bond.
void TakeAssignment(const MessageView& message, const std::vector<forms::FormRef>& known,
                    std::map<Key, AskedForm>& asked) {
  const bool assigns = message.from == crypto::Role::kTherapist && message.refusal.empty() &&
                       message.content && message.content->has_form_assignment();
  if (!assigns) return;
  const v1::FormAssignment& assignment = message.content->form_assignment();
  const Key key(message.bond, UrlOf(assignment.canonical()));
  if (assignment.form().empty()) {
    asked.erase(key);
    return;
  }
  asked[key] = {message.bond,
                assignment.canonical(),
                FormWith(assignment.form(), known),
                assignment.every_days(),
                message.sent_at_ms,
                0,
                message.sent_at_ms};
}

absl::Status AddTimes(Engine& engine, AskedForm& asked) {
  if (!asked.form) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(asked.last_ms, LastAnsweredMs(engine, asked.bond, *asked.form));
  // A therapist's device of another make may ask more often than the form allows.
  const std::uint64_t days = std::max(asked.every_days, asked.form->recall_days);
  if (asked.last_ms != 0) asked.due_ms = asked.last_ms + days * limits::kDayMs;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<AskedForm>> AskedForms(Device& device,
                                                  const std::optional<BondId>& bond) {
  MessageQuery query;
  query.bond = bond;
  query.newest_max = 0;
  HOLDFAST_ASSIGN_OR_RETURN(const auto messages, device.engine().Messages(query));
  HOLDFAST_ASSIGN_OR_RETURN(const auto known, device.forms());
  std::map<Key, AskedForm> asked;
  for (const MessageView& message : messages) TakeAssignment(message, known, asked);
  std::vector<AskedForm> all;
  for (auto& [key, one] : asked) {
    HOLDFAST_RETURN_IF_ERROR(AddTimes(device.engine(), one));
    all.push_back(std::move(one));
  }
  return all;
}

std::vector<AskedForm> OfferedNow(const std::vector<AskedForm>& asked, std::uint64_t now_ms) {
  std::vector<AskedForm> offered;
  for (const AskedForm& one : asked) {
    const bool is_due =
        one.last_ms == 0 || one.last_ms > now_ms || now_ms + kRecallSlackMs >= one.due_ms;
    if (one.form && is_due) offered.push_back(one);
  }
  return offered;
}

}  // namespace holdfast::client::cli
