// A real oslo.messaging client and our server.

#include <gmock/gmock.h>

#include "interop_fixture.h"

namespace castaway::interop {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;

class OsloToOurs : public InteropFixture {
 protected:
  /// {"do", "call"}, {"method", ...} and whatever else oslo_peer.py knows.
  json ask(json command) {
    command["url"] = url_of(port_);
    command["target"] = {{"topic", topic_}};
    if (command.at("do") == "call" && !command.contains("options"))
      command["options"] = {{"timeout", 20}};
    return oslo_.ask(command);
  }
  json call(const std::string& method, const json& args = json::object(),
            const json& prepare = json::object()) {
    return ask({{"do", "call"}, {"method", method}, {"args", args}, {"prepare", prepare}});
  }
  /// What came of a call that must return.
  json result_of(const std::string& method, const json& args = json::object(),
                 const json& prepare = json::object()) {
    const json answer = call(method, args, prepare);
    EXPECT_FALSE(answer.contains("error")) << answer.dump(1).substr(0, 2000);
    return answer.value("result", json());
  }
  json error_of(const std::string& method, const json& prepare = json::object()) {
    return call(method, json::object(), prepare).at("error");
  }
};

INSTANTIATE_TEST_SUITE_P(Profiles, OsloToOurs, testing::Values(Profile::strict, Profile::classic),
                         profile_name);

TEST_P(OsloToOurs, ACallReturnsItsValue) {
  const auto server = serve("one");
  const json args = {{"list", {1, -2.5, nullptr, true}}, {"object", {{"n", 9007199254740993}}}};
  EXPECT_EQ(result_of("echo", args), args);
}

TEST_P(OsloToOurs, AContextArrives) {
  const auto server = serve("one");
  const json context = {{"user", "kim"}, {"roles", {"member"}}, {"is_admin", false}};
  EXPECT_EQ(ask({{"do", "call"}, {"method", "context"}, {"context", context}}).at("result"),
            context);
}

TEST_P(OsloToOurs, NullIsReturned) {
  const auto server = serve("one");
  EXPECT_EQ(call("nothing").at("result"), json());
}

TEST_P(OsloToOurs, AnyTextIsCarried) {
  const auto server = serve("one");
  const json args = {{"text", "\u00fc\u20ac\U0001f600 \"\\\n\t\u0001\u2028"}, {"\u00e9", ""}};
  EXPECT_EQ(result_of("echo", args), args);
}

TEST_P(OsloToOurs, EightMebibytesGoAndCome) {
  const auto server = serve("one");
  const std::size_t size = std::size_t{8} << 20;
  EXPECT_EQ(result_of("size_of", {{"text", std::string(size, 'x')}}), size);
  const json text = result_of("text_of_size", {{"size", size}});
  EXPECT_EQ(text.get_ref<const std::string&>().size(), size);
}

TEST_P(OsloToOurs, ACastRunsOnce) {
  const auto one = serve("one"), two = serve("two");
  EXPECT_EQ(ask({{"do", "cast"}, {"method", "note"}}).at("result"), json());
  await([&] { return ran_.load(); }, 1);
}

TEST_P(OsloToOurs, AFanoutReachesEveryServer) {
  const auto one = serve("one"), two = serve("two");
  ask({{"do", "cast"}, {"method", "note"}, {"prepare", {{"fanout", true}}}});
  await([&] { return ran_.load(); }, 2);
}

TEST_P(OsloToOurs, ANamedServerIsCalled) {
  const auto one = serve("one"), two = serve("two");
  for (const char* server : {"two", "one", "two"})
    EXPECT_EQ(result_of("note", json::object(), {{"server", server}}), server);
}

TEST_P(OsloToOurs, NamespaceAndVersionChooseTheEndpoint) {
  const auto server = serve("one");
  EXPECT_EQ(result_of("which", json::object(), {{"namespace", "admin"}, {"version", "1.2"}}),
            "admin");
  EXPECT_EQ(error_of("which", {{"namespace", "none"}}).at("class"), "UnsupportedVersion_Remote");
}

TEST_P(OsloToOurs, UnsupportedVersionIsRaised) {
  const auto server = serve("one");
  const json error = error_of("which", {{"namespace", "admin"}, {"version", "1.4"}});
  EXPECT_EQ(error.at("class"), "UnsupportedVersion_Remote");
  EXPECT_EQ(error.at("module"), "oslo_messaging.rpc.dispatcher_Remote");
  EXPECT_THAT(error.at("str").get<std::string>(),
              HasSubstr("Endpoint does not support RPC version 1.4"));
}

TEST_P(OsloToOurs, NoSuchMethodIsRaised) {
  const auto server = serve("one");
  for (const char* method : {"absent", "_hidden"}) {
    const json error = error_of(method);
    EXPECT_EQ(error.at("class"), "NoSuchMethod_Remote");
    EXPECT_THAT(error.at("bases"), Contains("AttributeError"));
  }
}

TEST_P(OsloToOurs, AVersionCapRefusesWhatIsNewer) {
  const json prepare = {{"version", "1.6"}, {"version_cap", "1.5"}};
  EXPECT_EQ(error_of("echo", prepare).at("class"), "RPCVersionCapError");
}

TEST_P(OsloToOurs, ABuiltinErrorArrives) {
  const auto server = serve("one");
  const json error = error_of("raise_builtin");
  EXPECT_EQ(error.at("class"), "ValueError");
  EXPECT_EQ(error.at("module"), "builtins");
  EXPECT_THAT(error.at("str").get<std::string>(), HasSubstr("bad value"));
}

TEST_P(OsloToOurs, AnAllowedErrorArrivesAsItsType) {
  const auto server = serve("one");
  const json error = error_of("raise_allowed");
  EXPECT_EQ(error.at("class"), "OutOfStock_Remote");
  EXPECT_EQ(error.at("module"), "castaway_errors_Remote");
  EXPECT_THAT(error.at("bases"), Contains("OutOfStock"));
  EXPECT_EQ(error.at("item"), "\u00fcber");
  EXPECT_THAT(error.at("str").get<std::string>(), HasSubstr("none left\n"));
}

TEST_P(OsloToOurs, AnErrorThatIsNotAllowedArrivesAsRemoteError) {
  const auto server = serve("one");
  const json error = error_of("raise_private");
  EXPECT_EQ(error.at("class"), "RemoteError");
  EXPECT_EQ(error.at("exc_type"), "NotAllowed");
  EXPECT_EQ(error.at("value"), "not for you");
}

TEST_P(OsloToOurs, AnExpectedExceptionArrivesAsAnyOther) {
  const auto server = serve("one");
  const json error = error_of("raise_expected");
  EXPECT_EQ(error.at("class"), "KeyError");
  EXPECT_THAT(error.at("str").get<std::string>(), HasSubstr("missing"));
}

TEST_P(OsloToOurs, HeartbeatsKeepAMonitoredCallAlive) {
  const auto server = serve("one");
  const json answer = ask({{"do", "call"},
                           {"method", "sleep"},
                           {"args", {{"seconds", 3.0}}},
                           {"options", {{"timeout", 20}, {"call_monitor_timeout", 2}}}});
  EXPECT_EQ(answer.value("result", answer), 3.0);
}

TEST_P(OsloToOurs, ASlowCallTimesOut) {
  const auto server = serve("one");
  const json answer = ask({{"do", "call"},
                           {"method", "sleep"},
                           {"args", {{"seconds", 0.9}}},
                           {"options", {{"timeout", 0.5}}}});
  EXPECT_EQ(answer.at("error").at("class"), "MessagingTimeout");
  EXPECT_EQ(result_of("echo", {{"n", 1}}), json({{"n", 1}}));
}

TEST_P(OsloToOurs, NobodyIsThereToHear) {
  EXPECT_EQ(ask({{"do", "cast"}, {"method", "note"}}).at("result"), json());
  const json answer = ask({{"do", "call"}, {"method", "echo"}, {"options", {{"timeout", 0.5}}}});
  EXPECT_EQ(answer.at("error").at("class"), "MessagingTimeout");
}

TEST_P(OsloToOurs, AMandatoryRequestToNobodyComesBack) {
  for (const char* kind : {"call", "cast"}) {
    const json answer = ask({{"do", kind},
                             {"method", "echo"},
                             {"options", {{"timeout", 20}, {"at_least_once", true}}}});
    EXPECT_EQ(answer.at("error").at("class"), "MessageUndeliverable");
  }
}

TEST_P(OsloToOurs, APingIsAnswered) {
  const auto server = serve("one");
  EXPECT_EQ(result_of("oslo_rpc_server_ping"), "pong");
}

TEST_P(OsloToOurs, ThirtyTwoCallersGetTheirOwn) {
  const auto server = serve("one");
  expect_each_its_own([this](const json& args) { return result_of("echo", args); });
}

}  // namespace
}  // namespace castaway::interop
