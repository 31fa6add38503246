#include "client/core/reading/form_courses.h"

#include <algorithm>
#include <string>

#include "holdfast/v1/content.pb.h"

namespace holdfast::client {
namespace {

// Places among the messages.
struct CoursePlaces {
  std::string form;
  const MessageView* first = nullptr;
  const MessageView* before = nullptr;
  const MessageView* newest = nullptr;
};

std::string FormKey(const v1::CheckIn& check_in) {
  if (!check_in.form_hash().empty()) return check_in.form_hash();
  return check_in.form() + "|" + std::to_string(check_in.form_version());
}

// The one that was answered last goes to the end.
void AddToCourse(std::vector<CoursePlaces>& courses, const MessageView& message) {
  const std::string form = FormKey(message.content->check_in());
  const auto found = std::ranges::find(courses, form, &CoursePlaces::form);
  if (found == courses.end()) {
    courses.push_back({form, &message, nullptr, &message});
    return;
  }
  found->before = found->newest;
  found->newest = &message;
  std::rotate(found, found + 1, courses.end());
}

}  // namespace

bool IsTheirCheckIn(const MessageView& message) {
  return message.kind == Kind::kCheckIn && !message.mine && message.content;
}

std::vector<FormCourse> FormCoursesOf(const std::vector<const MessageView*>& messages) {
  std::vector<CoursePlaces> all;
  for (const MessageView* const message : messages) {
    if (!IsTheirCheckIn(*message)) continue;
    if (message->content->check_in().answers_size() > 0) AddToCourse(all, *message);
  }
  std::vector<FormCourse> courses;
  for (const CoursePlaces& places : all) {
    FormCourse course{*places.newest, std::nullopt, std::nullopt};
    if (places.before != nullptr) course.before = *places.before;
    if (places.before != nullptr && places.before != places.first) course.first = *places.first;
    courses.push_back(std::move(course));
  }
  return courses;
}

}  // namespace holdfast::client
