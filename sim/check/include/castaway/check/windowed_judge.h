#pragma once
// WindowedJudge: judges a history of any length in bounded memory, in windows of its last events.
// It can stand beside a program that runs for hours, or read a large file.
//
//   WindowedJudge judge(1000);
//   while (reader.next()) judge.add(reader.history(), reader.history().events().size() - 1);
//   judge.finish(reader.history());
//
// Windows overlap by half, so what lies within half a window is seen together by one of them. What
// is further apart no window sees; a verdict says of how many operations.

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "castaway/check/laws.h"

namespace castaway::check {

class WindowedJudge {
 public:
  /// `window` is the number of events that are judged together. Judges by the laws of judge_all()
  /// if `laws` is empty.
  /// Throws: std::invalid_argument if `window` is less than 2.
  explicit WindowedJudge(std::size_t window, std::vector<const Law*> laws = {});

  /// Takes the next event, and judges a window if one is full. Add each event once, in order.
  /// `history` may have become a tail of itself in between; the first one says what is known of the
  /// run.
  void add(const History& history, EventIndex index);
  /// Takes all events of `history`.
  void add(const History& history);

  /// Judges the last window, which ends as `head` says. A history that fits into one window gets
  /// the verdicts of judge_all(), and its steps get their times. Requires: nothing is added
  /// afterwards.
  void finish(const Head& head);

  /// The verdicts on the windows so far, in the order of the laws. An operation breaks a law once,
  /// whatever window shows it. Events in steps are numbered from the first that was added, and
  /// steps have their times. What two windows judged counts once, as far as the law judges it in
  /// their overlap too.
  [[nodiscard]] const std::vector<Verdict>& verdicts() const { return verdicts_; }

  /// How many events were added.
  [[nodiscard]] std::size_t events() const { return events_; }
  /// How many of them are held: never more than `window`.
  [[nodiscard]] std::size_t kept() const { return window_.events().size(); }
  /// How many operations had not completed when their invoke left the window. Whether they ever
  /// did, nobody judges.
  [[nodiscard]] std::size_t left_open() const { return left_open_; }

 private:
  /// Of a verdict on the overlap of two windows.
  struct Count {
    std::size_t judged = 0;
    std::size_t unseen = 0;
  };

  void remember(const Event& event);
  void slide();
  void judge();
  void merge(std::size_t law, Verdict verdict);
  void number(Violation& violation) const;
  [[nodiscard]] bool is_new(const Violation& violation, std::size_t law) const;
  [[nodiscard]] bool may_be_repeated(const std::string& op) const;

  std::size_t size_;
  std::vector<const Law*> laws_;
  std::vector<Verdict> verdicts_;
  std::vector<std::set<std::string>> broken_;  ///< by law: the operations that broke it
  std::vector<Count> overlap_;                 ///< by law: of what the last window judged already
  History window_;
  std::size_t events_ = 0;
  std::size_t judged_to_ = 0;  ///< the first event that no window has held yet
  std::size_t left_open_ = 0;
  /// Operations that may be executed more than once: made by hand, or asked for in attempts. Holds
  /// the last `window` of them at least, and no more than twice as many.
  std::set<std::string, std::less<>> repeatable_;
  std::set<std::string, std::less<>> older_repeatable_;
};

}  // namespace castaway::check
