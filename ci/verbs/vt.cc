// vt: other programs in virtual time. A program of its own does it: castaway-vt, beside this one.

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/files.h"
#include "cli/verb.h"

namespace castaway::ci {

namespace {

class Vt final : public Verb {
 public:
  [[nodiscard]] VerbHelp help() const override {
    return {.name = "vt",
            .summary = "Runs other programs, unmodified, in virtual time, one thread at a time.",
            .arguments = "-- COMMAND...",
            .text = "castaway vt --help says more.",
            .examples = {{"castaway vt -- python3 sleeps_for_hours.py", "in no time"}}};
  }

  std::vector<std::string>* words_to_hand_on() override { return &words_; }

  [[nodiscard]] ExitCode run(Console&) override {
    const std::filesystem::path program =
        std::filesystem::read_symlink("/proc/self/exe").replace_filename("castaway-vt");
    std::vector<char*> arguments = {const_cast<char*>("castaway vt")};
    for (std::string& word : words_) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    execv(program.c_str(), arguments.data());
    throw InputError(ExitCode::no_input,
                     fmt::format("castaway: {}: {}; it is built and installed with this program",
                                 program.string(), std::strerror(errno)));
  }

 private:
  std::vector<std::string> words_;
};

}  // namespace

std::unique_ptr<Verb> make_vt() { return std::make_unique<Vt>(); }

}  // namespace castaway::ci
