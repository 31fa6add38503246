#include "server/rpc/archive_service.h"

#include <string>

#include "rules/errors.h"
#include "rules/limits.h"
#include "server/rpc/unary_call.h"

namespace holdfast::server {
namespace {

// In memory an empty record is thirty times what it was on the wire.
absl::Status CheckRecordCount(const v1::AppendArchiveRequest& request) {
  if (static_cast<std::size_t>(request.records_size()) <= limits::kArchiveRecordsPerCallMax) {
    return absl::OkStatus();
  }
  return Refuse(Reason::kMalformedField, "records",
                "must be 1 to " + std::to_string(limits::kArchiveRecordsPerCallMax));
}

}  // namespace

grpc::ServerUnaryReactor* ArchiveService::AppendArchive(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* request,
                                                        grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kWithSpace, &Core::AppendArchive, request, response,
                  &CheckRecordCount);
}

grpc::ServerUnaryReactor* ArchiveService::ReadArchive(grpc::CallbackServerContext* context,
                                                      const grpc::ByteBuffer* request,
                                                      grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kAlways, &Core::ReadArchive, request, response);
}

}  // namespace holdfast::server
