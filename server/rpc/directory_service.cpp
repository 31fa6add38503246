#include "server/rpc/directory_service.h"

#include <string>

#include "rules/errors.h"
#include "rules/limits.h"
#include "server/rpc/unary_call.h"

namespace holdfast::server {
namespace {

// In memory an empty statement is thirty times what it was on the wire.
absl::Status CheckSetSizes(const v1::ChangeAccountRequest& request) {
  const v1::DeviceSet& devices = request.devices();
  const auto count = [](int size) { return static_cast<std::size_t>(size); };
  if (count(devices.lists_size()) > limits::kListsPerAnswerMax) {
    return Refuse(Reason::kMalformedField, "devices.lists",
                  "must be 1 to " + std::to_string(limits::kListsPerAnswerMax));
  }
  if (count(devices.certificates_size()) > limits::kDevicesPerAccountMax) {
    return Refuse(Reason::kMalformedField, "devices.certificates", "must be one for each device");
  }
  if (count(devices.prekeys_size()) > limits::kDevicesPerAccountMax) {
    return Refuse(Reason::kMalformedField, "devices.prekeys", "must be one for each device");
  }
  if (count(devices.former_size()) > limits::kFormerDevicesMax) {
    return Refuse(Reason::kMalformedField, "devices.former",
                  "must be at most " + std::to_string(limits::kFormerDevicesMax));
  }
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* DirectoryService::EnrollTherapist(grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* request,
                                                            grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kWithSpace, &Core::EnrollTherapist, request,
                  response);
}

grpc::ServerUnaryReactor* DirectoryService::CreateInvitation(grpc::CallbackServerContext* context,
                                                             const grpc::ByteBuffer* request,
                                                             grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kWithSpace, &Core::CreateInvitation, request,
                  response);
}

grpc::ServerUnaryReactor* DirectoryService::WithdrawInvitation(grpc::CallbackServerContext* context,
                                                               const grpc::ByteBuffer* request,
                                                               grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kWithSpace, &Core::WithdrawInvitation, request,
                  response);
}

grpc::ServerUnaryReactor* DirectoryService::GetInvitation(grpc::CallbackServerContext* context,
                                                          const grpc::ByteBuffer* request,
                                                          grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kAlways, &Core::GetInvitation, request, response);
}

grpc::ServerUnaryReactor* DirectoryService::RedeemInvitation(grpc::CallbackServerContext* context,
                                                             const grpc::ByteBuffer* request,
                                                             grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kWithSpace, &Core::RedeemInvitation, request,
                  response);
}

grpc::ServerUnaryReactor* DirectoryService::PublishPrekey(grpc::CallbackServerContext* context,
                                                          const grpc::ByteBuffer* request,
                                                          grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kAlways, &Core::PublishPrekey, request, response);
}

grpc::ServerUnaryReactor* DirectoryService::GetDevices(grpc::CallbackServerContext* context,
                                                       const grpc::ByteBuffer* request,
                                                       grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kAlways, &Core::GetDevices, request, response);
}

// Who is shut out must stay so on a full disk, too.
grpc::ServerUnaryReactor* DirectoryService::ChangeAccount(grpc::CallbackServerContext* context,
                                                          const grpc::ByteBuffer* request,
                                                          grpc::ByteBuffer* response) {
  return RunUnaryWithOrWithoutToken(backend_, context, Admission::kAlways, &Core::ChangeAccount,
                                    request, response, &CheckSetSizes);
}

grpc::ServerUnaryReactor* DirectoryService::SuspendDevice(grpc::CallbackServerContext* context,
                                                          const grpc::ByteBuffer* request,
                                                          grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kAlways, &Core::SuspendDevice, request, response);
}

grpc::ServerUnaryReactor* DirectoryService::CreateLink(grpc::CallbackServerContext* context,
                                                       const grpc::ByteBuffer* request,
                                                       grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kWithSpace, &Core::CreateLink, request, response);
}

grpc::ServerUnaryReactor* DirectoryService::GetLink(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* request,
                                                    grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kAlways, &Core::GetLink, request, response);
}

grpc::ServerUnaryReactor* DirectoryService::GetRecovery(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* request,
                                                        grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kAlways, &Core::GetRecovery, request, response);
}

grpc::ServerUnaryReactor* DirectoryService::ListBonds(grpc::CallbackServerContext* context,
                                                      const grpc::ByteBuffer* request,
                                                      grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kAlways, &Core::ListBonds, request, response);
}

}  // namespace holdfast::server
