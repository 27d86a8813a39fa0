#include "timeline.h"

#include <algorithm>

#include <fmt/format.h>

#include "cli/text.h"
#include "event_words.h"

namespace castaway::ci {

namespace {

using check::Event;
using check::EventKind;
using check::History;

constexpr std::size_t marks_width = 4;
/// What words get at least, as long as lanes can be narrower.
constexpr std::size_t words_width = 40;
constexpr std::size_t widest_lane = 9;
constexpr std::size_t narrowest_lane = 3;
constexpr std::size_t fewest_lanes = 4;
/// Of those that share a lane.
constexpr std::size_t most_named = 8;

class Drawing {
 public:
  Drawing(const History& history, const PointedAt& marked, std::size_t columns)
      : history_(history), marked_(marked), columns_(columns) {
    number_width_ = std::max<std::size_t>(5, std::to_string(history.events().size()).size());
    for (const Event& event : history.events()) {
      time_width_ = std::max(time_width_, time_of(event).size());
    }
    const std::size_t left = marks_width + number_width_ + 2 + time_width_ + 2;
    const std::size_t room = columns > left + words_width ? columns - left - words_width : 0;
    who_ = lanes_of(history, marked, std::max(room / narrowest_lane, fewest_lanes));
    std::size_t longest = 0;
    for (const std::string& lane : lanes_) longest = std::max(longest, width(lane));
    lane_width_ = std::clamp(room / std::max<std::size_t>(lanes_.size(), 1), narrowest_lane,
                             std::min(widest_lane, std::max<std::size_t>(longest + 2, 7)));
    staggered_ = (longest + lane_width_) / lane_width_;
  }

  std::string text() {
    std::string text = others() + head();
    for (check::EventIndex i = 0; i < history_.events().size();) {
      const check::EventIndex more = alike(i);
      text += row(i, more);
      i += 1 + more;
    }
    return text;
  }

 private:
  [[nodiscard]] static std::string time_of(const Event& event) {
    return to_string(event.at.time_since_epoch());
  }

  [[nodiscard]] std::size_t lane(std::string_view actor) const { return who_.of(actor); }

  /// Who shares a lane.
  [[nodiscard]] std::string others() const {
    if (who_.others.empty()) return "";
    std::vector<std::string> named(
        who_.others.begin(), who_.others.begin() + static_cast<std::ptrdiff_t>(
                                                       std::min(who_.others.size(), most_named)));
    if (who_.others.size() > most_named)
      named.push_back(fmt::format("{} more", grouped(who_.others.size() - most_named)));
    return wrap(fmt::format("{} others: ", who_.others.size()), listed(named), columns_);
  }

  /// How many events behind this one are the same of other idle ones, as when many servers start.
  [[nodiscard]] check::EventIndex alike(check::EventIndex first) const {
    const auto is_one = [&](check::EventIndex index) {
      const Event& event = history_[index];
      return event.kind == EventKind::process && event.at == history_[first].at &&
             event.detail == history_[first].detail && !marked_.contains(index) &&
             lane(actor_of(history_, event)) == lane(actor_of(history_, history_[first]));
    };
    if (who_.others.empty() || !who_.is_other(actor_of(history_, history_[first])) ||
        !is_one(first))
      return 0;
    check::EventIndex more = 0;
    while (first + more + 1 < history_.events().size() && is_one(first + more + 1)) ++more;
    return more;
  }

  /// Where narrow lanes leave no room for their names side by side, these stand on several lines.
  [[nodiscard]] std::string head() const {
    std::string text;
    for (std::size_t line = 0; line < staggered_; ++line) {
      const bool last = line + 1 == staggered_;
      std::string row = std::string(marks_width, ' ') +
                        pad_left(last ? "event" : "", number_width_) + "  " +
                        pad_left(last ? "time" : "", time_width_) + "  ";
      const std::size_t start = row.size();
      for (std::size_t i = 0; i < lanes_.size(); ++i) {
        row = pad(row, start + i * lane_width_);
        if (width(row) > start + i * lane_width_) continue;
        if (i % staggered_ == line) row += lanes_[i];
        if (i % staggered_ < line) row += '|';
      }
      row.erase(row.find_last_not_of(' ') + 1);
      text += styled(Style::bold, row) + '\n';
    }
    return text;
  }

  /// Whose doing it was, if a message came from somewhere else.
  [[nodiscard]] std::string_view from(const Event& event) const {
    switch (event.kind) {
      case EventKind::accept:
      case EventKind::reply_accept:
        return event.cause == check::no_event ? broker_lane
                                              : actor_of(history_, history_[event.cause]);
      case EventKind::confirm:
      case EventKind::deliver:
      case EventKind::reply_arrive:
        return broker_lane;
      default:
        return actor_of(history_, event);
    }
  }

  [[nodiscard]] std::string_view to(const Event& event) const {
    return event.kind == EventKind::settle ? broker_lane : actor_of(history_, event);
  }

  [[nodiscard]] std::string lanes(const Event* event) const {
    std::string picture(lanes_.size() * lane_width_, ' ');
    for (std::size_t i = 0; i < lanes_.size(); ++i) picture[i * lane_width_] = '|';
    if (event == nullptr) return picture;
    const std::size_t start = lane(from(*event));
    const std::size_t end = lane(to(*event));
    if (end == lanes_.size()) return picture;
    if (start == end || start == lanes_.size()) {
      picture[end * lane_width_] = '*';
      return picture;
    }
    const std::size_t a = start * lane_width_;
    const std::size_t b = end * lane_width_;
    for (std::size_t x = std::min(a, b); x <= std::max(a, b); ++x) picture[x] = '-';
    picture[a] = 'o';
    picture[b] = a < b ? '>' : '<';
    return picture;
  }

  /// `more`: of others that do the same.
  [[nodiscard]] std::string words_of(const Event& event, check::EventIndex more) const {
    const std::string words = short_words(history_, event);
    const std::string_view actor = actor_of(history_, event);
    if (more > 0) return fmt::format("{} and {} more: {}", actor, grouped(more), words);
    const bool has_lane = lane(actor) != lanes_.size() && !who_.is_other(actor);
    return has_lane ? words : std::string(actor) + ' ' + words;
  }

  [[nodiscard]] std::string row(check::EventIndex index, check::EventIndex more) const {
    const Event& event = history_[index];
    const auto mark = marked_.find(index);
    const bool is_marked = mark != marked_.end();
    const std::string left = pad(is_marked ? "!" + std::to_string(mark->second) : "", marks_width) +
                             pad_left(std::to_string(index), number_width_) + "  " +
                             pad_left(time_of(event), time_width_) + "  ";
    // The words are wrapped as if nothing but spaces stood before them, and get their lanes later.
    const std::size_t before = width(left) + lanes_.size() * lane_width_ + 1;
    const std::string words = wrap(std::string(before, ' '), words_of(event, more), columns_);
    std::string text;
    for (std::size_t at = 0; at < words.size();) {
      const std::size_t end = words.find('\n', at);
      const std::string margin =
          at == 0 ? left + lanes(&event) : std::string(width(left), ' ') + lanes(nullptr);
      // A line without words has no spaces before them either.
      const std::string said = words.substr(at, end - at);
      std::string line = margin + (said.size() < before ? "" : said.substr(before - 1));
      line.erase(line.find_last_not_of(' ') + 1);
      text += (is_marked ? styled(Style::red, line) : line) + '\n';
      at = end + 1;
    }
    return text;
  }

  const History& history_;
  const PointedAt& marked_;
  std::size_t columns_;
  Lanes who_ = {};
  const std::vector<std::string>& lanes_ = who_.names;
  std::size_t number_width_ = 0;
  std::size_t time_width_ = 4;
  std::size_t lane_width_ = 0;
  std::size_t staggered_ = 1;
};

}  // namespace

PointedAt pointed_at(const std::vector<Broken>& broken) {
  PointedAt marked;
  for (const Broken& one : broken) {
    if (one.roots.empty()) continue;
    int number = 0;
    for (const check::Step& step : one.roots.front().steps) {
      ++number;
      if (step.event != check::no_event) marked.try_emplace(step.event, number);
    }
  }
  return marked;
}

std::string timeline(const History& history, const PointedAt& marked, std::size_t columns) {
  return Drawing(history, marked, columns).text();
}

}  // namespace castaway::ci
