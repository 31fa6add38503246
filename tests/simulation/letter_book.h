// What people wrote, read and were told, as they remember it. Devices are compared
// with it: nothing may be missing, doubled, out of order, or shown in a state for
// which there is no evidence.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "simulation/device.h"
#include "simulation/pair.h"
#include "simulation/schedule_book.h"
#include "simulation/stored_book.h"
#include "simulation/verdict.h"

namespace holdfast::simulation {

struct Letter {
  EnvelopeId id;  // zero: the device died while it was written, so it may not exist
  const Device* author = nullptr;  // by their first device
  const Device* device = nullptr;  // on which it was written
  std::uint64_t at_ms = 0;
  const Pair* pair = nullptr;
  Kind kind = Kind::kNote;
  std::optional<EnvelopeId> reply_to;
  Release release;                    // any other than "now": written ahead
  std::optional<EnvelopeId> promise;  // and waits for its miss
  std::uint64_t number = 0;           // in which they were written
};

class LetterBook {
 public:
  LetterBook(Verdict& verdict, const StoredBook& stored, const ScheduleBook& schedule)
      : verdict_(verdict), stored_(stored), schedule_(schedule) {}

  // A text that nobody used before.
  std::string NextText(const std::string& author);
  void Wrote(const std::string& text, Letter letter);
  void Opened(const EnvelopeId& id) { opened_.insert(id); }
  // Somebody is about to take back what they wrote ahead.
  void Withdraws(const EnvelopeId& id) { withdrawn_.insert(id); }
  // Its author is about to say that it goes, whatever would hold it.
  void LetsGo(const EnvelopeId& id) { let_go_.insert(id); }

  // What `device` shows now. In the end nothing may be under way any more.
  void Check(Device& device, const std::vector<const Pair*>& pairs, bool in_the_end,
             std::uint64_t now_ms);
  // What is about to be read was not to be held, by what the device itself shows.
  void CheckHeld(Device& device, const client::MessageView& view);
  // Both sides of a bond show the same, in the same order, on all of their devices.
  void CheckAgreement(const Pair& pair);
  // What came to be after a device was shut out is not on it, and nothing of it went out.
  void CheckShutOut(const Device& device);

  std::size_t letters() const { return letters_.size(); }

 private:
  const Letter* Find(const client::MessageView& view);
  void CheckView(const Device& device, const client::MessageView& view);
  void CheckRefusal(const client::MessageView& view);
  void CheckState(const Device& device, const Letter& letter, const client::MessageView& view);
  bool HasEvidence(const Device& device, const Letter& letter,
                   const client::MessageView& view) const;
  void CheckSettled(const Device& device, const client::MessageView& view, std::uint64_t now_ms);
  // Of what was written ahead (letter_book_ahead.cpp).
  void CheckAhead(const Device& device, const Letter& letter, const client::MessageView& view);
  void CheckAheadSettled(const Device& device, const client::MessageView& view,
                         std::uint64_t now_ms);
  // How it differs from what the practice has in the end; empty where it does not.
  std::string WhatDiffers(const Device& device, const Letter& letter,
                          const client::MessageView& view, std::uint64_t now_ms) const;
  bool HasWithdrawal(const client::MessageView& view, bool delivered) const;
  // Whether it must have reached its reader by now.
  bool MustHaveCome(const Letter& letter, std::uint64_t now_ms) const;
  // What only one side is to show, and what has no place that both know.
  void KeepReleased(std::vector<client::MessageView>& mine,
                    std::vector<client::MessageView>& theirs) const;
  // What the client's device holds, or was taken back while it did: its author knows.
  void EraseHeld(const Device& client, const std::vector<client::MessageView>& mine,
                 std::vector<client::MessageView>& theirs);
  // What both sides are to show; a message that came too late for the bond is not.
  static void EraseRefused(std::vector<client::MessageView>& views);
  void CheckAgreement(const Pair& pair, Device& client, Device& therapist);
  // Whether it may be missing on this device, which is not the one that it was written on.
  bool MayLack(const Device& device, const Letter& letter) const;
  static void KeepCommon(std::vector<client::MessageView>& mine,
                         std::vector<client::MessageView>& theirs);
  void CheckOrder(const Device& device, const std::vector<client::MessageView>& views);
  void CheckWhole(const Device& device, const std::vector<client::MessageView>& views,
                  bool in_the_end, std::uint64_t now_ms);

  Verdict& verdict_;
  const StoredBook& stored_;
  const ScheduleBook& schedule_;
  std::uint64_t numbers_ = 0;
  std::map<std::string, Letter> letters_;  // by text
  std::set<EnvelopeId> opened_;
  std::set<EnvelopeId> answered_;
  std::set<EnvelopeId> withdrawn_;
  std::set<EnvelopeId> let_go_;
};

// The words of a message.
std::string TextOf(const client::MessageView& view);

}  // namespace holdfast::simulation
