// One connection to the practice: it must prove itself by its key, known from the
// code or invitation, before a token or a login signature leaves; then this
// device proves itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "client/core/outside/task.h"
#include "client/core/people/own_device.h"
#include "client/core/vault/context.h"
#include "rules/retry.h"

namespace holdfast::client {

class Connection {
 public:
  explicit Connection(Context context) : context_(context) {}

  // Opens, checks an endorsement of the TLS key that is seen against `practice`
  // or a successor that it signed for, and pins that TLS key. wrong_practice,
  // unreachable, unsupported_version. Successors are handed to `succession`.
  Task<absl::Status> Connect(std::string address, std::vector<PracticeKey> practices);
  // The same with whoever answers: for who holds a recovery code, which alone says later whose
  // practice it is. No token and no login signature may leave before Connect().
  Task<absl::Status> ConnectToAny(std::string address);
  // A token for this device. Detects an older copy of the vault: then it answers
  // OK, raises an alarm, and from then on nothing is sent (Progress.rolled_back).
  // login_refused, unreachable.
  Task<absl::Status> Login();
  void Close();

  bool connected() const { return connected_; }
  bool logged_in() const { return token_expires_ms_ != 0; }
  const PracticeKey& practice() const { return practice_; }
  std::uint64_t token_renewal_ms() const;
  // Which life of the store answered last.
  const Incarnation& incarnation() const { return incarnation_; }
  void NoteIncarnation(const Incarnation& incarnation) { incarnation_ = incarnation; }
  // This device's clock against the practice's, when it last described itself.
  std::int64_t clock_ahead_ms() const { return clock_ahead_ms_; }
  // The signed hand-overs that led from the last known key to practice().
  const std::vector<v1::SignedStatement>& new_successions() const { return successions_; }

  // A call that needs the token. Logs in again, once, where it has expired.
  template <class Request, class Response>
  Task<absl::StatusOr<Response>> Ask(void (Transport::*method)(const Request&, Done<Response>),
                                     Request request) {
    if (token_renewal_ms() <= context_.Now()) {
      auto renewed = co_await Login();
      if (!renewed.ok()) co_return renewed;
    }
    auto first = co_await AskOnce(method, request);
    if (!NeedsLogin(first.status())) co_return first;
    auto again = co_await Login();
    if (!again.ok()) co_return again;
    auto second = co_await AskOnce(method, request);
    co_return second;
  }

  // A call that needs none.
  template <class Request, class Response>
  Task<absl::StatusOr<Response>> AskOnce(void (Transport::*method)(const Request&, Done<Response>),
                                         Request request) {
    Transport& transport = context_.transport;
    Call<absl::StatusOr<Response>> call(
        [&](Done<Response> done) { (transport.*method)(request, std::move(done)); });
    auto response = co_await call;
    co_return response;
  }

 private:
  absl::Status CheckEndorsements(const v1::DescribeResponse& description,
                                 const std::vector<PracticeKey>& practices);
  absl::Status CheckEndorsesItself(const v1::DescribeResponse& description);
  absl::Status CheckHighestLogin(VaultChange& change, const OwnDevice& own,
                                 const crypto::Signed& mine, std::uint64_t number,
                                 const crypto::Signed& highest);

  Context context_;
  bool connected_ = false;
  PracticeKey practice_;
  TlsKeyHash tls_key_;
  Incarnation incarnation_;
  std::vector<v1::SignedStatement> successions_;
  std::int64_t clock_ahead_ms_ = 0;
  std::uint64_t token_expires_ms_ = 0;  // own clock; 0: no token
};

}  // namespace holdfast::client
