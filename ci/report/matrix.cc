#include "matrix.h"

#include <algorithm>

#include "cli/text.h"

namespace castaway::ci {

namespace {

constexpr std::size_t widest_column = 60;
constexpr std::size_t gap = 3;

Style style_of(Mark mark) {
  switch (mark) {
    case Mark::pass:
      return Style::green;
    case Mark::expected_fail:
    case Mark::interrupted:
      return Style::yellow;
    case Mark::fail:
    case Mark::vacuous:
    case Mark::inconclusive:
    case Mark::stale:
    case Mark::unfit:
    case Mark::broken:
      break;
  }
  return Style::red;
}

}  // namespace

Matrix::Matrix(const std::vector<Item>& items) {
  for (const Item& item : items) {
    if (std::find(profiles_.begin(), profiles_.end(), item.profile) == profiles_.end()) {
      profiles_.push_back(item.profile);
    }
    Section& section = sections_[item.selected->section];
    auto& scenarios = section.scenarios;
    if (std::find(scenarios.begin(), scenarios.end(), item.selected) == scenarios.end()) {
      scenarios.push_back(item.selected);
    }
    ++section.missing;
  }
  std::sort(profiles_.begin(), profiles_.end());
  for (const auto& [name, section] : sections_) {
    name_width_ = std::max(name_width_, width(name));
    count_width_ = std::max(count_width_, grouped(section.scenarios.size()).size());
    column_width_ = std::max(column_width_, section.scenarios.size());
  }
  const std::size_t room = page_width - name_width_ - count_width_ - 1;
  const std::size_t most =
      std::max<std::size_t>(room / std::max<std::size_t>(profiles_.size(), 1), 10 + gap) - gap;
  std::size_t widest_name = 7;
  for (const scenario::SubjectProfile profile : profiles_)
    widest_name = std::max(widest_name, to_string(profile).size());
  column_width_ =
      std::clamp(column_width_, widest_name, std::max(widest_name, std::min(most, widest_column)));
}

std::string Matrix::head() const {
  if (profiles_.size() < 2) return "";
  std::string line(name_width_ + 1 + count_width_, ' ');
  for (const scenario::SubjectProfile profile : profiles_) {
    line += std::string(gap, ' ') + pad(to_string(profile), column_width_);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + '\n';
}

std::string Matrix::add(const ItemResult& result) {
  const std::string& name = result.item.selected->section;
  Section& section = sections_.at(name);
  section.marks.insert_or_assign({result.item.selected, result.item.profile}, result.mark);
  return --section.missing == 0 ? lines(name, section) : "";
}

std::string Matrix::lines(const std::string& name, const Section& section) const {
  std::string text;
  for (std::size_t from = 0; from < section.scenarios.size(); from += column_width_) {
    std::string line = from > 0 ? std::string(name_width_ + 1 + count_width_, ' ')
                                : pad(name, name_width_) + ' ' +
                                      pad_left(grouped(section.scenarios.size()), count_width_);
    const std::size_t to = std::min(from + column_width_, section.scenarios.size());
    for (const scenario::SubjectProfile profile : profiles_) {
      std::string column;
      for (std::size_t i = from; i < to; ++i) {
        const auto mark = section.marks.find({section.scenarios[i], profile});
        column += mark == section.marks.end()
                      ? " "
                      : styled(style_of(mark->second), std::string(1, letter(mark->second)));
      }
      line += std::string(gap, ' ') + pad(column, column_width_);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

}  // namespace castaway::ci
