#include "castaway/error.h"

#include <memory>
#include <type_traits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace castaway {
namespace {

using nlohmann::json;

template <class Error>
constexpr bool is_messaging_exception = std::is_base_of_v<MessagingException, Error>;

TEST(Error, TheTreeIsThatOfOsloMessaging) {
  EXPECT_TRUE(is_messaging_exception<MessagingTimeout>);
  EXPECT_TRUE(is_messaging_exception<MessageDeliveryFailure>);
  EXPECT_TRUE(is_messaging_exception<ClientSendError>);
  EXPECT_TRUE(is_messaging_exception<RemoteError>);
  EXPECT_TRUE(is_messaging_exception<InvalidTarget>);
  EXPECT_TRUE(is_messaging_exception<RPCVersionCapError>);
  EXPECT_FALSE(is_messaging_exception<MessageUndeliverable>);
  EXPECT_FALSE(is_messaging_exception<DecodeError>);
}

TEST(Error, WhatIsRefusedBeforeSendingHasNoEffect) {
  EXPECT_EQ(InvalidTarget("no topic").effect(), Effect::none);
  EXPECT_EQ(RPCVersionCapError("2.0 is above 1.0").effect(), Effect::none);
  EXPECT_EQ(EncodeError("NaN").effect(), Effect::none);
  EXPECT_EQ(MessageUndeliverable("NO_ROUTE").effect(), Effect::none);
}

TEST(Error, OthersKnowTheirEffectForEachInstance) {
  EXPECT_EQ(MessagingTimeout("no reply", Effect::unknown).effect(), Effect::unknown);
  EXPECT_EQ(MessageDeliveryFailure("refused", Effect::none).effect(), Effect::none);
  EXPECT_STREQ(ClientSendError("broken", Effect::unknown).what(), "broken");
}

TEST(Error, AnEffectPrintsAsItsName) {
  EXPECT_STREQ(to_string(Effect::none), "none");
  EXPECT_STREQ(to_string(Effect::dispatched), "dispatched");
  EXPECT_STREQ(to_string(Effect::unknown), "unknown");
}

TEST(RemoteError, CarriesAllThatIsKnownOfTheRemoteException) {
  const Failure failure{.class_name = "QuotaExceeded",
                        .module = "nova.exception",
                        .message = "quota 3 exceeded",
                        .traceback = {"Traceback (most recent call last):\n", "  File \"q.py\"\n"},
                        .args = std::make_shared<json>(json{3, "cores"})};
  const RemoteError error(failure);
  EXPECT_EQ(error.failure(), failure);
  EXPECT_EQ(error.exc_type(), "QuotaExceeded");
  EXPECT_EQ(error.value(), "quota 3 exceeded");
  EXPECT_EQ(error.effect(), Effect::dispatched);
  EXPECT_STREQ(error.what(),
               "Remote error: QuotaExceeded quota 3 exceeded\n"
               R"(['Traceback (most recent call last):\n', '  File "q.py"\n'].)");
}

TEST(RemoteError, PrintsItsTracebackAsPythonPrintsAList) {
  const auto printed = [](std::vector<std::string> lines) {
    return std::string(RemoteError({.class_name = "E", .message = "m", .traceback = lines}).what());
  };
  EXPECT_EQ(printed({}), "Remote error: E m\n[].");
  EXPECT_EQ(printed({"it's"}), R"(Remote error: E m)"
                               "\n"
                               R"(["it's"].)");
  EXPECT_EQ(printed({"'\"'"}), R"(Remote error: E m)"
                               "\n"
                               R"(['\'"\''].)");
  EXPECT_EQ(printed({"\\\t\r\x01\x7f", "d\u00e9mo"}), R"(Remote error: E m)"
                                                      "\n"
                                                      R"(['\\\t\r\x01\x7f', 'démo'].)");
}

TEST(Remote, IsFoundInAnErrorWhateverItsStaticType) {
  const RemoteError error({.class_name = "ValueError", .message = "bad"});
  const Failure* failure = remote_failure(static_cast<const std::exception&>(error));
  ASSERT_NE(failure, nullptr);
  EXPECT_EQ(*failure, error.failure());
  EXPECT_EQ(error.class_name(), "RemoteError");
  EXPECT_EQ(remote_failure(MessagingTimeout("late", Effect::unknown)), nullptr);
}

TEST(Failure, NoArgsAreEqualToEmptyOnes) {
  const Failure none{.class_name = "ValueError"};
  const Failure empty{.class_name = "ValueError",
                      .args = std::make_shared<json>(json::array()),
                      .kwargs = std::make_shared<json>(json::object())};
  EXPECT_EQ(none, empty);
  Failure other = none;
  other.args = std::make_shared<json>(json{1});
  EXPECT_FALSE(none == other);
  other = none;
  other.kwargs = std::make_shared<json>(json{{"n", 1}});
  EXPECT_FALSE(none == other);
  other = none;
  other.module = "builtins";
  EXPECT_FALSE(none == other);
}

}  // namespace
}  // namespace castaway
