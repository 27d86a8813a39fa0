#include "foreign_format.h"

#include <algorithm>
#include <istream>
#include <vector>

#include <fmt/format.h>

namespace castaway::ci {

namespace {

constexpr std::size_t remembered = std::size_t{64} << 10U;

constexpr std::string_view spans =
    "turn each client span into \"invoke\" and \"return\", each server span into \"execute\" and "
    "\"done\", and take the message's id as \"op\"";
constexpr std::string_view wire =
    "turn what passed the wire into \"publish\", \"deliver\", \"settle\" and \"reply\" events";
constexpr std::string_view jepsen =
    "turn :invoke into \"invoke\", :ok into \"return\", or \"execute\" where a message was taken, "
    ":info into \"timeout\", and :fail into \"failure\" with the effect \"none\"";
constexpr std::string_view log = "turn the lines that tell of calls and executions into events";
constexpr std::string_view definitions = "it says how a broker is set up, and not what happened";
constexpr std::string_view results = "it says how tests ended, and not what happened in them";
constexpr std::string_view unpack = "unpack it and give what is inside: castaway check -";
constexpr std::string_view no_events = "it has no events";
constexpr std::string_view lines =
    "write one JSON object a line, as jq -c does, with the head first";

/// What begins so, or has all of these words somewhere at its beginning.
struct Format {
  std::string_view name;
  std::string_view advice;
  std::string_view prefix = {};
  std::vector<std::string_view> words = {};
};

const std::vector<Format>& by_their_bytes() {
  static const std::vector<Format> formats = {
      {"a gzip archive", unpack, "\x1f\x8b"},
      {"a bzip2 archive", unpack, "BZh"},
      {"an xz archive", unpack,
       "\xfd"
       "7zXZ"},
      {"a Zstandard archive", unpack, "\x28\xb5\x2f\xfd"},
      {"a zip archive", unpack, "PK\x03\x04"},
      {"a packet capture (pcap)", wire, "\xd4\xc3\xb2\xa1"},
      {"a packet capture (pcap)", wire, "\xa1\xb2\xc3\xd4"},
      {"a packet capture (pcap)", wire, "\x4d\x3c\xb2\xa1"},
      {"a packet capture (pcapng)", wire, "\x0a\x0d\x0d\x0a"},
      {"a PDF", no_events, "%PDF"},
      {"a PNG image", no_events, "\x89PNG"},
      {"an SQLite database", "query it, and print a JSON object for each event", "SQLite format 3"},
      {"a program", no_events,
       "\x7f"
       "ELF"},
      {"UTF-16 text", "write it in UTF-8, as iconv does", "\xff\xfe"},
      {"UTF-16 text", "write it in UTF-8, as iconv does", "\xfe\xff"},
      {"text with a byte order mark", "write it in UTF-8 without one", "\xef\xbb\xbf"}};
  return formats;
}

const std::vector<Format>& by_their_text() {
  // The more words, the earlier: a document may hold the words of another.
  static const std::vector<Format> formats = {
      {"a history that is spread over several lines", lines, "", {"\"castaway-history\""}},
      {"a scenario", "run it: castaway run", "", {"\"scenario\"", "\"servers\"", "\"script\""}},
      {"an HTML page", no_events, "<!doctype html"},
      {"an HTML page", no_events, "<html"},
      {"a JUnit report", results, "<testsuite"},
      {"a JUnit report", results, "<?xml", {"<testsuite"}},
      {"an XML document", no_events, "<?xml"},
      {"a CTRF report", results, "", {"\"results\"", "\"tool\"", "\"summary\""}},
      {"a SARIF report", results, "", {"\"$schema\"", "sarif"}},
      {"a TAP report", results, "TAP version"},
      {"a TAP report", results, "1.."},
      {"a Jaeger trace", spans, "", {"\"traceID\"", "\"spanID\""}},
      {"an OpenTelemetry trace", spans, "", {"\"resourceSpans\""}},
      {"an OpenTelemetry trace", spans, "", {"\"resource_spans\""}},
      {"a Zipkin trace", spans, "", {"\"traceId\"", "\"localEndpoint\""}},
      {"OpenTelemetry logs or metrics", log, "", {"\"resourceLogs\""}},
      {"OpenTelemetry logs or metrics", log, "", {"\"resourceMetrics\""}},
      {"a Chrome trace", spans, "", {"\"traceEvents\""}},
      {"a Chrome trace", spans, "[", {"\"ph\"", "\"ts\"", "\"pid\""}},
      {"a HAR file", spans, "", {"\"log\"", "\"entries\"", "\"creator\""}},
      {"an export of RabbitMQ's definitions", definitions, "", {"\"vhosts\"", "\"bindings\""}},
      {"an export of RabbitMQ's definitions", definitions, "", {"\"queues\"", "\"exchanges\""}},
      {"a record of RabbitMQ's firehose", wire, "", {"\"routed_queues\""}},
      {"a record of RabbitMQ's tracing", wire, "", {"Message published", "Routing keys"}},
      {"a RabbitMQ log", log, "", {"<0.", "[info]"}},
      {"a RabbitMQ log", log, "", {"<0.", "[warning]"}},
      {"a Jepsen history", jepsen, "", {":type :invoke"}},
      {"a Jepsen history", jepsen, "", {":type, :invoke"}},
      {"a Jepsen history", jepsen, "", {":invoke\t"}},
      {"a Jepsen history", jepsen, "", {":process ", ":f "}},
      {"a systemd journal", log, "", {"\"__REALTIME_TIMESTAMP\""}},
      {"a log of a container", log, "", {"\"log\"", "\"stream\"", "\"time\""}},
      {"an AsyncAPI document", no_events, "", {"asyncapi", "channels"}},
      {"an OpenAPI document", no_events, "", {"openapi", "paths"}},
      {"a JSON array", lines, "["},
      {"YAML", lines, "---"}};
  return formats;
}

bool begins_with(std::string_view text, std::string_view prefix) {
  if (text.size() < prefix.size()) return false;
  return std::equal(prefix.begin(), prefix.end(), text.begin(), [](char wanted, char there) {
    return wanted == (there >= 'A' && there <= 'Z' && wanted >= 'a' ? there + ('a' - 'A') : there);
  });
}

bool is(const Format& format, std::string_view text) {
  return begins_with(text, format.prefix) &&
         std::ranges::all_of(format.words, [&](std::string_view word) {
           return text.find(word) != std::string_view::npos;
         });
}

bool is_digit(char character) { return character >= '0' && character <= '9'; }

/// "2024-01-31 10:00", or the same in brackets or with a slash.
bool begins_with_date(std::string_view line) {
  if (line.starts_with('[')) line.remove_prefix(1);
  constexpr std::string_view shape = "dddd-dd-dd";
  if (line.size() < shape.size()) return false;
  return std::equal(shape.begin(), shape.end(), line.begin(), [](char wanted, char there) {
    return wanted == 'd' ? is_digit(there) : there == '-' || there == '/';
  });
}

/// The names of columns, or their values, and no JSON.
bool is_table(std::string_view line) {
  return line.find(',') != std::string_view::npos &&
         line.find_first_of("{}[] ") == std::string_view::npos;
}

std::string in_words(const Format& format) {
  return fmt::format(
      "this looks like {}, and check reads histories: {}. docs/guide/histories.md says how to "
      "record or make one",
      format.name, format.advice);
}

}  // namespace

std::optional<std::string> foreign_format(std::string_view beginning) {
  beginning = beginning.substr(0, remembered);
  for (const Format& format : by_their_bytes()) {
    if (beginning.starts_with(format.prefix)) return in_words(format);
  }
  const std::size_t text = beginning.find_first_not_of(" \t\r\n");
  if (text == std::string_view::npos) return std::nullopt;
  beginning.remove_prefix(text);
  const std::string_view first = beginning.substr(0, beginning.find('\n'));
  const bool has_head = first.find("\"castaway-history\"") != std::string_view::npos;
  // What follows a head is a history with a mistake, whatever its texts may say.
  if (has_head || first.find("\"kind\"") != std::string_view::npos) return std::nullopt;
  for (const Format& format : by_their_text()) {
    // A date in brackets is no array.
    if (format.words.empty() && begins_with_date(first)) continue;
    if (is(format, beginning)) return in_words(format);
  }
  if (begins_with_date(first)) return in_words({"a log", log});
  if (is_table(first)) return in_words({"comma-separated values", lines});
  return std::nullopt;
}

RememberedBeginning::int_type RememberedBeginning::underflow() {
  buffer_.resize(remembered);
  in_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  buffer_.resize(static_cast<std::size_t>(in_.gcount()));
  if (buffer_.empty()) return traits_type::eof();
  if (beginning_.empty()) beginning_ = buffer_;
  setg(buffer_.data(), buffer_.data(), buffer_.data() + buffer_.size());
  return traits_type::to_int_type(buffer_.front());
}

}  // namespace castaway::ci
