// What a form may hold, each with its unit and reason. What an envelope may hold stands in
// proto/rules/limits.h.
#pragma once

#include <cstddef>

namespace holdfast::forms::limits {

// Bytes of a file that is read at all; a form is far smaller.
inline constexpr std::size_t kFileBytesMax = std::size_t{1024} * 1024;
// Bytes of a form as it travels: it fits into one message together with what assigns it.
inline constexpr std::size_t kFormBytesMax = 40'000;
// Levels of JSON: a form's own, below as many groups as it may have.
inline constexpr std::size_t kJsonDepthMax = 64;
// Questions, groups and texts together: as many as a check-in has answers.
inline constexpr std::size_t kItemsMax = 128;
// Groups within each other.
inline constexpr std::size_t kGroupDepthMax = 8;
inline constexpr std::size_t kOptionsPerItemMax = 32;
inline constexpr std::size_t kConditionsPerItemMax = 16;
inline constexpr std::size_t kBandsMax = 16;
// Bytes of what is read on a screen.
inline constexpr std::size_t kItemTextBytesMax = 2048;
inline constexpr std::size_t kUrlBytesMax = 255;
inline constexpr std::size_t kVersionBytesMax = 64;
// Bytes of a linkId, a code or a form's name: as an envelope takes them.
inline constexpr std::size_t kCodeBytesMax = 64;
inline constexpr std::size_t kAnswerBytesMax = 8192;
// Days.
inline constexpr std::size_t kRecallDaysMax = 366;

}  // namespace holdfast::forms::limits
