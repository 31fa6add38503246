// What tests of notes written ahead do to what the practice hands over.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "holdfast/v1/mailbox.pb.h"
#include "support/ahead_couple.h"

namespace holdfast::client {

inline constexpr std::uint64_t kHourMs = limits::kHourMs;
inline constexpr std::uint64_t kDayMs = limits::kDayMs;
using Texts = std::vector<std::string>;

inline bool IsAheadDelivery(const v1::Entry& entry) {
  const auto header = DecodeHeader(entry.delivery().header());
  return header.ok() && header->release.when != ReleaseWhen::kNow;
}

inline bool IsRelease(const v1::LedgerItem& item) {
  const auto entry = DecodeLedgerEntry(item.entry());
  return entry.ok() && entry->kind == LedgerKind::kReleased;
}

// Calls `change` for every page of this person's mailbox.
inline void OnPages(TestPerson& person, const std::function<void(v1::SubscribeResponse&)>& change) {
  person.transport.on_response = [change](const std::string& method,
                                          google::protobuf::Message& response) {
    if (method == "Subscribe") change(static_cast<v1::SubscribeResponse&>(response));
  };
}

inline bool Says(const std::vector<Alarm>& alarms, AlarmKind kind) {
  return std::ranges::any_of(alarms, [&](const Alarm& alarm) { return alarm.kind == kind; });
}

}  // namespace holdfast::client
