// The sentences of alarms: what was found, what it may mean and what to do. All of them
// stand in alarm_words.cpp, so that a practice can put them into its own language.
#pragma once

#include <string>

#include "client/core/shown/alarm.h"

namespace holdfast::client {

std::string AlarmText(const Alarm& alarm);

}  // namespace holdfast::client
