// Values of a scenario, and the long texts in them.

#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "lint.h"
#include "run/long_texts.h"

namespace castaway::scenario {

void Linter::look_at_texts(const At& at, const nlohmann::json& value) {
  if (const nlohmann::json* length = text_of_in(value)) {
    if (length->is_number_unsigned() && length->get<std::uint64_t>() <= longest_text) return;
    return complain(at / text_of,
                    fmt::format("a text of so many bytes: an integer from 0 to {}", longest_text));
  }
  if (value.is_object()) {
    for (const auto& [key, each] : value.items()) look_at_texts(at / key, each);
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) look_at_texts(at / i, value[i]);
  }
}

}  // namespace castaway::scenario
