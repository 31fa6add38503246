// Mailboxes: paging resumes exactly, acknowledged capsules go, a full mailbox
// never blocks a sender.
#include "server/core/keys.h"
#include "server/core/limits.h"
#include "server/core/mailboxes.h"
#include "support/catch.h"
#include "support/server_world.h"

namespace holdfast::server {
namespace {

void SendMany(ServerWorld& world, const TestBond& bond, int count) {
  std::vector<v1::SendRequest> requests;
  for (int i = 0; i < count; ++i) requests.push_back(world.MakeSend(bond, bond.client));
  std::vector<v1::SendResponse> responses(requests.size());
  std::vector<ServerWorld::Ask> asks;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    asks.push_back([&, i](Core& core, Transaction& transaction) {
      return core.Send(transaction, bond.client.caller(), requests[i], responses[i]);
    });
  }
  for (const absl::Status& outcome : world.RunBatch(asks)) REQUIRE(outcome.ok());
}

v1::Cursor At(const v1::SubscribeResponse& page, std::uint64_t position) {
  v1::Cursor cursor = page.cursor();
  cursor.set_position(position);
  return cursor;
}

}  // namespace

TEST_CASE("paging resumes exactly where the cursor is") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  SendMany(world, bond, 149);  // with the bond itself: 150 entries
  v1::Cursor cursor;
  std::uint64_t last = 0;
  std::vector<int> sizes;
  for (bool caught_up = false; !caught_up;) {
    const auto page = world.Read(bond.therapist, cursor);
    REQUIRE(page.ok());
    for (const v1::Entry& entry : page->entries()) CHECK(entry.position() == ++last);
    sizes.push_back(page->entries_size());
    cursor = page->cursor();
    caught_up = page->caught_up();
    CHECK_FALSE(page->restored());
  }
  CHECK(sizes == std::vector<int>{64, 64, 22});
  const auto nothing = world.Read(bond.therapist, cursor);
  REQUIRE(nothing.ok());
  CHECK(nothing->entries_size() == 0);
  CHECK(nothing->caught_up());
}

TEST_CASE("a page holds at most 256 KiB, and a larger entry comes alone") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  for (int i = 0; i < 6; ++i) {
    Header header = world.MakeHeader(bond, bond.client);
    header.body_bytes = limits::kBodyBytesMax;
    v1::SendRequest request = world.MakeSend(bond, bond.client, header);
    request.set_body(Bytes(limits::kBodyBytesMax, 'b'));
    v1::SendResponse response;
    REQUIRE(world.Send(bond.client, request, response).ok());
  }
  v1::Cursor cursor;
  int entries = 0;
  for (bool caught_up = false; !caught_up;) {
    const auto page = world.Read(bond.therapist, cursor);
    REQUIRE(page.ok());
    CHECK(page->ByteSizeLong() <= kPageBytesMax + 1024);
    CHECK(page->entries_size() > 0);
    entries += page->entries_size();
    cursor = page->cursor();
    caught_up = page->caught_up();
  }
  CHECK(entries == 7);
}

TEST_CASE("acknowledging is cumulative and idempotent, and takes the capsules away") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  SendMany(world, bond, 5);
  const auto page = world.Read(bond.therapist, {});
  REQUIRE(page.ok());
  REQUIRE(world.Acknowledge(bond.therapist, At(*page, 4)).ok());
  CHECK(world.rows().count(keys::MailboxEntry(bond.therapist.id, 4)) == 0);
  CHECK(world.rows().count(keys::MailboxEntry(bond.therapist.id, 5)) == 1);
  const MemoryStore::Rows rows = world.rows();
  CHECK(world.Acknowledge(bond.therapist, At(*page, 4)).ok());
  CHECK(world.Acknowledge(bond.therapist, At(*page, 2)).ok());
  CHECK(world.rows() == rows);
  // What is left is still there for a device that starts over.
  const auto entries = world.ReadAll(bond.therapist);
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].position() == 5);
}

TEST_CASE("bodies stay after the capsules went, and history shows which capsules are left") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  SendMany(world, bond, 2);
  const auto page = world.Read(bond.therapist, {});
  REQUIRE(world.Acknowledge(bond.therapist, At(*page, 2)).ok());
  v1::HistoryRequest request;
  request.set_bond(bond.id.str());
  v1::HistoryResponse response;
  REQUIRE(world
              .Run([&](Core& core, Transaction& transaction) {
                return core.History(transaction, bond.therapist.caller(), request, response);
              })
              .ok());
  REQUIRE(response.envelopes_size() == 2);
  CHECK(response.envelopes(0).capsule().empty());
  CHECK_FALSE(response.envelopes(0).body().empty());
  CHECK_FALSE(response.envelopes(1).capsule().empty());
}

TEST_CASE("a cursor ahead of the mailbox is unknown, for reading and for acknowledging") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const auto page = world.Read(bond.therapist, {});
  REQUIRE(page.ok());
  const v1::Cursor ahead = At(*page, page->cursor().position() + 1);
  CHECK(ReasonOf(world.Read(bond.therapist, ahead).status()) == Reason::kCursorUnknown);
  CHECK(ReasonOf(world.Acknowledge(bond.therapist, ahead)) == Reason::kCursorUnknown);
}

TEST_CASE("an acknowledgement over very many entries is swept in bounded steps") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  MailboxEntryRecord entry;
  entry.mutable_bond_formed()->set_bond(bond.id.str());
  Context context(CoreConfig{world.DrawKey(), {}, {}, ""}, world.clock, world.entropy);
  {
    const auto transaction = world.store.Begin();
    for (std::uint64_t i = 0; i < 2 * kSweepEntriesMax; ++i) {
      REQUIRE(AppendToMailbox(context, *transaction, bond.therapist.id, entry).ok());
    }
    REQUIRE(transaction->Commit() == CommitOutcome::kCommitted);
  }
  const auto page = world.Read(bond.therapist, {});
  const v1::Cursor all = At(*page, 2 * kSweepEntriesMax + 1);
  const auto rows_left = [&] {
    return std::distance(world.rows().lower_bound(keys::MailboxEntry(bond.therapist.id, 0)),
                         world.rows().lower_bound(keys::MailboxEntry(bond.therapist.id, ~0ull)));
  };
  REQUIRE(world.Acknowledge(bond.therapist, all).ok());
  CHECK(rows_left() == static_cast<std::ptrdiff_t>(kSweepEntriesMax + 1));
  CHECK(world.ReadAll(bond.therapist).empty());
  REQUIRE(world.Acknowledge(bond.therapist, all).ok());
  REQUIRE(world.Acknowledge(bond.therapist, all).ok());
  CHECK(rows_left() == 0);
}

TEST_CASE("a full mailbox gives up its oldest as one gap and never blocks a sender") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  MailboxEntryRecord entry;
  entry.mutable_bond_formed()->set_bond(bond.id.str());
  Context context(CoreConfig{world.DrawKey(), {}, {}, ""}, world.clock, world.entropy);
  {
    const auto transaction = world.store.Begin();
    for (std::uint64_t i = 0; i < kMailboxEntriesMax; ++i) {
      REQUIRE(AppendToMailbox(context, *transaction, bond.therapist.id, entry).ok());
    }
    REQUIRE(transaction->Commit() == CommitOutcome::kCommitted);
  }
  SendMany(world, bond, 2);  // the mailbox now had the bond, the many, and these two
  const auto page = world.Read(bond.therapist, {});
  REQUIRE(page.ok());
  REQUIRE(page->entries_size() == static_cast<int>(kPageEntriesMax));
  CHECK(page->entries(0).position() == 3);
  CHECK(page->entries(0).gap().first() == 1);
  CHECK(page->entries(0).gap().last() == 3);
  CHECK(page->entries(1).position() == 4);
  // Whoever has passed the gap does not see it again.
  const auto later = world.Read(bond.therapist, At(*page, 3));
  CHECK(later->entries(0).position() == 4);
  // Acknowledged, it is over; the newest are all there.
  REQUIRE(world.Acknowledge(bond.therapist, At(*page, kMailboxEntriesMax + 1)).ok());
  const auto rest = world.ReadAll(bond.therapist);
  REQUIRE(rest.size() == 2);
  CHECK(rest[0].has_delivery());
}

}  // namespace holdfast::server
