// The transport contracts find every planted defect, each by the test that is made for it, and find
// nothing in the transport without one.
//
// The contracts are instantiated below. They run in a process of their own for each defect, which
// learns of it by an environment variable; without it, as ctest runs them, the transport is
// healthy.

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <optional>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/process.h"
#include "castaway/sim/simulation.h"
#include "castaway/testing/delivery_contract.h"
#include "castaway/testing/queue_contract.h"
#include "castaway/testing/transport_contract.h"

#include "defect.h"
#include "defective_transport.h"

namespace castaway::testing {
namespace {

constexpr const char* variable = "CASTAWAY_TRANSPORT_DEFECT";

std::string planted() {
  const char* defect = std::getenv(variable);
  return defect == nullptr ? "" : defect;
}

struct DefectiveWorld {
  Runtime& runtime() { return sim_.runtime(); }
  Transport& transport() { return *transport_; }
  void run(const std::function<void()>& body) {
    sim_.process("p", [&](sim::Process& process) {
      healthy_.emplace(sim_.network(), process.runtime.current_process(), "p");
      transport_.emplace(sim_.runtime(), *healthy_, planted());
      body();
    });
    sim_.run();
  }

  sim::Simulation sim_{{.seed = 7}};
  std::optional<sim::SimTransport> healthy_;
  std::optional<sim::DefectiveTransport> transport_;
};

/// How the contracts fare with a defect: "DeliveryContract.DeliversInOrder" if that finds it.
std::set<std::string> finders(const std::string& defect) {
  ProcessSettings settings = {.program = "/proc/self/exe",
                              .arguments = {"--gtest_filter=Defective/*", "--gtest_color=no"}};
  settings.environment.push_back(std::string(variable) + "=" + defect);
  Process process(settings);
  while (process.hear()) {
  }
  const std::string out = process.out();
  const Ending ending = process.wait();
  EXPECT_EQ(ending.signal, 0) << out;
  std::set<std::string> found;
  const std::regex failed(R"(\[  FAILED  \] Defective/(\w+)/0\.(\w+))");
  for (std::sregex_iterator i(out.begin(), out.end(), failed), end; i != end; ++i)
    found.insert((*i)[1].str() + "." + (*i)[2].str());
  EXPECT_EQ(ending.exit_code, found.empty() ? 0 : 1) << out;
  return found;
}

TEST(TransportContracts, FindEveryDefect) {
  EXPECT_THAT(sim::transport_defects(), ::testing::SizeIs(::testing::Ge(12U)));
  for (const sim::TransportDefect& defect : sim::transport_defects()) {
    EXPECT_THAT(finders(defect.name), ::testing::Contains(defect.found_by))
        << "a transport that " << defect.what << " (" << defect.name << ")";
  }
}

TEST(TransportContracts, FindNothingInATransportWithoutADefect) {
  EXPECT_THAT(finders(""), ::testing::IsEmpty());
}

TEST(TransportContracts, AreDescribedWithTheirDefects) {
  std::ifstream file(CASTAWAY_SOURCE_DIR "/docs/guide/transports.md");
  std::ostringstream text;
  text << file.rdbuf();
  std::string table = "| a transport that | is found by |\n|---|---|\n";
  for (const sim::TransportDefect& defect : sim::transport_defects())
    table += "| " + defect.what + " | " + defect.found_by + " |\n";
  EXPECT_THAT(text.str(), ::testing::HasSubstr(table));
}

TEST(DefectiveTransport, RefusesADefectThatThereIsNot) {
  sim::Simulation sim({.seed = 7});
  struct NoTransport final : Transport {
    std::unique_ptr<Connection> connect(Purpose, const std::string&, ConnectionEvents&) override {
      return nullptr;
    }
  } none;
  EXPECT_THROW(sim::DefectiveTransport(sim.runtime(), none, "wrong-queues"), std::invalid_argument);
}

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Defective, TransportContract, DefectiveWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(Defective, DeliveryContract, DefectiveWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(Defective, QueueContract, DefectiveWorld);

}  // namespace castaway::testing
