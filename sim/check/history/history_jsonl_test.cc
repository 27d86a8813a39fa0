#include <sstream>
#include <string>
#include <string_view>

#include <gmock/gmock.h>

#include "castaway/check/history.h"

#include "history_builder_for_test.h"
#include "jsonl_for_test.h"

namespace castaway::check {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

HistoryBuilder some_history() {
  HistoryBuilder h;
  h.history.ending = Ending::limit;
  h.history.slack = 50ms;
  h.history.seed = 7;
  h.history.scenario = "a-repeated-request-runs-once";
  h.history.profile = "strict";
  h.invoke("c1/main", "ping#0", call, 5s, {.value = "n=1", .method = "ping", .topic = "compute"});
  h.deliver("s1", "ping#0", {.copy = 2, .redelivered = true, .cause = 0});
  h.done("s1", "ping#0", {.value = "pong"});
  h.failure("c1", "ping#0", {.detail = "said \"no\"\n", .effect = Effect::none});
  return h;
}

TEST(WriteHistory, WritesAHeadAndAnEventALine) {
  EXPECT_EQ(written(some_history().history),
            R"({"castaway-history":2,"events":4,"ending":"limit","slack":50000000,"seed":7,)"
            R"("scenario":"a-repeated-request-runs-once","profile":"strict"})"
            "\n"
            R"({"at":0,"kind":"invoke","actor":"c1","task":"c1/main","op":"ping#0",)"
            R"("operation":"call","method":"ping","topic":"compute","digest":"97d5aef244ed1696",)"
            R"("deadline":5000000000})"
            "\n"
            R"({"at":1000000,"kind":"deliver","actor":"s1","op":"ping#0","copy":2,)"
            R"("redelivered":true,"cause":0})"
            "\n"
            R"({"at":2000000,"kind":"done","actor":"s1","op":"ping#0","detail":"return",)"
            R"("digest":"e56c71508de12a26"})"
            "\n"
            R"({"at":3000000,"kind":"failure","actor":"c1","op":"ping#0",)"
            R"("text":"said \"no\"\u000a","effect":"none"})"
            "\n");
}

TEST(WriteHistory, LeavesOutWhatIsNotGiven) {
  History history;
  EXPECT_EQ(written(history), "{\"castaway-history\":2,\"events\":0,\"ending\":\"quiescent\"}\n");
  history.add({});
  EXPECT_THAT(written(history), HasSubstr("\n{\"at\":0,\"kind\":\"note\"}\n"));
}

TEST(WriteHistory, WritesAQuietPhaseAndReadsItAgain) {
  History history;
  history.quiet = TimePoint(5s);
  history.recovery = 20s;
  EXPECT_THAT(written(history), HasSubstr("\"quiet\":5000000000,\"recovery\":20000000000}"));
  const History back = parsed(written(history));
  EXPECT_EQ(back.quiet, TimePoint(5s));
  EXPECT_EQ(back.recovery, 20s);
  EXPECT_EQ(parsed(written(History())).quiet, never);
}

TEST(WriteHistory, WritesASeedThatJSONCannotCarryAsText) {
  History history;
  history.seed = 9007199254740991;
  EXPECT_THAT(written(history), HasSubstr("\"seed\":9007199254740991}"));
  history.seed = 18446744073709551557U;
  EXPECT_THAT(written(history), HasSubstr("\"seed\":\"18446744073709551557\"}"));
}

TEST(ReadHistory, GivesBackWhatWasWritten) {
  const HistoryBuilder h = some_history();
  const History back = parsed(written(h.history));
  EXPECT_EQ(back.hash(), h.history.hash());
  EXPECT_EQ(back.ending, Ending::limit);
  EXPECT_EQ(back.slack, 50ms);
  EXPECT_EQ(back.seed, 7U);
  EXPECT_EQ(back.scenario, "a-repeated-request-runs-once");
  EXPECT_EQ(back.profile, "strict");
  EXPECT_EQ(written(back), written(h.history));
}

TEST(ReadHistory, GivesBackEveryValueOfEveryField) {
  HistoryBuilder h;
  const History& history = h.history;
  for (int i = 0; i < event_kinds; ++i) {
    Event event{.kind = static_cast<EventKind>(i)};
    event.at = TimePoint(Duration::max());
    event.operation = static_cast<OperationKind>(i % 4);
    event.effect = static_cast<Effect>(i % 3);
    event.name = h.history.intern(std::string("\"\\\n\0 \x7f caf\xc3\xa9", 13));
    event.text = h.history.intern("in words");
    if (!details_of(event.kind).empty()) event.detail = details_of(event.kind).back();
    event.suspect = i % 2 == 0;
    event.attempt = static_cast<std::uint32_t>(i);
    event.length = Duration(i % 3 - 1);
    event.copy = 0xffffffff;
    event.digest = i == 0 ? 1 : ~std::uint64_t{0} >> i;
    event.deadline = TimePoint(Duration(i));
    event.monitor = Duration(i / 2);
    if (i > 0) event.retry = i - 2;
    h.history.add(event);
  }
  h.history.seed = ~std::uint64_t{0};
  h.history.scenario = "\xff";
  const History back = parsed(written(history));
  EXPECT_EQ(back.hash(), history.hash());
  EXPECT_EQ(back.seed, history.seed);
  EXPECT_EQ(written(back), written(history));
}

TEST(ReadHistory, GivesBackALongHistory) {
  HistoryBuilder h;
  for (int i = 0; i < 3000; ++i) h.execute("s1", "ping#" + std::to_string(i));
  EXPECT_EQ(written(parsed(written(h.history))), written(h.history));
}

TEST(ReadHistory, TakesWhatOthersWrite) {
  const History history = parsed(
      "{ \"scenario\": \"x\", \"castaway-history\": 1, \"seed\": \"12\" }\r\n"
      "{\"op\":\"p\\u00e9\\ud83d\\ude00\", \"kind\" : \"execute\", \"at\":5, \"digest\":\"Ff\"}\r\n"
      "{\"kind\":\"note\",\"at\":3,\"redelivered\":false,\"cause\":0}");
  EXPECT_EQ(history.seed, 12U);
  ASSERT_EQ(history.events().size(), 2U);
  EXPECT_EQ(history.text(history[0].op), "p\xc3\xa9\xf0\x9f\x98\x80");
  EXPECT_EQ(history[0].digest, 255U);
  EXPECT_EQ(history[1].at, TimePoint(3ns)) << "clocks of two machines may disagree";
  EXPECT_EQ(history[1].cause, 0U);
}

TEST(ReadHistory, NamesThePlaceAndWhatItExpectedInTheHead) {
  EXPECT_EQ(complaint(""),
            "h.jsonl:1:1: expected the head of a history, as "
            "{\"castaway-history\":2,\"ending\":\"cut\"}, found the end of the file");
  EXPECT_EQ(complaint("{}\n"),
            "h.jsonl:1:1: expected the head of a history, as "
            "{\"castaway-history\":2,\"ending\":\"cut\"}");
  EXPECT_EQ(complaint("{\"castaway-history\":3}\n"),
            "h.jsonl:1:2: \"castaway-history\": expected version 1 to 2, found 3");
  EXPECT_EQ(complaint("{\"castaway-history\":\"1\"}\n"),
            "h.jsonl:1:2: \"castaway-history\": expected version 1 to 2, found \"1\"");
  EXPECT_EQ(complaint("{\"castaway-history\":1, \"endnig\":\"cut\"}\n"),
            "h.jsonl:1:24: unknown key \"endnig\"; the nearest is \"ending\"");
  EXPECT_EQ(
      complaint("{\"castaway-history\":1,\"ending\":\"limits\"}\n"),
      "h.jsonl:1:23: \"ending\": there is no \"limits\"; did you mean \"limit\"? The words are "
      "quiescent, limit, cut and livelock");
  EXPECT_EQ(complaint("{\"castaway-history\":1,\"slack\":\"50\"}\n"),
            "h.jsonl:1:23: \"slack\": \"50\" has no unit: write ns, us, ms, s, min or h, as in "
            "\"250ms\"");
  EXPECT_EQ(complaint("{\"castaway-history\":1,\"seed\":9007199254740992}\n"),
            "h.jsonl:1:23: \"seed\": expected a number below 2^53, or text with one below 2^64, "
            "found 9007199254740992");
  EXPECT_EQ(complaint("{\"castaway-history\":1,\"seed\":\"18446744073709551616\"}\n"),
            "h.jsonl:1:23: \"seed\": expected a number below 2^53, or text with one below 2^64, "
            "found \"18446744073709551616\"");
  EXPECT_EQ(complaint("{\"castaway-history\":1,\"seed\":\"-1\"}\n"),
            "h.jsonl:1:23: \"seed\": expected a number below 2^53, or text with one below 2^64, "
            "found \"-1\"");
  EXPECT_EQ(complaint("{\"castaway-history\":1,\"profile\":null}\n"),
            "h.jsonl:1:23: \"profile\": expected text, found null");
  EXPECT_EQ(complaint("{\"castaway-history\":1,\"seed\":1,\"seed\":1}\n"),
            "h.jsonl:1:32: the key \"seed\" comes twice");
}

TEST(ReadHistory, NamesThePlaceAndWhatItExpectedInAnEvent) {
  EXPECT_EQ(event_complaint(R"({"kind":"note"})"),
            "h.jsonl:3:1: expected the key \"at\" in the event");
  EXPECT_EQ(event_complaint(R"({"at":0})"), "h.jsonl:3:1: expected the key \"kind\" in the event");
  EXPECT_EQ(
      event_complaint(R"({"at":0,"kind":"exekute"})"),
      "h.jsonl:3:9: \"kind\": there is no \"exekute\"; did you mean \"execute\"? The words are "
      "invoke, publish, accept, confirm, deliver, settle, execute, done, reply, reply_accept, "
      "reply_arrive, return, error, timeout, failure, fault, link, process, note, residue, "
      "inject and refuse");
  EXPECT_EQ(event_complaint(R"({"at":0,"kind":7})"),
            "h.jsonl:3:9: \"kind\": expected text, found 7");
  EXPECT_EQ(event_complaint(R"({"at":0,"kind":"note","operations":"call"})"),
            "h.jsonl:3:23: unknown key \"operations\"; the nearest is \"operation\"");
  EXPECT_EQ(event_complaint(R"({"at":0,"at":0,"kind":"note"})"),
            "h.jsonl:3:9: the key \"at\" comes twice");
  EXPECT_EQ(event_complaint(R"({"at":0,"kind":"note","op":["a"]})"),
            "h.jsonl:3:23: \"op\": expected text, found an array");
  EXPECT_EQ(event_complaint(R"({"at":0,"kind":"note","op":{"at":0}})"),
            "h.jsonl:3:23: \"op\": expected text, found an object");
  EXPECT_EQ(event_complaint(R"({"at":0,"kind":"note","redelivered":1})"),
            "h.jsonl:3:23: \"redelivered\": expected true or false, found 1");
  EXPECT_EQ(event_complaint(R"({"at":0,"kind":"note","operation":"multicast"})"),
            "h.jsonl:3:23: \"operation\": expected one of none, call, cast or fanout, found "
            "\"multicast\"");
  EXPECT_EQ(
      event_complaint(R"({"at":0,"kind":"note","effect":"dunno"})"),
      "h.jsonl:3:23: \"effect\": expected one of none, dispatched or unknown, found \"dunno\"");
  EXPECT_EQ(event_complaint(R"({"at":0,"kind":"note","cause":1})"),
            "h.jsonl:3:23: \"cause\": expected the number of an earlier event, below 1, found 1");
  EXPECT_EQ(event_complaint(R"({"at":0,"kind":"note","cause":-1})"),
            "h.jsonl:3:23: \"cause\": expected the number of an earlier event, below 1, found -1");
  for (const std::string_view digest :
       {R"("")", R"("0x1")", R"("+1")", R"("12345678123456781")", "12"}) {
    EXPECT_EQ(event_complaint(R"({"at":0,"kind":"note","digest":)" + std::string(digest) + "}"),
              "h.jsonl:3:23: \"digest\": expected text with 1 to 16 hexadecimal digits, found " +
                  std::string(digest));
  }
}

TEST(ReadHistory, TakesOnlyIntegersThatFit) {
  const auto at = [](std::string_view number) {
    return event_complaint("{\"kind\":\"note\",\"at\":" + std::string(number) + "}");
  };
  const std::string expected =
      "h.jsonl:3:16: \"at\": expected nanoseconds from 0 to 9223372036854775807, or text with a "
      "unit as in \"250ms\", found ";
  EXPECT_EQ(at("9223372036854775807"), "");
  EXPECT_EQ(at("9223372036854775808"), expected + "9223372036854775808");
  EXPECT_EQ(at("18446744073709551615"), expected + "18446744073709551615");
  EXPECT_EQ(at("18446744073709551616"), expected + "18446744073709551616");
  EXPECT_EQ(at("-1"), expected + "-1");
  EXPECT_EQ(at("-9223372036854775809"), expected + "-9223372036854775809");
  EXPECT_EQ(at("1.0"), expected + "1.0");
  EXPECT_EQ(at("1e3"), expected + "1e3");
  EXPECT_EQ(at(std::string(60, '9')), expected + std::string(40, '9') + "...");
  EXPECT_EQ(event_complaint(R"({"at":0,"kind":"note","copy":4294967296})"),
            "h.jsonl:3:23: \"copy\": expected a number from 0 to 4294967295, found 4294967296");
}

TEST(ReadHistory, RefusesALineThatIsNoObject) {
  EXPECT_EQ(complaint("[1]\n"), "h.jsonl:1:1: expected a JSON object, found an array");
  EXPECT_EQ(complaint("12\n"), "h.jsonl:1:1: expected a JSON object, found 12");
  EXPECT_EQ(complaint("\"castaway-history\"\n"),
            "h.jsonl:1:1: expected a JSON object, found \"castaway-history\"");
  EXPECT_EQ(event_complaint(""),
            "h.jsonl:3:1: this is no JSON: the line is empty, and each holds one JSON object");
  EXPECT_EQ(event_complaint("{\"at\":0,}"),
            "h.jsonl:3:9: this is no JSON: expected a key in double quotes, found \"}\"");
  EXPECT_EQ(event_complaint("{\"at\":0,\"kind\":\"note\"} {}"),
            "h.jsonl:3:24: this is no JSON: expected the end of the line after the object, found "
            "\"{\"");
  EXPECT_EQ(event_complaint("{\"at\":1e999,\"kind\":\"note\"}"),
            "h.jsonl:3:11: this is no JSON: a number is too large");
  EXPECT_EQ(event_complaint("{\"op\":\"\xff\"}"),
            "h.jsonl:3:8: this is no JSON: a text is not UTF-8");
}

TEST(ReadHistory, SurvivesDeepNesting) {
  const std::string deep(1'000'000, '[');
  EXPECT_THAT(event_complaint(R"({"at":0,"kind":"note","op":)" + deep),
              StartsWith("h.jsonl:3:1000028: this is no JSON: the line ends inside"));
  EXPECT_EQ(event_complaint(R"({"at":0,"kind":"note","op":)" + deep +
                            std::string(deep.size(), ']') + "}"),
            "h.jsonl:3:23: \"op\": expected text, found an array");
}

TEST(ReadHistory, QuotesNoMoreThanAFewWordsOfWhatItFound) {
  EXPECT_EQ(event_complaint(R"({"at":0,"kind":"note","effect":")" + std::string(5000, 'x') + "\"}"),
            "h.jsonl:3:23: \"effect\": expected one of none, dispatched or unknown, found \"" +
                std::string(40, 'x') + "\"...");
  EXPECT_THAT(event_complaint("{\"\\u0007\\n" + std::string(5000, 'x') + "\":1}"),
              StartsWith("h.jsonl:3:2: unknown key \"\\u0007\\u000a" + std::string(38, 'x') +
                         "\"...; the keys of the event are at, kind, "));
}

TEST(ReadHistory, RefusesASecondOperationOfOneName) {
  const std::string invoke = R"({"at":1,"kind":"invoke","op":"ping#0"})"
                             "\n";
  EXPECT_EQ(complaint(std::string(head) + invoke + invoke),
            "h.jsonl:3:25: \"op\": event 0 invoked \"ping#0\" already; each operation has an "
            "\"op\" of its own, "
            "and if an application means to ask again for the same one, it gives each invoke a "
            "higher \"attempt\"");
}

TEST(ReadHistory, CountsTheEventsIfTheHeadSaysHowMany) {
  const std::string one = "{\"at\":0,\"kind\":\"note\"}\n";
  const std::string two_promised = "{\"castaway-history\":1,\"events\":2}\n";
  EXPECT_EQ(complaint(two_promised + one),
            "h.jsonl:3:1: expected event 2 of 2, found the end of the file");
  EXPECT_EQ(complaint(two_promised + one + one), "");
  EXPECT_EQ(complaint(two_promised + one + one + one),
            "h.jsonl:4:1: expected the end of the file after 2 events");
}

TEST(ReadHistory, NoticesACutAtEveryByte) {
  const std::string text = written(some_history().history);
  ASSERT_EQ(complaint(text), "");
  // Only the newline at the very end is not missed.
  ASSERT_EQ(complaint(text.substr(0, text.size() - 1)), "");
  for (std::size_t size = 0; size + 1 < text.size(); ++size) {
    EXPECT_THAT(complaint(text.substr(0, size)), StartsWith("h.jsonl:")) << "cut at " << size;
  }
}

TEST(ReadHistory, TakesEveryByteForWhatItIsOrComplains) {
  const std::string text = written(some_history().history);
  std::size_t complaints = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char byte : {'\0', '\xff', '"', '{', '9', '\n'}) {
      std::string changed = text;
      changed[at] = byte;
      const std::string what = complaint(changed);
      if (what.empty()) continue;
      ++complaints;
      ASSERT_THAT(what, StartsWith("h.jsonl:"));
    }
  }
  EXPECT_GT(complaints, 3 * text.size());
}

TEST(ReadHistory, ComplainsOfRubbish) {
  std::uint64_t state = 1;
  for (int i = 0; i < 2000; ++i) {
    std::string rubbish;
    for (int size = i % 64; size >= 0; --size) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      rubbish += static_cast<char>(state >> 56);
    }
    ASSERT_THAT(complaint(rubbish), StartsWith("h.jsonl:1:"));
    ASSERT_THAT(complaint(std::string(head) + rubbish), StartsWith("h.jsonl:"));
  }
}

}  // namespace
}  // namespace castaway::check
