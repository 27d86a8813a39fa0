#include "castaway/rabbit_url.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace castaway {
namespace {

RabbitOptions read(const std::string& url) { return rabbit_options(parse_transport_url(url)); }

TEST(RabbitURL, NothingSaidIsGuestAtLocalhost) {
  const RabbitSettings settings = read("rabbit://").transport;
  ASSERT_EQ(settings.hosts.size(), 1U);
  EXPECT_EQ(settings.hosts[0].hostname, "localhost");
  EXPECT_EQ(settings.hosts[0].port, 5672);
  EXPECT_EQ(settings.hosts[0].username, "guest");
  EXPECT_EQ(settings.hosts[0].password, "guest");
  EXPECT_EQ(settings.virtual_host, "/");
  EXPECT_FALSE(settings.ssl);
  EXPECT_EQ(read("rabbit://h/").transport.virtual_host, "/");
  EXPECT_EQ(read("kombu+tcp://h/v").transport.virtual_host, "v");
}

TEST(RabbitURL, CredentialsAreNotInheritedByOtherHosts) {
  const auto hosts = read("rabbit://u:p@a:1,b,:x@c/").transport.hosts;
  ASSERT_EQ(hosts.size(), 3U);
  EXPECT_EQ(hosts[0].username + hosts[0].password, "up");
  EXPECT_EQ(hosts[0].port, 1);
  EXPECT_EQ(hosts[1].username + hosts[1].password, "guestguest");
  EXPECT_EQ(hosts[2].username + hosts[2].password, "guestguest");
}

TEST(RabbitURL, SetsOptionsByTheirNamesInOsloMessaging) {
  const RabbitOptions options = read(
      "rabbit://h/?ssl=True&ssl_ca_file=/ca.pem&ssl_cert_file=c&ssl_key_file=k"
      "&heartbeat_timeout_threshold=7&rabbit_login_method=EXTERNAL&amqp_durable_queues=1"
      "&amqp_auto_delete=on&rabbit_ha_queues=no&rabbit_quorum_queue=yes&rabbit_qos_prefetch_count=9"
      "&rabbit_quorum_delivery_limit=1&rabbit_quorum_max_memory_length=2"
      "&rabbit_quorum_max_memory_bytes=3&rabbit_transient_queues_ttl=60");
  ASSERT_TRUE(options.transport.ssl);
  EXPECT_TRUE(options.transport.ssl->verify);
  EXPECT_EQ(options.transport.ssl->ca_file, "/ca.pem");
  EXPECT_EQ(options.transport.ssl->cert_file, "c");
  EXPECT_EQ(options.transport.ssl->key_file, "k");
  EXPECT_EQ(options.transport.heartbeat_timeout_threshold, 7s);
  EXPECT_EQ(options.transport.rabbit_login_method, LoginMethod::external);
  EXPECT_TRUE(options.queues.amqp_durable_queues);
  EXPECT_TRUE(options.queues.amqp_auto_delete);
  EXPECT_FALSE(options.queues.rabbit_ha_queues);
  EXPECT_TRUE(options.queues.rabbit_quorum_queue);
  EXPECT_EQ(options.queues.rabbit_qos_prefetch_count, 9);
  EXPECT_EQ(options.queues.rabbit_quorum_delivery_limit, 1U);
  EXPECT_EQ(options.queues.rabbit_quorum_max_memory_length, 2U);
  EXPECT_EQ(options.queues.rabbit_quorum_max_memory_bytes, 3U);
  EXPECT_EQ(options.queues.rabbit_transient_queues_ttl, 60s);
  EXPECT_FALSE(read("rabbit://h/?ssl=false&ssl_ca_file=x").transport.ssl);
}

struct Refused {
  std::string url;
  std::string expected;
};

TEST(RabbitURL, SaysWhichOptionIsWrong) {
  const std::vector<Refused> cases = {
      {"amqp://h", "transport URL: its scheme is amqp, and not rabbit"},
      {"rabbit://h/?heartbeat_timeout=1",
       "transport URL: there is no option \"heartbeat_timeout\"; did you mean "
       "\"heartbeat_timeout_threshold\"?"},
      {"rabbit://h/?heartbet=3",
       "transport URL: there is no option \"heartbet\"; did you mean "
       "\"heartbeat_timeout_threshold\"?"},
      {"rabbit://h/?x=3", "transport URL: there is no option \"x\""},
      {"rabbit://h/?tls=1", "transport URL: there is no option \"tls\"; did you mean \"ssl\"?"},
      {"rabbit://h/?ssl=maybe",
       "transport URL: option ssl is \"maybe\", and must be true or false"},
      {"rabbit://h/?heartbeat_timeout_threshold=65536",
       "transport URL: option heartbeat_timeout_threshold is \"65536\", and must be a number from "
       "0 "
       "to 65535"},
      {"rabbit://h/?rabbit_login_method=plain",
       "transport URL: option rabbit_login_method is \"plain\", and must be AMQPLAIN, PLAIN or "
       "EXTERNAL"}};
  for (const Refused& each : cases) {
    try {
      read(each.url);
      ADD_FAILURE() << each.url << " was read";
    } catch (const InvalidTransportURL& error) {
      EXPECT_EQ(error.what(), each.expected);
    }
  }
}

}  // namespace
}  // namespace castaway
