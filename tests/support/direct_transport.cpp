#include "support/direct_transport.h"

namespace holdfast::client {
namespace {

constexpr std::uint64_t kPollMs = 100;  // of a subscription that follows

absl::Status Unreachable() {
  return Refuse(Reason::kUnreachable, "", "the practice cannot be reached");
}

}  // namespace

void DirectTransport::Open(const std::string&) {
  ++stream_;
  observed_.reset();
  pinned_.reset();
}

void DirectTransport::Close() { ++stream_; }

void DirectTransport::Break() { EndStream(stream_, Unreachable()); }

std::optional<TlsKeyHash> DirectTransport::ObservedTlsKey() const { return observed_; }

absl::Status DirectTransport::Reachable(const std::string& method) const {
  if (away) return Unreachable();
  if (!pinned_ && method != "Describe") {
    return Refuse(Reason::kInternal, "", method + " was asked before the practice was checked");
  }
  if (pinned_ && *pinned_ != shown_tls_key.value_or(practice_.tls_key)) {
    return Refuse(Reason::kWrongPractice, "", "another key than the pinned one");
  }
  return absl::OkStatus();
}

template <class Request, class Response, class Ask>
void DirectTransport::Run(const std::string& method, const Request& request, Done<Response> done,
                          Ask ask) {
  if (method == "Send") ++sends_;
  executor_.Post([this, alive = std::weak_ptr<int>(alive_), method, request, done, ask] {
    if (alive.expired()) return;
    const absl::Status reachable = Reachable(method);
    const Fate how = fate ? fate(method) : Fate::kDeliver;
    if (!reachable.ok()) return done(reachable);
    if (how == Fate::kLoseRequest) return done(Unreachable());
    observed_ = shown_tls_key.value_or(practice_.tls_key);
    if (const absl::Status refused = refusal ? refusal(method) : absl::Status(); !refused.ok()) {
      return done(refused);
    }
    Request sent = request;
    if (on_request) on_request(method, sent);
    const server::Caller caller{token_};
    Response response;
    absl::Status status;
    const int times = how == Fate::kRepeatRequest ? 2 : 1;
    for (int i = 0; i < times; ++i) {
      status = practice_.Run([&](server::Core& core, server::Transaction& transaction) {
        return ask(core, transaction, caller, sent, response);
      });
    }
    if (how == Fate::kLoseResponse) return done(Unreachable());
    if (!status.ok()) return done(status);
    if (on_response) on_response(method, response);
    done(std::move(response));
  });
}

#define HOLDFAST_OPEN_CALL_FOR(Method, Answer)                                              \
  void DirectTransport::Method(const v1::Method##Request& request, Done<v1::Answer> done) { \
    Run(#Method, request, std::move(done),                                                  \
        [](server::Core& core, server::Transaction& transaction, const server::Caller&,     \
           const v1::Method##Request& sent,                                                 \
           v1::Answer& response) { return core.Method(transaction, sent, response); });     \
  }
#define HOLDFAST_OPEN_CALL(Method) HOLDFAST_OPEN_CALL_FOR(Method, Method##Response)
#define HOLDFAST_TOKEN_CALL(Method)                                                            \
  void DirectTransport::Method(const v1::Method##Request& request,                             \
                               Done<v1::Method##Response> done) {                              \
    Run(#Method, request, std::move(done),                                                     \
        [](server::Core& core, server::Transaction& transaction, const server::Caller& caller, \
           const v1::Method##Request& sent, v1::Method##Response& response) {                  \
          return core.Method(transaction, caller, sent, response);                             \
        });                                                                                    \
  }

HOLDFAST_OPEN_CALL(Describe)
HOLDFAST_OPEN_CALL(Challenge)
HOLDFAST_OPEN_CALL(Authenticate)
HOLDFAST_OPEN_CALL(EnrollTherapist)
HOLDFAST_OPEN_CALL(GetInvitation)
HOLDFAST_OPEN_CALL(RedeemInvitation)
HOLDFAST_TOKEN_CALL(CreateInvitation)
HOLDFAST_TOKEN_CALL(WithdrawInvitation)
HOLDFAST_TOKEN_CALL(PublishPrekey)
HOLDFAST_TOKEN_CALL(GetDevices)
HOLDFAST_TOKEN_CALL(ChangeAccount)
HOLDFAST_TOKEN_CALL(SuspendDevice)
HOLDFAST_TOKEN_CALL(CreateLink)
HOLDFAST_OPEN_CALL_FOR(GetLink, NewDeviceResponse)
HOLDFAST_OPEN_CALL_FOR(GetRecovery, NewDeviceResponse)
HOLDFAST_TOKEN_CALL(AppendArchive)
HOLDFAST_TOKEN_CALL(ReadArchive)
HOLDFAST_TOKEN_CALL(ListBonds)
HOLDFAST_TOKEN_CALL(Acknowledge)
HOLDFAST_TOKEN_CALL(History)
HOLDFAST_TOKEN_CALL(ReportRestore)
HOLDFAST_TOKEN_CALL(ReadLedger)

// Receipt and proof are complete only once the batch is sealed: the response must
// outlive the request's own step.
#define HOLDFAST_SEALED_CALL(Method)                                              \
  void DirectTransport::Method(const v1::Method##Request& request,                \
                               Done<v1::Method##Response> done) {                 \
    auto response = std::make_shared<v1::Method##Response>();                     \
    Run(#Method, request,                                                         \
        Done<v1::Method##Response>(                                               \
            [this, response, done](absl::StatusOr<v1::Method##Response> result) { \
              if (!result.ok()) return done(std::move(result));                   \
              if (on_response) on_response(#Method "Response", *response);        \
              done(*response);                                                    \
            }),                                                                   \
        [response](server::Core& core, server::Transaction& transaction,          \
                   const server::Caller& caller, const v1::Method##Request& sent, \
                   v1::Method##Response&) {                                       \
          return core.Method(transaction, caller, sent, *response);               \
        });                                                                       \
  }

HOLDFAST_SEALED_CALL(Perform)
HOLDFAST_SEALED_CALL(Send)

void DirectTransport::Subscribe(const v1::SubscribeRequest& request, Subscription subscription) {
  ++stream_;
  caught_up_ = false;
  subscribe_ = request;
  subscription_ = std::move(subscription);
  NextPage();
}

void DirectTransport::NextPage() {
  executor_.Post([this, alive = std::weak_ptr<int>(alive_), stream = stream_] {
    if (!alive.expired()) ReadPage(stream);
  });
}

void DirectTransport::EndStream(std::uint64_t stream, absl::Status status) {
  if (stream != stream_ || !subscription_.end) return;
  ++stream_;
  const auto end = std::exchange(subscription_.end, nullptr);
  executor_.Post([end, status] { end(status); });
}

void DirectTransport::ReadPage(std::uint64_t stream) {
  if (stream != stream_) return;
  const absl::Status reachable = Reachable("Subscribe");
  const Fate how = fate ? fate("Subscribe") : Fate::kDeliver;
  if (!reachable.ok()) return EndStream(stream, reachable);
  if (how != Fate::kDeliver) return EndStream(stream, Unreachable());
  v1::SubscribeResponse page;
  DeviceId device;
  const absl::Status status =
      practice_.Run([&](server::Core& core, server::Transaction& transaction) {
        return core.ReadMailbox(transaction, {token_}, subscribe_, device, page);
      });
  if (!status.ok()) return EndStream(stream, status);
  if (caught_up_ && page.entries_size() == 0) {
    if (!subscribe_.follow()) return EndStream(stream, absl::OkStatus());
    executor_.After(kPollMs, [this, alive = std::weak_ptr<int>(alive_), stream] {
      if (!alive.expired()) ReadPage(stream);
    });
    return;
  }
  caught_up_ = page.caught_up();
  *subscribe_.mutable_cursor() = page.cursor();
  if (on_response) on_response("Subscribe", page);
  subscription_.page(std::move(page));
}

}  // namespace holdfast::client
