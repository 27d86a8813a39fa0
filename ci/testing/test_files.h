#pragma once
// Test files: a folder of one's own, and what the program is expected to print, kept in files.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace castaway::ci {

[[nodiscard]] inline std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

/// A new and empty folder, which goes when it goes.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = testing::TempDir() + "castaway-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = std::filesystem::canonical(name).string();
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }

  [[nodiscard]] const std::string& path() const { return path_; }

  /// The path of a file in it; the file is there from now on.
  std::string write(const std::string& name, const std::string& text) const {
    const std::filesystem::path path = std::filesystem::path(path_) / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }

 private:
  std::string path_;
};

[[nodiscard]] inline std::string scenario_path(const std::string& name) {
  return std::string(CASTAWAY_SOURCE_DIR) + "/ci/verbs/testdata/" + name;
}

/// What differs from run to run, or from change to change of the simulation, put into words.
[[nodiscard]] inline std::string masked(std::string text, const std::string& folder = "") {
  text = std::regex_replace(text, std::regex("[0-9,]+ a second"), "N a second");
  text = std::regex_replace(text, std::regex("[0-9]+\\.[0-9] s\n"), "T s\n");
  text = std::regex_replace(text, std::regex("hash [0-9a-f]{16}"), "hash H");
  for (std::size_t at = 0; !folder.empty() && (at = text.find(folder)) != std::string::npos;) {
    text.replace(at, folder.size(), "FOLDER");
  }
  return text;
}

/// Compares with ci/verbs/testdata/<name>. Who changed the output on purpose runs the tests with
/// CASTAWAY_ACCEPT=1, and looks at what has become different in the file.
inline void expect_recorded(const std::string& name, const std::string& text) {
  const std::string path = scenario_path(name);
  if (std::getenv("CASTAWAY_ACCEPT") != nullptr) std::ofstream(path, std::ios::binary) << text;
  EXPECT_EQ(text, text_of(path)) << "If that is what it should be: CASTAWAY_ACCEPT=1";
}

}  // namespace castaway::ci
