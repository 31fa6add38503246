// A sentence with blanks in braces, and how people and causes are called in one.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "client/core/shown/person_name.h"

namespace holdfast::client {

struct Blank {
  std::string_view name;  // "who" fills "{who}"
  std::string value;
};

// What stands in a blank is taken as it is: braces in a label mean nothing.
std::string Filled(std::string_view sentence, std::initializer_list<Blank> blanks);

// The label in quotes; without one "your therapist", "a client", ...
std::string NameInWords(const PersonName& person);

}  // namespace holdfast::client
