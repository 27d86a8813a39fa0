// How crossings are shown: to people as a table, to programs as JSON lines.

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/text.h"
#include "crossings.h"

namespace castaway::ci {

namespace {

using scenario::Crossing;

constexpr std::size_t cell_width = 14;
constexpr std::size_t profile_width = 15;

Style style_of(Crossing::Result result) {
  switch (result) {
    case Crossing::Result::pass:
      return Style::green;
    case Crossing::Result::fail:
    case Crossing::Result::not_shown:
      return Style::red;
    case Crossing::Result::expected_fail:
    case Crossing::Result::interrupted:
      return Style::yellow;
    case Crossing::Result::not_applicable:
      break;
  }
  return Style::dim;
}

/// The expected failures are many, and the cells narrow.
std::string in_a_cell(std::string_view words) {
  if (words == "expected failure") return "expected";
  return words == "not applicable" ? "-" : std::string(words);
}

std::string cell(const ItemResult& simulated) {
  const bool fine = exit_code(simulated.mark) == ExitCode::fine;
  const Style style = simulated.mark == Mark::pass ? Style::green
                      : fine                       ? Style::yellow
                                                   : Style::red;
  return pad(styled(style, in_a_cell(crossing_words(simulated))), cell_width);
}

std::string cell(const Crossing& crossing) {
  return pad(styled(style_of(crossing.result), in_a_cell(to_string(crossing.result))), cell_width);
}

std::string trimmed(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line + '\n';
}

const std::string& name_of(const CrossingRow& row) {
  return row.simulated.item.selected->scenario.name;
}

/// Why each cell is what it is, where it does not go without saying; profiles with the same reasons
/// together.
std::string reasons(const std::vector<const CrossingRow*>& rows,
                    const std::vector<RealBroker>& brokers) {
  std::string text;
  for (std::size_t broker = 0; broker < brokers.size(); ++broker) {
    std::vector<std::pair<std::string, std::vector<std::string>>> said;  // what, and the profiles
    for (const CrossingRow* row : rows) {
      const Crossing& crossing = row->crossings[broker];
      if (crossing.reasons.empty()) continue;
      std::string what = fmt::format("{}: ", to_string(crossing.result));
      for (const std::string& reason : crossing.reasons)
        what += (&reason == &crossing.reasons.front() ? "" : "\n") + reason;
      auto known = std::ranges::find(said, what, [](const auto& each) { return each.first; });
      if (known == said.end()) known = said.insert(known, {what, {}});
      known->second.emplace_back(to_string(row->simulated.item.profile));
    }
    for (const auto& [what, profiles] : said)
      text += wrap(fmt::format("  {}, {}: ", brokers[broker].name(), listed(profiles)), what);
  }
  return text.empty() ? "" : name_of(*rows.front()) + '\n' + text;
}

nlohmann::ordered_json line_of(const CrossingRow& row, const std::string& transport,
                               std::string_view result, const std::vector<std::string>& reasons) {
  nlohmann::ordered_json line;
  line["scenario"] = name_of(row);
  line["path"] = row.simulated.item.selected->path;
  line["profile"] = to_string(row.simulated.item.profile);
  line["transport"] = transport;
  line["result"] = result;
  line["reasons"] = reasons;
  return line;
}

}  // namespace

std::string crossing_words(const ItemResult& simulated) {
  return simulated.mark == Mark::vacuous ? "not shown" : words(simulated.mark);
}

std::string crossing_table(const std::vector<CrossingRow>& rows,
                           const std::vector<RealBroker>& brokers) {
  std::size_t widest = 8;
  for (const CrossingRow& row : rows) widest = std::max(widest, width(name_of(row)));
  const std::size_t others = profile_width + cell_width * (brokers.size() + 1);
  const std::size_t name_width =
      std::min(widest, std::max<std::size_t>(24, page_width - std::min(page_width, others))) + 1;

  std::string head =
      pad("scenario", name_width) + pad("profile", profile_width) + pad("sim", cell_width);
  for (const RealBroker& broker : brokers)
    head += pad(cut(broker.name(), cell_width - 1), cell_width);
  std::string text = styled(Style::bold, trimmed(head));
  std::map<const Selected*, std::vector<const CrossingRow*>> by_scenario;
  std::vector<const Selected*> order;
  for (const CrossingRow& row : rows) {
    std::vector<const CrossingRow*>& of_it = by_scenario[row.simulated.item.selected];
    if (of_it.empty()) order.push_back(row.simulated.item.selected);
    std::string line = pad(of_it.empty() ? cut(name_of(row), name_width - 1) : "", name_width) +
                       pad(to_string(row.simulated.item.profile), profile_width) +
                       cell(row.simulated);
    for (const Crossing& crossing : row.crossings) line += cell(crossing);
    text += trimmed(std::move(line));
    of_it.push_back(&row);
  }
  text += "\nexpected: an expected failure. -: not applicable.\n";
  std::string why;
  for (const Selected* scenario : order) why += reasons(by_scenario[scenario], brokers);
  return why.empty() ? text : text + "\nReasons\n\n" + why;
}

void write_crossings(OutputFile& file, const std::vector<CrossingRow>& rows,
                     const std::vector<RealBroker>& brokers) {
  using Json = nlohmann::ordered_json;
  const auto write = [&](const Json& line) {
    file.write(line.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n');
  };
  for (const CrossingRow& row : rows) {
    write(line_of(row, "sim", crossing_words(row.simulated), row.simulated.report.reasons));
    for (std::size_t broker = 0; broker < brokers.size(); ++broker) {
      const Crossing& crossing = row.crossings[broker];
      write(line_of(row, brokers[broker].name(), to_string(crossing.result), crossing.reasons));
    }
  }
  file.close();
}

}  // namespace castaway::ci
