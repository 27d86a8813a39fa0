// Histories of version 1, whose details were sentences.

#include "version_1.h"

#include <sstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace castaway::check {
namespace {

struct Read {
  Detail detail = Detail::none;
  std::string name = {};
  std::string text = {};
  friend bool operator==(const Read&, const Read&) = default;
  friend void PrintTo(const Read& read, std::ostream* out) {
    *out << to_string(read.detail) << " / " << read.name << " / " << read.text;
  }
};

Read read(EventKind kind, std::string_view words) {
  History history;
  Event event{.kind = kind};
  read_old_detail(history, event, words);
  return {event.detail, std::string(history.text(event.name)),
          std::string(history.text(event.text))};
}

TEST(VersionOne, KnowsWhatBecameOfConnections) {
  const auto link = [](std::string_view words) { return read(EventKind::link, words); };
  EXPECT_EQ(link("main opened"), (Read{Detail::opened, "main"}));
  EXPECT_EQ(link("opened"), (Read{Detail::opened}));
  EXPECT_EQ(link("main closed: done"), (Read{Detail::closed, "main"}));
  EXPECT_EQ(link("main closed without a word"), (Read{Detail::abandoned, "main"}));
  EXPECT_EQ(link("listen closed: connection reset"),
            (Read{Detail::lost, "listen", "connection reset"}));
  EXPECT_EQ(link("closed"), (Read{Detail::lost}));
  EXPECT_EQ(link("cut"), (Read{Detail::cut}));
  EXPECT_EQ(link("half open"), (Read{Detail::half_open}));
  EXPECT_EQ(link("half open to the broker"), (Read{Detail::half_open_to_broker}));
  EXPECT_EQ(link("half open from the broker"), (Read{Detail::half_open_from_broker}));
  EXPECT_EQ(link("slow"), (Read{Detail::none, "", "slow"}));
}

TEST(VersionOne, KnowsWhatBecameOfProcesses) {
  const auto process = [](std::string_view words) { return read(EventKind::process, words); };
  EXPECT_EQ(process("killed"), (Read{Detail::killed}));
  EXPECT_EQ(process("paused for 5s"), (Read{Detail::paused, "", "paused for 5s"}));
  EXPECT_EQ(process("stopping"), (Read{Detail::stopping}));
  EXPECT_EQ(process("down for 2s"), (Read{Detail::down, "", "down for 2s"}));
  EXPECT_EQ(process("queue q is deleted"), (Read{Detail::none, "", "queue q is deleted"}));
}

TEST(VersionOne, KnowsWhatFaultsDidByTheirActions) {
  const auto fault = [](std::string_view words) { return read(EventKind::fault, words); };
  EXPECT_EQ(fault("duplicate"), (Read{Detail::copy, "duplicate"}));
  EXPECT_EQ(fault("disconnect s1"), (Read{Detail::outage, "disconnect s1"}));
  EXPECT_EQ(fault("jump_wall"), (Read{Detail::clock_step, "jump_wall"}));
  EXPECT_EQ(fault("of another kind"), (Read{Detail::none, "of another kind"}));
}

TEST(VersionOne, KeepsTheWordsOfOtherKinds) {
  EXPECT_EQ(read(EventKind::settle, "requeue"), (Read{Detail::requeue}));
  EXPECT_EQ(read(EventKind::done, "error"), (Read{Detail::error}));
  EXPECT_EQ(read(EventKind::error, "ValueError"), (Read{Detail::none, "ValueError"}));
  EXPECT_EQ(read(EventKind::failure, "refused"), (Read{Detail::none, "", "refused"}));
  EXPECT_EQ(read(EventKind::note, "by hand"), (Read{Detail::none, "", "by hand"}));
}

TEST(VersionOne, IsStillRead) {
  std::istringstream in(R"({"castaway-history":1,"ending":"limit"})"
                        "\n"
                        R"({"at":0,"kind":"accept","actor":"broker","op":"a"})"
                        "\n"
                        R"({"at":1,"kind":"process","actor":"s1","detail":"killed"})"
                        "\n");
  const History history = read_jsonl(in, "old.jsonl");
  EXPECT_EQ(history[1].detail, Detail::killed);
  EXPECT_EQ(history.actor(history[0].actor).kind, ActorKind::broker);
}

}  // namespace
}  // namespace castaway::check
