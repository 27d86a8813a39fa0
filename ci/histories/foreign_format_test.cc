#include "histories/foreign_format.h"

#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

namespace castaway::ci {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using namespace std::string_literals;

TEST(ForeignFormat, IsCalledByItsName) {
  const std::vector<std::pair<std::string, std::string>> beginnings = {
      {"a gzip archive", "\x1f\x8b\x08\x00"s},
      {"a zip archive", "PK\x03\x04"s},
      {"a packet capture (pcap)", "\xd4\xc3\xb2\xa1\x02\x00"s},
      {"a packet capture (pcapng)", "\x0a\x0d\x0d\x0a\x1c\x00"s},
      {"a PDF", "%PDF-1.7\n"},
      {"an SQLite database", "SQLite format 3\0"s},
      {"UTF-16 text", "\xff\xfe{\0"s},
      {"text with a byte order mark", "\xef\xbb\xbf{\"castaway-history\":2}\n"},
      {"an HTML page", "\n<!DOCTYPE html>\n<html lang=\"en\">"},
      {"a JUnit report", "<?xml version=\"1.0\"?>\n<testsuites tests=\"1\">"},
      {"an XML document", "<?xml version=\"1.0\"?>\n<project/>"},
      {"a CTRF report", R"({"results": {"tool": {"name": "x"}, "summary": {"tests": 1}}})"},
      {"a TAP report", "TAP version 13\n1..1\n"},
      {"a Jaeger trace", R"({"data":[{"traceID":"ab","spans":[{"traceID":"ab","spanID":"cd"}]}]})"},
      {"an OpenTelemetry trace", R"({"resourceSpans":[{"scopeSpans":[]}]})"},
      {"a Zipkin trace", R"([{"traceId":"ab","localEndpoint":{"serviceName":"a"}}])"},
      {"a Chrome trace", R"({"traceEvents":[{"ph":"X"}]})"},
      {"a Chrome trace", R"([{"pid":1,"ts":2,"ph":"B"}])"},
      {"an export of RabbitMQ's definitions",
       R"({"rabbit_version":"3.10","users":[],"vhosts":[],"queues":[],"exchanges":[],"bindings":[]})"},
      {"a record of RabbitMQ's firehose", R"({"timestamp":"x","routed_queues":["q"]})"},
      {"a RabbitMQ log", "2024-01-01 10:00:00.1+00:00 [info] <0.9.0> Server startup complete\n"},
      {"a Jepsen history", "{:type :invoke, :f :enqueue, :value 10, :process 0}\n"},
      {"a Jepsen history", "[{:process 0, :type :ok, :f :dequeue}]"},
      {"a Jepsen history", "0\t:invoke\t:enqueue\t10\n"},
      {"a systemd journal", R"({"__REALTIME_TIMESTAMP":"1","MESSAGE":"x"})"},
      {"a log of a container", R"({"log":"x\n","stream":"stdout","time":"t"})"},
      {"a history that is spread over several lines", "{\n  \"castaway-history\": 2\n}\n"},
      {"a scenario", "{\n  \"scenario\": 1,\n  \"servers\": [], \"script\": []\n}\n"},
      {"a log", "2024-01-01 10:00:00,123 INFO the worker got a task\n"},
      {"a log", "[2024/01/01 10:00:00] started\n"},
      {"comma-separated values", "time,event,id\n1,execute,7\n"},
      {"a JSON array", R"([{"at":0}])"}};
  for (const auto& [name, beginning] : beginnings) {
    EXPECT_THAT(foreign_format(beginning).value_or("nothing"),
                StartsWith("this looks like " + name + ", and check reads histories: "))
        << beginning;
  }
}

TEST(ForeignFormat, SaysHowToMakeAHistoryOfIt) {
  EXPECT_EQ(foreign_format(R"({"data":[{"traceID":"ab","spans":[{"spanID":"cd"}]}]})"),
            "this looks like a Jaeger trace, and check reads histories: turn each client span into "
            "\"invoke\" and \"return\", each server span into \"execute\" and \"done\", and take "
            "the message's id as \"op\". docs/guide/histories.md says how to record or make one");
}

TEST(ForeignFormat, IsNoHistoryAndNothingUnknown) {
  for (const std::string beginning :
       {"", "\n\n", "rubbish", "{\"castaway-history\":2}\n{\"text\":\"<html [info] <0.\"}\n",
        "{\"at\":0,\"kind\":\"note\",\"text\":\"resourceSpans\"}\n", "{}"})
    EXPECT_EQ(foreign_format(beginning), std::nullopt) << beginning;
}

TEST(RememberedBeginning, GivesTheWholeStreamAndKeepsItsBeginning) {
  std::string text;
  for (int i = 0; i < 30'000; ++i) text += std::to_string(i) + '\n';
  std::istringstream in(text);
  RememberedBeginning remembered(in);
  std::istream through(&remembered);
  std::ostringstream out;
  out << through.rdbuf();
  EXPECT_EQ(out.str(), text);
  EXPECT_EQ(remembered.beginning(), text.substr(0, remembered.beginning().size()));
  EXPECT_THAT(remembered.beginning(), HasSubstr("\n10000\n"));
  EXPECT_LT(remembered.beginning().size(), text.size());
}

}  // namespace
}  // namespace castaway::ci
