// This device's side of the account's archive: reads what the other devices noted, and appends
// what it noted itself, in the one order that the practice gives to all.
#pragma once

#include "client/core/outside/task.h"
#include "client/core/people/connection.h"
#include "client/core/people/directory.h"
#include "client/core/people/own_device.h"
#include "client/core/vault/context.h"
#include "crypto/public/archive_record.h"

namespace holdfast::client {

class ArchiveExchange {
 public:
  ArchiveExchange(Context context, Connection& connection, Directory& directory)
      : context_(context), connection_(connection), directory_(directory) {}

  // Reads to the end, then appends, until nothing waits. What the practice shows that is not
  // right becomes an alarm, and is not taken in; what it has lost, it is given back.
  // Nothing where the account keeps no archive. Without `read_first` it reads only where
  // another device turns out to have appended.
  Task<absl::Status> Exchange(bool read_first);
  // Whether something waits to be appended.
  absl::StatusOr<bool> HasMore() const;

 private:
  struct Gathered;
  enum class Appended { kAll, kSome, kMoved };

  Task<absl::StatusOr<bool>> ReadToEnd();
  Task<absl::StatusOr<Appended>> AppendNext();
  Task<absl::StatusOr<bool>> GiveBack(std::uint64_t newest);
  absl::StatusOr<Gathered> GatherFacts() const;
  absl::Status TakePage(const v1::ReadArchiveResponse& page);
  absl::Status TakeEpochs(VaultChange& change, const OwnDevice& own,
                          const v1::ReadArchiveResponse& page);
  absl::Status TakeRecord(VaultChange& change, const OwnDevice& own,
                          const v1::ArchiveRecord& record);
  absl::Status TakeFacts(VaultChange& change, const OwnDevice& own,
                         const crypto::ArchiveRecord& record, const v1::ArchiveRecord& wire);
  absl::StatusOr<bool> NoteAgainFrom(std::uint64_t number);
  absl::Status SayHidden();
  absl::Status SayWrong(const absl::Status& why);

  Context context_;
  Connection& connection_;
  Directory& directory_;
};

}  // namespace holdfast::client
