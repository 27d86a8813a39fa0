#include "history_jsonl.h"

#include <array>
#include <charconv>
#include <ostream>

#include "castaway/check/history.h"
#include "castaway/utf8.h"

namespace castaway::check {

namespace {

constexpr std::size_t flush_at = 1 << 16;

void append_number(std::string& out, auto number, int base = 10) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base);
  out.append(digits.data(), end.ptr);
}

void append_key(std::string& out, std::string_view key) {
  out += ",\"";
  out += key;
  out += "\":";
}

void append_word(std::string& out, std::string_view key, std::string_view word) {
  append_key(out, key);
  out += '"';
  out += word;
  out += '"';
}

void append_hex(std::string& out, std::string_view key, std::uint64_t number) {
  std::string digits;
  append_number(digits, number, 16);
  append_word(out, key, std::string(16 - digits.size(), '0') + digits);
}

void append_head(std::string& out, const History& history) {
  out += "{\"castaway-history\":";
  append_number(out, format_version);
  append_key(out, "events");
  append_number(out, history.events().size());
  append_word(out, "ending", ending_words[static_cast<std::size_t>(history.ending)]);
  const auto duration = [&](std::string_view key, Duration value) {
    if (value == Duration::zero()) return;
    append_key(out, key);
    append_number(out, value.count());
  };
  duration("from", history.from.time_since_epoch());
  if (history.until != never) duration("until", history.until.time_since_epoch());
  duration("slack", history.slack);
  duration("skew", history.skew);
  if (history.quiet != never) {
    append_key(out, "quiet");
    append_number(out, history.quiet.time_since_epoch().count());
    append_key(out, "recovery");
    append_number(out, history.recovery.count());
  }
  if (history.seed != 0) {
    append_key(out, "seed");
    const std::string_view quote = history.seed > largest_exact ? "\"" : "";
    out += quote;
    append_number(out, history.seed);
    out += quote;
  }
  const auto text = [&](std::string_view key, std::string_view value) {
    if (value.empty()) return;
    append_key(out, key);
    append_quoted(out, to_utf8(value));
  };
  text("scenario", history.scenario);
  text("profile", history.profile);
  text("subject", history.subject);
  text("schedule", history.schedule);
  out += "}\n";
}

void append_actor(std::string& out, const History& history, Symbol symbol, const Actor& actor) {
  out += "{\"actor\":";
  append_quoted(out, history.text(symbol));
  append_word(out, "is", actor_words[static_cast<std::size_t>(actor.kind)]);
  if (actor.skew != Duration::zero()) {
    append_key(out, "skew");
    append_number(out, actor.skew.count());
  }
  out += "}\n";
}

void append_event(std::string& out, const History& history, const Event& event) {
  const auto text = [&](std::string_view key, Symbol symbol) {
    if (symbol == 0) return;
    append_key(out, key);
    append_quoted(out, history.text(symbol));
  };
  out += "{\"at\":";
  append_number(out, event.at.time_since_epoch().count());
  append_word(out, "kind", to_string(event.kind));
  text("actor", event.actor);
  text("task", event.task);
  text("op", event.op);
  if (event.operation != OperationKind::none) {
    append_word(out, "operation", operation_words[static_cast<std::size_t>(event.operation)]);
  }
  text("method", event.method);
  text("topic", event.topic);
  if (event.detail != Detail::none) append_word(out, "detail", to_string(event.detail));
  text("name", event.name);
  if (event.length != Duration::zero()) {
    append_key(out, "length");
    append_number(out, event.length.count());
  }
  text("text", event.text);
  if (event.effect != Effect::unknown) {
    append_word(out, "effect", effect_words[static_cast<std::size_t>(event.effect)]);
  }
  if (event.copy != 0) {
    append_key(out, "copy");
    append_number(out, event.copy);
  }
  if (event.attempt != 0) {
    append_key(out, "attempt");
    append_number(out, event.attempt);
  }
  if (event.redelivered) {
    append_key(out, "redelivered");
    out += "true";
  }
  if (event.suspect) {
    append_key(out, "suspect");
    out += "true";
  }
  if (event.cause != no_event) {
    append_key(out, "cause");
    append_number(out, event.cause);
  }
  if (event.digest != 0) append_hex(out, "digest", event.digest);
  if (event.deadline != never) {
    append_key(out, "deadline");
    append_number(out, event.deadline.time_since_epoch().count());
  }
  if (event.monitor != Duration::zero()) {
    append_key(out, "monitor");
    append_number(out, event.monitor.count());
  }
  out += "}\n";
}

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  for (const char character : text) {
    const auto code = static_cast<unsigned char>(character);
    if (character == '"' || character == '\\') {
      out += '\\';
      out += character;
    } else if (code < 0x20 || code == 0x7f) {
      out += "\\u00";
      out += hex[code >> 4];
      out += hex[code & 15];
    } else {
      out += character;
    }
  }
  out += '"';
}

void write_jsonl(std::ostream& out, const History& history) {
  std::string buffer;
  append_head(buffer, history);
  for (const auto& [symbol, actor] : history.actors) append_actor(buffer, history, symbol, actor);
  for (const Event& event : history.events()) {
    append_event(buffer, history, event);
    if (buffer.size() < flush_at) continue;
    out.write(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    buffer.clear();
  }
  out.write(buffer.data(), static_cast<std::streamsize>(buffer.size()));
}

}  // namespace castaway::check
