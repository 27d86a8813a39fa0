#include "history_jsonl_read.h"

#include <array>
#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "history_jsonl.h"
#include "version_1.h"

namespace castaway::check {

namespace {

/// The words of the first `count` values of an enumeration.
template <class Enum, int count>
std::span<const std::string_view> words_of() {
  static const std::array<std::string_view, count> words = [] {
    std::array<std::string_view, count> all;
    for (int i = 0; i < count; ++i)
      all[static_cast<std::size_t>(i)] = to_string(static_cast<Enum>(i));
    return all;
  }();
  return words;
}

using Key = JsonlReader::Key;

constexpr std::size_t most_complaints = 20;
constexpr std::string_view head_in_words =
    "the head of a history, as {\"castaway-history\":2,\"ending\":\"cut\"}";

// In the head, or in the last line of a streamed history.
constexpr Key events_key{"events", [](JsonlReader& r, const Field& field) {
                           r.expected = r.line.integer(field, no_event, "a number");
                         }};
constexpr Key ending_key{"ending", [](JsonlReader& r, const Field& field) {
                           r.history.ending = r.line.word<Ending>(field, ending_words);
                         }};
constexpr Key until_key{"until", [](JsonlReader& r, const Field& field) {
                          r.history.until = TimePoint(r.line.duration(field));
                        }};

constexpr Key required(Key key) {
  key.required = true;
  return key;
}

constexpr Key last_keys[] = {required(ending_key), until_key, required(events_key)};

constexpr Key head_keys[] = {
    {"castaway-history", [](JsonlReader& r, const Field& field) { r.read_version(field); }, true},
    {"streamed", [](JsonlReader& r, const Field& field) { r.streamed = r.line.boolean(field); }},
    events_key,
    ending_key,
    {"from", [](JsonlReader& r,
                const Field& field) { r.history.from = TimePoint(r.line.duration(field)); }},
    until_key,
    {"slack", [](JsonlReader& r, const Field& field) { r.history.slack = r.line.duration(field); }},
    {"skew", [](JsonlReader& r, const Field& field) { r.history.skew = r.line.duration(field); }},
    {"quiet", [](JsonlReader& r,
                 const Field& field) { r.history.quiet = TimePoint(r.line.duration(field)); }},
    {"recovery",
     [](JsonlReader& r, const Field& field) { r.history.recovery = r.line.duration(field); }},
    {"wire", [](JsonlReader& r, const Field& field) { r.history.wire = r.line.boolean(field); }},
    {"seed", [](JsonlReader& r, const Field& field) { r.history.seed = r.line.seed(field); }},
    {"scenario",
     [](JsonlReader& r, const Field& field) { r.history.scenario = r.line.text(field); }},
    {"profile", [](JsonlReader& r, const Field& field) { r.history.profile = r.line.text(field); }},
    {"subject", [](JsonlReader& r, const Field& field) { r.history.subject = r.line.text(field); }},
    {"schedule",
     [](JsonlReader& r, const Field& field) { r.history.schedule = r.line.text(field); }}};

constexpr Key actor_keys[] = {
    {"actor",
     [](JsonlReader& r, const Field& field) {
       r.actor = r.symbol(field);
       if (r.actor == 0) r.line.fail(field, "a name");
     },
     true},
    {"is",
     [](JsonlReader& r, const Field& field) {
       r.about.kind = r.line.word<ActorKind>(field, actor_words);
     },
     true},
    {"skew", [](JsonlReader& r, const Field& field) { r.about.skew = r.line.duration(field); }}};

constexpr Key event_keys[] = {
    {"at",
     [](JsonlReader& r, const Field& field) { r.event.at = TimePoint(r.line.duration(field)); },
     true},
    {"kind",
     [](JsonlReader& r, const Field& field) {
       r.event.kind = r.line.word<EventKind>(field, words_of<EventKind, event_kinds>());
     },
     true},
    {"actor", [](JsonlReader& r, const Field& field) { r.event.actor = r.symbol(field); }},
    {"task", [](JsonlReader& r, const Field& field) { r.event.task = r.symbol(field); }},
    {"op",
     [](JsonlReader& r, const Field& field) {
       r.event.op = r.symbol(field);
       r.op_column = field.column;
     }},
    {"operation",
     [](JsonlReader& r, const Field& field) {
       r.event.operation = r.line.word<OperationKind>(field, operation_words);
     }},
    {"method", [](JsonlReader& r, const Field& field) { r.event.method = r.symbol(field); }},
    {"topic", [](JsonlReader& r, const Field& field) { r.event.topic = r.symbol(field); }},
    // What it may be depends on the kind, which may come later in the line.
    {"detail", [](JsonlReader& r, const Field& field) { r.detail = &field; }},
    {"edge",
     [](JsonlReader& r, const Field& field) {
       r.event.edge = r.line.word<Edge>(field, words_of<Edge, edges>());
     }},
    {"name", [](JsonlReader& r, const Field& field) { r.event.name = r.symbol(field); }},
    {"length",
     [](JsonlReader& r, const Field& field) { r.event.length = r.line.difference(field); }},
    {"text", [](JsonlReader& r, const Field& field) { r.event.text = r.symbol(field); }},
    {"effect",
     [](JsonlReader& r, const Field& field) {
       r.event.effect = r.line.word<Effect>(field, effect_words);
     }},
    {"copy", [](JsonlReader& r, const Field& field) { r.event.copy = r.number(field); }},
    {"attempt", [](JsonlReader& r, const Field& field) { r.event.attempt = r.number(field); }},
    {"redelivered",
     [](JsonlReader& r, const Field& field) { r.event.redelivered = r.line.boolean(field); }},
    {"suspect",
     [](JsonlReader& r, const Field& field) { r.event.suspect = r.line.boolean(field); }},
    {"cause", [](JsonlReader& r, const Field& field) { r.event.cause = r.cause(field); }},
    {"digest", [](JsonlReader& r, const Field& field) { r.event.digest = r.line.digest(field); }},
    {"deadline", [](JsonlReader& r,
                    const Field& field) { r.event.deadline = TimePoint(r.line.duration(field)); }},
    {"monitor",
     [](JsonlReader& r, const Field& field) { r.event.monitor = r.line.duration(field); }},
    {"retry", [](JsonlReader& r, const Field& field) { r.event.retry = r.retry(field); }}};

}  // namespace

JsonlReader::JsonlReader(std::istream& in, std::string name, std::size_t keep)
    : line(in, std::move(name)), keep_(keep) {
  if (!line.next()) line.fail_at_end(head_in_words);
  read_head();
  if (!streamed) return;
  history.ending = Ending::cut;  // unless the last line says otherwise
  for (const Field& field : line.fields()) {
    if (field.key == "events" || field.key == "ending" || field.key == "until")
      complain(line.error(
          field.column,
          fmt::format("\"{}\": a streamed history says that in its last line", field.key)));
  }
}

void JsonlReader::read_head() {
  if (line.has("castaway-history")) return read_fields(head_keys, "head");
  const HistoryError missing = line.error(1, fmt::format("expected {}", head_in_words));
  if (!line.has("kind")) throw missing;
  complain(missing);
  version = format_version;
  is_taken_ = true;
}

bool JsonlReader::next() {
  while (next_line()) {
    if (closed_) stop(line.error(1, "expected the end of the file after the last line"));
    if (line.has("is")) {
      read_actor();
    } else if (streamed && line.has("ending")) {
      read_last();
    } else {
      read_event();
      if (complaints_.empty()) return true;
    }
  }
  finish_complaints();
  read_end();
  return false;
}

bool JsonlReader::next_line() {
  if (std::exchange(is_taken_, false)) return true;
  for (;;) {
    forget();
    try {
      return line.next(streamed && !closed_ ? LineReader::Torn::dropped : LineReader::Torn::error);
    } catch (const HistoryError& error) {
      complain(error);
      history.add({});
    }
  }
}

void JsonlReader::read_end() {
  if (expected.has_value() && *expected != events())
    line.fail_at_end(fmt::format("event {} of {}", events() + 1, *expected));
  if (version == 1) read_old_actors(history);
}

void JsonlReader::complain(const HistoryError& what) {
  complaints_.emplace_back(what.what());
  if (complaints_.size() == most_complaints)
    stop(line.error(1, "there may be more; this is where reading ended"));
}

void JsonlReader::stop(const HistoryError& what) {
  complaints_.emplace_back(what.what());
  finish_complaints();
}

void JsonlReader::finish_complaints() const {
  if (!complaints_.empty()) throw HistoryError(fmt::format("{}", fmt::join(complaints_, "\n")));
}

void JsonlReader::forget() {
  const std::size_t size = history.events().size();
  if (size / 2 < keep_) return;
  if (version == 1) read_old_actors(history);
  history = history.tail(keep_);
  lost_ += size - keep_;
  invokes_.assign(history.symbols(), no_event);
  for (EventIndex i = 0; i < history.events().size(); ++i) {
    if (history[i].kind == EventKind::invoke) invokes_[history[i].op] = i;
  }
}

void JsonlReader::read_fields(std::span<const Key> keys, std::string_view what) {
  std::uint32_t seen = 0;
  for (const Field& field : line.fields()) {
    try {
      const auto key = std::ranges::find(keys, field.key, &Key::name);
      if (key == keys.end()) {
        std::vector<std::string> names;
        for (const Key& each : keys) names.emplace_back(each.name);
        line.fail_unknown(field, names, what);
      }
      const std::uint32_t bit = std::uint32_t{1} << (key - keys.begin());
      if ((seen & bit) != 0)
        line.fail(field.column, fmt::format("the key \"{}\" comes twice", key->name));
      seen |= bit;
      key->read(*this, field);
    } catch (const HistoryError& error) {
      complain(error);
    }
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].required && (seen >> i & 1) == 0)
      complain(line.error(1, fmt::format("expected the key \"{}\" in the {}", keys[i].name, what)));
  }
}

void JsonlReader::read_actor() {
  about = {};
  actor = 0;
  read_fields(actor_keys, "line of an actor");
  if (actor != 0) history.actors[actor] = about;
}

void JsonlReader::read_event() {
  if (expected == events())
    stop(line.error(1, fmt::format("expected the end of the file after {} events", *expected)));
  event = {};
  detail = nullptr;
  const std::size_t complaints = complaints_.size();
  read_fields(event_keys, "event");
  try {
    // What a detail may be depends on the kind, so it waits for a kind that is right.
    if (complaints == complaints_.size() && detail != nullptr) read_detail(*detail);
    if (event.kind == EventKind::invoke && event.op != 0) check_is_new();
  } catch (const HistoryError& error) {
    complain(error);
  }
  history.add(event);
}

void JsonlReader::read_last() {
  read_fields(last_keys, "last line");
  if (expected.has_value() && *expected != events())
    complain(line.error(1, fmt::format("\"events\": expected {}, which came before it, found {}",
                                       events(), *expected)));
  closed_ = true;
}

void JsonlReader::read_version(const Field& field) {
  const bool known =
      field.type == Field::Type::integer && field.integer >= 1 && field.integer <= format_version;
  version = known ? field.integer : format_version;
  if (!known) line.fail(field, fmt::format("version 1 to {}", format_version));
}

void JsonlReader::read_detail(const Field& field) {
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

std::uint32_t JsonlReader::number(const Field& field) const {
  return static_cast<std::uint32_t>(
      line.integer(field, std::numeric_limits<std::uint32_t>::max(), "a number"));
}

std::int32_t JsonlReader::retry(const Field& field) const {
  constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max();
  if (field.type == Field::Type::negative && field.text == "-1") return -1;
  if (field.type != Field::Type::integer || field.integer > most)
    line.fail(field, fmt::format("a number from 0 to {}, or -1 for ever", most));
  return static_cast<std::int32_t>(field.integer);
}

EventIndex JsonlReader::cause(const Field& field) const {
  if (field.type != Field::Type::integer || field.integer >= events())
    line.fail(field, fmt::format("the number of an earlier event, below {}", events()));
  return field.integer < lost_ ? no_event : static_cast<EventIndex>(field.integer - lost_);
}

void JsonlReader::check_is_new() {
  if (invokes_.size() < history.symbols()) invokes_.resize(history.symbols() * 2, no_event);
  EventIndex& last = invokes_[event.op];
  if (last != no_event && event.attempt <= std::max(history[last].attempt, 1U)) {
    const Field op{.type = Field::Type::text, .text = std::string(history.text(event.op))};
    line.fail(
        op_column,
        fmt::format("\"op\": event {} invoked {} already; each operation has an \"op\" of its "
                    "own, and if an application means to ask again for the same one, it "
                    "gives each invoke a higher \"attempt\"",
                    lost_ + last, found(op)));
  }
  last = static_cast<EventIndex>(history.events().size());
}

}  // namespace castaway::check
