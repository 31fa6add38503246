#include "server/rpc/ledger_service.h"

#include <string>

#include "rules/errors.h"
#include "rules/limits.h"
#include "server/rpc/status.h"
#include "server/rpc/unary_call.h"

namespace holdfast::server {
namespace {

// In memory an empty act is thirty times what it was on the wire.
absl::Status CheckActCount(const v1::PerformRequest& request) {
  if (static_cast<std::size_t>(request.acts_size()) <= limits::kActsPerCallMax) {
    return absl::OkStatus();
  }
  return Refuse(Reason::kMalformedField, "acts",
                "must be 1 to " + std::to_string(limits::kActsPerCallMax));
}

void NoteRefusedActs(CallCounts& counts, const v1::PerformResponse& response) {
  for (const v1::PerformResult& result : response.results()) {
    if (!result.has_refusal()) continue;
    counts.Refused(result.refusal().detail().reason());
    LogIfOurFault(static_cast<absl::StatusCode>(result.refusal().code()),
                  result.refusal().message());
  }
}

}  // namespace

grpc::ServerUnaryReactor* LedgerService::Perform(grpc::CallbackServerContext* context,
                                                 const grpc::ByteBuffer* request,
                                                 grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kWithSpace, &Core::Perform, request, response,
                  &CheckActCount, &NoteRefusedActs);
}

grpc::ServerUnaryReactor* LedgerService::ReadLedger(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* request,
                                                    grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kAlways, &Core::ReadLedger, request, response);
}

}  // namespace holdfast::server
