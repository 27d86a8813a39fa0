#include "castaway/transport_url.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace castaway {
namespace {

using Hosts = std::vector<TransportHost>;

struct Parsed {
  std::string url;
  TransportURL expected;
};

/// Source: oslo_messaging/tests/test_urls.py, TestParseURL, and tests/drivers/test_impl_rabbit.py.
TEST(TransportURL, ReadsWhatOsloMessagingReads) {
  const std::vector<Parsed> cases = {
      {"foo:", {.transport = "foo"}},
      {"foo:////", {.transport = "foo", .virtual_host = "/"}},
      {"foo:///bar", {.transport = "foo", .virtual_host = "bar"}},
      {"foo://host/bar",
       {.transport = "foo", .virtual_host = "bar", .hosts = Hosts{{.hostname = "host"}}}},
      {"foo://[ffff::1]/bar",
       {.transport = "foo", .virtual_host = "bar", .hosts = Hosts{{.hostname = "ffff::1"}}}},
      {"foo://host:1234/bar",
       {.transport = "foo",
        .virtual_host = "bar",
        .hosts = Hosts{{.hostname = "host", .port = 1234}}}},
      {"foo://[ffff::1]:1234/bar",
       {.transport = "foo",
        .virtual_host = "bar",
        .hosts = Hosts{{.hostname = "ffff::1", .port = 1234}}}},
      {"foo://u@host:1234/bar",
       {.transport = "foo",
        .virtual_host = "bar",
        .hosts = Hosts{{.hostname = "host", .port = 1234, .username = "u"}}}},
      {"foo://u:p@host:1234/bar",
       {.transport = "foo",
        .virtual_host = "bar",
        .hosts = Hosts{{.hostname = "host", .port = 1234, .username = "u", .password = "p"}}}},
      {"foo://u:p@/bar",
       {.transport = "foo",
        .virtual_host = "bar",
        .hosts = Hosts{{.username = "u", .password = "p"}}}},
      {"foo://u:p@host1:1234,host2:4321/bar",
       {.transport = "foo",
        .virtual_host = "bar",
        .hosts = Hosts{{.hostname = "host1", .port = 1234, .username = "u", .password = "p"},
                       {.hostname = "host2", .port = 4321}}}},
      {"foo://u1:p1@[ffff::1]:1234,u2:p2@[ffff::2]:4321/bar",
       {.transport = "foo",
        .virtual_host = "bar",
        .hosts = Hosts{{.hostname = "ffff::1", .port = 1234, .username = "u1", .password = "p1"},
                       {.hostname = "ffff::2", .port = 4321, .username = "u2", .password = "p2"}}}},
      {"foo://u%24:p%26@host:1234/%24",
       {.transport = "foo",
        .virtual_host = "$",
        .hosts = Hosts{{.hostname = "host", .port = 1234, .username = "u$", .password = "p&"}}}},
  };
  for (const Parsed& parsed : cases) {
    const TransportURL url = parse_transport_url(parsed.url);
    EXPECT_TRUE(url == parsed.expected) << parsed.url << " was read as " << to_string(url);
  }
}

struct VirtualHost {
  std::string url;
  std::optional<std::string> expected;
};

TEST(TransportURL, UnquotesAVirtualHostOnceAndKeepsItsSlashes) {
  const std::vector<VirtualHost> cases = {
      {"rabbit://h", std::nullopt},  {"rabbit://h/", ""},         {"rabbit://h//", "/"},
      {"rabbit://h/%2F", "/"},       {"rabbit://h/a%2Fb", "a/b"}, {"rabbit://h/a/b", "a/b"},
      {"rabbit://h/%2525", "%25"},   {"rabbit://h/a+b", "a+b"},   {"rabbit://h/a#fragment", "a"},
      {"rabbit://h/a?ssl=true", "a"}};
  for (const VirtualHost& each : cases)
    EXPECT_EQ(parse_transport_url(each.url).virtual_host, each.expected) << each.url;
}

TEST(TransportURL, ReadsCredentialsUpToTheLastAtAndTheFirstColon) {
  const TransportHost host = parse_transport_url("RABBIT+x://u:p:q@r@Host/").hosts.at(0);
  EXPECT_EQ(host, (TransportHost{.hostname = "Host", .username = "u", .password = "p:q@r"}));
  EXPECT_EQ(parse_transport_url("rabbit://u:@h").hosts.at(0).password, "");
  EXPECT_EQ(parse_transport_url("rabbit://u@h").hosts.at(0).password, std::nullopt);
  EXPECT_EQ(parse_transport_url("rabbit://p%2Fx@h").hosts.at(0).username, "p/x");
  EXPECT_EQ(parse_transport_url("RABBIT+x://h").driver(), "rabbit");
  EXPECT_EQ(parse_transport_url("rabbit://,a,,b,").hosts.size(), 2U);
}

TEST(TransportURL, JoinsWhatAQuerySaysTwiceAndDropsWhatSaysNothing) {
  const TransportURL url = parse_transport_url("rabbit://h/v?a=1&b=x%26y&a=2&c=&d&e=x+y");
  EXPECT_EQ(url.query,
            (std::map<std::string, std::string>{{"a", "1,2"}, {"b", "x&y"}, {"e", "x y"}}));
}

struct Refused {
  std::string url;
  std::string expected;
};

TEST(TransportURL, SaysWhereItIsWrongAndNeverShowsWhatMayBeAPassword) {
  const std::string scheme =
      "transport URL, character 1: it begins with a scheme, as in rabbit://host/";
  const std::vector<Refused> cases = {
      {"", scheme},
      {"foo", scheme},
      {"//h", scheme},
      {"://h", scheme},
      {"1a://h", scheme},
      {"rabbit://user:secret", "transport URL, character 15: a port is a number from 1 to 65535"},
      {"rabbit://h:0/", "transport URL, character 12: a port is a number from 1 to 65535"},
      {"rabbit://h:70000/", "transport URL, character 12: a port is a number from 1 to 65535"},
      {"rabbit://h,::1/",
       "transport URL, character 12: an IPv6 address stands in brackets, as in [::1]:5672"},
      {"rabbit://[::1/", "transport URL, character 10: this bracket is not closed"},
      {"rabbit://[::1]5672/",
       "transport URL, character 15: a port, or nothing, follows an address in brackets"},
      {"rabbit://u:secret%2@h/", "transport URL, character 18: two hexadecimal digits follow a %"},
      {"rabbit://h/%zz", "transport URL, character 12: two hexadecimal digits follow a %"}};
  for (const Refused& each : cases) {
    try {
      static_cast<void>(parse_transport_url(each.url));
      ADD_FAILURE() << each.url << " was read";
    } catch (const InvalidTransportURL& error) {
      EXPECT_EQ(error.what(), each.expected) << each.url;
    }
  }
}

/// Source: oslo_messaging/tests/test_urls.py, TestFormatURL.
TEST(TransportURL, IsWrittenAsOsloMessagingWritesIt) {
  const std::vector<Parsed> cases = {
      {"testtransport:///", {.transport = "testtransport"}},
      {"testtransport:////vhost", {.transport = "testtransport", .virtual_host = "/vhost"}},
      {"testtransport://bob:secret@host:10//",
       {.transport = "testtransport",
        .virtual_host = "/",
        .hosts = Hosts{{.hostname = "host", .port = 10, .username = "bob", .password = "secret"}}}},
      {"testtransport://b1:s1@h1:1000,b2:s2@h2:2000/",
       {.transport = "testtransport",
        .virtual_host = "",
        .hosts = Hosts{{.hostname = "h1", .port = 1000, .username = "b1", .password = "s1"},
                       {.hostname = "h2", .port = 2000, .username = "b2", .password = "s2"}}}},
      {"testtransport://b%24:s%26@host:10//%24",
       {.transport = "testtransport",
        .virtual_host = "/$",
        .hosts = Hosts{{.hostname = "host", .port = 10, .username = "b$", .password = "s&"}}}}};
  for (const Parsed& written : cases)
    EXPECT_EQ(to_string_with_passwords(written.expected), written.url);
}

TEST(TransportURL, IsReadAsTheSameAgainHoweverOddItIs) {
  const TransportURL url = {
      .transport = "rabbit",
      .virtual_host = "a?b%20/c#",
      .hosts =
          Hosts{{.hostname = "::1", .port = 5671, .username = "u/:@,", .password = "p%/?#[]@:,"},
                {.hostname = "h", .username = "only"}},
      .query = {{"ssl_ca_file", "/a b&c=d"}, {"ssl", "true"}}};
  EXPECT_TRUE(parse_transport_url(to_string_with_passwords(url)) == url)
      << to_string_with_passwords(url);
}

TEST(TransportURL, IsShownWithoutItsPasswords) {
  EXPECT_EQ(to_string(parse_transport_url("rabbit://u:p1@a,v:@b,w@c/x?ssl=1")),
            "rabbit://u:***@a,v:***@b,w@c/x?ssl=1");
}

}  // namespace
}  // namespace castaway
