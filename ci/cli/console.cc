#include "console.h"

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <unistd.h>

#include "text.h"

namespace castaway::ci {

namespace {

using std::chrono::steady_clock;

constexpr auto patience = std::chrono::seconds(1);
constexpr auto progress_interval = std::chrono::milliseconds(100);

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

bool wants_colour(int descriptor) {
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal != nullptr && std::string_view(terminal) == "dumb";
  return isatty(descriptor) == 1 && !dumb && !is_set("NO_COLOR");
}

std::string_view escape(Style style) {
  switch (style) {
    case Style::plain:
      return "\033[0m";
    case Style::bold:
      return "\033[1m";
    case Style::dim:
      return "\033[2m";
    case Style::red:
      return "\033[1;31m";
    case Style::green:
      return "\033[32m";
    case Style::yellow:
      return "\033[33m";
  }
  return "";
}

bool is_style(char c) {
  return c >= static_cast<char>(Style::plain) && c <= static_cast<char>(Style::yellow);
}

/// A control character of the upper half: two bytes of UTF-8, and some terminals obey it.
bool is_upper_control(std::string_view text, std::size_t at) {
  return text[at] == '\xc2' && at + 1 < text.size() &&
         static_cast<unsigned char>(text[at + 1]) < 0xa0;
}

/// Whether all of it could be written; errno says why not.
bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

std::string rendered(std::string_view text, bool colour) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_style(c)) {
      if (colour) result += escape(static_cast<Style>(c));
    } else if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == '\x7f') {
      result += '?';
    } else if (is_upper_control(text, i)) {
      result += '?';
      ++i;
    } else {
      result += c;
    }
  }
  return result;
}

Console::Console()
    : colour_(wants_colour(STDOUT_FILENO)),
      complaint_colour_(wants_colour(STDERR_FILENO)),
      shows_progress_(isatty(STDERR_FILENO) == 1),
      next_progress_(steady_clock::now() + patience) {}

void Console::say(std::string_view text) {
  clear_progress();
  if (write_all(STDOUT_FILENO, rendered(text, colour_))) return;
  throw OutputError("standard output cannot be written: " + std::generic_category().message(errno));
}

void Console::complain(std::string_view text) {
  clear_progress();
  // Where standard error is closed there is nobody left to tell.
  static_cast<void>(write_all(STDERR_FILENO, rendered(text, complaint_colour_) + '\n'));
}

void Console::progress(std::string_view text) {
  const auto now = steady_clock::now();
  if (!shows_progress_ || now < next_progress_) return;
  next_progress_ = now + progress_interval;
  progress_shown_ = true;
  static_cast<void>(write_all(STDERR_FILENO, "\r\033[K" + rendered(cut(text, 79), false)));
}

void Console::clear_progress() {
  if (!progress_shown_) return;
  progress_shown_ = false;
  static_cast<void>(write_all(STDERR_FILENO, "\r\033[K"));
}

}  // namespace castaway::ci
