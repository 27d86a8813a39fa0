#include "castaway/claim_store.h"

#include "castaway/guarded.h"

#include "duplicate_filter.h"

namespace castaway {
namespace {

class MemoryClaimStore final : public ClaimStore {
 public:
  MemoryClaimStore(Runtime& runtime, std::size_t capacity, Duration age)
      : runtime_(runtime), claimed_(runtime, "claims", capacity, age) {}

  Claim claim(const std::string& id, TimePoint) override {
    return claimed_.lock()->is_first(id, runtime_.now()) ? Claim::granted : Claim::taken;
  }

 private:
  Runtime& runtime_;
  Guarded<DuplicateFilter> claimed_;
};

}  // namespace

std::unique_ptr<ClaimStore> make_memory_claim_store(Runtime& runtime, std::size_t capacity,
                                                    Duration age) {
  return std::make_unique<MemoryClaimStore>(runtime, capacity, age);
}

}  // namespace castaway
