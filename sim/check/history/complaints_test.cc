// What the reader says of a text that is no history: all of it at once, each with its place.

#include <sstream>
#include <string>

#include <gmock/gmock.h>

#include "castaway/check/history_reader.h"

#include "jsonl_for_test.h"

namespace castaway::check {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Complaints, AreSaidAllAtOnce) {
  EXPECT_EQ(complaint("{\"castaway-history\":2,\"ending\":\"end\"}\n"
                      "{\"at\":0,\"kind\":\"note\",\"op\":1,\"copy\":\"1\"}\n"
                      "{\"at\":0,\n"
                      "{\"at\":0,\"kind\":\"note\",\"cause\":2}\n"
                      "{\"kind\":\"note\"}\n"),
            "h.jsonl:1:23: \"ending\": expected one of quiescent, limit, cut or livelock, found "
            "\"end\"\n"
            "h.jsonl:2:23: \"op\": expected text, found 1\n"
            "h.jsonl:2:30: \"copy\": expected a number from 0 to 4294967295, found \"1\"\n"
            "h.jsonl:3:9: this is no JSON: the line ends inside of its object, and each holds a "
            "whole one\n"
            "h.jsonl:4:23: \"cause\": expected the number of an earlier event, below 2, found 2\n"
            "h.jsonl:5:1: expected the key \"at\" in the event");
}

TEST(Complaints, OfAWindowAreThoseOfTheWholeText) {
  std::istringstream in(
      "{\"castaway-history\":2}\n{\"at\":-1,\"kind\":\"note\"}\n"
      "{\"at\":0,\"kind\":\"note\"}\n{\"at\":-2,\"kind\":\"note\"}\n");
  HistoryReader reader(in, "h.jsonl", 1);
  try {
    while (reader.next()) {
    }
    FAIL() << "it is no history";
  } catch (const HistoryError& error) {
    EXPECT_THAT(error.what(), HasSubstr("h.jsonl:2:2: "));
    EXPECT_THAT(error.what(), HasSubstr("\nh.jsonl:4:2: "));
  }
}

TEST(Complaints, EndAtALimit) {
  std::string text(head);
  for (int i = 0; i < 100; ++i) text += "{\"at\":-1,\"kind\":\"note\"}\n";
  const std::string what = complaint(text);
  EXPECT_EQ(std::count(what.begin(), what.end(), '\n'), 20);
  EXPECT_THAT(what, HasSubstr("\nh.jsonl:21:2: "));
  EXPECT_THAT(what, HasSubstr("\nh.jsonl:21:1: there may be more; this is where reading ended"));
}

TEST(Complaints, OfAMissingHeadShowOneAndReadTheEvents) {
  EXPECT_EQ(complaint("{\"at\":0,\"kind\":\"invoke\"}\n{\"at\":0,\"kind\":\"invok\"}\n"),
            "h.jsonl:1:1: expected the head of a history, as "
            "{\"castaway-history\":2,\"ending\":\"cut\"}\n"
            "h.jsonl:2:9: \"kind\": there is no \"invok\"; did you mean \"invoke\"? The words are "
            "invoke, publish, accept, confirm, deliver, settle, execute, done, reply, "
            "reply_accept, reply_arrive, return, error, timeout, failure, fault, link, process, "
            "note, residue, inject and refuse");
}

TEST(Complaints, DoNotFollowFromOneAnother) {
  // What a detail may be is not known where the kind is not.
  EXPECT_THAT(event_complaint(R"({"at":0,"kind":"proces","detail":"killed"})"),
              StartsWith("h.jsonl:3:9: \"kind\": there is no \"proces\"; "));
  EXPECT_THAT(event_complaint(R"({"at":0,"kind":"proces","detail":"killed"})"),
              ::testing::Not(HasSubstr("\n")));
  // A count that is right is no second complaint of a line that is wrong.
  EXPECT_EQ(complaint("{\"castaway-history\":2,\"events\":2}\n{\"at\":0,\"kind\":\"note\"}\n{\n"),
            "h.jsonl:3:2: this is no JSON: the line ends inside of its object, and each holds a "
            "whole one");
}

std::string malformed(const std::string& line) {
  const std::string what = event_complaint(line);
  const std::string begin = ": this is no JSON: ";
  const std::size_t at = what.find(begin);
  return at == std::string::npos ? what : what.substr(at + begin.size());
}

TEST(Complaints, SayInPlainWordsWhatIsNoJSON) {
  EXPECT_EQ(malformed("at=0"), "expected a JSON object in braces, found \"at=0\"");
  EXPECT_EQ(malformed("{'at':0}"), "expected a key in double quotes, found \"'at'\"");
  EXPECT_EQ(malformed("{\"at\" 0}"), "expected \":\" after the key, found \"0\"");
  EXPECT_EQ(malformed("{\"at\":now}"), "expected a value, found \"now\"");
  EXPECT_EQ(malformed("{\"at\":01}"), "expected a comma or the end of the object, found \"1\"");
  EXPECT_EQ(malformed("{\"at\":0 \"op\":1}"),
            "expected a comma or the end of the object, found \"\\\"op\\\"\"");
  EXPECT_EQ(malformed("{\"at\":0,,}"), "expected a key in double quotes, found \",\"");
  EXPECT_EQ(malformed("{\"at\":[1 2]}"),
            "expected a key, a value, or the end of the array or object, found \"2\"");
  EXPECT_EQ(malformed("{\"at\":-}"), "expected a value, found \"-\"");
  EXPECT_EQ(malformed("{\"op\":\"a\tb\"}"),
            "a text has a control character, which JSON writes as \"\\u00..\"");
  EXPECT_EQ(malformed("{\"op\":\"\\x\"}"), "a text has a \"\\\" that begins no escape of JSON");
  EXPECT_EQ(malformed("{\"op\":\"a"),
            "the line ends inside of its object, and each holds a whole one");
}

TEST(ReadHistory, TakesTimesWithTheirUnits) {
  const History history = parsed(
      "{\"castaway-history\":2,\"until\":\"1min\",\"skew\":\"10ms\",\"slack\":\"1.5us\"}\n"
      "{\"actor\":\"s1\",\"is\":\"server\",\"skew\":\"2s\"}\n"
      "{\"at\":\"250ms\",\"kind\":\"invoke\",\"actor\":\"s1\",\"deadline\":\"5s\"}\n");
  EXPECT_EQ(history.until, TimePoint(60s));
  EXPECT_EQ(history.skew, 10ms);
  EXPECT_EQ(history.slack, 1500ns);
  EXPECT_EQ(history.skew_of(history[0].actor), 2s);
  EXPECT_EQ(history[0].at, TimePoint(250ms));
  EXPECT_EQ(history[0].deadline, TimePoint(5s));
  EXPECT_EQ(event_complaint(R"({"at":"-1s","kind":"note"})"),
            "h.jsonl:3:2: \"at\": expected nanoseconds from 0 to 9223372036854775807, or text "
            "with a unit as in \"250ms\", found \"-1s\"");
}

}  // namespace
}  // namespace castaway::check
