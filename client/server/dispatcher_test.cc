#include "dispatcher.h"

#include <new>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "castaway/runtime.h"

namespace shop {

/// An error with a scope inside its name.
template <class T>
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace shop

namespace castaway {
namespace {

using nlohmann::json;

Method answers(const std::string& word) {
  return [word](const Object&, const Object&) { return json(word); };
}

template <class Error>
Method throws(Error error) {
  return [error](const Object&, const Object&) -> json { throw error; };
}

Dispatcher dispatcher_of(std::vector<Endpoint> endpoints,
                         RPCAccessPolicy policy = DefaultRPCAccessPolicy{}) {
  return {std::move(endpoints), std::move(policy), nullptr};
}

/// The value, or "module.class: message".
std::string outcome(const Dispatcher& dispatcher, const Request& request) {
  const Dispatcher::Found found = dispatcher.find(request);
  const Answer answer =
      found.method != nullptr ? dispatcher.run(*found.method, request) : found.refusal;
  if (!answer.failure) return answer.result->get<std::string>();
  const Failure& failure = *answer.failure;
  return failure.module + "." + failure.class_name + ": " + failure.message;
}

std::string no_such(const std::string& method) {
  return "oslo_messaging.rpc.dispatcher.NoSuchMethod: Endpoint does not support RPC method " +
         method;
}

std::string unsupported(const std::string& version, const std::string& method) {
  return "oslo_messaging.rpc.dispatcher.UnsupportedVersion: Endpoint does not support RPC "
         "version " +
         version + ". Attempted method: " + method;
}

// ---- which endpoint ----------------------------------------------------------------------------

struct Asked {
  std::string name = {};
  Request request = {};
  std::string outcome = {};
  friend void PrintTo(const Asked& row, std::ostream* out) { *out << row.name; }
};

class DispatcherFinds : public testing::TestWithParam<Asked> {};

TEST_P(DispatcherFinds, TheFirstEndpointThatFitsAndHasTheMethod) {
  const Dispatcher dispatcher = dispatcher_of(
      {{.methods = {{"a", answers("plain a")}}},
       {.version = "1.5", .methods = {{"a", answers("newer a")}, {"b", answers("newer b")}}},
       {.version = "", .methods = {{"c", answers("plain c")}}},
       {.namespace_ = "base",
        .version = "2.3",
        .methods = {{"a", answers("base a")}},
        .legacy_namespaces = {"old", "older"}},
       {.namespace_ = "both", .methods = {{"d", answers("both d")}}, .legacy_namespaces = {""}}});
  EXPECT_EQ(outcome(dispatcher, GetParam().request), GetParam().outcome);
}

INSTANTIATE_TEST_SUITE_P(
    All, DispatcherFinds,
    testing::Values(
        Asked{"no_version_is_1_0", {.method = "a"}, "plain a"},
        Asked{"the_walk_goes_on_without_the_method", {.method = "b"}, "newer b"},
        Asked{"an_endpoint_without_version_is_1_0", {.method = "c", .version = "1.0"}, "plain c"},
        Asked{"and_no_more", {.method = "c", .version = "1.1"}, no_such("c")},
        Asked{"a_newer_minor", {.method = "a", .version = "1.5"}, "newer a"},
        Asked{"too_new", {.method = "a", .version = "1.6"}, unsupported("1.6", "a")},
        Asked{"minors_are_numbers", {.method = "a", .version = "1.10"}, unsupported("1.10", "a")},
        Asked{"another_major", {.method = "a", .version = "2.0"}, unsupported("2.0", "a")},
        Asked{"a_namespace", {.method = "a", .namespace_ = "base", .version = "2.3"}, "base a"},
        Asked{"a_legacy_namespace",
              {.method = "a", .namespace_ = "older", .version = "2.0"},
              "base a"},
        Asked{
            "an_unknown_namespace", {.method = "a", .namespace_ = "none"}, unsupported("1.0", "a")},
        Asked{"no_namespace_is_one_too", {.method = "d"}, "both d"},
        Asked{"a_method_of_another_namespace", {.method = "a", .namespace_ = "both"}, no_such("a")},
        Asked{"a_private_method", {.method = "_a"}, no_such("_a")},
        Asked{"an_empty_method", {.method = ""}, no_such("")},
        Asked{"a_version_that_is_none",
              {.method = "a", .version = "new"},
              "builtins.ValueError: a version is major.minor or major.minor.revision, but not "
              "\"new\""}),
    [](const auto& instance) { return instance.param.name; });

TEST(Dispatcher, WithoutEndpointsSupportsNoVersion) {
  EXPECT_EQ(outcome(dispatcher_of({}), {.method = "a"}), unsupported("1.0", "a"));
}

TEST(Dispatcher, RefusesVersionsThatAreNoneAndAnEmptyPolicy) {
  EXPECT_THROW(dispatcher_of({{.version = "1"}}), std::invalid_argument);
  EXPECT_THROW(dispatcher_of({}, nullptr), std::invalid_argument);
}

// ---- access policies ---------------------------------------------------------------------------

TEST(Dispatcher, AsksTheAccessPolicy) {
  const std::vector<Endpoint> endpoints = {{.methods = {{"open", answers("open")},
                                                        {"shown", expose(answers("shown"))},
                                                        {"_hidden", answers("hidden")},
                                                        {"_shown", expose(answers("shown too"))}}}};
  const std::pair<RPCAccessPolicy, std::vector<std::string>> rows[] = {
      {DefaultRPCAccessPolicy{}, {"open", "shown", no_such("_hidden"), no_such("_shown")}},
      {LegacyRPCAccessPolicy{}, {"open", "shown", "hidden", "shown too"}},
      {ExplicitRPCAccessPolicy{}, {no_such("open"), "shown", no_such("_hidden"), "shown too"}},
  };
  for (const auto& [policy, outcomes] : rows) {
    const Dispatcher dispatcher = dispatcher_of(endpoints, policy);
    std::vector<std::string> all;
    for (const char* method : {"open", "shown", "_hidden", "_shown"})
      all.push_back(outcome(dispatcher, {.method = method}));
    EXPECT_EQ(all, outcomes);
  }
}

TEST(Dispatcher, WalksOnWhenTheFirstOneMayNotBeCalled) {
  const Dispatcher dispatcher = dispatcher_of(
      {{.methods = {{"a", answers("1")}}}, {.methods = {{"a", expose(answers("2"))}}}},
      ExplicitRPCAccessPolicy{});
  EXPECT_EQ(outcome(dispatcher, {.method = "a"}), "2");
}

TEST(Dispatcher, APolicyThatThrowsRefuses) {
  const Dispatcher dispatcher =
      dispatcher_of({{.methods = {{"a", answers("a")}}}},
                    [](const std::string&, const Method&) -> bool { throw std::bad_alloc(); });
  EXPECT_THAT(outcome(dispatcher, {.method = "a"}), testing::StartsWith("std.bad_alloc: "));
}

TEST(Dispatcher, ThePingEndpointAnswersUnderEveryPolicy) {
  for (const RPCAccessPolicy& policy :
       {RPCAccessPolicy(DefaultRPCAccessPolicy{}), RPCAccessPolicy(LegacyRPCAccessPolicy{}),
        RPCAccessPolicy(ExplicitRPCAccessPolicy{})}) {
    EXPECT_EQ(outcome(dispatcher_of({ping_endpoint()}, policy),
                      {.method = "oslo_rpc_server_ping", .args = {{"anything", 1}}}),
              "pong");
  }
}

TEST(Dispatcher, LetsTheCallerKnowWhatAnAccessPolicyThrows) {
  const auto with = [](auto error) {
    return outcome(
        dispatcher_of({{.methods = {{"a", answers("a")}}}},
                      [error](const std::string&, const Method&) -> bool { throw error; }),
        {.method = "a"});
  };
  EXPECT_EQ(with(std::invalid_argument("who are you?")), "std.invalid_argument: who are you?");
  EXPECT_EQ(with(7), ".int: an access policy threw what is no std::exception");
}

// ---- what a method throws ----------------------------------------------------------------------

TEST(Dispatcher, NamesAnErrorByItsOwnScopeWhateverItIsMadeOf) {
  const Dispatcher dispatcher =
      dispatcher_of({{.methods = {{"a", throws(shop::Error<std::out_of_range>("9"))}}}});
  EXPECT_EQ(outcome(dispatcher, {.method = "a"}), "shop.Error<std::out_of_range>: 9");
}

struct OutOfStock : std::out_of_range {
  using std::out_of_range::out_of_range;
};

TEST(Dispatcher, WhateverAMethodThrowsIsTheFailure) {
  struct Strange {};
  const Dispatcher dispatcher = dispatcher_of(
      {{.methods = {
            {"std", throws(std::out_of_range("9"))},
            {"own", throws(OutOfStock("7"))},
            {"chosen",
             throws(EndpointError(
                 {.class_name = "NotFound", .module = "nova.exception", .message = "no 7"}))},
            {"relayed",
             throws(RemoteError({.class_name = "Far", .module = "away", .message = "over there"}))},
            {"number", throws(42)},
            {"strange", throws(Strange())}}}});
  const std::string none = "a method threw what is no std::exception";
  EXPECT_EQ(outcome(dispatcher, {.method = "std"}), "std.out_of_range: 9");
  EXPECT_EQ(outcome(dispatcher, {.method = "own"}),
            "castaway::(anonymous namespace).OutOfStock: 7");
  EXPECT_EQ(outcome(dispatcher, {.method = "chosen"}), "nova.exception.NotFound: no 7");
  EXPECT_EQ(outcome(dispatcher, {.method = "relayed"}), "away.Far: over there");
  EXPECT_EQ(outcome(dispatcher, {.method = "number"}), ".int: " + none);
  EXPECT_THAT(outcome(dispatcher, {.method = "strange"}), testing::EndsWith(".Strange: " + none));
}

TEST(Dispatcher, LetsATaskUnwind) {
  struct Ended : Unwinding {};
  const Dispatcher dispatcher = dispatcher_of({{.methods = {{"die", throws(Ended())}}}});
  EXPECT_THROW(outcome(dispatcher, {.method = "die"}), Unwinding);
}

TEST(Dispatcher, SaysWhichErrorsWereExpected) {
  const auto expected = [](const Method& method) {
    const Dispatcher dispatcher = dispatcher_of({{.methods = {{"m", method}}}});
    return dispatcher.run(*dispatcher.find({.method = "m"}).method, {.method = "m"}).expected;
  };
  const OutOfStock error("7");
  EXPECT_FALSE(expected(throws(error)));
  EXPECT_TRUE(expected(expected_exceptions<OutOfStock>(throws(error))));
  EXPECT_TRUE(expected(expected_exceptions<std::out_of_range>(throws(error)))) << "a base";
  EXPECT_TRUE((expected(expected_exceptions<std::bad_alloc, std::logic_error>(throws(error)))));
  EXPECT_FALSE(expected(expected_exceptions<std::bad_alloc>(throws(error))));
  EXPECT_FALSE(expected(expected_exceptions<OutOfStock>(throws(std::out_of_range("9")))))
      << "a derived type is not its base";
  EXPECT_FALSE(expected(expected_exceptions<std::exception>(throws(42))));
  EXPECT_TRUE(
      expected(expected_exceptions<std::bad_alloc>(expected_exceptions<OutOfStock>(throws(error)))))
      << "one beside the other";
}

TEST(Dispatcher, ExpectingAnErrorChangesNothingForTheCaller) {
  const auto told = [](const Method& method) {
    return outcome(dispatcher_of({{.methods = {{"m", method}}}}), {.method = "m"});
  };
  EXPECT_EQ(told(expected_exceptions<OutOfStock>(throws(OutOfStock("7")))),
            told(throws(OutOfStock("7"))));
}

TEST(Dispatcher, AMissingMethodIsExpectedIfItsNameSaysSo) {
  const Dispatcher dispatcher = dispatcher_of({{}});
  EXPECT_TRUE(dispatcher.find({.method = "report_ignore_errors"}).refusal.expected);
  EXPECT_FALSE(dispatcher.find({.method = "report"}).refusal.expected);
  EXPECT_FALSE(
      dispatcher.find({.method = "report_ignore_errors", .version = "9.0"}).refusal.expected)
      << "of another version it is not";
}

// ---- serializer --------------------------------------------------------------------------------

/// Marks what goes through it, and with which context.
class Marking final : public Serializer {
 public:
  json serialize_entity(const Object& ctxt, const json& entity) const override {
    return json{{"out", entity}, {"of", ctxt.json()}};
  }
  json deserialize_entity(const Object& ctxt, const json& entity) const override {
    if (entity == "bad") throw std::runtime_error("cannot be read");
    return json{{"in", entity}, {"of", ctxt.json()}};
  }
  Object deserialize_context(const Object& ctxt) const override {
    return Object({{"read", ctxt.json()}});
  }
};

TEST(Dispatcher, ReadsTheContextFirstThenTheArgumentsWithIt) {
  const Dispatcher dispatcher(
      {{.methods = {{"m",
                     [](const Object& ctxt, const Object& args) {
                       return json{{"ctxt", ctxt.json()}, {"args", args.json()}};
                     }}}}},
      DefaultRPCAccessPolicy{}, std::make_shared<Marking>());
  const Request request{.method = "m", .args = {{"n", 1}}, .context = {{"user", "a"}}};
  const Answer answer = dispatcher.run(*dispatcher.find(request).method, request);
  EXPECT_EQ(*answer.result, json::parse(R"({
    "out": {"ctxt": {"read": {"user": "a"}},
            "args": {"n": {"in": 1, "of": {"read": {"user": "a"}}}}},
    "of": {"read": {"user": "a"}}})"));
}

TEST(Dispatcher, WhatTheSerializerThrowsIsAFailureToo) {
  const Dispatcher dispatcher({{.methods = {{"m", answers("unreached")}}}},
                              DefaultRPCAccessPolicy{}, std::make_shared<Marking>());
  EXPECT_EQ(outcome(dispatcher, {.method = "m", .args = {{"n", "bad"}}}),
            "std.runtime_error: cannot be read");
}

}  // namespace
}  // namespace castaway
