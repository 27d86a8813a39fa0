#include "pipe.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace castaway::sim {
namespace {

/// Of how many parts a piece may be some: decision k > 0 moves k of them, 0 moves all.
constexpr std::uint64_t parts = 8;
constexpr Ratio chance_of_a_cut = {1, 16};

/// After which what is left of a piece follows: longer than a client takes to notice that its link
/// was cut, so that it may have half a frame by then.
constexpr Duration between_pieces = 1ms;

}  // namespace

Pipe::Pipe(const Station& station, std::string name, std::function<void()> changed)
    : station_(station), name_(std::move(name)), changed_(std::move(changed)) {
  const auto connect = [this](const Login& login, ClientEvents& events) {
    return station_.network.connect({.id = station_.id,
                                     .process = station_.process,
                                     .name = login.connection_name,
                                     .user = login.user,
                                     .virtual_host = login.virtual_host},
                                    events);
  };
  // The network finds out who is silent: a run without heartbeats has an end.
  session_ = std::make_unique<Session>(
      SessionSettings{.heartbeat = 0}, connect,
      [this] {
        // A cut does not wait for the next piece.
        if (session_->was_cut()) station_.scheduler.cancel(std::exchange(moves_down_, 0));
        schedule(moves_down_, station_.scheduler.now(), &Pipe::move_down);
        if (full_ && session_->wants_bytes()) {
          full_ = false;
          schedule(moves_up_, station_.scheduler.now(), &Pipe::move_up);
        }
      },
      station_.scheduler.now());
}

Pipe::~Pipe() {
  for (const Scheduler::EventId event : {moves_up_, moves_down_, advances_})
    station_.scheduler.cancel(event);
}

void Pipe::write(std::string_view bytes) {
  up_.append(bytes);
  schedule(moves_up_, station_.scheduler.now(), &Pipe::move_up);
}

void Pipe::close() {
  if (std::exchange(closed_, true)) return;
  arrived_.clear();
  schedule(moves_up_, station_.scheduler.now(), &Pipe::move_up);
}

void Pipe::schedule(Scheduler::EventId& event, TimePoint when, void (Pipe::*act)()) {
  if (event != 0 || when == never) return;
  event = station_.scheduler.at(when, EventClass::message, 0, [this, &event, act] {
    event = 0;
    (this->*act)();
  });
}

TimePoint Pipe::next_piece() const {
  return deadline_after(station_.scheduler.now(), between_pieces);
}

std::size_t Pipe::piece(const char* direction, std::uint64_t& pieces, std::size_t size) {
  const std::uint64_t part =
      station_.decisions.decide({.name = fmt::format("{}/{}/{}", name_, direction, ++pieces),
                                 .bound = parts,
                                 .deviate = chance_of_a_cut});
  return part == 0 ? size : std::max<std::size_t>(1, size * part / parts);
}

void Pipe::move_up() {
  if (!up_.empty() && !ended_) {
    const std::size_t size = piece("up", pieces_up_, up_.size());
    const std::string bytes = up_.substr(0, size);
    const std::size_t taken = session_->receive(bytes, station_.scheduler.now());
    up_.erase(0, taken);
    wake();
    full_ = taken < size;
    if (full_) return;
    if (!up_.empty()) return schedule(moves_up_, next_piece(), &Pipe::move_up);
  }
  if (closed_) {
    session_->ended();
    return end();
  }
  changed_();
}

void Pipe::move_down() {
  if (session_->was_cut()) {
    end();
    return changed_();
  }
  down_ += session_->take_output();
  if (!down_.empty() && !closed_) {
    const std::size_t size = piece("down", pieces_down_, down_.size());
    arrived_ += down_.substr(0, size);
    down_.erase(0, size);
  }
  if (session_->over() && down_.empty()) end();
  if (!down_.empty() && !ended_) schedule(moves_down_, next_piece(), &Pipe::move_down);
  wake();
  if (!closed_) changed_();
}

void Pipe::advance() {
  session_->advance(station_.scheduler.now());
  wake();
}

void Pipe::wake() {
  station_.scheduler.cancel(std::exchange(advances_, 0));
  if (!ended_) schedule(advances_, session_->next(), &Pipe::advance);
}

void Pipe::end() {
  ended_ = true;
  up_.clear();
  down_.clear();
}

}  // namespace castaway::sim
