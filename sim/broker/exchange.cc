#include "exchange.h"

#include <algorithm>
#include <utility>

namespace castaway::sim {
namespace {

std::vector<std::string_view> words(std::string_view key) {
  std::vector<std::string_view> result;
  if (key.empty()) return result;
  for (std::size_t dot = 0; dot != std::string_view::npos;) {
    dot = key.find('.');
    result.push_back(key.substr(0, dot));
    if (dot != std::string_view::npos) key.remove_prefix(dot + 1);
  }
  return result;
}

bool has_wildcard(std::string_view key) {
  const std::vector<std::string_view> all = words(key);
  return std::any_of(all.begin(), all.end(),
                     [](std::string_view word) { return word == "*" || word == "#"; });
}

}  // namespace

bool topic_matches(std::string_view binding_key, std::string_view routing_key) {
  const std::vector<std::string_view> pattern = words(binding_key);
  const std::vector<std::string_view> key = words(routing_key);
  // After each word of the pattern: which beginnings of the key it can have described.
  std::vector<bool> described(key.size() + 1, false);
  described[0] = true;
  for (const std::string_view word : pattern) {
    if (word == "#") {
      for (std::size_t i = 1; i <= key.size(); ++i) described[i] = described[i] || described[i - 1];
      continue;
    }
    for (std::size_t i = key.size(); i > 0; --i) {
      described[i] = described[i - 1] && (word == "*" || word == key[i - 1]);
    }
    described[0] = false;
  }
  return described[key.size()];
}

Exchange::Exchange(amqp::ExchangeDeclare declaration) : declaration_(std::move(declaration)) {
  const amqp::FieldValue* const alternate = declaration_.arguments.find("alternate-exchange");
  if (alternate != nullptr) alternate_ = *alternate->get<std::string>();
}

Exchange::Bindings& Exchange::bindings_for(std::string_view key) {
  return declaration_.type == "topic" && has_wildcard(key) ? patterns_ : literal_;
}

void Exchange::bind(const Destination& to, Binding binding) {
  std::vector<Binding>& bindings = bound_[to];
  if (std::find(bindings.begin(), bindings.end(), binding) != bindings.end()) return;
  bindings_for(binding.key)[binding.key].insert(to);
  bindings.push_back(std::move(binding));
}

void Exchange::forget(const Destination& to, const std::string& key) {
  Bindings& bindings = bindings_for(key);
  const auto place = bindings.find(key);
  place->second.erase(place->second.find(to));
  if (place->second.empty()) bindings.erase(place);
}

bool Exchange::unbind(const Destination& to, const Binding& binding) {
  const auto bound = bound_.find(to);
  if (bound == bound_.end() || std::erase(bound->second, binding) == 0) return false;
  forget(to, binding.key);
  if (bound->second.empty()) bound_.erase(bound);
  return bound_.empty();
}

bool Exchange::unbind(const Destination& to) {
  const auto bound = bound_.extract(to);
  if (bound.empty()) return false;
  for (const Binding& each : bound.mapped()) forget(to, each.key);
  return bound_.empty();
}

void Exchange::route(std::span<const std::string_view> keys, const amqp::FieldTable* headers,
                     Routes& to) const {
  if (declaration_.type == "fanout") {
    for (const auto& [destination, bindings] : bound_) to.add(destination);
    return;
  }
  if (declaration_.type == "headers") {
    for (const auto& [destination, bindings] : bound_) {
      if (std::any_of(bindings.begin(), bindings.end(),
                      [&](const Binding& each) { return headers_match(each.arguments, headers); }))
        to.add(destination);
    }
    return;
  }
  const auto add = [&](const Destinations& all) {
    for (const Destination& each : all) to.add(each);
  };
  for (const std::string_view key : keys) {
    if (const auto exact = literal_.find(key); exact != literal_.end()) add(exact->second);
    for (const auto& [pattern, bound] : patterns_) {
      if (topic_matches(pattern, key)) add(bound);
    }
  }
}

}  // namespace castaway::sim
