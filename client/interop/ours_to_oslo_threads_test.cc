// Our client and a real oslo.messaging server.

#include <gmock/gmock.h>

#include "interop_fixture.h"

namespace castaway::interop {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class OursToOslo : public InteropFixture {
 protected:
  const RPCClient client_{ours_.transport, {.target = {.topic = topic_}, .timeout = 20s}};

  void oslo_serves(const std::string& server = "one") {
    const json answer =
        oslo_.ask({{"do", "serve"}, {"url", url_of(port_)}, {"topic", topic_}, {"server", server}});
    ASSERT_EQ(answer.value("error", json()), json());
  }
  /// What a method raised, as it travelled.
  Failure failure_of(const CallContext& client, const std::string& method) {
    try {
      client.call({}, method);
    } catch (const RemoteError& error) {
      EXPECT_EQ(error.effect(), Effect::dispatched);
      return error.failure();
    }
    ADD_FAILURE() << "it returned";
    return {};
  }
};

INSTANTIATE_TEST_SUITE_P(Profiles, OursToOslo, testing::Values(Profile::strict, Profile::classic),
                         profile_name);

TEST_P(OursToOslo, ACallReturnsItsValue) {
  oslo_serves();
  const json args = {{"list", {1, -2.5, nullptr, true}}, {"object", {{"n", 9007199254740993}}}};
  EXPECT_EQ(client_.call({}, "echo", Object(args)), args);
}

TEST_P(OursToOslo, AContextArrives) {
  oslo_serves();
  const json context = {{"user", "kim"}, {"roles", {"member"}}, {"is_admin", false}};
  EXPECT_EQ(client_.call(Object(context), "context"), context);
}

TEST_P(OursToOslo, NullIsReturned) {
  oslo_serves();
  EXPECT_EQ(client_.call({}, "nothing"), json());
}

TEST_P(OursToOslo, AnyTextIsCarried) {
  oslo_serves();
  const json args = {{"text", "\u00fc\u20ac\U0001f600 \"\\\n\t\u0001\u2028"}, {"\u00e9", ""}};
  EXPECT_EQ(client_.call({}, "echo", Object(args)), args);
}

TEST_P(OursToOslo, EightMebibytesGoAndCome) {
  oslo_serves();
  const std::size_t size = std::size_t{8} << 20;
  EXPECT_EQ(client_.call({}, "size_of", {{"text", std::string(size, 'x')}}), size);
  const json text = client_.call({}, "text_of_size", {{"size", size}});
  EXPECT_EQ(text.get_ref<const std::string&>().size(), size);
}

TEST_P(OursToOslo, ACastRunsOnce) {
  oslo_serves("one");
  oslo_serves("two");
  client_.cast({}, "note");
  await([&] { return oslo_.ran(topic_); }, 1);
}

TEST_P(OursToOslo, AFanoutReachesEveryServer) {
  oslo_serves("one");
  oslo_serves("two");
  client_.prepare({.fanout = true}).cast({}, "note");
  await([&] { return oslo_.ran(topic_, "one"); }, 1);
  await([&] { return oslo_.ran(topic_, "two"); }, 1);
}

TEST_P(OursToOslo, ANamedServerIsCalled) {
  oslo_serves("one");
  oslo_serves("two");
  for (const char* server : {"two", "one", "two"})
    EXPECT_EQ(client_.prepare({.server = server}).call({}, "note"), server);
}

TEST_P(OursToOslo, NamespaceAndVersionChooseTheEndpoint) {
  oslo_serves();
  EXPECT_EQ(client_.prepare({.namespace_ = "admin", .version = "1.2"}).call({}, "which"), "admin");
  EXPECT_EQ(failure_of(client_.prepare({.namespace_ = "none"}), "which").class_name,
            "UnsupportedVersion");
}

TEST_P(OursToOslo, UnsupportedVersionIsRaised) {
  oslo_serves();
  const Failure failure =
      failure_of(client_.prepare({.namespace_ = "admin", .version = "1.4"}), "which");
  EXPECT_EQ(failure.class_name, "UnsupportedVersion");
  EXPECT_EQ(failure.module, "oslo_messaging.rpc.dispatcher");
  EXPECT_THAT(failure.message, HasSubstr("Endpoint does not support RPC version 1.4"));
}

TEST_P(OursToOslo, NoSuchMethodIsRaised) {
  oslo_serves();
  for (const char* method : {"absent", "_hidden"}) {
    const Failure failure = failure_of(client_.prepare({}), method);
    EXPECT_EQ(failure.class_name, "NoSuchMethod");
    EXPECT_EQ(failure.module, "oslo_messaging.rpc.dispatcher");
  }
}

TEST_P(OursToOslo, AVersionCapRefusesWhatIsNewer) {
  const CallContext capped = client_.prepare({.version = "1.6", .version_cap = "1.5"});
  EXPECT_THROW(capped.call({}, "echo"), RPCVersionCapError);
  EXPECT_THROW(capped.cast({}, "echo"), RPCVersionCapError);
}

TEST_P(OursToOslo, ABuiltinErrorArrives) {
  oslo_serves();
  const Failure failure = failure_of(client_.prepare({}), "raise_builtin");
  EXPECT_EQ(failure.class_name, "ValueError");
  EXPECT_EQ(failure.module, "builtins");
  EXPECT_EQ(failure.message, "('bad value', 7)");
  EXPECT_EQ(*failure.args, json({"bad value", 7}));
  ASSERT_FALSE(failure.traceback.empty());
  EXPECT_THAT(failure.traceback.back(), HasSubstr("ValueError: ('bad value', 7)"));
}

TEST_P(OursToOslo, AnAllowedErrorArrivesAsItsType) {
  oslo_serves();
  try {
    client_.call({}, "raise_allowed");
    ADD_FAILURE() << "it returned";
  } catch (const OutOfStock& error) {
    EXPECT_EQ(error.item, "\u00fcber");
    EXPECT_THAT(error.what(), HasSubstr("none left\n"));
    EXPECT_EQ(dynamic_cast<const Remote&>(error).class_name(), "OutOfStock_Remote");
  }
}

TEST_P(OursToOslo, AnErrorThatIsNotAllowedArrivesAsRemoteError) {
  oslo_serves();
  const Failure failure = failure_of(client_.prepare({}), "raise_private");
  EXPECT_EQ(failure.class_name, "NotAllowed");
  EXPECT_EQ(failure.module, "oslo_peer_endpoint");
  EXPECT_EQ(failure.message, "not for you");
}

TEST_P(OursToOslo, AnExpectedExceptionArrivesAsAnyOther) {
  oslo_serves();
  const Failure failure = failure_of(client_.prepare({}), "raise_expected");
  EXPECT_EQ(failure.class_name, "KeyError");
  EXPECT_EQ(*failure.args, json({"missing"}));
}

TEST_P(OursToOslo, HeartbeatsKeepAMonitoredCallAlive) {
  oslo_serves();
  const RPCClient monitored(
      ours_.transport, {.target = {.topic = topic_}, .timeout = 20s, .call_monitor_timeout = 2s});
  EXPECT_EQ(monitored.call({}, "sleep", {{"seconds", 3.0}}), 3.0);
}

TEST_P(OursToOslo, ASlowCallTimesOut) {
  oslo_serves();
  EXPECT_THROW(client_.prepare({.timeout = 300ms}).call({}, "sleep", {{"seconds", 0.6}}),
               MessagingTimeout);
  EXPECT_EQ(client_.call({}, "echo", {{"n", 1}}), json({{"n", 1}}));  // the late reply is nobody's
  EXPECT_EQ(ours_.transport.pending_calls(), 0U);
}

TEST_P(OursToOslo, NobodyIsThereToHear) {
  client_.cast({}, "note");
  EXPECT_THROW(client_.prepare({.timeout = 300ms}).call({}, "echo"), MessagingTimeout);
}

TEST_P(OursToOslo, AMandatoryRequestToNobodyComesBack) {
  const RPCClient mandatory(ours_.transport,
                            {.target = {.topic = topic_}, .timeout = 20s, .mandatory = true});
  EXPECT_THROW(mandatory.call({}, "echo"), MessageUndeliverable);
  EXPECT_THROW(mandatory.cast({}, "echo"), MessageUndeliverable);
}

TEST_P(OursToOslo, APingIsAnswered) {
  oslo_serves();
  EXPECT_EQ(client_.call({}, "oslo_rpc_server_ping"), "pong");
}

TEST_P(OursToOslo, ThirtyTwoCallersGetTheirOwn) {
  oslo_serves();
  expect_each_its_own([this](const json& args) { return client_.call({}, "echo", Object(args)); });
}

}  // namespace
}  // namespace castaway::interop
