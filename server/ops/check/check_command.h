// `holdfastd check`: how a practice and its machine are, while it serves or not.
#pragma once

#include <filesystem>

#include "server/ops/check/check_facts.h"

namespace CLI {
class App;
}

namespace holdfast::server {

struct CommandLine;

void AddCheckCommand(CLI::App& app, CommandLine& line);
// How to exit: kExitOk, kExitAttention or kExitWrong, the worst that was found.
int RunCheck(const CommandLine& line);

// Within kCheckMsMax or little more.
CheckFacts GatherFacts(const std::filesystem::path& data);

// Waited for whatever may not answer, in all.
inline constexpr int kCheckMsMax = 1500;

}  // namespace holdfast::server
