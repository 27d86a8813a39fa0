// What --help says of each verb in the list.

#include "help.h"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command_line.h"
#include "text.h"
#include "verbs/verbs.h"

namespace castaway::ci {

namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::string help_of(const std::vector<std::string>& arguments) {
  return read_command_line(arguments).answer;
}

/// The words of a command, up to where a shell takes what it prints.
std::vector<std::string> words_of(const std::string& command) {
  std::istringstream text(command);
  std::vector<std::string> words;
  for (std::string word; text >> word && word != ">" && word != "|";) words.push_back(word);
  return words;
}

TEST(Help, OfTheProgramNamesEveryVerbInItsOrder) {
  std::string pattern = "Verbs:\n";
  for (const std::string verb :
       {"run", "explore", "merge", "replay", "shrink", "list", "schema", "check", "explain",
        "hashes", "self-test", "serve", "demo", "call", "serve-echo", "vt"})
    pattern += "  " + verb + "  [^\n]*\n";
  EXPECT_THAT(help_of({"--help"}), testing::ContainsRegex(pattern + "\nFlags:"));
}

TEST(Help, OfEveryVerbHasASummaryATextAndAnExampleOfIt) {
  for (const std::unique_ptr<Verb>& verb : verbs()) {
    const VerbHelp help = verb->help();
    EXPECT_THAT(help.summary, EndsWith(".")) << help.name;
    EXPECT_THAT(help.text, EndsWith(".")) << help.name;
    ASSERT_THAT(help.examples, Not(IsEmpty())) << help.name;
    EXPECT_THAT(help.examples.front().command, StartsWith("castaway " + help.name));
  }
}

TEST(Help, HasExamplesThatTheProgramTakes) {
  for (const std::unique_ptr<Verb>& verb : verbs()) {
    for (const Example& example : verb->help().examples) {
      std::vector<std::string> words = words_of(example.command);
      ASSERT_EQ(words.front(), "castaway") << example.command;
      words.erase(words.begin());
      EXPECT_NO_THROW(EXPECT_NE(read_command_line(words).verb, nullptr)) << example.command;
      EXPECT_THAT(example.what, Not(IsEmpty())) << example.command;
    }
  }
}

TEST(Help, OfEveryVerbHasItsPartsAndFitsThePage) {
  for (const std::unique_ptr<Verb>& verb : verbs()) {
    if (verb->words_to_hand_on() != nullptr) continue;  // another program has a help of its own
    const VerbHelp about = verb->help();
    const std::string help = help_of({about.name, "--help"});
    EXPECT_THAT(help, HasSubstr("\n  castaway " + about.name + " [FLAG...]"));
    EXPECT_THAT(help, HasSubstr("\n  -h, --help  "));
    const std::size_t examples = help.find("\nExamples:\n");
    ASSERT_NE(examples, std::string::npos) << help;
    EXPECT_THAT(help.substr(examples), HasSubstr("castaway " + about.name));
    for (std::size_t at = 0; at < help.size(); at = help.find('\n', at) + 1) {
      EXPECT_LE(width(help.substr(at, help.find('\n', at) - at)), page_width) << help;
    }
  }
}

}  // namespace

}  // namespace castaway::ci
