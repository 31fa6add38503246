// What a notice on the desktop says: that something waits, never who or what.
#pragma once

#include <string_view>

namespace holdfast::client::cli {

enum class NoticeReason {
  kSomething,  // any of those below
  kUnread,
  kCheckIn,   // a client's, open now
  kReplyDue,  // a therapist's, soon
  kAlarm,     // about this device or the practice
};

std::string_view NoticeInWords(NoticeReason reason);

}  // namespace holdfast::client::cli
