// An account of several devices, for tests of the server's core: what its owner signs, and what
// its devices ask for.
#pragma once

#include <initializer_list>
#include <vector>

#include "crypto/public/account_change.h"
#include "crypto/public/archive_record.h"
#include "support/server_world.h"

namespace holdfast::server {

// A code of an account, with the token that its holder shows.
struct TestRecovery {
  v1::Recovery carried;
  LookupId lookup;
  Bytes token;
};

class TestAccount {
 public:
  using Devices = std::vector<const TestDevice*>;

  // `first` is registered, and outlives this.
  TestAccount(ServerWorld& the_world, const TestDevice& the_first);

  // Another device of the account, not listed yet.
  TestDevice MakeFurther();
  // The next list, of these devices, with all that goes with it. The account counts it as its
  // newest from here on.
  v1::ChangeAccountRequest ChangeTo(const Devices& devices);
  // The newest list alone.
  v1::ChangeAccountRequest Unchanged();
  // Everything from list `from` on (1: all), as after a restored backup.
  v1::DeviceSet SetFrom(std::uint32_t from);
  TestRecovery MakeRecovery(std::uint32_t number);
  // For the newest list.
  v1::SignedStatement MakeEpoch(std::uint32_t epoch);
  v1::SignedStatement MakeSuspension(const TestDevice& by, const TestDevice& suspended);
  // The record after the newest that was made here.
  v1::ArchiveRecord MakeRecord(const TestDevice& by, std::uint32_t epoch = 1,
                               std::size_t bucket = limits::kBucketBytes.front());

  // Lists `devices` by the token of the first that is listed, and logs in who has no token.
  void List(const Devices& devices);

  absl::Status Change(const Caller& caller, const v1::ChangeAccountRequest& request,
                      v1::ChangeAccountResponse* out = nullptr);
  absl::Status Suspend(const TestDevice& by, const v1::SignedStatement& suspension);
  absl::Status Append(const TestDevice& by, const std::vector<v1::ArchiveRecord>& records);
  absl::StatusOr<v1::ReadArchiveResponse> ReadArchive(const TestDevice& by, std::uint64_t after,
                                                      std::uint32_t after_epoch = 0);
  absl::StatusOr<v1::DeviceSet> GetDevices(const TestDevice& by, std::uint32_t after = 0);
  // The practice's word for the account.
  v1::SignedStatement Statement();

  std::uint32_t version() const { return static_cast<std::uint32_t>(lists.size()); }
  Hash list_hash() const;

  ServerWorld& world;
  const TestDevice& first;
  std::vector<crypto::Signed> lists;
  Devices listed;

 private:
  crypto::Signed SignPrekey(const TestDevice& device);

  std::uint32_t prekeys_ = 1;
  std::uint64_t records_ = 0;
  Hash newest_record_;
};

absl::Status Link(ServerWorld& world, const TestDevice& by, const v1::CreateLinkRequest& request);
v1::CreateLinkRequest MakeLink(ServerWorld& world, std::uint64_t good_for_ms = limits::kLinkMsMax);
absl::StatusOr<v1::NewDeviceResponse> GetLink(ServerWorld& world, const Bytes& lookup);
absl::StatusOr<v1::NewDeviceResponse> GetRecovery(ServerWorld& world, const LookupId& lookup,
                                                  const Bytes& token);
absl::Status LogInAs(ServerWorld& world, const TestDevice& device);
// A call that needs a token and nothing else.
absl::Status AskWith(ServerWorld& world, const TestDevice& device);

// A message of one device to the bond's other party, and to its own account's other devices.
v1::SendRequest MakeSendTo(ServerWorld& world, const TestBond& bond, const TestDevice& sender,
                           std::uint32_t sender_version, std::uint32_t receiver_version,
                           const TestAccount::Devices& receivers);

}  // namespace holdfast::server
