#include "castaway/sim/piped_transport.h"

#include <algorithm>
#include <list>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "castaway/rabbit_net.h"

#include "pipe.h"

namespace castaway::sim {
namespace {

using rabbit::Line;
using rabbit::Stream;

/// Runs the handlers of one line, each as an event of its own, while their process is alive and
/// awake.
class Sequence final {
 public:
  explicit Sequence(const Station& station)
      : scheduler_(station.scheduler), runtime_(station.runtime), id_(station.id) {}

  Scheduler::EventId after(Duration delay, Line::Handler handler) const {
    return scheduler_.at(deadline_after(scheduler_.now(), delay), EventClass::message, 0,
                         [self = *this, handler = std::move(handler)] { self.run(handler); });
  }
  void cancel(Scheduler::EventId event) const { scheduler_.cancel(event); }
  [[nodiscard]] bool runs() const { return *runs_; }

 private:
  void run(const Line::Handler& handler) const {
    if (!runtime_.alive(id_)) return;
    const TimePoint awake = runtime_.paused_until(id_);
    if (awake > scheduler_.now()) return void(after(awake - scheduler_.now(), handler));
    *runs_ = true;
    handler();
    *runs_ = false;
  }

  Scheduler& scheduler_;
  FiberRuntime& runtime_;
  ProcessId id_;
  std::shared_ptr<bool> runs_ = std::make_shared<bool>(false);
};

/// A pipe, and what waits for it.
struct Connection {
  std::unique_ptr<Pipe> pipe = {};
  std::vector<Line::Handler> readable = {};
  std::vector<Line::Handler> writable = {};

  /// Lets those go on that have waited for what is there now.
  void look(const Sequence& sequence) {
    const bool over = pipe->ended();
    if (over || !pipe->arrived().empty()) post(sequence, readable);
    if (over || pipe->room() > 0) post(sequence, writable);
  }

 private:
  static void post(const Sequence& sequence, std::vector<Line::Handler>& waiting) {
    for (Line::Handler& handler : std::exchange(waiting, {}))
      sequence.after({}, std::move(handler));
  }
};

class PipeStream final : public Stream {
 public:
  explicit PipeStream(std::weak_ptr<Connection> connection) : connection_(std::move(connection)) {}

  Result read(std::span<char> to) override {
    const auto connection = connection_.lock();
    if (connection == nullptr) return over();
    std::string& arrived = connection->pipe->arrived();
    if (arrived.empty())
      return connection->pipe->ended() ? over() : Result{.state = State::wait_readable};
    const std::size_t size = std::min(arrived.size(), to.size());
    std::copy_n(arrived.begin(), size, to.begin());
    arrived.erase(0, size);
    return {.size = size, .more = !arrived.empty()};
  }
  Result write(std::span<const iovec> pieces) override {
    const auto connection = connection_.lock();
    if (connection == nullptr || connection->pipe->ended()) return over();
    std::size_t written = 0;
    for (const iovec& piece : pieces) {
      const std::string_view bytes(static_cast<const char*>(piece.iov_base), piece.iov_len);
      const std::string_view fits = bytes.substr(0, connection->pipe->room());
      if (!fits.empty()) connection->pipe->write(fits);
      written += fits.size();
      if (fits.size() < bytes.size()) break;
    }
    if (written == 0) return {.state = State::wait_writable};
    return {.size = written};
  }

 private:
  static Result over() { return {.state = State::over, .why = "Connection reset by peer"}; }

  const std::weak_ptr<Connection> connection_;
};

class PipeNet;

class PipeNet;

/// Touches neither net nor runtime when it is destroyed: it may outlive both.
class PipeLine final : public Line {
 public:
  PipeLine(PipeNet& net, const Station& station) : net_(net), sequence_(station) {}

  void post(Handler handler) override { sequence_.after({}, std::move(handler)); }
  [[nodiscard]] bool inside() const override { return sequence_.runs(); }
  void connect(const RabbitHost& host, std::function<void(Connected)> done) override;
  void wait_readable(Handler handler) override { wait(&Connection::readable, std::move(handler)); }
  void wait_writable(Handler handler) override { wait(&Connection::writable, std::move(handler)); }
  void close() override;
  void start_timer(Duration length, Handler handler) override {
    cancel_timer();
    timer_ = sequence_.after(length, std::move(handler));
  }
  void cancel_timer() override { sequence_.cancel(std::exchange(timer_, 0)); }

 private:
  void wait(std::vector<Handler> Connection::*waiting, Handler handler) {
    const auto connection = connection_.lock();
    if (connection == nullptr) return;
    ((*connection).*waiting).push_back(std::move(handler));
    connection->look(sequence_);
  }

  PipeNet& net_;
  const Sequence sequence_;
  std::weak_ptr<Connection> connection_ = {};
  Scheduler::EventId timer_ = 0;
};

class PipeNet final : public rabbit::Net {
 public:
  explicit PipeNet(const Station& station) : station_(station) {}

  [[nodiscard]] std::unique_ptr<Line> make_line() override {
    return std::make_unique<PipeLine>(*this, station_);
  }
  [[nodiscard]] std::int64_t process_id() const override {
    return static_cast<std::int64_t>(station_.id);
  }

  std::weak_ptr<Connection> connect(const Sequence& sequence) {
    connections_.remove_if([](const auto& each) { return each->pipe->is_over(); });
    const auto made = std::make_shared<Connection>();
    const auto changed = [made = std::weak_ptr(made), sequence] {
      if (const auto connection = made.lock()) connection->look(sequence);
    };
    made->pipe = std::make_unique<Pipe>(
        station_, fmt::format("{}/pipe/{}", station_.process, ++made_), changed);
    return connections_.emplace_back(made);
  }

 private:
  const Station station_;
  std::uint64_t made_ = 0;
  std::list<std::shared_ptr<Connection>> connections_ = {};
};

void PipeLine::connect(const RabbitHost& /*host*/, std::function<void(Connected)> done) {
  connection_ = net_.connect(sequence_);
  post([connection = connection_, done = std::move(done)] {
    done({.stream = std::make_unique<PipeStream>(connection)});
  });
}

void PipeLine::close() {
  const auto connection = std::exchange(connection_, {}).lock();
  if (connection == nullptr) return;
  connection->readable.clear();
  connection->writable.clear();
  connection->pipe->close();
}

/// A net with the transport over it.
class PipedTransport final : public Transport {
 public:
  explicit PipedTransport(const Station& station)
      : net_(station),
        transport_(rabbit::transport_over(net_, station.runtime,
                                          {.hosts = {RabbitHost{}},
                                           // The network finds out who is silent.
                                           .heartbeat_timeout_threshold = 0s})) {}
  [[nodiscard]] std::unique_ptr<castaway::Connection> connect(Purpose purpose,
                                                              const std::string& name,
                                                              ConnectionEvents& events) override {
    return transport_->connect(purpose, name, events);
  }
  [[nodiscard]] Capabilities capabilities() const override { return simulated_capabilities(); }

 private:
  PipeNet net_;
  const std::unique_ptr<Transport> transport_;
};

}  // namespace

std::unique_ptr<Transport> piped_transport(const Station& station) {
  return std::make_unique<PipedTransport>(station);
}

}  // namespace castaway::sim
