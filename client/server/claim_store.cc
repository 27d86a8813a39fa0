#include "castaway/claim_store.h"

#include <algorithm>

#include "castaway/guarded.h"

#include "request_memory.h"

namespace castaway {
namespace {

class MemoryClaimStore final : public ClaimStore {
 public:
  MemoryClaimStore(Runtime& runtime, std::size_t capacity, Duration age)
      : runtime_(runtime), age_(age), claimed_(runtime, "claims", capacity) {}

  Claim claim(const std::string& id, TimePoint) override {
    return claimed_.lock()->begins(id, runtime_.now()) ? Claim::granted : Claim::taken;
  }
  void ended(const std::string& id, TimePoint until) override {
    claimed_.lock()->ended(id, std::max(until, deadline_after(runtime_.now(), age_)));
  }

 private:
  Runtime& runtime_;
  const Duration age_;
  Guarded<RequestMemory> claimed_;
};

}  // namespace

std::unique_ptr<ClaimStore> make_memory_claim_store(Runtime& runtime, std::size_t capacity,
                                                    Duration age) {
  return std::make_unique<MemoryClaimStore>(runtime, capacity, age);
}

}  // namespace castaway
