// Any request to a practice with a bond in it: the first byte chooses the call, the
// second who calls. It is answered, or refused with a reason that is the caller's.
#include <iterator>

#include "fuzz.h"
#include "support/server_world.h"

namespace {

using namespace holdfast;
using namespace holdfast::server;

struct World : ServerWorld {
  World() : bond(FormBond()) {}
  TestBond bond;
};

void CheckAnswered(const absl::Status& status) {
  if (status.ok()) return;
  const Reason reason = ReasonOf(status);
  fuzz::Require(reason != Reason::kInternal && reason != Reason::kStorageFailed);
}

template <class Request, class Call>
void Ask(World& world, const std::uint8_t* data, std::size_t size, Call call) {
  Request request;
  if (!request.ParseFromArray(data, static_cast<int>(size))) return;
  world.core->BeginBatch();
  // Let go, so that every input meets the same practice.
  const auto transaction = world.store.Begin();
  CheckAnswered(call(*world.core, *transaction, request));
}

// A call with a token, and one without.
template <class Request, class Response>
void Ask(World& world, const Caller& caller, const std::uint8_t* data, std::size_t size,
         absl::Status (Core::*call)(Transaction&, const Caller&, const Request&, Response&)) {
  Ask<Request>(world, data, size,
               [&](Core& core, Transaction& transaction, const Request& request) {
                 Response response;
                 return (core.*call)(transaction, caller, request, response);
               });
}
template <class Request, class Response>
void Ask(World& world, const Caller&, const std::uint8_t* data, std::size_t size,
         absl::Status (Core::*call)(Transaction&, const Request&, Response&)) {
  Ask<Request>(world, data, size,
               [&](Core& core, Transaction& transaction, const Request& request) {
                 Response response;
                 return (core.*call)(transaction, request, response);
               });
}

absl::Status ReadMailbox(Core& core, Transaction& transaction, const Caller& caller,
                         const v1::SubscribeRequest& request) {
  DeviceId device;
  v1::SubscribeResponse response;
  return core.ReadMailbox(transaction, caller, request, device, response);
}

void AskOne(World& world, const Caller& caller, std::uint8_t call, const std::uint8_t* data,
            std::size_t size) {
  const auto ask = [&](auto method) { Ask(world, caller, data, size, method); };
  switch (call % 24) {
    case 0:
      return ask(&Core::EnrollTherapist);
    case 1:
      return ask(&Core::GetInvitation);
    case 2:
      return ask(&Core::RedeemInvitation);
    case 3:
      return ask(&Core::CreateInvitation);
    case 4:
      return ask(&Core::PublishPrekey);
    case 5:
      return ask(&Core::GetDevices);
    case 6:
      return ask(&Core::ListBonds);
    case 7:
      return ask(&Core::Send);
    case 8:
      return ask(&Core::Acknowledge);
    case 9:
      return ask(&Core::History);
    case 10:
      return ask(&Core::ReportRestore);
    case 11:
      return ask(&Core::Perform);
    case 12:
      return ask(&Core::ReadLedger);
    case 13:
      return ask(&Core::Authenticate);
    case 14:
      return Ask<v1::SubscribeRequest>(
          world, data, size, [&](Core& core, Transaction& transaction, const auto& request) {
            return ReadMailbox(core, transaction, caller, request);
          });
    case 16:
      return ask(&Core::WithdrawInvitation);
    case 17:
      return ask(&Core::ChangeAccount);
    case 18:
      return ask(&Core::SuspendDevice);
    case 19:
      return ask(&Core::CreateLink);
    case 20:
      return ask(&Core::GetLink);
    case 21:
      return ask(&Core::GetRecovery);
    case 22:
      return ask(&Core::AppendArchive);
    case 23:
      return ask(&Core::ReadArchive);
    default:
      fuzz::Require(!world.core->CheckToken({Bytes(fuzz::View(data, size))}).ok());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  static const Caller callers[] = {world.bond.therapist.caller(), world.bond.client.caller(), {}};
  if (size < 2) return 0;
  AskOne(world, callers[data[1] % std::size(callers)], data[0], data + 2, size - 2);
  return 0;
}
