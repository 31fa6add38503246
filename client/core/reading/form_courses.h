// A client's check-ins, form by form: what was answered last, before and at first.
#pragma once

#include <optional>
#include <vector>

#include "client/core/shown/shown.h"

namespace holdfast::client {

// What somebody answered to one wording of a form.
struct FormCourse {
  MessageView newest;
  std::optional<MessageView> before;  // none: it was answered once
  std::optional<MessageView> first;   // where there is one before that
};

struct CheckInCourses {
  std::optional<MessageView> last;  // the newest check-in, also one without answers
  // Those with answers by the form's hash, the one that was answered last at the end.
  std::vector<FormCourse> forms;
};

// Of what the other side wrote in a bond, in order. Answers of forms with different hashes are
// never in one course; before there were hashes a name and a number stood for one.
CheckInCourses CheckInCoursesOf(const std::vector<const MessageView*>& messages);

}  // namespace holdfast::client
