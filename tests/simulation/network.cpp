#include "simulation/network.h"

#include <utility>

#include "rules/errors.h"

namespace holdfast::simulation {
namespace {

constexpr std::uint64_t kLatencyMsMax = 400;
constexpr std::uint64_t kLateRequestMsMax = limits::kHourMs;
constexpr std::uint64_t kKeepaliveMs = 40'000;  // until a dead peer is noticed
constexpr std::uint64_t kPollMs = 60'000;       // of a subscription that heard nothing

}  // namespace

std::uint64_t DeviceTransport::Latency() { return network_.random.Between(1, kLatencyMsMax); }

DeviceTransport::Way DeviceTransport::DrawWay() {
  const FaultRates& rates = network_.rates;
  Randomness& random = network_.random;
  Way way;
  way.delay_ms = Latency();
  if (half_open_ || network_.is_cut || random.PerMillion(rates.lose_request)) {
    way.arrives = way.answered = false;
  } else if (random.PerMillion(rates.late_request)) {
    way.answered = false;
    way.delay_ms = random.Between(client::kCallTimeoutMs, kLateRequestMsMax);
  } else if (random.PerMillion(rates.lose_response)) {
    way.answered = false;
  } else {
    way.twice = random.PerMillion(rates.repeat_request);
  }
  return way;
}

std::uint64_t DeviceTransport::Register(std::function<void(const absl::Status&)> fail) {
  waiting_.emplace(++calls_, std::move(fail));
  return calls_;
}

void DeviceTransport::Fail(std::uint64_t call, std::uint64_t after_ms, const absl::Status& status) {
  process_.After(after_ms, [this, call, status] {
    auto caller = waiting_.extract(call);
    if (!caller.empty()) caller.mapped()(status);
  });
}

template <class Request, class Response, class Method>
void DeviceTransport::Call(std::string_view method, bool grows, const Request& request,
                           client::Done<Response> done, Method ask) {
  if (!process_.alive()) return;
  const Way way = DrawWay();
  network_.trace.Note(name_, method);
  const std::uint64_t call = Register([done](const absl::Status& status) { done(status); });
  if (!way.answered) {
    // A connection that is refused at once, or one that says nothing until the
    // deadline.
    const bool at_once =
        !half_open_ && way.delay_ms < client::kCallTimeoutMs && network_.random.OneIn(2);
    Fail(call, at_once ? way.delay_ms : client::kCallTimeoutMs, Unreachable());
  }
  if (!way.arrives) return;
  const auto arrive = [this, grows, request, ask, call, done, answered = way.answered,
                       token = token_] {
    // Complete only once the batch is sealed.
    auto response = std::make_shared<Response>();
    network_.practice.Submit(
        grows,
        [request, ask, token, response](server::Core& core, server::Transaction& transaction) {
          return ask(core, transaction, server::Caller{token}, request, *response);
        },
        [this, request, response, call, done, answered](const absl::Status& status) {
          if constexpr (std::is_same_v<Response, v1::SendResponse>) {
            if (status.ok()) network_.stored.Answered(request, *response);
            if (ReasonOf(status) == Reason::kStaleDeviceList) {
              network_.keys.RefusedForDevices(request);
            }
          }
          if constexpr (std::is_same_v<Response, v1::PerformResponse>) {
            if (status.ok()) network_.schedule.Performed(request, *response);
          }
          if (!answered) return;
          if (!status.ok()) return Fail(call, Latency(), status);
          process_.After(Latency(), [this, call, done, response] {
            observed_ = network_.practice.tls_key();
            if (waiting_.erase(call) > 0) done(*response);
          });
        });
  };
  network_.timeline.After(way.delay_ms, arrive);
  if (way.twice) network_.timeline.After(way.delay_ms + Latency(), arrive);
}

template <class Request, class Response>
void DeviceTransport::CallOpen(std::string_view method, bool grows,
                               absl::Status (server::Core::*ask)(server::Transaction&,
                                                                 const Request&, Response&),
                               const Request& request, client::Done<Response> done) {
  Call(method, grows, request, std::move(done),
       [ask](server::Core& core, server::Transaction& transaction, const server::Caller&,
             const Request& sent,
             Response& response) { return (core.*ask)(transaction, sent, response); });
}

template <class Request, class Response>
void DeviceTransport::CallWithToken(std::string_view method, bool grows,
                                    absl::Status (server::Core::*ask)(server::Transaction&,
                                                                      const server::Caller&,
                                                                      const Request&, Response&),
                                    const Request& request, client::Done<Response> done) {
  Call(method, grows, request, std::move(done),
       [ask](server::Core& core, server::Transaction& transaction, const server::Caller& caller,
             const Request& sent,
             Response& response) { return (core.*ask)(transaction, caller, sent, response); });
}

#define HOLDFAST_OPEN_CALL_FOR(Method, Answer, grows)                          \
  void DeviceTransport::Method(const v1::Method##Request& request,             \
                               client::Done<v1::Answer> done) {                \
    CallOpen(#Method, grows, &server::Core::Method, request, std::move(done)); \
  }
#define HOLDFAST_OPEN_CALL(Method, grows) HOLDFAST_OPEN_CALL_FOR(Method, Method##Response, grows)
#define HOLDFAST_TOKEN_CALL(Method, grows)                                          \
  void DeviceTransport::Method(const v1::Method##Request& request,                  \
                               client::Done<v1::Method##Response> done) {           \
    CallWithToken(#Method, grows, &server::Core::Method, request, std::move(done)); \
  }

HOLDFAST_OPEN_CALL(Describe, false)
HOLDFAST_OPEN_CALL(Challenge, false)
HOLDFAST_OPEN_CALL(Authenticate, false)
HOLDFAST_OPEN_CALL(EnrollTherapist, true)
HOLDFAST_OPEN_CALL(GetInvitation, false)
HOLDFAST_OPEN_CALL(RedeemInvitation, true)
HOLDFAST_TOKEN_CALL(CreateInvitation, true)
HOLDFAST_TOKEN_CALL(WithdrawInvitation, true)
HOLDFAST_TOKEN_CALL(PublishPrekey, true)
HOLDFAST_TOKEN_CALL(GetDevices, false)
HOLDFAST_TOKEN_CALL(ChangeAccount, false)
HOLDFAST_TOKEN_CALL(SuspendDevice, false)
HOLDFAST_TOKEN_CALL(CreateLink, true)
HOLDFAST_OPEN_CALL_FOR(GetLink, NewDeviceResponse, false)
HOLDFAST_OPEN_CALL_FOR(GetRecovery, NewDeviceResponse, false)
HOLDFAST_TOKEN_CALL(AppendArchive, true)
HOLDFAST_TOKEN_CALL(ReadArchive, false)
HOLDFAST_TOKEN_CALL(ListBonds, false)
HOLDFAST_TOKEN_CALL(Acknowledge, false)
HOLDFAST_TOKEN_CALL(History, false)
HOLDFAST_TOKEN_CALL(ReportRestore, false)
HOLDFAST_TOKEN_CALL(Perform, true)
HOLDFAST_TOKEN_CALL(ReadLedger, false)

void DeviceTransport::Send(const v1::SendRequest& request, client::Done<v1::SendResponse> done) {
  if (!process_.alive()) return;
  network_.keys.Sent(request);
  network_.trace.Note(name_, "offers", request.body());
  CallWithToken("Send", true, &server::Core::Send, request, std::move(done));
}

void DeviceTransport::Forget() {
  waiting_.clear();
  stream_.reset();
  token_.clear();
  observed_.reset();
}

void DeviceTransport::Open(const std::string&) {
  Close();
  observed_.reset();
  half_open_ = network_.random.PerMillion(network_.rates.half_open);
}

void DeviceTransport::Close() {
  stream_.reset();
  for (const auto& [call, fail] : waiting_) Fail(call, 0, Unreachable());
}

void DeviceTransport::Subscribe(const v1::SubscribeRequest& request, Subscription subscription) {
  if (!process_.alive()) return;
  stream_ = std::make_shared<Stream>();
  stream_->request = request;
  stream_->subscription = std::move(subscription);
  NextPage();
}

void DeviceTransport::NextPage() {
  const std::shared_ptr<Stream> stream = stream_;
  if (!stream || !process_.alive()) return;
  process_.After(Latency(), [this, stream] { ReadPage(stream); });
}

void DeviceTransport::ReadPage(const std::shared_ptr<Stream>& stream) {
  if (stream != stream_ || stream->reading) return;
  if (half_open_ || network_.is_cut) return EndStream(stream, kKeepaliveMs, Unreachable());
  if (network_.random.PerMillion(network_.rates.break_stream)) {
    return EndStream(stream, Latency(), Unreachable());
  }
  stream->reading = true;
  auto page = std::make_shared<v1::SubscribeResponse>();
  network_.practice.Submit(
      false,
      [stream, page, token = token_](server::Core& core, server::Transaction& transaction) {
        return core.ReadMailbox(transaction, {token}, stream->request, stream->device, *page);
      },
      [this, stream, page](const absl::Status& status) {
        if (!status.ok()) return EndStream(stream, Latency(), status);
        process_.After(Latency(), [this, stream, page] {
          stream->reading = false;
          if (stream == stream_) TakePage(stream, std::move(*page));
        });
      });
}

void DeviceTransport::TakePage(const std::shared_ptr<Stream>& stream, v1::SubscribeResponse page) {
  if (stream->caught_up && page.entries().empty()) {
    if (stream->request.follow()) return AwaitMore(stream);
    return EndStream(stream, 0, absl::OkStatus());
  }
  stream->caught_up = page.caught_up();
  *stream->request.mutable_cursor() = page.cursor();
  stream->subscription.page(std::move(page));
}

void DeviceTransport::AwaitMore(const std::shared_ptr<Stream>& stream) {
  const std::weak_ptr<Stream> weak = stream;
  stream->awaits_more = true;
  const auto look = process_.Guarded([this, weak] {
    const auto open = weak.lock();
    // A wake that comes after the page was read already asks for nothing.
    if (open && std::exchange(open->awaits_more, false)) ReadPage(open);
  });
  const auto lost = process_.Guarded([this, weak] {
    if (const auto open = weak.lock()) EndStream(open, Latency(), Unreachable());
  });
  network_.practice.Follow(stream->device, {look, lost});
  network_.timeline.After(kPollMs, look);
}

void DeviceTransport::EndStream(const std::shared_ptr<Stream>& stream, std::uint64_t after_ms,
                                const absl::Status& status) {
  process_.After(after_ms, [this, stream, status] {
    if (stream != stream_) return;
    stream_.reset();
    stream->subscription.end(status);
  });
}

}  // namespace holdfast::simulation
