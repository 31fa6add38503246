// Entries in any order, each behind its length and followed by the act that it embeds.
// The first byte chooses whether each entry's place in the ledger is mended, so that
// what follows from it is looked at. What is refused changes nothing.
#include <algorithm>

#include "crypto/public/ledger.h"
#include "fuzz.h"
#include "rules/codec.h"
#include "rules/ledger_book.h"

namespace {

using namespace holdfast;

void MendPlace(const LedgerBook& book, LedgerEntry& entry) {
  entry.number = book.number() + 1;
  entry.previous = book.head();
  if (book.number() == 0) return;
  entry.practice = book.practice();
  entry.bond = book.bond();
  if (entry.kind != LedgerKind::kRestored) entry.incarnation = book.incarnation();
  entry.at_ms = std::max(entry.at_ms, book.at_ms());
}

void Take(LedgerBook& book, LedgerEntry entry, BytesView statement, bool mended) {
  const crypto::Signed carried = {Bytes(statement), Bytes(Signature::size, '\0')};
  const auto act = DecodeAct(statement);
  const bool embeds = entry.kind == LedgerKind::kAct && act.ok();
  if (mended) {
    MendPlace(book, entry);
    if (embeds) entry.hash = crypto::ActHash(carried);
    if (embeds) entry.subject = SubjectOf(act->id);
  }
  const Hash hash = crypto::LedgerEntryHash(EncodeLedgerEntry(entry));
  const std::uint64_t number = book.number();
  const Hash head = book.head();
  const absl::Status taken =
      book.Add(entry, hash, embeds ? &*act : nullptr, embeds ? crypto::ActHash(carried) : Hash());
  fuzz::Require(book.number() == number + (taken.ok() ? 1 : 0));
  fuzz::Require(book.head() == (taken.ok() ? hash : head));
}

void CheckBook(const LedgerBook& book) {
  const auto open = book.open_slots();
  fuzz::Require(std::is_sorted(open.begin(), open.end(), [](const SlotLine& a, const SlotLine& b) {
    return a.slot.opens_at_ms < b.slot.opens_at_ms;
  }));
  const auto next = book.next_slot();
  if (next.ok() && *next && !open.empty()) fuzz::Require((*next)->id != open.back().slot.id);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kEntriesMax = 64;
  if (size == 0) return 0;
  const bool mended = data[0] % 2 != 0;
  Decoder input(fuzz::View(data + 1, size - 1), "input");
  LedgerBook book;
  for (std::size_t i = 0; i < kEntriesMax && input.ok() && input.remaining() > 0; ++i) {
    const auto entry = DecodeLedgerEntry(input.Var("entry"));
    const BytesView act = input.Var("act");
    if (input.ok() && entry.ok()) Take(book, *entry, act, mended);
  }
  CheckBook(book);
  return 0;
}
