// What every part of the core works with.
#pragma once

#include "server/core/engine/batch.h"
#include "server/core/engine/config.h"
#include "server/core/engine/damage.h"
#include "server/core/engine/endorsements.h"
#include "server/core/engine/engine_clock.h"
#include "server/core/engine/receipts.h"
#include "server/core/engine/schedule.h"
#include "server/core/engine/tokens.h"
#include "server/core/records/world.h"

namespace holdfast::server {

struct Context {
  Context(CoreConfig core_config, const Clock& core_clock, Entropy& core_entropy)
      : config(std::move(core_config)),
        practice(config.practice.public_key<PracticeKey>()),
        tls_keys(config.tls_keys),
        clock(core_clock),
        entropy(core_entropy),
        engine_clock(core_clock),
        logins(core_entropy) {}

  const CoreConfig config;
  const PracticeKey practice;
  std::vector<TlsKeyInUse> tls_keys;  // in use now: Core::SetTlsKeys
  const Clock& clock;
  Entropy& entropy;

  Endorsements endorsements;
  EngineClock engine_clock;
  TimerSchedule schedule;
  Batch batch;
  Receipts receipts;
  std::vector<DamagedBody> damaged;  // Core::TakeDamagedBodies
  Logins logins;
};

}  // namespace holdfast::server
