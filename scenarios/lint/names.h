#pragma once
// Names: names in their order, and whether one of them is there without a look at all of them. A
// scenario may have a hundred thousand.

#include <initializer_list>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace castaway::scenario {

class Names {
 public:
  Names() = default;
  Names(std::initializer_list<std::string> names) : Names(names.begin(), names.end()) {}
  Names(const std::vector<std::string>& names)  // NOLINT(google-explicit-constructor): the same
      : Names(names.begin(), names.end()) {}
  template <class Iterator>
  Names(Iterator begin, Iterator end) {
    for (; begin != end; ++begin) emplace_back(*begin);
  }

  void push_back(std::string name) {
    known_.insert(name);
    all_.push_back(std::move(name));
  }
  template <class Text>
  void emplace_back(const Text& text) {
    push_back(std::string(text));
  }

  [[nodiscard]] bool contains(const std::string& name) const { return known_.contains(name); }
  [[nodiscard]] const std::vector<std::string>& all() const { return all_; }
  [[nodiscard]] bool empty() const { return all_.empty(); }
  [[nodiscard]] auto begin() const { return all_.begin(); }
  [[nodiscard]] auto end() const { return all_.end(); }

 private:
  std::vector<std::string> all_;
  std::set<std::string> known_;
};

}  // namespace castaway::scenario
