#include "ledger.h"

#include <algorithm>

namespace castaway::soak {

Ledger::Ledger(Runtime& runtime, std::size_t capacity) : state_(runtime, "ledger") {
  state_.lock()->entries.resize(capacity);
}

std::optional<Ledger::Id> Ledger::begin(Kind kind) {
  auto state = state_.lock();
  if (state->begun == state->entries.size()) return std::nullopt;
  state->entries[state->begun].kind = kind;
  return state->begun++;
}

void Ledger::ran(Id id, std::size_t server) {
  auto state = state_.lock();
  Entry& entry = state->entries.at(id);
  ++state->runs.at(server);
  if (server == 0 && entry.first < 3) {
    ++entry.first;
  } else if (server == 1 && entry.second < 3) {
    ++entry.second;
  }
}

void Ledger::told(Id id, Told told) {
  auto state = state_.lock();
  state->entries.at(id).told = told;
  ++state->ended;
}

std::uint64_t Ledger::remembered_ids() {
  std::uint64_t sum = 0;
  for (const std::uint64_t runs : state_.lock()->runs) sum += std::min(runs, remembered_by_each);
  return sum;
}

void Ledger::count(const Entry& entry, Account& account) {
  const bool fanout = entry.kind == Kind::fanout;
  ++(fanout ? account.fanouts : entry.kind == Kind::cast ? account.casts : account.calls);
  const int ran = entry.first + entry.second;
  const int once_too_often = fanout ? std::max(entry.first, entry.second) : ran;
  if (once_too_often > 1) ++account.ran_twice;
  if (entry.told == Told::done) ++account.done;
  if (entry.told == Told::refused) {
    ++account.refused;
    if (ran > 0) ++account.ran_though_refused;
  }
  if (entry.told == Told::done && entry.kind == Kind::call && ran == 0)
    ++account.answered_though_it_never_ran;
}

Account Ledger::account() {
  Account account;
  auto state = state_.lock();
  for (std::size_t id = 0; id < state->begun; ++id) count(state->entries[id], account);
  account.in_doubt = state->ended - account.done - account.refused;
  return account;
}

}  // namespace castaway::soak
