#include "thin_out.h"

namespace castaway::scenario {
namespace {

class Thinner {
 public:
  Thinner(Trials& trials, std::size_t count, const std::function<Scenario(const Gone&)>& without,
          Trials::Terms terms)
      : trials_(trials), without_(without), terms_(terms), gone_(count) {}

  void part(std::size_t begin, std::size_t end) {
    if (begin == end || trials_.over()) return;
    mark(begin, end, true);
    if (trials_.attempt(without_(gone_), terms_)) return;
    mark(begin, end, false);
    if (end - begin == 1) return;
    const std::size_t middle = begin + (end - begin) / 2;
    part(middle, end);
    part(begin, middle);
  }

 private:
  void mark(std::size_t begin, std::size_t end, bool gone) {
    for (std::size_t i = begin; i < end; ++i) gone_[i] = gone;
  }

  Trials& trials_;
  const std::function<Scenario(const Gone&)>& without_;
  Trials::Terms terms_;
  Gone gone_;
};

}  // namespace

void thin_out(Trials& trials, std::size_t count, Parts parts,
              const std::function<Scenario(const Gone& gone)>& without, Trials::Terms terms) {
  Thinner thinner(trials, count, without, terms);
  if (parts == Parts::halves) return thinner.part(0, count);
  for (std::size_t i = count; i-- > 0;) thinner.part(i, i + 1);
}

}  // namespace castaway::scenario
