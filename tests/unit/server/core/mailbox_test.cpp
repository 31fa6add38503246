// Mailboxes: paging resumes exactly, acknowledged capsules go, a full mailbox
// never blocks a sender.
#include <algorithm>

#include "server/core/mailbox/mailboxes.h"
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"
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

// So many reminders for the device, of these bonds in turn.
void Fill(ServerWorld& world, const TestDevice& device, const std::vector<BondId>& bonds,
          std::uint64_t count) {
  Context context(CoreConfig{world.DrawKey(), {}, ""}, world.clock, world.entropy);
  const auto transaction = world.store.Begin();
  for (std::uint64_t i = 0; i < count; ++i) {
    MailboxEntryRecord entry;
    entry.mutable_reminder()->set_bond(bonds[i % bonds.size()].str());
    REQUIRE(AppendToMailbox(context, *transaction, device.id, entry).ok());
  }
  REQUIRE(transaction->Commit() == CommitOutcome::kCommitted);
}

using Gaps = std::vector<std::pair<std::uint64_t, std::uint64_t>>;
Gaps GapsOf(const std::vector<v1::Entry>& entries) {
  Gaps gaps;
  for (const v1::Entry& entry : entries) {
    if (entry.has_gap()) gaps.emplace_back(entry.gap().first(), entry.gap().last());
  }
  return gaps;
}

v1::Cursor At(const v1::SubscribeResponse& page, std::uint64_t position) {
  v1::Cursor cursor = page.cursor();
  cursor.set_position(position);
  return cursor;
}

v1::HistoryResponse TherapistsHistory(ServerWorld& world, const TestBond& bond) {
  v1::HistoryRequest request;
  request.set_bond(bond.id.str());
  v1::HistoryResponse response;
  const absl::Status read = world.Run([&](Core& core, Transaction& transaction) {
    return core.History(transaction, bond.therapist.caller(), request, response);
  });
  REQUIRE(read.ok());
  return response;
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
  const v1::HistoryResponse response = TherapistsHistory(world, bond);
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
  Context context(CoreConfig{world.DrawKey(), {}, ""}, world.clock, world.entropy);
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

TEST_CASE("a bond that sends too much pushes out its own oldest, and nothing of others") {
  ServerWorld world;
  TestBond loud = world.FormBond();                                  // position 1
  const TestBond quiet = world.FormBond(std::move(loud.therapist));  // 2
  SendMany(world, quiet, 1);                                         // 3
  SendMany(world, loud, 3);                                          // 4 to 6
  Fill(world, quiet.therapist, {loud.id}, kMailboxShareMax - 3);
  CHECK(GapsOf(world.ReadAll(quiet.therapist)).empty());
  SendMany(world, loud, 2);  // pushes out 4 and 5

  const auto entries = world.ReadAll(quiet.therapist);
  REQUIRE(entries.size() == 4 + kMailboxShareMax);
  CHECK(entries[0].has_bond_formed());
  CHECK(entries[1].has_bond_formed());
  CHECK(entries[2].has_delivery());
  CHECK(entries[3].position() == 5);
  CHECK(GapsOf(entries) == Gaps{{4, 5}});
  CHECK(entries[4].position() == 6);
  CHECK(entries.back().has_delivery());
  // Whoever has passed the gap does not see it again.
  const auto page = world.Read(quiet.therapist, {});
  CHECK(world.Read(quiet.therapist, At(*page, 5))->entries(0).position() == 6);
}

TEST_CASE("what was given up can be read from history until it is acknowledged") {
  ServerWorld world;
  const TestBond bond = world.FormBond();  // position 1
  SendMany(world, bond, 2);
  Fill(world, bond.therapist, {bond.id}, kMailboxShareMax);
  const auto capsules = [&] {
    const v1::HistoryResponse response = TherapistsHistory(world, bond);
    return std::make_pair(response.envelopes(0).capsule().size(),
                          response.envelopes(1).capsule().size());
  };
  const auto page = world.Read(bond.therapist, {});
  REQUIRE(GapsOf({page->entries().begin(), page->entries().end()}) == Gaps{{2, 3}});
  CHECK(capsules() == std::make_pair(std::size_t{300}, std::size_t{300}));
  REQUIRE(world.Acknowledge(bond.therapist, At(*page, 2)).ok());
  CHECK(capsules() == std::make_pair(std::size_t{0}, std::size_t{300}));
  REQUIRE(world.Acknowledge(bond.therapist, At(*page, 3)).ok());
  CHECK(capsules() == std::make_pair(std::size_t{0}, std::size_t{0}));
  CHECK(world.rows().count(keys::GivenUpCapsule(bond.therapist.id, 2)) == 0);
  CHECK(world.rows().count(keys::GivenUpCapsule(bond.therapist.id, 3)) == 0);
}

TEST_CASE("gaps that meet become one, so that a mailbox of gaps stays small") {
  ServerWorld world;
  TestBond one = world.FormBond();                                     // position 1
  const TestBond two = world.FormBond(std::move(one.therapist));       // 2
  Fill(world, two.therapist, {one.id, two.id}, 2 * kMailboxShareMax);  // one: 3, 5; two: 4, 6
  Fill(world, two.therapist, {one.id}, 2);
  CHECK(GapsOf(world.ReadAll(two.therapist)) == Gaps{{3, 3}, {5, 5}});
  Fill(world, two.therapist, {two.id}, 1);
  CHECK(GapsOf(world.ReadAll(two.therapist)) == Gaps{{3, 5}});
  Fill(world, two.therapist, {two.id}, 1);
  CHECK(GapsOf(world.ReadAll(two.therapist)) == Gaps{{3, 6}});
  CHECK(world.ReadAll(two.therapist).size() == 2 + 1 + 2 * kMailboxShareMax);
}

TEST_CASE("a damaged entry behind one that is given up is said, not passed over") {
  ServerWorld world;
  const TestBond bond = world.FormBond();  // position 1
  Fill(world, bond.therapist, {bond.id}, kMailboxShareMax);
  MemoryStore::Rows damaged = world.rows();
  damaged[keys::MailboxEntry(bond.therapist.id, 3)] = "\xff";
  world.store.Restore(damaged);
  v1::SendResponse response;
  CHECK(ReasonOf(world.Send(bond.client, world.MakeSend(bond, bond.client), response)) ==
        Reason::kStorageFailed);
  CHECK(world.rows() == damaged);
}

TEST_CASE("what was acknowledged counts for no share") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  Fill(world, bond.therapist, {bond.id}, kMailboxShareMax);
  const auto page = world.Read(bond.therapist, {});
  REQUIRE(world.Acknowledge(bond.therapist, At(*page, 11)).ok());  // the bond and ten
  Fill(world, bond.therapist, {bond.id}, 10);
  CHECK(GapsOf(world.ReadAll(bond.therapist)).empty());
  Fill(world, bond.therapist, {bond.id}, 1);
  CHECK(GapsOf(world.ReadAll(bond.therapist)) == Gaps{{12, 12}});
}

TEST_CASE("a body that cannot be read just now is no gap: the next try brings it") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  SendMany(world, bond, 2);
  world.Restart();
  world.LogInAgain(bond.therapist);
  world.store.SetReadFaultHook([&](BytesView key) {
    return key == keys::Body(bond.id, 1) ? Refuse(Reason::kStorageFailed, "", "try again")
                                         : absl::OkStatus();
  });
  CHECK(ReasonOf(world.Read(bond.therapist, {}).status()) == Reason::kStorageFailed);
  CHECK(world.core->TakeDamagedBodies().empty());
  world.store.SetReadFaultHook(nullptr);
  CHECK(GapsOf(world.ReadAll(bond.therapist)).empty());
}

TEST_CASE(
    "a body that cannot be read is passed over and told of, and comes again from its sender") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const v1::SendRequest damaged = world.MakeSend(bond, bond.client);
  v1::SendResponse receipt;
  REQUIRE(world.Send(bond.client, damaged, receipt).ok());
  SendMany(world, bond, 2);
  MemoryStore::Rows rows = world.rows();
  REQUIRE(rows.erase(keys::Body(bond.id, 1)) == 1);
  world.store.Restore(rows);
  world.Restart();
  world.LogInAgain(bond.therapist);
  world.LogInAgain(bond.client);

  const std::vector<v1::Entry> entries = world.ReadAll(bond.therapist);
  CHECK(GapsOf(entries).size() == 1);
  CHECK(std::count_if(entries.begin(), entries.end(),
                      [](const v1::Entry& entry) { return entry.has_delivery(); }) == 2);
  const auto told = world.core->TakeDamagedBodies();
  REQUIRE_FALSE(told.empty());
  CHECK(told.front().bond == bond.id);
  CHECK(told.front().position == 1);
  CHECK(TherapistsHistory(world, bond).envelopes_size() == 2);

  v1::SendResponse again;
  REQUIRE(world.Send(bond.client, damaged, again).ok());
  CHECK(again.SerializeAsString() == receipt.SerializeAsString());
  (void)world.core->TakeDamagedBodies();
  const std::vector<v1::Entry> mended = world.ReadAll(bond.therapist);
  CHECK(GapsOf(mended).empty());
  REQUIRE(mended.back().has_delivery());
  CHECK(mended.back().delivery().body() == damaged.body());
  CHECK(world.core->TakeDamagedBodies().empty());
}

}  // namespace holdfast::server
