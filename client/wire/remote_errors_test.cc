#include "castaway/remote_errors.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace castaway {
namespace {

using nlohmann::json;

/// Counts how often one was made: what a stranger names must never be.
class OutOfStock : public std::runtime_error {
 public:
  explicit OutOfStock(const Failure& failure)
      : std::runtime_error(failure.message), left_(failure.args->at(0).get<int>()) {
    ++made;
  }
  [[nodiscard]] int left() const { return left_; }

  inline static int made = 0;

 private:
  int left_;
};

Failure out_of_stock(const std::string& module, const std::string& class_name) {
  return {.class_name = class_name,
          .module = module,
          .message = "3 left",
          .traceback = {"Traceback:\n", "  line 7\n"},
          .args = std::make_shared<const json>(json{3, "shelf"})};
}

RemoteErrorTypes shop() {
  RemoteErrorTypes types;
  types.allow<OutOfStock>("shop.errors", "OutOfStock");
  types.allow<std::invalid_argument>("builtins", "ValueError");
  return types;
}

/// What `types` throw for `failure`, handed to `look` as the Error it is caught as. Any other type
/// comes through, and fails the test.
template <class Error>
void expect_thrown(const RemoteErrorTypes& types, const Failure& failure,
                   const std::function<void(const Error&)>& look) {
  try {
    types.raise(failure);
  } catch (const Error& error) {
    look(error);
  }
}

TEST(RemoteErrorTypes, AnAllowedErrorIsCaughtAsItsTypeAndAsRemoteAndAsAnyException) {
  const Failure failure = out_of_stock("shop.errors", "OutOfStock");
  expect_thrown<OutOfStock>(shop(), failure, [&](const OutOfStock& error) {
    EXPECT_EQ(error.left(), 3);
    EXPECT_STREQ(error.what(), "3 left\nTraceback:\n\n  line 7\n");
  });
  expect_thrown<Remote>(shop(), failure, [&](const Remote& error) {
    EXPECT_EQ(error.failure(), failure);
    EXPECT_EQ(error.exc_type(), "OutOfStock");
    EXPECT_EQ(error.value(), "3 left");
    EXPECT_EQ(error.class_name(), "OutOfStock_Remote");
  });
  expect_thrown<std::exception>(shop(), failure, [&](const std::exception& error) {
    ASSERT_NE(remote_failure(error), nullptr);
    EXPECT_EQ(*remote_failure(error), failure);
  });
}

TEST(RemoteErrorTypes, ATypeThatTakesNoFailureIsMadeOfTheMessage) {
  const Failure failure{.class_name = "ValueError", .module = "builtins", .message = "bad"};
  expect_thrown<std::invalid_argument>(shop(), failure, [](const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "bad\n");
  });
}

TEST(RemoteErrorTypes, PythonTwosNameOfTheBuiltinsStillCounts) {
  const Failure failure{.class_name = "ValueError", .module = "exceptions", .message = "bad"};
  expect_thrown<std::invalid_argument>(shop(), failure, [](const std::invalid_argument&) {});
  RemoteErrorTypes old;
  old.allow<std::invalid_argument>("exceptions", "ValueError");
  expect_thrown<std::invalid_argument>(
      old, {.class_name = "ValueError", .module = "builtins", .message = "bad"},
      [](const std::invalid_argument&) {});
}

TEST(RemoteErrorTypes, NothingIsMadeThatWasNotAllowedToTheLetter) {
  OutOfStock::made = 0;
  for (const auto& [module, class_name] :
       std::vector<std::pair<std::string, std::string>>{{"shop.errors.deep", "OutOfStock"},
                                                        {"shop", "OutOfStock"},
                                                        {"Shop.errors", "OutOfStock"},
                                                        {"shop.errors ", "OutOfStock"},
                                                        {"shop.errors_Remote", "OutOfStock_Remote"},
                                                        {"shop.errors", "OutOfStock_Remote"},
                                                        {"shop.errors", "outofstock"},
                                                        {"shop.errors", "OutOfStockAtAll"},
                                                        {"shop.errors", ""},
                                                        {"", "OutOfStock"},
                                                        {"builtins", "OutOfStock"},
                                                        {"builtins", "SystemExit"},
                                                        {"os", "system"}}) {
    const Failure failure = out_of_stock(module, class_name);
    expect_thrown<RemoteError>(shop(), failure, [&](const RemoteError& error) {
      EXPECT_EQ(error.failure(), failure);
      EXPECT_EQ(error.effect(), Effect::dispatched);
    });
  }
  EXPECT_EQ(OutOfStock::made, 0);
}

TEST(RemoteErrorTypes, AnErrorThatCannotBeMadeArrivesAsARemoteError) {
  Failure failure = out_of_stock("shop.errors", "OutOfStock");
  failure.args = std::make_shared<const json>(json::array({"three"}));
  expect_thrown<RemoteError>(
      shop(), failure, [&](const RemoteError& error) { EXPECT_EQ(error.failure(), failure); });
}

TEST(RemoteErrorTypes, ATypeMayBeMadeInAWayOfItsOwn) {
  RemoteErrorTypes types;
  types.allow<MessagingTimeout>(
      "oslo_messaging.exceptions", "MessagingTimeout",
      [](const Failure& failure) { return MessagingTimeout(failure.message, Effect::dispatched); });
  const Failure failure{
      .class_name = "MessagingTimeout", .module = "oslo_messaging.exceptions", .message = "late"};
  expect_thrown<MessagingTimeout>(types, failure, [](const MessagingTimeout& error) {
    EXPECT_EQ(error.effect(), Effect::dispatched);
    EXPECT_NE(remote_failure(error), nullptr);
  });
}

// ---- the texts that Python's client printed, from the recordings
// ---------------------------------

struct AllowedError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct KwargsError : AllowedError {
  using AllowedError::AllowedError;
};

Failure failure_of(const json& recorded) {
  return {.class_name = recorded.at("class"),
          .module = recorded.at("module"),
          .message = recorded.at("message"),
          .traceback = recorded.at("tb").get<std::vector<std::string>>(),
          .args = std::make_shared<const json>(recorded.at("args")),
          .kwargs = std::make_shared<const json>(recorded.at("kwargs"))};
}

class RemoteErrorGolden : public testing::TestWithParam<std::string> {};

TEST_P(RemoteErrorGolden, PrintsAsInPython) {
  const std::filesystem::path folder =
      std::filesystem::path(CASTAWAY_SOURCE_DIR) / "client/golden/oslo-14.0.3";
  std::ifstream file(folder / (GetParam() + ".json"), std::ios::binary);
  const json recording = json::parse(std::string{std::istreambuf_iterator<char>(file), {}});
  RemoteErrorTypes types;
  types.allow<AllowedError>("golden_errors", "AllowedError");
  types.allow<KwargsError>("golden_errors", "KwargsError");
  types.allow<std::invalid_argument>("builtins", "ValueError");
  const json& expected = recording.at("outcomes").at(0).at("exception");
  int replies = 0;
  for (const json& frame : recording.at("frames")) {
    if (!frame.contains("oslo_failure")) continue;
    ++replies;
    try {
      types.raise(failure_of(frame.at("oslo_failure")));
    } catch (const std::exception& error) {
      EXPECT_EQ(error.what(), expected.at("str").get<std::string>());
      std::string name = dynamic_cast<const Remote&>(error).class_name();
      // Python cannot give an error of its own core another class; ours is no core of anything.
      if (name == "ValueError_Remote") name = "ValueError";
      EXPECT_EQ(name, expected.at("class").get<std::string>());
    }
  }
  EXPECT_GT(replies, 0);
}

INSTANTIATE_TEST_SUITE_P(Oslo, RemoteErrorGolden,
                         testing::Values("call_exception_allowed", "call_exception_allowed_kwargs",
                                         "call_exception_builtin", "call_exception_not_allowed",
                                         "call_no_such_method", "call_unsupported_version"),
                         [](const auto& instance) { return instance.param; });

}  // namespace
}  // namespace castaway
