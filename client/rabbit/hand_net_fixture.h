#pragma once
// HandNet: a network of pipes that a test turns by hand, one handler at a time, in a time of its
// own. It calls all that waited for a pipe when that is closed, as a Net may.

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "castaway/rabbit_net.h"

namespace castaway::rabbit {

/// Here nothing waits.
class HandRuntime final : public Runtime {
 public:
  [[nodiscard]] TimePoint now() const override { return now_; }
  [[nodiscard]] CalendarTime calendar() const override { return {}; }
  void sleep_until(TimePoint) override { throw std::logic_error("nobody sleeps here"); }
  void checkpoint(std::string_view) override {}
  [[nodiscard]] std::unique_ptr<Signal> make_signal(std::string_view) override {
    struct Unheard final : Signal {
      [[nodiscard]] Ticket ticket() const override { return 0; }
      void notify() override {}
      bool wait(Ticket, TimePoint) override { throw std::logic_error("nobody waits here"); }
    };
    return std::make_unique<Unheard>();
  }
  [[nodiscard]] std::unique_ptr<Task> spawn(std::string, std::function<void()>) override {
    throw std::logic_error("no task runs here");
  }
  [[nodiscard]] std::uint64_t random_bits(std::string_view) override { return 1; }

  void set(TimePoint now) { now_ = now; }

 private:
  TimePoint now_ = {};
};

class HandNet final : public Net {
 public:
  /// A connection that was made.
  struct Pipe {
    std::string host = {};
    std::size_t width = 0;           ///< bytes that it moves at a time, and holds on their way up
    std::string up = {}, down = {};  ///< bytes on their way to the host, and from it
    bool ended = false;              ///< by the host
    bool closed = false;             ///< by the client
    const Line* line = nullptr;      ///< the client's
    std::vector<Line::Handler> readable = {}, writable = {};  ///< what waits for that
  };

  explicit HandNet(HandRuntime& runtime) : runtime_(runtime) {}
  ~HandNet() override {
    for (const auto& pipe : pipes) pipe->readable = pipe->writable = {};
    ready_.clear();
    timers_.clear();
  }
  HandNet(const HandNet&) = delete;
  HandNet& operator=(const HandNet&) = delete;

  [[nodiscard]] std::unique_ptr<Line> make_line() override;
  [[nodiscard]] std::int64_t process_id() const override { return 42; }

  std::size_t width = 4096;                   ///< of pipes to come
  std::set<std::string> refuse = {};          ///< hosts that refuse connections
  std::set<std::string> silent = {};          ///< hosts that nothing reaches
  std::deque<std::shared_ptr<Pipe>> pipes{};  ///< by age
  int lines = 0;                              ///< that there are

  /// Runs handlers until none is ready. `others` then has its turn, until it has nothing to do.
  void run(const std::function<bool()>& others);
  /// As run(), while time passes.
  void pass(Duration time, const std::function<bool()>& others);

 private:
  class HandLine;
  class PipeStream;
  struct Timer {
    TimePoint due = {};
    Line::Handler handler = {};
  };
  void ready(const Line* line, Line::Handler handler) {
    ready_.emplace_back(line, std::move(handler));
  }
  void look_at_pipes();

  HandRuntime& runtime_;
  std::deque<std::pair<const Line*, Line::Handler>> ready_ = {};
  std::map<const Line*, Timer> timers_ = {};
  const Line* acting_ = nullptr;  ///< whose handler runs
};

class HandNet::PipeStream final : public Stream {
 public:
  explicit PipeStream(std::shared_ptr<Pipe> pipe) : pipe_(std::move(pipe)) {}

  Result read(std::span<char> to) override {
    std::string& from = pipe_->down;
    if (from.empty() && !pipe_->ended) return {.state = State::wait_readable};
    if (from.empty()) return {.state = State::over, .why = "the pipe has ended"};
    const std::size_t size = std::min({from.size(), to.size(), pipe_->width});
    std::copy_n(from.begin(), size, to.begin());
    from.erase(0, size);
    return {.size = size, .more = !from.empty()};
  }
  Result write(std::span<const iovec> pieces) override {
    if (pipe_->ended) return {.state = State::over, .why = "the pipe is broken"};
    const std::size_t before = pipe_->up.size();
    for (const iovec& piece : pieces) {
      const std::size_t room = pipe_->width - pipe_->up.size();
      pipe_->up.append(static_cast<const char*>(piece.iov_base), std::min(room, piece.iov_len));
    }
    if (pipe_->up.size() == before) return {.state = State::wait_writable};
    return {.size = pipe_->up.size() - before};
  }

 private:
  const std::shared_ptr<Pipe> pipe_;
};

class HandNet::HandLine final : public Line {
 public:
  explicit HandLine(HandNet& net) : net_(net) { ++net_.lines; }
  ~HandLine() override { --net_.lines; }
  HandLine(const HandLine&) = delete;
  HandLine& operator=(const HandLine&) = delete;

  void post(Handler handler) override { net_.ready(this, std::move(handler)); }
  [[nodiscard]] bool inside() const override { return net_.acting_ == this; }

  void connect(const RabbitHost& host, std::function<void(Connected)> done) override {
    if (net_.silent.contains(host.hostname)) return;
    if (net_.refuse.contains(host.hostname))
      return post([done = std::move(done)] { done({.why_not = "refused"}); });
    pipe_ = std::make_shared<Pipe>(Pipe{.host = host.hostname, .width = net_.width, .line = this});
    net_.pipes.push_back(pipe_);
    post([pipe = pipe_, done = std::move(done)] {
      done({.stream = std::make_unique<PipeStream>(pipe)});
    });
  }
  void wait_readable(Handler handler) override { pipe_->readable.push_back(std::move(handler)); }
  void wait_writable(Handler handler) override { pipe_->writable.push_back(std::move(handler)); }
  void close() override {
    const auto pipe = std::exchange(pipe_, nullptr);
    if (!pipe) return;
    pipe->closed = true;
    for (auto* waiting : {&pipe->readable, &pipe->writable})
      for (Handler& handler : std::exchange(*waiting, {})) post(std::move(handler));
  }

  void start_timer(Duration length, Handler handler) override {
    net_.timers_[this] = {.due = net_.runtime_.now() + length, .handler = std::move(handler)};
  }
  void cancel_timer() override { net_.timers_.erase(this); }

 private:
  HandNet& net_;
  std::shared_ptr<Pipe> pipe_ = {};
};

inline std::unique_ptr<Line> HandNet::make_line() { return std::make_unique<HandLine>(*this); }

inline void HandNet::look_at_pipes() {
  for (const auto& pipe : pipes) {
    const bool readable = pipe->ended || !pipe->down.empty();
    const bool writable = pipe->ended || pipe->up.size() < pipe->width;
    if (readable)
      for (auto& handler : std::exchange(pipe->readable, {})) ready(pipe->line, std::move(handler));
    if (writable)
      for (auto& handler : std::exchange(pipe->writable, {})) ready(pipe->line, std::move(handler));
  }
}

inline void HandNet::run(const std::function<bool()>& others) {
  do {
    for (look_at_pipes(); !ready_.empty(); look_at_pipes()) {
      const auto [line, handler] = std::move(ready_.front());
      ready_.pop_front();
      acting_ = line;
      handler();
      acting_ = nullptr;
    }
  } while (others());
}

inline void HandNet::pass(Duration time, const std::function<bool()>& others) {
  const TimePoint end = runtime_.now() + time;
  for (run(others);; run(others)) {
    const auto next = std::min_element(timers_.begin(), timers_.end(), [](auto& a, auto& b) {
      return a.second.due < b.second.due;
    });
    if (next == timers_.end() || next->second.due > end) break;
    runtime_.set(next->second.due);
    ready(next->first, std::move(next->second.handler));
    timers_.erase(next);
  }
  runtime_.set(end);
}

}  // namespace castaway::rabbit
