#include "draw.h"

#include <sstream>
#include <unordered_map>

#include <rapidcheck.h>

#include "castaway/sim/decisions.h"

namespace castaway::property {
namespace {

/// RapidCheck prints as it goes; here the report says it all.
class Silent final : public rc::detail::TestListener {
  void onTestCaseFinished(const rc::detail::CaseDescription&) override {}
  void onShrinkTried(const rc::detail::CaseDescription&, bool) override {}
  void onTestFinished(const rc::detail::TestMetadata&, const rc::detail::TestResult&) override {}
};

}  // namespace

std::uint64_t draw_seed() {
  // The whole range at once, whatever the size that RapidCheck is at.
  return *rc::gen::noShrink(rc::gen::resize(rc::kNominalSize, rc::gen::arbitrary<std::uint64_t>()));
}

std::string failure_in_cases(const std::string& name, int runs, const Settings& settings,
                             const std::function<void()>& one_case) {
  // Each property has a seed of its own, or all of them would look at the same cases.
  rc::detail::TestParams params;
  params.seed = sim::keyed_hash(settings.seed, name);
  params.maxSuccess = settings.runs.value_or(runs);
  params.maxSize = settings.max_size;
  params.maxDiscardRatio = settings.max_discard_ratio;
  params.disableShrinking = !settings.shrink;
  Silent silent;
  const rc::detail::TestMetadata metadata = {.id = name, .description = name};
  const rc::detail::TestResult result =
      rc::detail::checkTestable([&] { one_case(); }, metadata, params, silent,
                                std::unordered_map<std::string, rc::detail::Reproduce>());
  if (result.is<rc::detail::SuccessResult>()) return {};
  std::ostringstream text;
  printResultMessage(result, text);
  return std::move(text).str();
}

}  // namespace castaway::property
