#include "client/cli/words/notice_words.h"

namespace holdfast::client::cli {

std::string_view NoticeInWords(NoticeReason reason) {
  switch (reason) {
    case NoticeReason::kSomething:
      break;
    case NoticeReason::kUnread:
      return "Something is waiting to be read.";
    case NoticeReason::kCheckIn:
      return "A check-in is open. It can wait until it suits you.";
    case NoticeReason::kReplyDue:
      return "A reply is due soon.";
    case NoticeReason::kAlarm:
      return "There is something about this device or the practice to look at.";
  }
  return "Something is waiting for you, when you have a moment.";
}

}  // namespace holdfast::client::cli
