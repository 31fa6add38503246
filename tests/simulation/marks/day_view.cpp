#include "simulation/marks/day_view.h"

#include <algorithm>
#include <functional>

#include "rules/header.h"
#include "rules/limits.h"

namespace holdfast::simulation {
namespace {

// What one login began.
struct Contact {
  std::uint64_t at_ms = 0;
  std::uint64_t counted = 0;
  std::vector<bool> envelopes;  // in order: is it a sign
};

bool IsSign(const SeenCall& call) {
  return call.kind == static_cast<int>(Kind::kReceipt) ||
         call.kind == static_cast<int>(Kind::kControl);
}

std::vector<Contact> ContactsOf(const SeenDay& day) {
  std::vector<Contact> contacts;
  for (const SeenCall& call : day.calls) {
    if (call.method == "Authenticate" || contacts.empty()) {
      contacts.push_back({call.at_ms, call.counted, {}});
    }
    if (call.kind != 0) contacts.back().envelopes.push_back(IsSign(call));
  }
  return contacts;
}

double CountOf(const SeenDay& day, std::string_view method) {
  return static_cast<double>(std::ranges::count_if(
      day.calls, [&](const SeenCall& call) { return call.method == method; }));
}

double BytesOf(const SeenDay& day, const std::function<bool(const SeenCall&)>& counts) {
  double bytes = 0;
  for (const SeenCall& call : day.calls) {
    if (counts(call)) bytes += static_cast<double>(call.bytes);
  }
  return bytes;
}

double KindsOf(const SeenDay& day, Kind kind) {
  return static_cast<double>(std::ranges::count_if(
      day.calls, [&](const SeenCall& call) { return call.kind == static_cast<int>(kind); }));
}

// Signs with an envelope that is none in front of them, or behind them, in one contact.
double SignsNextTo(const std::vector<Contact>& contacts, bool in_front) {
  double count = 0;
  for (const Contact& contact : contacts) {
    for (std::size_t i = 0; i < contact.envelopes.size(); ++i) {
      if (!contact.envelopes[i]) continue;
      const bool has_one = in_front ? i > 0 && !contact.envelopes[i - 1]
                                    : i + 1 < contact.envelopes.size() && !contact.envelopes[i + 1];
      count += has_one ? 1 : 0;
    }
  }
  return count;
}

bool HasSign(const Contact& contact) {
  return std::ranges::find(contact.envelopes, true) != contact.envelopes.end();
}

// The shortest time from a contact with a sign to its neighbour; a day where there is none.
double ShortestGap(const std::vector<Contact>& contacts, bool before) {
  std::uint64_t shortest = limits::kDayMs;
  for (std::size_t i = 1; i < contacts.size(); ++i) {
    if (!HasSign(contacts[before ? i : i - 1])) continue;
    shortest = std::min(shortest, contacts[i].at_ms - contacts[i - 1].at_ms);
  }
  return static_cast<double>(shortest);
}

}  // namespace

Features FeaturesOf(const SeenDay& day) {
  const std::vector<Contact> contacts = ContactsOf(day);
  double empty = 0, alone = 0, counted = 0;
  double first_ms = static_cast<double>(limits::kDayMs), last_ms = 0;
  for (const Contact& contact : contacts) {
    empty += contact.envelopes.empty() ? 1 : 0;
    alone += contact.envelopes == std::vector<bool>{true} ? 1 : 0;
    counted += static_cast<double>(contact.counted);
    if (!HasSign(contact)) continue;
    first_ms = std::min(first_ms, static_cast<double>(contact.at_ms));
    last_ms = static_cast<double>(contact.at_ms);
  }
  return {CountOf(day, "Authenticate"),
          KindsOf(day, Kind::kCheckIn),
          KindsOf(day, Kind::kReply),
          KindsOf(day, Kind::kNote),
          KindsOf(day, Kind::kReceipt),
          KindsOf(day, Kind::kControl),
          BytesOf(day, IsSign),
          BytesOf(day, [](const SeenCall& call) { return call.kind != 0 && !IsSign(call); }),
          CountOf(day, "AppendArchive"),
          BytesOf(day, [](const SeenCall& call) { return call.method == "AppendArchive"; }),
          CountOf(day, "Acknowledge"),
          static_cast<double>(day.calls.size()),
          BytesOf(day, [](const SeenCall&) { return true; }),
          empty,
          alone,
          SignsNextTo(contacts, true),
          SignsNextTo(contacts, false),
          first_ms,
          last_ms,
          ShortestGap(contacts, true),
          ShortestGap(contacts, false),
          counted};
}

}  // namespace holdfast::simulation
