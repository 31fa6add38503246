// The account's devices: what a person does about them.
#include "client/core/engine.h"
#include "client/core/engine_impl.h"
#include "client/core/people/own_list.h"

namespace holdfast::client {
namespace {

using Views = std::vector<DeviceView>;

// Logged in, and the own list as fresh as the practice shows it.
Task<absl::StatusOr<std::string>> PrepareAndLink(Exchange& exchange, std::string code,
                                                 std::uint64_t valid_ms) {
  // What the new device will want to know goes to the archive first.
  auto synced = co_await exchange.Sync();
  HOLDFAST_CO_RETURN_IF_ERROR(synced.status());
  auto prepared = co_await exchange.Prepare();
  HOLDFAST_CO_RETURN_IF_ERROR(prepared);
  auto link = co_await exchange.devices().MakeLink(code, valid_ms);
  co_return link;
}

Task<absl::StatusOr<std::string>> PrepareAndRenewCode(Exchange& exchange, std::string code) {
  auto prepared = co_await exchange.Prepare();
  HOLDFAST_CO_RETURN_IF_ERROR(prepared);
  auto fresh = co_await exchange.devices().NewCode(code);
  co_return fresh;
}

Task<absl::StatusOr<Views>> PrepareAndUnlink(Context context, Exchange& exchange, DeviceId device,
                                             std::string code) {
  auto prepared = co_await exchange.Prepare();
  HOLDFAST_CO_RETURN_IF_ERROR(prepared);
  auto unlinked = co_await exchange.devices().Unlink(device, code);
  HOLDFAST_CO_RETURN_IF_ERROR(unlinked);
  const VaultReader look(context.vault);
  co_return ListDevices(look);
}

Task<absl::StatusOr<Views>> PrepareAndSuspend(Context context, Exchange& exchange,
                                              DeviceId device) {
  auto prepared = co_await exchange.Prepare();
  HOLDFAST_CO_RETURN_IF_ERROR(prepared);
  auto suspended = co_await exchange.devices().Suspend(device);
  HOLDFAST_CO_RETURN_IF_ERROR(suspended);
  const VaultReader look(context.vault);
  co_return ListDevices(look);
}

Task<absl::StatusOr<SyncReport>> LinkAndSync(Exchange& exchange, std::string code) {
  auto linked = co_await exchange.devices().Link(code);
  HOLDFAST_CO_RETURN_IF_ERROR(linked);
  auto report = co_await exchange.Sync();
  co_return report;
}

Task<absl::StatusOr<SyncReport>> RecoverAndSync(Exchange& exchange, std::string address,
                                                std::string code) {
  auto recovered = co_await exchange.devices().Recover(address, code);
  HOLDFAST_CO_RETURN_IF_ERROR(recovered);
  auto report = co_await exchange.Sync();
  co_return report;
}

}  // namespace

absl::StatusOr<std::vector<DeviceView>> Engine::Devices() {
  const VaultReader look(impl_->context().vault);
  return ListDevices(look);
}

absl::StatusOr<bool> Engine::TakeCodeReminder() {
  return client::TakeCodeReminder(impl_->context());
}

void Engine::MakeLink(std::string_view recovery_code, std::uint64_t valid_ms,
                      Done<std::string> done) {
  impl_->Enqueue<std::string>(
      [impl = impl_.get(), code = std::string(recovery_code), valid_ms] {
        return PrepareAndLink(impl->exchange(), code, valid_ms);
      },
      std::move(done));
}

void Engine::Link(std::string_view link_code, Done<SyncReport> done) {
  impl_->Enqueue<SyncReport>(
      [impl = impl_.get(), code = std::string(link_code)] {
        return LinkAndSync(impl->exchange(), code);
      },
      std::move(done));
}

void Engine::Recover(std::string_view address, std::string_view recovery_code,
                     Done<SyncReport> done) {
  impl_->Enqueue<SyncReport>(
      [impl = impl_.get(), address = std::string(address), code = std::string(recovery_code)] {
        return RecoverAndSync(impl->exchange(), address, code);
      },
      std::move(done));
}

void Engine::Unlink(const DeviceId& device, std::string_view recovery_code,
                    Done<std::vector<DeviceView>> done) {
  impl_->Enqueue<Views>(
      [impl = impl_.get(), device, code = std::string(recovery_code)] {
        return PrepareAndUnlink(impl->context(), impl->exchange(), device, code);
      },
      std::move(done));
}

void Engine::Suspend(const DeviceId& device, Done<std::vector<DeviceView>> done) {
  impl_->Enqueue<Views>(
      [impl = impl_.get(), device] {
        return PrepareAndSuspend(impl->context(), impl->exchange(), device);
      },
      std::move(done));
}

void Engine::NewRecoveryCode(std::string_view recovery_code, Done<std::string> done) {
  impl_->Enqueue<std::string>(
      [impl = impl_.get(), code = std::string(recovery_code)] {
        return PrepareAndRenewCode(impl->exchange(), code);
      },
      std::move(done));
}

}  // namespace holdfast::client
