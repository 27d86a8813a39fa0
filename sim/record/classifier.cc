#include "castaway/sim/classifier.h"

#include <algorithm>
#include <utility>

#include <fmt/compile.h>
#include <fmt/format.h>

#include "castaway/amqp/transport_words.h"
#include "castaway/check/history.h"
#include "castaway/envelope.h"
#include "castaway/sim/mask_ids.h"

#include "conventions.h"
#include "message_ids.h"

namespace castaway::sim {

namespace {

/// Whether a body may say that it is not the last reply: most do not even look like it.
bool looks_like_heartbeat(std::string_view body) {
  constexpr std::string_view key = "ending";
  for (std::size_t at = body.find(key); at != std::string_view::npos; at = body.find(key, at + 1)) {
    const std::size_t value = body.find_first_not_of("\\\": ", at + key.size());
    if (value != std::string_view::npos && body.compare(value, 5, "false") == 0) return true;
  }
  return false;
}

/// As the library reads it.
bool is_heartbeat(const Seen& seen) {
  if (!looks_like_heartbeat(seen.body)) return false;
  try {
    return !decode_reply(seen.message()).ending;
  } catch (const DecodeError&) {
    return false;
  }
}

}  // namespace

Classified Classifier::classify(const amqp::Publication& publication, const std::string& process) {
  return classify({.process = process,
                   .exchange = publication.exchange,
                   .routing_key = publication.routing_key,
                   .body = publication.message.body,
                   .properties = &publication.message.properties,
                   .message = [&] { return amqp::to_transport(publication.message); }});
}

Classified Classifier::classify(const Publication& publication, const std::string& process) {
  return classify({.process = process,
                   .exchange = publication.exchange,
                   .routing_key = publication.routing_key,
                   .body = publication.message.body,
                   .message = [&] { return publication.message; }});
}

Classified Classifier::classify(const Seen& seen) {
  Classified message{.request = !seen.exchange.empty(), .op = find_by_body(seen.body)};
  if (!message.op) message.op = stranger(seen, message.request);
  if (!message.op) {
    message.attempt = 1;
    message.name = name_of_stranger(seen);
    return message;
  }
  Operation& op = *message.op;
  if (message.request && op.msg_id.empty() && op.client == seen.process) learn_msg_id(seen, op);
  message.heartbeat = !message.request && is_heartbeat(seen);
  message.attempt = message.request     ? ++op.requests
                    : message.heartbeat ? ++op.heartbeats
                                        : ++op.replies;
  message.name = op.origin == Origin::wire ? name_of_stranger(seen)
                                           : fmt::format(FMT_COMPILE("{}/{}/{}"), op.name,
                                                         message.request     ? "request"
                                                         : message.heartbeat ? "heartbeat"
                                                                             : "reply",
                                                         message.attempt);
  return message;
}

/// A cast has no msg_id. If its request carries one all the same, replies to it are the cast's.
void Classifier::learn_msg_id(const Seen& seen, const Operation& op) {
  if (op.kind != check::OperationKind::cast && op.kind != check::OperationKind::fanout) return;
  for_each_id(seen.body, [&](std::string_view id) {
    const bool is_new = find(id) == nullptr;
    if (is_new) know(id, find_named(op.name));
    return !is_new;
  });
}

OperationPtr Classifier::stranger(const Seen& seen, bool& request) {
  Convention convention = convention_of(seen);
  request = false;
  if (OperationPtr call = find(convention.answers)) return call;
  request = convention.request;
  if (!request) return nullptr;
  for (const std::string& id : convention.ids) {
    if (OperationPtr op = find(id)) return op;
  }
  for (const std::string& id : convention.bare_ids) {
    OperationPtr op = find(id);
    if (op && op->origin == Origin::reported && op->client == seen.process) return op;
  }
  // A client may say something new each time, so the names are bounded.
  const bool is_new = named_.size() >= most_stems && !named_.contains(convention.stem);
  std::string name;
  do {
    name = next_name("", is_new ? "message" : convention.stem);
  } while (find_named(name) != nullptr);
  const OperationPtr op = named(name);
  op->origin = Origin::wire;
  op->method = std::move(convention.method);
  op->kind = convention.kind;
  op->client = seen.process;
  op->bare_ids = std::move(convention.bare_ids);
  for (const std::string& id : convention.ids) know(id, op);
  for (const std::string& id : op->bare_ids) by_bare_id_.emplace(id, op);
  return op;
}

std::string Classifier::name_of_stranger(const Seen& seen) {
  const std::string what =
      fmt::format("{}/message/{}/{}/{:016x}", seen.process, mask_ids(seen.exchange),
                  mask_ids(seen.routing_key), check::digest(mask_ids(seen.body)));
  const auto [known, is_new] = strangers_.try_emplace(what);
  if (const auto old = old_strangers_.find(what); is_new && old != old_strangers_.end())
    known->second = old->second;
  return fmt::format("{}/{}", what, ++known->second);
}

std::string Classifier::next_name(const std::string& task, const std::string& stem) {
  if (auto given = next_names_.extract(task); !given.empty()) return given.mapped();
  return fmt::format(FMT_COMPILE("{}#{}"), stem, named_[stem]++);
}

const OperationPtr& Classifier::named(std::string_view name) {
  const auto found = by_name_.find(name);
  if (found != by_name_.end()) return found->second;
  const auto op = std::make_shared<Operation>();
  op->name = name;
  op->number = ++made_;
  return by_name_.emplace(name, op).first->second;
}

OperationPtr Classifier::find_named(std::string_view name) const {
  const auto alias = aliases_.find(name);
  const auto found = alias == aliases_.end() ? by_name_.find(name) : by_name_.find(alias->second);
  return found == by_name_.end() ? nullptr : found->second;
}

void Classifier::know(std::string_view id, const OperationPtr& op) {
  if (id.empty() || id.size() > longest_id || op->ids.size() >= most_ids) return;
  const auto [known, is_new] = by_id_.emplace(id, op);
  if (!is_new) return;
  op->ids.emplace_back(id);
  if (!is_id(id)) has_odd_ids_ = true;
}

OperationPtr Classifier::find(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

OperationPtr Classifier::find_bare(std::string_view id, std::string_view process) const {
  auto [one, last] = by_bare_id_.equal_range(id);
  for (; one != last; ++one) {
    if (one->second->waits_in(process) || one->second->client == process) return one->second;
  }
  return nullptr;
}

OperationPtr Classifier::find_by_body(std::string_view body) const {
  OperationPtr op;
  const auto is_unknown = [&](std::string_view id) {
    op = find(id);
    return op == nullptr;
  };
  for_each_id(body, is_unknown);
  if (op == nullptr && has_odd_ids_) for_each_id_text(body, is_unknown);
  return op;
}

void Classifier::damaged(const Classified& message, std::string_view body) {
  if (message.op == nullptr) return;
  for_each_id(body, [&](std::string_view id) {
    know(id, message.op);
    return true;
  });
}

std::vector<OperationPtr> Classifier::operations() const {
  std::vector<OperationPtr> all;
  all.reserve(by_name_.size());
  for (const auto& [name, op] : by_name_) all.push_back(op);
  std::ranges::sort(all, {}, &Operation::number);
  return all;
}

void Classifier::forget_before(check::EventIndex first) {
  old_strangers_ = std::exchange(strangers_, {});
  if (by_name_.size() < many_operations_) return;
  std::erase_if(by_name_, [&](const auto& entry) {
    const OperationPtr op = entry.second;
    op->forget_before(first);
    const std::size_t known_by = op->ids.size() + op->bare_ids.size();
    const auto ours = static_cast<long>(known_by + 2);  // with its name, and here
    if (!is_before(op->latest, first) || op.use_count() > ours) return false;
    for (const std::string& id : op->ids) by_id_.erase(id);
    for (const std::string& id : op->bare_ids) {
      auto [one, last] = by_bare_id_.equal_range(id);
      by_bare_id_.erase(std::find_if(one, last, [&](const auto& e) { return e.second == op; }));
    }
    return true;
  });
  std::erase_if(aliases_, [&](const auto& alias) { return !by_name_.contains(alias.second); });
  many_operations_ = 2 * by_name_.size() + few_operations;
}

}  // namespace castaway::sim
