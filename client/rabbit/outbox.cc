#include "outbox.h"

#include <algorithm>
#include <utility>

namespace castaway::rabbit {

void Outbox::add(std::string bytes, std::uint64_t publication) {
  rest_.push_back({.bytes = std::move(bytes), .publication = publication});
}

void Outbox::add_first(std::string bytes) { first_.push_back({.bytes = std::move(bytes)}); }

void Outbox::add_held(std::string bytes, std::uint64_t number) {
  rest_.push_back({.bytes = std::move(bytes), .held = number});
}

void Outbox::release(std::uint64_t number) {
  for (Piece& piece : rest_) {
    if (piece.held < number) piece.held = 0;
  }
}

void Outbox::drop_the_rest() {
  first_.clear();
  rest_.clear();
}

void Outbox::forget_first() {
  begun_.reset();
  first_.clear();
}

std::vector<iovec> Outbox::next() const {
  constexpr std::size_t most = 64;
  std::vector<iovec> pieces;
  const auto take = [&](const Piece& piece) {
    // Its type is for reading too, but writing does not change it.
    pieces.push_back({const_cast<char*>(piece.bytes.data()) + piece.written,
                      piece.bytes.size() - piece.written});
  };
  if (begun_) take(*begun_);
  for (const Piece& piece : first_) take(piece);
  if (!open_) return pieces;
  for (const Piece& piece : rest_) {
    if (pieces.size() >= most || piece.held != 0 || (blocked_ && piece.publication != 0)) break;
    take(piece);
  }
  return pieces;
}

void Outbox::written(std::size_t size) {
  total_ += size;
  while (size > 0) {
    begin();
    const std::size_t now = std::min(size, begun_->bytes.size() - begun_->written);
    begun_->written += now;
    size -= now;
    if (begun_->written == begun_->bytes.size()) begun_.reset();
  }
}

void Outbox::tried() { begin(); }

void Outbox::begin() {
  if (begun_) return;
  std::deque<Piece>& from = first_.empty() ? rest_ : first_;
  begun_ = std::move(from.front());
  from.pop_front();
  sent_through_ = std::max(sent_through_, begun_->publication);
}

}  // namespace castaway::rabbit
