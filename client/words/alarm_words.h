// The sentences of alarms: what was found, what it may mean and what to do. All of them
// stand in alarm_words.cpp, so that a practice can put them into its own language.
#pragma once

#include <string>

#include "client/core/shown/alarm.h"

namespace holdfast::client {

std::string AlarmText(const Alarm& alarm);

// A clock, a backup or a device that is switched off, most likely: it is said, and is no
// reason to fear for what was written.
bool IsCalm(AlarmKind kind);
// What somebody did about their devices, or what comes by itself: not even the exit code of a
// command changes by it.
bool IsNews(AlarmKind kind);

}  // namespace holdfast::client
