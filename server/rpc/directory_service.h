// The Directory service on the wire; what it does is in server/core.
#pragma once

#include "holdfast/v1/directory.grpc.pb.h"
#include "server/rpc/backend.h"

namespace holdfast::server {

// Each call as it came: what does not parse is refused like any other bad input.
using DirectoryMethods = v1::Directory::WithRawCallbackMethod_EnrollTherapist<
    v1::Directory::WithRawCallbackMethod_CreateInvitation<
        v1::Directory::WithRawCallbackMethod_WithdrawInvitation<
            v1::Directory::WithRawCallbackMethod_GetInvitation<
                v1::Directory::WithRawCallbackMethod_RedeemInvitation<
                    v1::Directory::WithRawCallbackMethod_PublishPrekey<
                        v1::Directory::WithRawCallbackMethod_GetDevices<
                            v1::Directory::WithRawCallbackMethod_ChangeAccount<
                                v1::Directory::WithRawCallbackMethod_SuspendDevice<
                                    v1::Directory::WithRawCallbackMethod_CreateLink<
                                        v1::Directory::WithRawCallbackMethod_GetLink<
                                            v1::Directory::WithRawCallbackMethod_GetRecovery<
                                                v1::Directory::WithRawCallbackMethod_ListBonds<
                                                    v1::Directory::Service>>>>>>>>>>>>>;

class DirectoryService final : public DirectoryMethods {
 public:
  explicit DirectoryService(Backend& backend) : backend_(backend) {}

  grpc::ServerUnaryReactor* EnrollTherapist(grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* request,
                                            grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* CreateInvitation(grpc::CallbackServerContext* context,
                                             const grpc::ByteBuffer* request,
                                             grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* WithdrawInvitation(grpc::CallbackServerContext* context,
                                               const grpc::ByteBuffer* request,
                                               grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetInvitation(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* RedeemInvitation(grpc::CallbackServerContext* context,
                                             const grpc::ByteBuffer* request,
                                             grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* PublishPrekey(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetDevices(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ChangeAccount(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* SuspendDevice(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* CreateLink(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetLink(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetRecovery(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListBonds(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;

 private:
  Backend& backend_;
};

}  // namespace holdfast::server
