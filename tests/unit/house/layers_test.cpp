// The house's floor plan: which folder may include which. An arrow that runs
// upward, or a core that reaches the world by itself, fails here.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.h"

namespace {

namespace fs = std::filesystem;

struct Layer {
  std::string_view folder;
  // Prefixes of what it may include between quotes, its own folder aside.
  std::vector<std::string_view> ours;
  // Prefixes of <...> headers that it must not include.
  std::vector<std::string_view> banned;
  // Words that must not occur in its code at all.
  std::vector<std::string_view> forbidden_words;
};

const std::vector<std::string_view> kNetworkAndDisk = {
    "grpc",    "boost/", "rocksdb/", "sqlite",  "filesystem",
    "fstream", "thread", "mutex",    "google/", "rules/threads/"};
const std::vector<std::string_view> kOutsideWorld = {
    "system_clock", "steady_clock", "random_device", "randombytes",
    "std::rand",    "unordered_",   "getenv",        "time(nullptr)"};

const std::vector<std::string_view> kMessages = {
    "holdfast/v1/common.pb.h",    "holdfast/v1/practice.pb.h", "holdfast/v1/login.pb.h",
    "holdfast/v1/directory.pb.h", "holdfast/v1/ledger.pb.h",   "holdfast/v1/mailbox.pb.h",
    "holdfast/v1/archive.pb.h"};

std::vector<std::string_view> Join(std::initializer_list<std::vector<std::string_view>> parts) {
  std::vector<std::string_view> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

// The deepest folder that matches a file decides.
const std::vector<Layer>& Layers() {
  static const std::vector<Layer> kLayers = {
      {"proto/rules", {"rules/"}, kNetworkAndDisk, kOutsideWorld},
      // For those that have threads; the cores have none.
      {"proto/rules/threads", {}, {"grpc", "boost/", "google/"}, {}},
      {"crypto/public", {"rules/"}, Join({kNetworkAndDisk, {"chrono"}}), {"system_clock"}},
      {"crypto", {"rules/", "crypto/"}, Join({kNetworkAndDisk, {"chrono"}}), {"system_clock"}},
      {"server/store", {"rules/"}, {"grpc", "boost/", "sqlite"}, {}},
      {"server/core", Join({{"rules/", "crypto/public/", "server/store/store.h"}, kMessages}),
       kNetworkAndDisk, kOutsideWorld},
      {"server/runtime",
       Join({{"rules/", "crypto/public/", "server/store/store.h", "server/core/"}, kMessages}),
       {"grpc", "rocksdb/", "sqlite"},
       {}},
      {"server/rpc",
       Join({{"rules/", "crypto/public/", "server/core/", "server/runtime/", "server/store/store.h",
              "holdfast/v1/practice.grpc.pb.h", "holdfast/v1/login.grpc.pb.h",
              "holdfast/v1/directory.grpc.pb.h", "holdfast/v1/ledger.grpc.pb.h",
              "holdfast/v1/mailbox.grpc.pb.h", "holdfast/v1/archive.grpc.pb.h"},
             kMessages}),
       {"rocksdb/", "sqlite"},
       {}},
      {"server/ops", Join({{"rules/", "crypto/public/", "server/"}, kMessages}), {"sqlite"}, {}},
      {"server", {"server/", "rules/", "crypto/public/"}, {"sqlite"}, {}},
      {"client/core",
       Join({{"rules/", "crypto/", "holdfast/v1/content.pb.h", "holdfast/v1/facts.pb.h"},
             kMessages}),
       kNetworkAndDisk, kOutsideWorld},
      {"client/words",
       {"rules/", "client/core/shown/"},
       Join({kNetworkAndDisk, {"CLI/", "nlohmann/"}}),
       kOutsideWorld},
      // Pure: bytes of a form or an answer in, values out.
      {"client/forms",
       {"rules/", "crypto/public/"},
       Join({kNetworkAndDisk, {"CLI/"}}),
       kOutsideWorld},
      {"client/storage",
       {"rules/", "crypto/", "client/core/outside/vault_storage.h"},
       {"grpc", "boost/", "rocksdb/"},
       {}},
      // It holds keys, and must know as little else as can be.
      {"client/agent",
       {"rules/", "crypto/"},
       {"grpc", "boost/", "rocksdb/", "sqlite", "google/"},
       {}},
      {"client/transport",
       Join({{"rules/", "crypto/public/", "client/core/outside/transport.h",
              "client/core/outside/world.h", "client/core/outside/wire_refusal.h",
              "holdfast/v1/practice.grpc.pb.h", "holdfast/v1/login.grpc.pb.h",
              "holdfast/v1/directory.grpc.pb.h", "holdfast/v1/ledger.grpc.pb.h",
              "holdfast/v1/mailbox.grpc.pb.h", "holdfast/v1/archive.grpc.pb.h"},
             kMessages}),
       {"rocksdb/", "sqlite"},
       {}},
      {"client/host",
       {"rules/", "crypto/public/", "client/core/outside/world.h"},
       {"grpc", "boost/", "rocksdb/", "sqlite", "google/"},
       {}},
      {"client/desktop",
       {"rules/", "client/host/"},
       {"grpc", "boost/", "rocksdb/", "sqlite", "google/"},
       {}},
      {"client/cli",
       {"rules/", "crypto/", "client/", "holdfast/v1/content.pb.h"},
       {"rocksdb/", "sqlite"},
       {}},
  };
  return kLayers;
}

const Layer* LayerOf(const std::string& path) {
  const Layer* best = nullptr;
  for (const Layer& layer : Layers()) {
    if (path.starts_with(std::string(layer.folder) + "/") &&
        (best == nullptr || layer.folder.size() > best->folder.size())) {
      best = &layer;
    }
  }
  return best;
}

bool StartsWithAny(std::string_view text, const std::vector<std::string_view>& prefixes) {
  return std::ranges::any_of(prefixes, [&](auto prefix) { return text.starts_with(prefix); });
}

// What is wrong with one line of a file in `layer`; empty where nothing is.
std::string Fault(const Layer& layer, std::string_view line) {
  constexpr std::string_view kInclude = "#include ";
  if (line.starts_with(kInclude) && line.size() > kInclude.size() + 2) {
    const std::string_view quoted = line.substr(kInclude.size());
    const std::size_t end = quoted.find_first_of(">\"", 1);
    const std::string_view target = quoted.substr(1, end - 1);
    if (StartsWithAny(target, layer.banned)) return "may not include " + std::string(target);
    if (quoted.front() != '"' || target.starts_with("absl/")) return {};
    const bool own = target.starts_with(std::string(layer.folder) + "/");
    const bool tests = target.starts_with("tests/") || target.starts_with("support/");
    if (tests || (!own && !StartsWithAny(target, layer.ours))) {
      return "may not include " + std::string(target);
    }
    return {};
  }
  const std::string_view code = line.substr(0, line.find("//"));
  for (const std::string_view word : layer.forbidden_words) {
    if (code.find(word) != std::string_view::npos) return "may not use " + std::string(word);
  }
  return {};
}

std::vector<std::string> FaultsBelow(const fs::path& root) {
  std::vector<std::string> faults;
  for (const std::string_view top : {"proto/rules", "crypto", "server", "client"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cpp") continue;
      const std::string path = fs::relative(entry.path(), root).string();
      const Layer* layer = LayerOf(path);
      std::ifstream in(entry.path());
      std::string line;
      for (int number = 1; std::getline(in, line); ++number) {
        const std::string fault = layer == nullptr ? "lies in no known layer" : Fault(*layer, line);
        if (!fault.empty()) faults.push_back(path + ":" + std::to_string(number) + " " + fault);
      }
    }
  }
  return faults;
}

}  // namespace

TEST_CASE("no include runs upward, and no core reaches the world by itself") {
  const auto faults = FaultsBelow(HOLDFAST_SOURCE_DIR);
  for (const std::string& fault : faults) UNSCOPED_INFO(fault);
  CHECK(faults.empty());
}

TEST_CASE("the floor plan notices an arrow that runs upward") {
  const Layer& core = *LayerOf("server/core/core.h");
  CHECK_FALSE(Fault(core, "#include \"server/rpc/status.h\"").empty());
  CHECK_FALSE(Fault(core, "#include <grpcpp/grpcpp.h>").empty());
  CHECK_FALSE(Fault(core, "#include \"rules/threads/thread_annotations.h\"").empty());
  CHECK_FALSE(Fault(core, "#include \"holdfast/v1/content.pb.h\"").empty());
  CHECK_FALSE(Fault(core, "auto now = std::chrono::system_clock::now();").empty());
  CHECK(Fault(core, "#include \"server/core/records/keys.h\"").empty());
  const Layer& crypto = *LayerOf("crypto/public/hash.h");
  CHECK_FALSE(Fault(crypto, "#include \"crypto/ratchet.h\"").empty());
}

TEST_CASE("the top level is what the README says") {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(HOLDFAST_SOURCE_DIR)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(".") && name != "build") names.push_back(name);
  }
  std::ranges::sort(names);
  CHECK(names == std::vector<std::string>{"CHANGELOG.md", "CMakeLists.txt", "CMakePresets.json",
                                          "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md",
                                          "client", "crypto", "deploy", "findings", "proto",
                                          "server", "tests"});
}
