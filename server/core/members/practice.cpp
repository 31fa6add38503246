#include "server/core/members/practice.h"

#include "server/core/records/keys.h"
#include "server/core/records/limits.h"

namespace holdfast::server {

absl::Status AddIncarnation(Entropy& entropy, PracticeRecord& record) {
  if (static_cast<std::size_t>(record.incarnations_size()) >= kIncarnationsMax) {
    return Refuse(Reason::kInternal, "", "this store was restored from a backup too many times");
  }
  record.add_incarnations(entropy.Draw(Incarnation::size));
  return absl::OkStatus();
}

namespace {

absl::Status BeginStore(Context& context, Transaction& transaction, StoreLife life) {
  PracticeRecord record;
  record.set_format(kStoredFormat);
  record.set_practice(context.practice.str());
  HOLDFAST_RETURN_IF_ERROR(AddIncarnation(context.entropy, record));
  // The life that was lost has a place, so that what comes back from it is older than this one.
  if (life == StoreLife::kAfterLoss) {
    HOLDFAST_RETURN_IF_ERROR(AddIncarnation(context.entropy, record));
  }
  Save(transaction, keys::Practice(), record);
  return absl::OkStatus();
}

}  // namespace

absl::Status OpenPractice(Context& context, Transaction& transaction, StoreLife life) {
  HOLDFAST_ASSIGN_OR_RETURN(std::optional<PracticeRecord> record,
                            Find(transaction, keys::Practice()));
  if (!record) return BeginStore(context, transaction, life);
  if (record->format() > kStoredFormat) {
    return Refuse(Reason::kNewerFormat, "",
                  "the store has format " + std::to_string(record->format()) +
                      "; this program knows up to " + std::to_string(kStoredFormat) +
                      ". Install the newer version of Holdfast that wrote it");
  }
  if (record->practice() != context.practice.view()) {
    return Refuse(Reason::kWrongPractice, "",
                  "the store belongs to another practice key. Put back the key that it was "
                  "made with, or use an empty directory");
  }
  if (record->incarnations().empty()) return DamagedRecord("the practice's incarnations");
  if (life == StoreLife::kGoesOn) return absl::OkStatus();
  HOLDFAST_RETURN_IF_ERROR(AddIncarnation(context.entropy, *record));
  return context.batch.BeginIncarnation(transaction, *std::move(record), context.config.practice,
                                        context.engine_clock.now_ms());
}

absl::StatusOr<std::uint64_t> NewestBatch(Transaction& transaction) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto counter,
                            Find<BatchCounterRecord>(transaction, keys::BatchCounter()));
  return counter ? counter->last() : 0;
}

absl::Status Describe(Context& context, Transaction& transaction, v1::DescribeResponse& response) {
  response.Clear();
  HOLDFAST_ASSIGN_OR_RETURN(const Incarnation incarnation,
                            context.batch.CurrentIncarnation(transaction));
  for (const crypto::Signed& endorsement : context.endorsements.Current(
           context.config.practice, context.tls_keys, context.clock.WallMs())) {
    v1::SignedStatement& carried = *response.add_endorsements();
    carried.set_statement(endorsement.statement);
    carried.set_signature(endorsement.signature);
  }
  response.set_incarnation(incarnation.str());
  response.set_server_time_ms(context.clock.WallMs());
  response.set_protocol_version(limits::kProtocolVersion);
  return absl::OkStatus();
}

}  // namespace holdfast::server
