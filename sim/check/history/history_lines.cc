#include "history_lines.h"

#include <array>
#include <charconv>

#include "castaway/utf8.h"

#include "history_jsonl.h"

namespace castaway::check {

namespace {

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

void append_duration(std::string& out, std::string_view key, Duration value) {
  if (value == Duration::zero()) return;
  append_key(out, key);
  append_number(out, value.count());
}

void append_until(std::string& out, const Head& head) {
  if (head.until != never) append_duration(out, "until", head.until.time_since_epoch());
}

}  // namespace

void append_head(std::string& out, const Head& head, std::optional<std::size_t> events) {
  out += "{\"castaway-history\":";
  append_number(out, format_version);
  if (events.has_value()) {
    append_key(out, "events");
    append_number(out, *events);
    append_word(out, "ending", ending_words[static_cast<std::size_t>(head.ending)]);
  } else {
    append_key(out, "streamed");
    out += "true";
  }
  append_duration(out, "from", head.from.time_since_epoch());
  if (events.has_value()) append_until(out, head);
  append_duration(out, "slack", head.slack);
  append_duration(out, "skew", head.skew);
  if (head.quiet != never) {
    append_key(out, "quiet");
    append_number(out, head.quiet.time_since_epoch().count());
    append_key(out, "recovery");
    append_number(out, head.recovery.count());
  }
  if (head.wire) {
    append_key(out, "wire");
    out += "true";
  }
  if (head.seed != 0) {
    append_key(out, "seed");
    const std::string_view quote = head.seed > largest_exact ? "\"" : "";
    out += quote;
    append_number(out, head.seed);
    out += quote;
  }
  const auto text = [&](std::string_view key, std::string_view value) {
    if (value.empty()) return;
    append_key(out, key);
    append_quoted(out, to_utf8(value));
  };
  text("scenario", head.scenario);
  text("profile", head.profile);
  text("subject", head.subject);
  text("schedule", head.schedule);
  out += "}\n";
}

void append_actor(std::string& out, std::string_view name, const Actor& actor) {
  out += "{\"actor\":";
  append_quoted(out, name);
  append_word(out, "is", actor_words[static_cast<std::size_t>(actor.kind)]);
  append_duration(out, "skew", actor.skew);
  out += "}\n";
}

void append_event(std::string& out, const History& history, const Event& event, std::size_t first) {
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
  if (event.edge) append_word(out, "edge", to_string(*event.edge));
  text("name", event.name);
  append_duration(out, "length", event.length);
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
    append_number(out, first + event.cause);
  }
  if (event.digest != 0) append_hex(out, "digest", event.digest);
  if (event.deadline != never) {
    append_key(out, "deadline");
    append_number(out, event.deadline.time_since_epoch().count());
  }
  append_duration(out, "monitor", event.monitor);
  if (event.retry) {
    append_key(out, "retry");
    append_number(out, *event.retry);
  }
  out += "}\n";
}

void append_last(std::string& out, const Head& head, std::size_t events) {
  out += "{\"ending\":\"";
  out += ending_words[static_cast<std::size_t>(head.ending)];
  out += '"';
  append_until(out, head);
  append_key(out, "events");
  append_number(out, events);
  out += "}\n";
}

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

}  // namespace castaway::check
