// `holdfastd serve`.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "server/ops/store_start.h"

namespace holdfast::server {

struct ServeOptions {
  std::filesystem::path data;
  std::string listen;                   // empty: as configured
  std::filesystem::path config;         // empty: the data directory's
  std::optional<std::string> settings;  // what stands in `config`, where it was read before
  StoreStart store = StoreStart::kGoesOn;
};

// Serves until SIGTERM or SIGINT and returns how to exit (exit_codes.h). A failed
// write and a drain that takes too long end the process from within.
int Serve(const ServeOptions& options);

}  // namespace holdfast::server
