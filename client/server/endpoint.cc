#include "castaway/endpoint.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace castaway {

nlohmann::json Method::operator()(const Object& ctxt, const Object& args) const {
  return body_(ctxt, args);
}

bool Method::expects(const std::exception& error) const {
  return std::any_of(expected_.begin(), expected_.end(),
                     [&](const auto& is_expected) { return is_expected(error); });
}

Method expose(Method method) {
  method.exposed_ = true;
  return method;
}

}  // namespace castaway
