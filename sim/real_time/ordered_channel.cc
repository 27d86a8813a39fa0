#include "ordered_channel.h"

#include <algorithm>
#include <utility>

namespace castaway::sim {

void OrderedChannel::send(Duration late, Frame frame) {
  if (dead_) return;
  const TimePoint now = scheduler_.now();
  if (is_clear() && late <= Duration::zero()) return frame();
  TimePoint due = deadline_after(now, late);
  if (!frames_.empty()) due = std::max(due, frames_.back().due);
  frames_.push_back({.due = due, .frame = std::move(frame)});
  scheduler_.at(due, EventClass::message, 0,
                [channel = shared_from_this()] { channel->run_due(); });
}

void OrderedChannel::resume() {
  if (--held_ == 0) run_due();
}

void OrderedChannel::close() {
  dead_ = true;
  frames_.clear();
}

void OrderedChannel::run_due() {
  while (held_ == 0 && !frames_.empty() && frames_.front().due <= scheduler_.now()) {
    const Frame frame = std::move(frames_.front().frame);
    frames_.pop_front();
    frame();
  }
}

}  // namespace castaway::sim
