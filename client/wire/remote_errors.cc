#include "castaway/remote_errors.h"

namespace castaway {
namespace {

/// Python 2 had another name for it.
const std::string& name_of(const std::string& module) {
  static const std::string builtins = "builtins";
  return module == "exceptions" ? builtins : module;
}

}  // namespace

RemoteErrorTypes& RemoteErrorTypes::add(const std::string& module, const std::string& class_name,
                                        Raise raise) {
  types_.insert_or_assign({name_of(module), class_name}, std::move(raise));
  return *this;
}

void RemoteErrorTypes::raise(const Failure& failure) const {
  const auto type = types_.find({name_of(failure.module), failure.class_name});
  if (type != types_.end()) type->second(failure);
  throw RemoteError(failure);
}

}  // namespace castaway
