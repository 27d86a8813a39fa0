#include "faulty_lane.h"

#include <algorithm>
#include <utility>

namespace castaway::sim {

void Lane::send(Duration late, Frame frame) {
  if (dead_) return;
  const TimePoint now = scheduler_.now();
  if (is_clear() && late <= Duration::zero()) return frame();
  TimePoint due = deadline_after(now, late);
  if (!frames_.empty()) due = std::max(due, frames_.back().due);
  frames_.push_back({.due = due, .frame = std::move(frame)});
  scheduler_.at(due, EventClass::message, 0, [lane = shared_from_this()] { lane->run_due(); });
}

void Lane::resume() {
  if (--held_ == 0) run_due();
}

void Lane::close() {
  dead_ = true;
  frames_.clear();
}

void Lane::run_due() {
  while (held_ == 0 && !frames_.empty() && frames_.front().due <= scheduler_.now()) {
    const Frame frame = std::move(frames_.front().frame);
    frames_.pop_front();
    frame();
  }
}

}  // namespace castaway::sim
