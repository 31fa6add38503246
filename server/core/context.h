// What every part of the core works with.
#pragma once

#include "server/core/batch.h"
#include "server/core/config.h"
#include "server/core/endorsements.h"
#include "server/core/progress.h"
#include "server/core/receipts.h"
#include "server/core/schedule.h"
#include "server/core/tokens.h"
#include "server/core/world.h"

namespace holdfast::server {

struct Context {
  Context(CoreConfig core_config, const Clock& core_clock, Entropy& core_entropy)
      : config(std::move(core_config)),
        practice(config.practice.public_key<PracticeKey>()),
        clock(core_clock),
        entropy(core_entropy),
        progress(core_clock),
        logins(core_entropy) {}

  const CoreConfig config;
  const PracticeKey practice;
  const Clock& clock;
  Entropy& entropy;

  Endorsements endorsements;
  Progress progress;
  TimerSchedule schedule;
  Batch batch;
  Receipts receipts;
  Logins logins;
};

}  // namespace holdfast::server
