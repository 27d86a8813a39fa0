// Boost.Asio: timers of hours, TCP with time-outs, a strand, a thread pool, signals.

#include <chrono>
#include <csignal>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio.hpp>

namespace asio = boost::asio;
using namespace std::chrono_literals;
using asio::ip::tcp;

namespace {

const auto begin = std::chrono::steady_clock::now();

void say(const std::string& text) {
  const auto now = std::chrono::steady_clock::now() - begin;
  std::cout << std::chrono::round<std::chrono::seconds>(now).count() << " s: " << text << std::endl;
}

/// Answers each line after an hour.
asio::awaitable<void> serve(tcp::socket socket) {
  std::string text;
  for (;;) {
    const std::size_t size = co_await asio::async_read_until(socket, asio::dynamic_buffer(text),
                                                             '\n', asio::use_awaitable);
    asio::steady_timer pause(socket.get_executor(), 1h);
    co_await pause.async_wait(asio::use_awaitable);
    const std::string answer = "you said " + text.substr(0, size);
    text.erase(0, size);
    co_await asio::async_write(socket, asio::buffer(answer), asio::use_awaitable);
  }
}

asio::awaitable<void> listen(tcp::acceptor& acceptor) {
  for (;;) {
    tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
    asio::co_spawn(acceptor.get_executor(), serve(std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> ask(tcp::endpoint server, std::chrono::minutes patience) {
  const auto executor = co_await asio::this_coro::executor;
  tcp::socket socket(executor);
  co_await socket.async_connect(server, asio::use_awaitable);
  asio::steady_timer deadline(executor, patience);
  deadline.async_wait([&socket](const boost::system::error_code& error) {
    if (!error) socket.cancel();
  });
  std::string text;
  try {
    co_await asio::async_write(socket, asio::buffer(std::string("hello\n")), asio::use_awaitable);
    co_await asio::async_read_until(socket, asio::dynamic_buffer(text), '\n', asio::use_awaitable);
    say(text.substr(0, text.size() - 1));
  } catch (const boost::system::system_error& error) {
    say(error.code() == asio::error::operation_aborted ? "too slow" : error.code().message());
  }
  deadline.cancel();
}

void talk() {
  asio::io_context context;
  tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
  asio::signal_set signals(context, SIGTERM);
  signals.async_wait([&context](auto, int) {
    say("SIGTERM");
    context.stop();
  });
  asio::co_spawn(context, listen(acceptor), asio::detached);
  for (const auto patience : {120min, 30min})
    asio::co_spawn(context, ask(acceptor.local_endpoint(), patience), asio::detached);
  asio::system_timer day(context, 24h);
  day.async_wait([](auto) { std::raise(SIGTERM); });
  context.run();
}

void count_in_threads() {
  asio::thread_pool pool(4);
  auto strand = asio::make_strand(pool);
  int sum = 0;
  std::vector<std::unique_ptr<asio::steady_timer>> timers;
  for (int i = 1; i <= 20; ++i) {
    timers.push_back(std::make_unique<asio::steady_timer>(pool, i * 1min));
    timers.back()->async_wait(
        [&sum, &strand, i](auto) { asio::post(strand, [&sum, i] { sum += i; }); });
  }
  pool.join();
  say("sum: " + std::to_string(sum));
}

}  // namespace

int main() {
  talk();
  count_in_threads();
}
