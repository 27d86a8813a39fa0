#include "broker_options.h"

#include <gtest/gtest.h>

namespace castaway::ci {
namespace {

std::string of_rabbit_or_nats(std::string_view typed) {
  return misspelled(typed, {"rabbit", "nats"});
}

TEST(BrokerURL, QuotesWhatWasTypedAndSaysHowItIsSpelled) {
  const std::string begins = ": a broker's URL begins with rabbit:// or nats://";
  const std::vector<std::pair<std::string, std::string>> meant = {
      {"localhost:5672", "rabbit://localhost:5672/"},
      {"localhost", "rabbit://localhost/"},
      {"127.0.0.1:4222", "nats://127.0.0.1:4222/"},
      {"//localhost/vhost", "rabbit://localhost/vhost"},
      {"amqp://localhost:5672", "rabbit://localhost:5672/"},
      {"amqp://localhost?ssl=1", "rabbit://localhost/?ssl=1"},
      {"amqps://localhost", "rabbit://localhost/?ssl=true"},
      {"rabbit:localhost:5672", "rabbit://localhost:5672/"},
      {"nats:localhost", "nats://localhost/"}};
  for (const auto& [typed, spelling] : meant) {
    std::string expected = "\"" + typed + "\"";
    expected += begins + "; did you mean " + spelling + "?";
    EXPECT_EQ(of_rabbit_or_nats(typed), expected);
  }
  EXPECT_EQ(of_rabbit_or_nats(""), "\"\"" + begins + ", as in rabbit://localhost/");
  EXPECT_EQ(misspelled("h", {"rabbit"}),
            "\"h\": a broker's URL begins with rabbit://; did you mean rabbit://h/?");
}

TEST(BrokerURL, ShowsNoPassword) {
  for (const std::string typed :
       {"amqp://me:secret@h", "me:secret@h", "amqp://me:se/secret@h/v", "a:secret@g,b:secret@h"}) {
    const std::string said = of_rabbit_or_nats(typed);
    EXPECT_EQ(said.find("secret"), std::string::npos) << said;
    EXPECT_NE(said.find(":***@h"), std::string::npos) << said;
  }
}

TEST(BrokerURL, HasASchemeThatIsOneOfOurs) {
  for (const std::string typed : {"rabbit://h", "RABBIT://h", "rabbit:", "rabbit:/", "rabbit:?a=b",
                                  "nats://h", "rabbit+any://h"})
    EXPECT_TRUE(has_scheme(typed, {"rabbit", "nats"})) << typed;
  for (const std::string typed : {"", "h", "h:1", "rabbit", "rabbit:h", "rabbits://h", "amqp://h"})
    EXPECT_FALSE(has_scheme(typed, {"rabbit", "nats"})) << typed;
  EXPECT_FALSE(has_scheme("nats://h", {"rabbit"}));
}

}  // namespace
}  // namespace castaway::ci
