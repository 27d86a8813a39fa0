#include "console.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>

#include <sys/ioctl.h>
#include <unistd.h>

#include "files/descriptor.h"
#include "signals.h"
#include "text.h"

namespace castaway::ci {

namespace {

using std::chrono::steady_clock;

constexpr auto patience = std::chrono::seconds(1);
constexpr auto progress_interval = std::chrono::milliseconds(100);

/// Narrower than this no drawing is one.
constexpr std::size_t fewest_columns = 40;
constexpr std::size_t most_columns = 1000;

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// https://no-color.org and https://force-color.org: set and not empty, whatever the value. As many
/// programs have it, FORCE_COLOR=0 forces nothing.
bool wants_colour(int descriptor) {
  if (!variable("NO_COLOR").empty()) return false;
  const std::string_view force = variable("FORCE_COLOR");
  if (!force.empty() && force != "0" && force != "false") return true;
  return isatty(descriptor) == 1 && variable("TERM") != "dumb";
}

std::size_t columns_of(int descriptor) {
  const std::string_view text = variable("COLUMNS");
  std::size_t columns = 0;
  winsize size = {};
  if (std::from_chars(text.data(), text.data() + text.size(), columns).ec != std::errc()) {
    columns = ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
  }
  return columns == 0 ? page_width : std::clamp(columns, fewest_columns, most_columns);
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
      columns_(columns_of(STDOUT_FILENO)),
      next_progress_(steady_clock::now() + patience) {}

void Console::say(std::string_view text) {
  clear_progress();
  if (nobody_reads_ || write_all(STDOUT_FILENO, rendered(text, colour_))) return;
  // A terminal that was closed answers with EIO, and so does a broken disk.
  if (errno == EPIPE || (errno == EIO && interrupted())) {
    nobody_reads_ = true;
    return interrupt();
  }
  throw OutputError("standard output cannot be written: " + reason());
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
