// What a build calls itself: the version of CMakeLists.txt, and the git revision that it
// was built from. Both programs say it, and nothing is decided by it.
#pragma once

namespace holdfast {

// "0.2.0 (a8a51421ad0b)", "0.2.0 (a8a51421ad0b, changed)" where a file that git follows was
// not as committed, or "0.2.0 (revision unknown)" where the source is no git checkout.
extern const char* const kVersion;

}  // namespace holdfast
