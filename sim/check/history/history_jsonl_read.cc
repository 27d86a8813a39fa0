#include <algorithm>
#include <array>
#include <charconv>
#include <istream>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/history.h"
#include "castaway/check/text.h"
#include "castaway/nearest.h"

#include "flat_json.h"
#include "history_jsonl.h"

namespace castaway::check {

namespace {

class Reader {
 public:
  Reader(std::istream& in, const std::string& name) : in_(in), name_(name) {}

  History read() {
    read_head();
    while (next_line()) read_event();
    if (expected_.has_value() && *expected_ != history_.events().size()) {
      ++line_;
      fail(1, fmt::format("expected event {} of {}, found the end of the file",
                          history_.events().size() + 1, *expected_));
    }
    return std::move(history_);
  }

 private:
  [[noreturn]] void fail(std::size_t column, const std::string& what) const {
    throw HistoryError(fmt::format("{}:{}:{}: {}", name_, line_, column, what));
  }
  [[noreturn]] void fail(const Field& field, std::string_view expected) const {
    fail(field.column,
         fmt::format("\"{}\": expected {}, found {}", field.key, expected, found(field)));
  }

  /// Parses the next line into fields_; false at the end.
  bool next_line() {
    if (!std::getline(in_, text_)) return false;
    ++line_;
    try {
      parse_flat_json(text_, fields_);
    } catch (const FlatJsonError& error) {
      fail(error.column, error.what());
    }
    return true;
  }

  /// The place of a field's key among the known ones. Each may come once.
  std::size_t known(const Field& field, std::span<const std::string_view> keys,
                    std::uint32_t& seen) {
    const auto key = std::find(keys.begin(), keys.end(), field.key);
    if (key == keys.end()) {
      Field text{.type = Field::Type::text, .text = field.key};
      const std::string near = nearest(field.key, {keys.begin(), keys.end()});
      fail(field.column,
           fmt::format("unknown key {}{}", found(text),
                       near.empty() ? near : fmt::format("; the nearest is \"{}\"", near)));
    }
    const auto index = static_cast<std::size_t>(key - keys.begin());
    if ((seen >> index & 1) != 0)
      fail(field.column, fmt::format("the key \"{}\" comes twice", *key));
    seen |= std::uint32_t{1} << index;
    return index;
  }

  std::uint64_t integer(const Field& field, std::uint64_t most, std::string_view what) const {
    if (field.type != Field::Type::integer || field.integer > most) {
      fail(field, fmt::format("{} from 0 to {}", what, most));
    }
    return field.integer;
  }
  Duration duration(const Field& field) const {
    constexpr auto most = static_cast<std::uint64_t>(Duration::max().count());
    return Duration(static_cast<Duration::rep>(integer(field, most, "nanoseconds")));
  }
  const std::string& text(const Field& field) const {
    if (field.type != Field::Type::text) fail(field, "text");
    return field.text;
  }
  Symbol symbol(const Field& field) { return history_.intern(text(field)); }
  std::size_t word(const Field& field, std::span<const std::string_view> words) const {
    const auto word = std::find(words.begin(), words.end(), text(field));
    if (word == words.end()) {
      const std::vector<std::string> all(words.begin(), words.end());
      const std::string near = nearest(field.text, all);
      fail(field,
           near.empty() ? "one of " + listed(all, "or") : fmt::format("a word like \"{}\"", near));
    }
    return static_cast<std::size_t>(word - words.begin());
  }
  bool boolean(const Field& field) const {
    if (field.type != Field::Type::boolean) fail(field, "true or false");
    return field.boolean;
  }
  /// A number as text, digits alone.
  std::uint64_t digits(const Field& field, int base, std::string_view expected) const {
    if (field.type != Field::Type::text) fail(field, expected);
    std::uint64_t number = 0;
    const char* end = field.text.data() + field.text.size();
    const auto result = std::from_chars(field.text.data(), end, number, base);
    if (result.ec != std::errc() || result.ptr != end) fail(field, expected);
    return number;
  }
  std::uint64_t seed(const Field& field) const {
    constexpr std::string_view expected = "a number below 2^53, or text with one below 2^64";
    if (field.type == Field::Type::integer && field.integer <= largest_exact) return field.integer;
    return digits(field, 10, expected);
  }
  std::uint64_t digest(const Field& field) const {
    constexpr std::string_view expected = "text with 1 to 16 hexadecimal digits";
    if (field.text.size() > 16) fail(field, expected);
    return digits(field, 16, expected);
  }

  void read_head() {
    if (!next_line()) {
      ++line_;
      fail(1, "expected a head with the key \"castaway-history\", found the end of the file");
    }
    static constexpr std::array<std::string_view, 9> keys = {
        "castaway-history", "events",  "ending", "slack",   "seed",
        "scenario",         "profile", "quiet",  "recovery"};
    std::uint32_t seen = 0;
    for (const Field& field : fields_) {
      switch (known(field, keys, seen)) {
        case 0:
          if (field.type != Field::Type::integer || field.integer != format_version) {
            fail(field, fmt::format("version {}", format_version));
          }
          break;
        case 1:
          expected_ = integer(field, no_event, "a number");
          break;
        case 2:
          history_.ending = static_cast<Ending>(word(field, ending_words));
          break;
        case 3:
          history_.slack = duration(field);
          break;
        case 4:
          history_.seed = seed(field);
          break;
        case 5:
          history_.scenario = text(field);
          break;
        case 6:
          history_.profile = text(field);
          break;
        case 7:
          history_.quiet = TimePoint(duration(field));
          break;
        default:
          history_.recovery = duration(field);
          break;
      }
    }
    require(seen, keys, 0, "head");
  }

  void read_event() {
    static constexpr std::array<std::string_view, 16> keys = {
        "at",     "kind",   "actor", "task",        "op",    "operation", "method",   "topic",
        "detail", "effect", "copy",  "redelivered", "cause", "digest",    "deadline", "monitor"};
    if (expected_ == history_.events().size()) {
      fail(1, fmt::format("expected the end of the file after {} events", *expected_));
    }
    Event event;
    std::uint32_t seen = 0;
    std::size_t op_column = 0;
    for (const Field& field : fields_) {
      switch (known(field, keys, seen)) {
        case 0:
          event.at = TimePoint(duration(field));
          break;
        case 1:
          event.kind = static_cast<EventKind>(word(field, kind_words()));
          break;
        case 2:
          event.actor = symbol(field);
          break;
        case 3:
          event.task = symbol(field);
          break;
        case 4:
          event.op = symbol(field);
          op_column = field.column;
          break;
        case 5:
          event.operation = static_cast<OperationKind>(word(field, operation_words));
          break;
        case 6:
          event.method = symbol(field);
          break;
        case 7:
          event.topic = symbol(field);
          break;
        case 8:
          event.detail = symbol(field);
          break;
        case 9:
          event.effect = static_cast<Effect>(word(field, effect_words));
          break;
        case 10:
          event.copy = static_cast<std::uint32_t>(
              integer(field, std::numeric_limits<std::uint32_t>::max(), "a number"));
          break;
        case 11:
          event.redelivered = boolean(field);
          break;
        case 12:
          event.cause = cause(field);
          break;
        case 13:
          event.digest = digest(field);
          break;
        case 14:
          event.deadline = TimePoint(duration(field));
          break;
        default:
          event.monitor = duration(field);
          break;
      }
    }
    require(seen, keys, 0, "event");
    require(seen, keys, 1, "event");
    if (event.kind == EventKind::invoke && event.op != 0) check_is_new(event.op, op_column);
    history_.add(event);
  }

  static std::span<const std::string_view> kind_words() {
    static const std::array<std::string_view, event_kinds> words = [] {
      std::array<std::string_view, event_kinds> all;
      for (int i = 0; i < event_kinds; ++i) {
        all[static_cast<std::size_t>(i)] = to_string(static_cast<EventKind>(i));
      }
      return all;
    }();
    return words;
  }

  EventIndex cause(const Field& field) const {
    const std::size_t events = history_.events().size();
    if (field.type != Field::Type::integer || field.integer >= events) {
      fail(field, fmt::format("the number of an earlier event, below {}", events));
    }
    return static_cast<EventIndex>(field.integer);
  }

  void require(std::uint32_t seen, std::span<const std::string_view> keys, std::size_t key,
               std::string_view what) const {
    if ((seen >> key & 1) == 0) {
      fail(1, fmt::format("expected the key \"{}\" in the {}", keys[key], what));
    }
  }

  void check_is_new(Symbol op, std::size_t column) {
    if (invokes_.size() < history_.symbols()) invokes_.resize(history_.symbols() * 2, no_event);
    if (invokes_[op] != no_event) {
      const Field text{.type = Field::Type::text, .text = std::string(history_.text(op))};
      fail(column,
           fmt::format("\"op\": expected an operation of its own, found {}, which event {} invoked",
                       found(text), invokes_[op]));
    }
    invokes_[op] = static_cast<EventIndex>(history_.events().size());
  }

  std::istream& in_;
  const std::string& name_;
  std::size_t line_ = 0;
  std::string text_;
  std::vector<Field> fields_;
  History history_;
  std::optional<std::uint64_t> expected_;
  std::vector<EventIndex> invokes_;
};

}  // namespace

History read_jsonl(std::istream& in, const std::string& name) { return Reader(in, name).read(); }

}  // namespace castaway::check
