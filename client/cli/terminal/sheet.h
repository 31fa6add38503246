// An invitation as a page to print and hand over.
#pragma once

#include <string>

namespace holdfast::client::cli {

struct Sheet {
  std::string invitation;  // its text in one piece
  std::string practice;    // where it leads
  std::string good_until;  // in words, with the zone
};

// One page of HTML, which is well-formed XML too and needs nothing from elsewhere: the QR
// code dark on light, the code in numbered lines, what to do, and what to know.
std::string SheetPage(const Sheet& sheet);

}  // namespace holdfast::client::cli
