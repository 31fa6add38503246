#include "client/transport/grpc_transport.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <utility>

#include "client/transport/call_book.h"
#include "client/transport/channel.h"
#include "client/transport/page_reader.h"
#include "client/transport/wire_status.h"
#include "crypto/public/secret.h"

namespace holdfast::client {
namespace {

absl::Status NotOpen() {
  return Refuse(Reason::kUnreachable, "", "there is no connection to the practice");
}

template <class Request, class Response>
struct PendingCall {
  Request request;
  Response response;
  Done<Response> done;  // leaves on the executor's thread, with what it captured
  grpc::ClientContext context;
};

}  // namespace

// A channel waits in its destructor for gRPC's threads, so whatever may hold its
// last reference (a call's context does) leaves them by the executor.

// Touched on the executor's thread alone, but for the reader's own events.
struct GrpcTransport::Stream {
  Subscription subscription;
  std::shared_ptr<PageReader> reader;
  bool silent = false;
  bool next_is_due = false;  // a page was handed over, and the next not yet asked for
};

GrpcTransport::GrpcTransport(Executor& executor)
    : executor_(executor), calls_(std::make_shared<CallBook>()) {}

GrpcTransport::~GrpcTransport() {
  Unsubscribe();
  calls_->CancelAll();
  calls_->WaitUntilEmpty();
}

void GrpcTransport::Open(const std::string& address) {
  Close();
  channel_ = std::make_shared<PracticeChannel>(address);
}

void GrpcTransport::Close() {
  if (stream_) {
    executor_.Post([end = stream_->subscription.end] {
      end(Refuse(Reason::kUnreachable, "", "the connection to the practice was closed"));
    });
    Unsubscribe();
  }
  calls_->CancelAll();
  channel_.reset();
}

std::optional<TlsKeyHash> GrpcTransport::ObservedTlsKey() const {
  return channel_ ? channel_->pin->observed() : std::nullopt;
}

void GrpcTransport::PinTlsKey(const TlsKeyHash& key) {
  if (channel_) channel_->pin->Pin(key);
}

void GrpcTransport::SetToken(Bytes token) { token_ = crypto::SecretBytes(std::move(token)); }

absl::Status GrpcTransport::MayCall(bool before_pin) const {
  if (!channel_) return NotOpen();
  if (before_pin) return absl::OkStatus();
  if (!channel_->pin->pinned()) {
    return Refuse(Reason::kInternal, "", "the practice's key has not been checked yet");
  }
  return channel_->pin->refused() ? WrongPractice() : absl::OkStatus();
}

void GrpcTransport::Authorise(grpc::ClientContext& context) const {
  if (token_.empty()) return;
  const crypto::SecretBytes hex(ToHex(token_.Expose()));
  context.AddMetadata("authorization", std::string("Bearer ").append(hex.Expose()));
}

template <class Request, class Response, class Begin>
void GrpcTransport::Call(const Request& request, Done<Response> done, Credential credential,
                         Begin begin) {
  if (absl::Status may = MayCall(credential == Credential::kBeforePin); !may.ok()) {
    executor_.Post([done = std::move(done), may = std::move(may)] { done(may); });
    return;
  }
  auto call = std::make_shared<PendingCall<Request, Response>>();
  call->request = request;
  call->done = std::move(done);
  call->context.set_deadline(std::chrono::system_clock::now() +
                             std::chrono::milliseconds(kCallTimeoutMs));
  if (credential == Credential::kToken) Authorise(call->context);
  calls_->Add(&call->context);
  begin(*channel_, &call->context, &call->request, &call->response,
        [call, channel = channel_, calls = calls_,
         &executor = executor_](const grpc::Status& status) mutable {
          calls->Remove(&call->context);
          absl::Status explained = channel->Explain(status);
          executor.Post([call = std::move(call), channel = std::move(channel),
                         explained = std::move(explained)] {
            const Done<Response> answer = std::move(call->done);
            explained.ok() ? answer(std::move(call->response)) : answer(explained);
          });
          calls->Leave();
        });
}

// One line a call: which stub, and whether the token goes along.
#define HOLDFAST_CALL_FOR(Method, Answer, stub, credential)                                       \
  void GrpcTransport::Method(const v1::Method##Request& request, Done<v1::Answer> done) {         \
    Call<v1::Method##Request, v1::Answer>(                                                        \
        request, std::move(done), Credential::credential,                                         \
        [](PracticeChannel& channel, grpc::ClientContext* context, const v1::Method##Request* in, \
           v1::Answer* out, auto finished) {                                                      \
          channel.stub->async()->Method(context, in, out, std::move(finished));                   \
        });                                                                                       \
  }
#define HOLDFAST_CALL(Method, stub, credential) \
  HOLDFAST_CALL_FOR(Method, Method##Response, stub, credential)
HOLDFAST_CALL(Describe, practice, kBeforePin)
HOLDFAST_CALL(Challenge, login, kNone)
HOLDFAST_CALL(Authenticate, login, kNone)
HOLDFAST_CALL(EnrollTherapist, directory, kNone)
HOLDFAST_CALL(CreateInvitation, directory, kToken)
HOLDFAST_CALL(WithdrawInvitation, directory, kToken)
HOLDFAST_CALL(GetInvitation, directory, kNone)
HOLDFAST_CALL(RedeemInvitation, directory, kNone)
HOLDFAST_CALL(PublishPrekey, directory, kToken)
HOLDFAST_CALL(GetDevices, directory, kToken)
HOLDFAST_CALL(ChangeAccount, directory, kToken)
HOLDFAST_CALL(SuspendDevice, directory, kToken)
HOLDFAST_CALL(CreateLink, directory, kToken)
HOLDFAST_CALL_FOR(GetLink, NewDeviceResponse, directory, kNone)
HOLDFAST_CALL_FOR(GetRecovery, NewDeviceResponse, directory, kNone)
HOLDFAST_CALL(ListBonds, directory, kToken)
HOLDFAST_CALL(Send, mailbox, kToken)
HOLDFAST_CALL(Acknowledge, mailbox, kToken)
HOLDFAST_CALL(History, mailbox, kToken)
HOLDFAST_CALL(ReportRestore, mailbox, kToken)
HOLDFAST_CALL(Perform, ledger, kToken)
HOLDFAST_CALL(ReadLedger, ledger, kToken)
HOLDFAST_CALL(AppendArchive, archive, kToken)
HOLDFAST_CALL(ReadArchive, archive, kToken)
#undef HOLDFAST_CALL
#undef HOLDFAST_CALL_FOR

void GrpcTransport::Subscribe(const v1::SubscribeRequest& request, Subscription subscription) {
  Unsubscribe();
  if (absl::Status may = MayCall(false); !may.ok()) {
    executor_.Post([end = std::move(subscription.end), may = std::move(may)] { end(may); });
    return;
  }
  auto stream = std::make_shared<Stream>();
  stream->subscription = std::move(subscription);
  PageReader::Events events;
  // Weak, so that these events never hold the stream's last reference; `end` holds it.
  events.page = [weak = std::weak_ptr(stream), &executor = executor_](v1::SubscribeResponse page) {
    executor.Post([stream = weak.lock(), page = std::move(page)]() mutable {
      if (stream == nullptr || stream->silent) return;
      stream->next_is_due = true;
      stream->subscription.page(std::move(page));
    });
  };
  events.end = [stream, channel = channel_, calls = calls_, &executor = executor_](
                   std::shared_ptr<PageReader> reader, const grpc::Status& status) mutable {
    calls->Remove(&reader->context());
    absl::Status explained = channel->Explain(status);
    executor.Post([stream = std::move(stream), reader = std::move(reader),
                   channel = std::move(channel), explained = std::move(explained)] {
      stream->reader.reset();
      const Subscription last = std::move(stream->subscription);
      if (!stream->silent) last.end(explained);
    });
    calls->Leave();
  };
  stream->reader = std::make_shared<PageReader>(request, std::move(events));
  Authorise(stream->reader->context());
  calls_->Add(&stream->reader->context());
  stream_ = stream;
  stream->reader->Start(*channel_->mailbox);
}

void GrpcTransport::NextPage() {
  if (!stream_ || !stream_->reader || !stream_->next_is_due) return;
  stream_->next_is_due = false;
  stream_->reader->Next();
}

void GrpcTransport::Unsubscribe() {
  if (!stream_) return;
  stream_->silent = true;
  if (stream_->reader) stream_->reader->Cancel();
  stream_.reset();
}

}  // namespace holdfast::client
