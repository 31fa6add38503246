// What every part of the engine works with.
#pragma once

#include "client/core/outside/transport.h"
#include "client/core/outside/world.h"
#include "client/core/vault/vault.h"
#include "rules/identifiers.h"

namespace holdfast::client {

struct Context {
  Vault& vault;
  Transport& transport;
  const Clock& clock;
  Executor& executor;
  Entropy& entropy;
  ZoneSource* zones = nullptr;  // none: nothing that needs a time zone can be signed here

  std::uint64_t Now() const { return clock.WallMs(); }
  template <class Id>
  Id NewId() const {
    return Id::From(entropy.Draw(Id::size), "id").value();
  }
};

}  // namespace holdfast::client
