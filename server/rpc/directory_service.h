// The Directory service on the wire; what it does is in server/core.
#pragma once

#include "holdfast/v1/directory.grpc.pb.h"
#include "server/rpc/backend.h"

namespace holdfast::server {

class DirectoryService final : public v1::Directory::CallbackService {
 public:
  explicit DirectoryService(Backend& backend) : backend_(backend) {}

  grpc::ServerUnaryReactor* EnrollTherapist(grpc::CallbackServerContext* context,
                                            const v1::EnrollTherapistRequest* request,
                                            v1::EnrollTherapistResponse* response) override;
  grpc::ServerUnaryReactor* CreateInvitation(grpc::CallbackServerContext* context,
                                             const v1::CreateInvitationRequest* request,
                                             v1::CreateInvitationResponse* response) override;
  grpc::ServerUnaryReactor* GetInvitation(grpc::CallbackServerContext* context,
                                          const v1::GetInvitationRequest* request,
                                          v1::GetInvitationResponse* response) override;
  grpc::ServerUnaryReactor* RedeemInvitation(grpc::CallbackServerContext* context,
                                             const v1::RedeemInvitationRequest* request,
                                             v1::RedeemInvitationResponse* response) override;
  grpc::ServerUnaryReactor* PublishPrekey(grpc::CallbackServerContext* context,
                                          const v1::PublishPrekeyRequest* request,
                                          v1::PublishPrekeyResponse* response) override;
  grpc::ServerUnaryReactor* GetDevices(grpc::CallbackServerContext* context,
                                       const v1::GetDevicesRequest* request,
                                       v1::GetDevicesResponse* response) override;
  grpc::ServerUnaryReactor* ListBonds(grpc::CallbackServerContext* context,
                                      const v1::ListBondsRequest* request,
                                      v1::ListBondsResponse* response) override;

 private:
  Backend& backend_;
};

}  // namespace holdfast::server
