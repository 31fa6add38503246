// A ledger as an honest practice writes it, to be read, and to be forged.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/ledger_book.h"
#include "unit/rules/support.h"

namespace holdfast {

struct LedgerLine {
  LedgerEntry entry;
  std::optional<Act> act;
};

inline const LedgerPeople kPeople = {Filled<AccountKey>('T'), Filled<AccountKey>('C')};

// Stands for the real hashes, which rules do not know.
inline Hash PlainHash(BytesView bytes) {
  Bytes hash;
  for (std::uint64_t lane = 0; lane < 4; ++lane) {
    std::uint64_t value = 0xcbf29ce484222325 + lane;
    for (const char c : bytes) {
      value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    hash += Encoder().U64(value ^ value >> 29).Take();
  }
  return Hash::From(hash, "test").value();
}

template <class Id>
Id Numbered(std::uint64_t number) {
  return Id::From(Encoder().U64(0x99).U64(number).Take(), "test").value();
}

class LedgerStory {
 public:
  std::vector<LedgerLine> lines;
  std::uint64_t now = Ms(2026, 3, 2, 8);
  Incarnation incarnation = Filled<Incarnation>('1');

  // An act of the therapist or the client, and its hash.
  Hash Do(decltype(Act::what) what, bool is_client) {
    Act act{.bond = Filled<BondId>('b'),
            .id = Numbered<ActId>(lines.size() + 1),
            .account = is_client ? kPeople.client : kPeople.therapist,
            .device = Filled<DeviceId>('d'),
            .made_at_ms = now,
            .what = std::move(what)};
    LedgerEntry entry = Blank(LedgerKind::kAct);
    entry.subject = SubjectOf(act.id);
    entry.hash = PlainHash(EncodeAct(act));
    const Hash hash = entry.hash;
    Push(entry, std::move(act));
    return hash;
  }
  void AddSlot(LedgerKind kind, const Slot& slot, std::uint32_t rhythm) {
    LedgerEntry entry = Blank(kind);
    entry.subject = SubjectOf(slot.id);
    entry.from_ms = slot.opens_at_ms;
    entry.until_ms = slot.closes_at_ms;
    entry.reference = rhythm;
    Push(entry);
  }
  void Fill(const Slot& slot, const EnvelopeId& check_in) {
    LedgerEntry entry = Blank(LedgerKind::kSlotFilled);
    entry.subject = SubjectOf(slot.id);
    entry.by = SubjectOf(check_in);
    Push(entry);
  }
  std::uint64_t Promise(const EnvelopeId& envelope, const Availability& availability) {
    LedgerEntry entry = Blank(LedgerKind::kPromiseMade);
    entry.subject = SubjectOf(envelope);
    entry.from_ms = now;
    entry.until_ms = DueAt(availability, now).value();
    entry.reference = availability.number;
    Push(entry);
    return entry.until_ms;
  }
  void Settle(LedgerKind kind, const EnvelopeId& envelope, std::uint64_t due) {
    LedgerEntry entry = Blank(kind);
    entry.subject = SubjectOf(envelope);
    entry.until_ms = due;
    if (kind != LedgerKind::kPromiseMissed) entry.by = Filled<LedgerSubject>('r');
    Push(entry);
  }
  void Release(const EnvelopeId& envelope, std::uint64_t from) {
    LedgerEntry entry = Blank(LedgerKind::kReleased);
    entry.subject = SubjectOf(envelope);
    entry.from_ms = from;
    Push(entry);
  }
  void Restore(char incarnation_byte) {
    incarnation = Filled<Incarnation>(incarnation_byte);
    Push(Blank(LedgerKind::kRestored));
  }
  // Numbers and links all entries anew, as a practice that forges would.
  void Chain() {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      lines[i].entry.number = i + 1;
      lines[i].entry.previous = i == 0 ? Hash() : PlainHash(EncodeLedgerEntry(lines[i - 1].entry));
    }
  }

  LedgerEntry Blank(LedgerKind kind) const {
    LedgerEntry entry;
    entry.practice = Filled<PracticeKey>('p');
    entry.incarnation = incarnation;
    entry.bond = Filled<BondId>('b');
    entry.at_ms = now;
    entry.kind = kind;
    return entry;
  }
  void Push(const LedgerEntry& entry, std::optional<Act> act = std::nullopt) {
    lines.push_back({entry, std::move(act)});
  }
};

// Reads as a device does: from bytes. Stops at the first entry that does not follow.
inline absl::Status Read(const std::vector<LedgerLine>& lines, LedgerBook& book) {
  for (const LedgerLine& line : lines) {
    const Bytes bytes = EncodeLedgerEntry(line.entry);
    HOLDFAST_ASSIGN_OR_RETURN(const LedgerEntry entry, DecodeLedgerEntry(bytes));
    std::optional<Act> act;
    Hash act_hash;
    if (line.act) {
      const Bytes act_bytes = EncodeAct(*line.act);
      HOLDFAST_ASSIGN_OR_RETURN(act, DecodeAct(act_bytes));
      act_hash = PlainHash(act_bytes);
    }
    HOLDFAST_RETURN_IF_ERROR(book.Add(entry, PlainHash(bytes), act ? &*act : nullptr, act_hash));
  }
  return absl::OkStatus();
}

inline Availability StoryAvailability(std::uint32_t number) {
  Availability availability{.number = number,
                            .reply_within_minutes = 960,
                            .remind_before_minutes = 60,
                            .zone = Zurich(),
                            .hours = {},
                            .away = {}};
  for (std::uint8_t day = 1; day <= 5; ++day) availability.hours.push_back({day, 540, 1020});
  return availability;
}

inline Rhythm StoryRhythm(std::uint32_t number, std::string rule = "FREQ=WEEKLY;BYDAY=MO") {
  return {.number = number,
          .zone = Zurich(),
          .first = Ms(2026, 3, 2, 18),
          .rule = std::move(rule),
          .window_minutes = limits::kWindowMinutes,
          .reminders = 2};
}

}  // namespace holdfast
