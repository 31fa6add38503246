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

// Of what the other side wrote, in order; the form that was answered last at the end. Answers of
// forms with different hashes are never in one course; before there were hashes a name and a number
// stood for one.
std::vector<FormCourse> FormCoursesOf(const std::vector<const MessageView*>& messages);

bool IsTheirCheckIn(const MessageView& message);

}  // namespace holdfast::client
