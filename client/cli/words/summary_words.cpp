#include "client/cli/words/summary_words.h"

#include <algorithm>

#include "client/cli/words/json.h"

namespace holdfast::client::cli {
namespace {

void NoteEarlier(std::uint64_t& first_ms, std::uint64_t time_ms) {
  if (first_ms == 0 || time_ms < first_ms) first_ms = time_ms;
}

void NoteOwed(Summary& summary, const BondOverview& bond) {
  summary.owed += bond.standing.promises.size() + bond.asked.size();
  for (const PromiseView& promise : bond.standing.promises) {
    if (promise.overdue || promise.line.state == PromiseState::kMissed) {
      ++summary.late;
    } else {
      NoteEarlier(summary.first_due_ms, promise.line.due_at_ms);
    }
  }
}

std::string OwedInWords(const Words& words, const Summary& summary) {
  const bool one = summary.owed == 1;
  std::string text = std::to_string(summary.owed) + (one ? " reply" : " replies") + " owed" +
                     (words.is_client() ? " to you" : "");
  if (summary.late > 0) {
    text += one ? ", and late" : ", " + std::to_string(summary.late) + " of them late";
  }
  if (summary.first_due_ms != 0) {
    text += (one ? ", due " : ", the next due ") + words.Time(summary.first_due_ms);
  }
  return text;
}

std::string Drafts(const Summary& summary) {
  return std::to_string(summary.drafts) + (summary.drafts == 1 ? " draft is" : " drafts are") +
         " kept";
}

// What of one's own has not gone out.
void AddOwn(std::vector<std::string>& parts, const Summary& summary) {
  if (summary.unsent > 0) {
    parts.push_back(std::to_string(summary.unsent) + " of yours " +
                    (summary.unsent == 1 ? "has" : "have") + " not gone out yet");
  }
  if (summary.refused > 0) {
    parts.push_back(std::to_string(summary.refused) + " of yours " +
                    (summary.refused == 1 ? "was" : "were") + " not accepted");
  }
  if (summary.drafts > 0) parts.push_back(Drafts(summary) + ", not sent");
}

std::string Joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : "; ") + part;
  return AsSentence(text);
}

}  // namespace

Summary SummaryOf(const std::vector<BondOverview>& bonds, crypto::Role own_role,
                  const KeptHere& kept) {
  Summary summary;
  summary.unsent = kept.queued;
  summary.drafts = kept.drafts;
  for (const BondOverview& bond : bonds) {
    summary.not_safe += bond.not_safe.size();
    summary.unread += bond.unread;
    summary.unsent += static_cast<std::size_t>(std::ranges::count_if(
        bond.standing.waiting, [](const ActView& act) { return act.refusal.empty(); }));
    (bond.standing.ended ? summary.left_behind : summary.refused) += bond.refused.size();
    if (bond.standing.ended) continue;  // nothing can be sent any more
    summary.held += bond.held.size();
    summary.marks += bond.ruptures.size();
    NoteOwed(summary, bond);
    if (own_role == crypto::Role::kClient && bond.standing.open_slot) {
      NoteEarlier(summary.open_until_ms, bond.standing.open_slot->slot.closes_at_ms);
    }
  }
  return summary;
}

std::string SummaryInWords(const Words& words, const Summary& summary) {
  std::vector<std::string> parts;
  if (summary.not_safe > 0) {
    parts.push_back("ATTENTION: " + std::to_string(summary.not_safe) +
                    (summary.not_safe == 1 ? " check-in says" : " check-ins say") +
                    " that somebody may not be safe");
  }
  if (summary.held > 0) {
    parts.push_back(std::to_string(summary.held) +
                    (summary.held == 1 ? " note ahead waits" : " notes ahead wait") +
                    " for you to decide");
  }
  if (summary.marks > 0) parts.push_back(std::to_string(summary.marks) + " landed badly");
  if (summary.owed > 0) parts.push_back(OwedInWords(words, summary));
  if (summary.unread > 0) parts.push_back(std::to_string(summary.unread) + " not opened yet");
  if (summary.open_until_ms != 0) {
    parts.push_back("a check-in is open until " + words.Time(summary.open_until_ms));
  }
  if (parts.empty()) return NothingInWords(summary);
  AddOwn(parts, summary);
  return Joined(parts);
}

std::string NothingInWords(const Summary& summary) {
  std::vector<std::string> parts = {"nothing waits for you"};
  AddOwn(parts, summary);
  return Joined(parts);
}

std::string OwnInWords(const Summary& summary) {
  std::string text;
  if (summary.unsent > 0) {
    text += std::to_string(summary.unsent) +
            (summary.unsent == 1 ? " of yours waits" : " of yours wait") +
            " on this device, and will be offered to the practice again.\n";
  }
  if (summary.drafts > 0) text += Drafts(summary) + " here, not sent (holdfast drafts).\n";
  const bool all_taken = summary.refused == 0 && summary.left_behind == 0;
  if (text.empty() && all_taken) text = "All that you wrote has left this device.\n";
  text.resize(text.empty() ? 0 : text.size() - 1);
  return text;
}

Json SummaryJson(const Summary& summary) {
  return {
      {"not_safe", summary.not_safe},   {"held", summary.held},
      {"marks", summary.marks},         {"owed", summary.owed},
      {"late", summary.late},           {"first_due_at", TimeJson(summary.first_due_ms)},
      {"unread", summary.unread},       {"check_in_open_until", TimeJson(summary.open_until_ms)},
      {"unsent", summary.unsent},       {"drafts", summary.drafts},
      {"not_accepted", summary.refused}};
}

}  // namespace holdfast::client::cli
