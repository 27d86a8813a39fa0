#pragma once
// Descriptor: an open file of the operating system, closed with the object; and stream buffers over
// one, which say why reading or writing failed. Those of the standard library keep it to
// themselves.

#include <array>
#include <cstdint>
#include <functional>
#include <streambuf>
#include <string>
#include <string_view>
#include <utility>

namespace castaway::ci {

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor();

  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }
  /// False, and errno, if what was written before has not arrived.
  [[nodiscard]] bool close();

 private:
  int number_;
};

/// Whether all of it could be written; errno says why not.
[[nodiscard]] bool write_all(int descriptor, std::string_view text);

/// What errno stands for, in words.
[[nodiscard]] std::string reason();

/// What is called, with the reason, when a file cannot be read or written. It throws.
using Failed = std::function<void(const std::string& why)>;

class ReadBuffer final : public std::streambuf {
 public:
  /// Fails with `why` once there are more bytes than `most`.
  ReadBuffer(int descriptor, Failed failed, std::uint64_t most, std::string why)
      : descriptor_(descriptor), failed_(std::move(failed)), left_(most), why_(std::move(why)) {}

 private:
  int_type underflow() override;

  int descriptor_;
  Failed failed_;
  std::uint64_t left_;
  std::string why_;
  std::array<char, 1 << 16> bytes_ = {};
};

class WriteBuffer final : public std::streambuf {
 public:
  WriteBuffer(int descriptor, Failed failed) : descriptor_(descriptor), failed_(std::move(failed)) {
    setp(bytes_.data(), bytes_.data() + bytes_.size());
  }

 private:
  int_type overflow(int_type c) override;
  int sync() override;

  int descriptor_;
  Failed failed_;
  std::array<char, 1 << 16> bytes_ = {};
};

}  // namespace castaway::ci
