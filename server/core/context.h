// What every part of the core works with.
#pragma once

#include "server/core/batch.h"
#include "server/core/core.h"
#include "server/core/progress.h"
#include "server/core/receipts.h"
#include "server/core/timers.h"
#include "server/core/tokens.h"

namespace holdfast::server {

struct Context {
  Context(CoreConfig core_config, const Clock& core_clock, Entropy& core_entropy)
      : config(std::move(core_config)),
        practice(config.practice.public_key<PracticeKey>()),
        tls_keys(config.tls_keys),
        clock(core_clock),
        entropy(core_entropy),
        progress(core_clock),
        logins(core_entropy) {}

  const CoreConfig config;
  const PracticeKey practice;
  std::vector<TlsKeyInUse> tls_keys;  // in use now: Core::SetTlsKeys
  const Clock& clock;
  Entropy& entropy;

  Endorsements endorsements;
  Progress progress;
  TimerSchedule schedule;
  Batch batch;
  Receipts receipts;
  std::vector<Core::DamagedBody> damaged;  // Core::TakeDamagedBodies
  Logins logins;
};

}  // namespace holdfast::server
