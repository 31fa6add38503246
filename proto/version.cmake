# Writes the file that says which version was built. It runs with every build, and leaves
# the file alone while it would say the same, so a new revision compiles one file and links
# two programs again.
#   cmake -D SOURCE=<checkout> -D VERSION=<x.y.z> -D OUTPUT=<version.cpp> -P version.cmake
find_package(Git QUIET)
set(revision "revision unknown")
set(revision_digits 12)
if(GIT_FOUND)
  set(git ${GIT_EXECUTABLE} -C ${SOURCE} --no-optional-locks)
  # A tarball that was unpacked below somebody else's checkout is no revision of theirs.
  execute_process(COMMAND ${git} rev-parse --show-prefix
    RESULT_VARIABLE failed OUTPUT_VARIABLE below ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT failed AND below STREQUAL "")
    execute_process(COMMAND ${git} rev-parse --short=${revision_digits} --verify HEAD
      RESULT_VARIABLE failed OUTPUT_VARIABLE head ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
    execute_process(COMMAND ${git} status --porcelain --untracked-files=no
      OUTPUT_VARIABLE changes ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(NOT failed)
      set(revision ${head})
      if(NOT changes STREQUAL "")
        string(APPEND revision ", changed")
      endif()
    endif()
  endif()
endif()
# Left as it is, date and all, where it already says so.
file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT [[
// Made by proto/version.cmake with every build.
#include "rules/version.h"

namespace holdfast {

const char* const kVersion = "@VERSION@ (@revision@)";

}  // namespace holdfast
]])
