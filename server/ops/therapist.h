// `holdfastd therapist add`.
#pragma once

#include <filesystem>
#include <string>

#include "absl/status/statusor.h"
#include "server/runtime/committer.h"

namespace holdfast::server {

inline constexpr const char* kTherapistAdd = "therapist add";  // the admin socket's command

struct NewTherapist {
  std::string code;
  std::string address;     // that the code leads to
  bool is_served = false;  // somebody serves the directory now
};

// A fresh enrolment code: from the holdfastd that serves the directory, or by
// opening the store where none does.
absl::StatusOr<NewTherapist> AddTherapist(const std::filesystem::path& data);

// The serving side. `done` runs on the committer's thread.
void AddTherapistWhileServing(Committer& committer,
                              const std::function<void(absl::StatusOr<std::string>)>& done);

}  // namespace holdfast::server
