#include <array>
#include <istream>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/history.h"

#include "history_jsonl.h"
#include "line_reader.h"
#include "version_1.h"

namespace castaway::check {

namespace {

std::span<const std::string_view> kind_words() {
  static const std::array<std::string_view, event_kinds> words = [] {
    std::array<std::string_view, event_kinds> all;
    for (int i = 0; i < event_kinds; ++i)
      all[static_cast<std::size_t>(i)] = to_string(static_cast<EventKind>(i));
    return all;
  }();
  return words;
}

struct Reader;

/// A key that a line may have, and what is done with its value.
struct Key {
  std::string_view name;
  void (*read)(Reader&, const Field&);
  bool required = false;
};

struct Reader {
  Reader(std::istream& in, const std::string& name) : line(in, name) {}

  [[nodiscard]] History read();
  void read_actor();
  void read_event();

  /// Reads each field of the line by its key. Each key may come once.
  void read_fields(std::span<const Key> keys, std::string_view what) {
    std::uint32_t seen = 0;
    for (const Field& field : line.fields()) {
      const auto key = std::ranges::find(keys, field.key, &Key::name);
      if (key == keys.end()) {
        std::vector<std::string> names;
        for (const Key& each : keys) names.emplace_back(each.name);
        line.fail_unknown(field, names);
      }
      const std::uint32_t bit = std::uint32_t{1} << (key - keys.begin());
      if ((seen & bit) != 0)
        line.fail(field.column, fmt::format("the key \"{}\" comes twice", key->name));
      seen |= bit;
      key->read(*this, field);
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (keys[i].required && (seen >> i & 1) == 0)
        line.fail(1, fmt::format("expected the key \"{}\" in the {}", keys[i].name, what));
    }
  }

  void read_version(const Field& field) {
    const bool known =
        field.type == Field::Type::integer && field.integer >= 1 && field.integer <= format_version;
    if (!known) line.fail(field, fmt::format("version 1 to {}", format_version));
    version = field.integer;
  }

  void read_detail(const Field& field) {
    const std::string& word = line.text(field);
    if (version == 1) return read_old_detail(history, event, word);
    if (const auto detail = find_detail(event.kind, word)) {
      event.detail = *detail;
      return;
    }
    std::vector<std::string> words;
    for (const Detail detail : details_of(event.kind)) words.emplace_back(to_string(detail));
    if (words.empty())
      line.fail(field.column,
                fmt::format("\"detail\": an event of kind \"{}\" has none", to_string(event.kind)));
    line.fail_word(field, words);
  }

  [[nodiscard]] Symbol symbol(const Field& field) { return history.intern(line.text(field)); }
  [[nodiscard]] std::uint32_t number(const Field& field) const {
    return static_cast<std::uint32_t>(
        line.integer(field, std::numeric_limits<std::uint32_t>::max(), "a number"));
  }
  [[nodiscard]] EventIndex cause(const Field& field) const {
    const std::size_t events = history.events().size();
    if (field.type != Field::Type::integer || field.integer >= events)
      line.fail(field, fmt::format("the number of an earlier event, below {}", events));
    return static_cast<EventIndex>(field.integer);
  }

  /// An operation is invoked once, or once more for each attempt after the first.
  void check_is_new() {
    if (invokes.size() < history.symbols()) invokes.resize(history.symbols() * 2, no_event);
    EventIndex& last = invokes[event.op];
    if (last != no_event && event.attempt <= std::max(history[last].attempt, 1U)) {
      const Field op{.type = Field::Type::text, .text = std::string(history.text(event.op))};
      line.fail(op_column,
                fmt::format("\"op\": expected an operation of its own, or a higher \"attempt\", "
                            "found {}, which event {} invoked",
                            found(op), last));
    }
    last = static_cast<EventIndex>(history.events().size());
  }

  LineReader line;
  History history;
  std::uint64_t version = 0;
  std::optional<std::uint64_t> expected;
  std::vector<EventIndex> invokes;  ///< by operation: the last

  // Of the line that is being read.
  Symbol actor = 0;
  Actor about;
  Event event;
  const Field* detail = nullptr;
  std::size_t op_column = 0;
};

constexpr Key head_keys[] = {
    {"castaway-history", [](Reader& r, const Field& field) { r.read_version(field); }, true},
    {"events",
     [](Reader& r, const Field& field) {
       r.expected = r.line.integer(field, no_event, "a number");
     }},
    {"ending",
     [](Reader& r, const Field& field) {
       r.history.ending = r.line.word<Ending>(field, ending_words);
     }},
    {"from",
     [](Reader& r, const Field& field) { r.history.from = TimePoint(r.line.duration(field)); }},
    {"until",
     [](Reader& r, const Field& field) { r.history.until = TimePoint(r.line.duration(field)); }},
    {"slack", [](Reader& r, const Field& field) { r.history.slack = r.line.duration(field); }},
    {"skew", [](Reader& r, const Field& field) { r.history.skew = r.line.duration(field); }},
    {"quiet",
     [](Reader& r, const Field& field) { r.history.quiet = TimePoint(r.line.duration(field)); }},
    {"recovery",
     [](Reader& r, const Field& field) { r.history.recovery = r.line.duration(field); }},
    {"seed", [](Reader& r, const Field& field) { r.history.seed = r.line.seed(field); }},
    {"scenario", [](Reader& r, const Field& field) { r.history.scenario = r.line.text(field); }},
    {"profile", [](Reader& r, const Field& field) { r.history.profile = r.line.text(field); }},
    {"subject", [](Reader& r, const Field& field) { r.history.subject = r.line.text(field); }},
    {"schedule", [](Reader& r, const Field& field) { r.history.schedule = r.line.text(field); }}};

constexpr Key actor_keys[] = {
    {"actor",
     [](Reader& r, const Field& field) {
       r.actor = r.symbol(field);
       if (r.actor == 0) r.line.fail(field, "a name");
     },
     true},
    {"is",
     [](Reader& r, const Field& field) {
       r.about.kind = r.line.word<ActorKind>(field, actor_words);
     },
     true},
    {"skew", [](Reader& r, const Field& field) { r.about.skew = r.line.duration(field); }}};

constexpr Key event_keys[] = {
    {"at", [](Reader& r, const Field& field) { r.event.at = TimePoint(r.line.duration(field)); },
     true},
    {"kind",
     [](Reader& r, const Field& field) {
       r.event.kind = r.line.word<EventKind>(field, kind_words());
     },
     true},
    {"actor", [](Reader& r, const Field& field) { r.event.actor = r.symbol(field); }},
    {"task", [](Reader& r, const Field& field) { r.event.task = r.symbol(field); }},
    {"op",
     [](Reader& r, const Field& field) {
       r.event.op = r.symbol(field);
       r.op_column = field.column;
     }},
    {"operation",
     [](Reader& r, const Field& field) {
       r.event.operation = r.line.word<OperationKind>(field, operation_words);
     }},
    {"method", [](Reader& r, const Field& field) { r.event.method = r.symbol(field); }},
    {"topic", [](Reader& r, const Field& field) { r.event.topic = r.symbol(field); }},
    // What it may be depends on the kind, which may come later in the line.
    {"detail", [](Reader& r, const Field& field) { r.detail = &field; }},
    {"name", [](Reader& r, const Field& field) { r.event.name = r.symbol(field); }},
    {"length", [](Reader& r, const Field& field) { r.event.length = r.line.difference(field); }},
    {"text", [](Reader& r, const Field& field) { r.event.text = r.symbol(field); }},
    {"effect",
     [](Reader& r, const Field& field) {
       r.event.effect = r.line.word<Effect>(field, effect_words);
     }},
    {"copy", [](Reader& r, const Field& field) { r.event.copy = r.number(field); }},
    {"attempt", [](Reader& r, const Field& field) { r.event.attempt = r.number(field); }},
    {"redelivered",
     [](Reader& r, const Field& field) { r.event.redelivered = r.line.boolean(field); }},
    {"suspect", [](Reader& r, const Field& field) { r.event.suspect = r.line.boolean(field); }},
    {"cause", [](Reader& r, const Field& field) { r.event.cause = r.cause(field); }},
    {"digest", [](Reader& r, const Field& field) { r.event.digest = r.line.digest(field); }},
    {"deadline",
     [](Reader& r, const Field& field) { r.event.deadline = TimePoint(r.line.duration(field)); }},
    {"monitor", [](Reader& r, const Field& field) { r.event.monitor = r.line.duration(field); }}};

History Reader::read() {
  if (!line.next()) line.fail_at_end("a head with the key \"castaway-history\"");
  read_fields(head_keys, "head");
  while (line.next()) {
    const bool is_actor =
        std::ranges::any_of(line.fields(), [](const Field& field) { return field.key == "is"; });
    is_actor ? read_actor() : read_event();
  }
  const std::size_t size = history.events().size();
  if (expected.has_value() && *expected != size)
    line.fail_at_end(fmt::format("event {} of {}", size + 1, *expected));
  if (version == 1) read_old_actors(history);
  return std::move(history);
}

void Reader::read_actor() {
  about = {};
  read_fields(actor_keys, "line of an actor");
  history.actors[actor] = about;
}

void Reader::read_event() {
  if (expected == history.events().size())
    line.fail(1, fmt::format("expected the end of the file after {} events", *expected));
  event = {};
  detail = nullptr;
  read_fields(event_keys, "event");
  if (detail != nullptr) read_detail(*detail);
  if (event.kind == EventKind::invoke && event.op != 0) check_is_new();
  history.add(event);
}

}  // namespace

History read_jsonl(std::istream& in, const std::string& name) { return Reader(in, name).read(); }

}  // namespace castaway::check
