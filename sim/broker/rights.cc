#include "rights.h"

#include <array>
#include <cstddef>
#include <stdexcept>

#include <boost/regex.hpp>
#include <fmt/format.h>

namespace castaway::sim {

struct UserRights::Patterns {
  std::array<boost::regex, 3> of;  ///< by To
};

namespace {

boost::regex pattern(std::string_view right, const std::string& text) {
  try {
    // As in RabbitMQ, no pattern is the one of the empty name.
    return boost::regex(text.empty() ? "^$" : text);
  } catch (const boost::regex_error& error) {
    throw std::invalid_argument(fmt::format("The right to {}: \"{}\" is no regular expression: {}",
                                            right, text, error.what()));
  }
}

}  // namespace

UserRights::UserRights(const Rights& rights)
    : patterns_(std::make_shared<const Patterns>(
          Patterns{{pattern("configure", rights.configure), pattern("write", rights.write),
                    pattern("read", rights.read)}})) {}

bool UserRights::allow(To what, std::string_view name) const {
  return boost::regex_search(name.begin(), name.end(),
                             patterns_->of.at(static_cast<std::size_t>(what)));
}

}  // namespace castaway::sim
