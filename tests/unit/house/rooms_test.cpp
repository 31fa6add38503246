// The rooms of the folders that have some: each knows only those above it, and inside a
// core no files include one another in a circle.
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "house/source_tree.h"
#include "support/catch.h"

namespace holdfast::house {
namespace {

struct Floor {
  std::string_view folder;
  // From the top, which knows nothing of the others, down. What lies in the folder itself
  // may know them all.
  std::vector<std::string_view> rooms;
};

// The one table of rooms. A new folder needs its place in it.
const std::vector<Floor>& Floors() {
  static const std::vector<Floor> kFloors = {
      {"client/core",
       {"outside", "shown", "vault", "archive", "people", "ledger", "message", "ahead", "sending", "taking", "archiving",
        "reading"}},
      {"client/cli", {"words", "terminal", "commands"}},
      {"server/core", {"records", "engine", "mailbox", "members", "archive", "ledger", "mail"}},
  };
  return kFloors;
}

// The room's place, the number of rooms for the folder itself; -1 for an unknown room,
// and for what lies elsewhere.
int PlaceOf(const Floor& floor, std::string_view path) {
  if (!path.starts_with(floor.folder) || path.substr(floor.folder.size(), 1) != "/") return -1;
  path.remove_prefix(floor.folder.size() + 1);
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return static_cast<int>(floor.rooms.size());
  const auto found = std::find(floor.rooms.begin(), floor.rooms.end(), path.substr(0, slash));
  return found == floor.rooms.end() ? -1 : static_cast<int>(found - floor.rooms.begin());
}

// What is wrong with `target` being included by `path`; empty where nothing is.
std::string ArrowFault(const Floor& floor, std::string_view path, std::string_view target) {
  const int from = PlaceOf(floor, path);
  if (from < 0) return std::string(path) + " lies in a room that the table does not name";
  if (!target.starts_with(std::string(floor.folder) + "/")) return {};
  const int to = PlaceOf(floor, target);
  if (to >= 0 && to <= from) return {};
  return std::string(path) + " may not include " + std::string(target);
}

// A face and its implementation are one: engine.h, engine_impl.h and their .cpp files.
std::string ModuleOf(std::string_view path) {
  std::string module(path.substr(0, path.rfind('.')));
  constexpr std::string_view kInside = "_impl";
  if (module.ends_with(kInside)) module.resize(module.size() - kInside.size());
  return module;
}

using Arrows = std::map<std::string, std::set<std::string>>;

// A circle through `at`, one module after the other; empty where there is none.
std::vector<std::string> CircleFrom(const Arrows& arrows, const std::string& at,
                                    std::vector<std::string>& way, std::set<std::string>& done) {
  const auto before = std::find(way.begin(), way.end(), at);
  if (before != way.end()) return {before, way.end()};
  if (!done.insert(at).second) return {};
  way.push_back(at);
  if (const auto found = arrows.find(at); found != arrows.end()) {
    for (const std::string& next : found->second) {
      auto circle = CircleFrom(arrows, next, way, done);
      if (!circle.empty()) return circle;
    }
  }
  way.pop_back();
  return {};
}

std::vector<std::string> FindCircle(const Arrows& arrows) {
  std::set<std::string> done;
  for (const auto& [module, targets] : arrows) {
    std::vector<std::string> way;
    auto circle = CircleFrom(arrows, module, way, done);
    if (!circle.empty()) return circle;
  }
  return {};
}

Arrows ArrowsOf(const std::vector<SourceFile>& files) {
  Arrows arrows;
  std::set<std::string> known;
  for (const SourceFile& file : files) known.insert(ModuleOf(file.path));
  for (const SourceFile& file : files) {
    for (const std::string& line : file.lines) {
      const std::string target = ModuleOf(IncludedBy(line));
      if (known.contains(target) && target != ModuleOf(file.path)) {
        arrows[ModuleOf(file.path)].insert(target);
      }
    }
  }
  return arrows;
}

}  // namespace

TEST_CASE("a room knows only those above it") {
  for (const Floor& floor : Floors()) {
    for (const SourceFile& file : SourcesBelow({floor.folder})) {
      for (const std::string& line : file.lines) {
        const std::string_view target = IncludedBy(line);
        if (target.empty()) continue;
        CHECK(ArrowFault(floor, file.path, target) == "");
      }
    }
  }
}

TEST_CASE("nothing in a core includes itself by way of others") {
  for (const std::string_view folder : {"proto/rules", "server/core", "client/core"}) {
    const auto circle = FindCircle(ArrowsOf(SourcesBelow({folder})));
    for (const std::string& module : circle) UNSCOPED_INFO(module);
    CHECK(circle.empty());
  }
}

TEST_CASE("the table of rooms notices an arrow that runs upward, and an unknown room") {
  const Floor& core = Floors().front();
  CHECK(ArrowFault(core, "client/core/vault/vault.h", "client/core/people/peers.h") != "");
  CHECK(ArrowFault(core, "client/core/vault/vault.h", "client/core/engine.h") != "");
  CHECK(ArrowFault(core, "client/core/attic/box.h", "rules/limits.h") != "");
  CHECK(ArrowFault(core, "client/core/people/peers.h", "client/core/vault/vault.h") == "");
  CHECK(ArrowFault(core, "client/core/engine.h", "client/core/reading/views.h") == "");
}

TEST_CASE("a circle of includes is found, however long") {
  CHECK(FindCircle({{"a", {"b"}}, {"b", {"c"}}, {"c", {"d"}}}).empty());
  CHECK(FindCircle({{"a", {"b"}}, {"b", {"c"}}, {"c", {"b"}}}).size() == 2);
  CHECK(FindCircle({{"a", {"b", "d"}}, {"b", {"c"}}, {"c", {"a"}}}).size() == 3);
}

}  // namespace holdfast::house
