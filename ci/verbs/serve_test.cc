// The verb `serve`: what it says, when it ends, and how. What clients hear of it, other tests ask:
// sim/serve and ci/clients.

#include <csignal>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include "testing/child.h"
#include "testing/test_files.h"

namespace castaway::ci {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

const std::string any_port = "127.0.0.1:0";

/// What pika does that has a name: it publishes to queue "q" ten times, and gets all of it.
const std::string client = R"(
import os, pika
parameters = pika.URLParameters(os.environ["AMQP_URL"])
parameters.client_properties = {"connection_name": "shop"}
connection = pika.BlockingConnection(parameters)
channel = connection.channel()
channel.queue_declare("q")
channel.confirm_delivery()
for number in range(10):
    channel.basic_publish("", "q", str(number).encode())
got = []
while len(got) < 10:
    method, _, body = channel.basic_get("q", auto_ack=True)
    if method is None:
        break
    got.append(body)
connection.close()
print("got", len(got))
)";

Child serve(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "serve");
  return castaway(arguments);
}

/// With faults, and a Python script as the command.
Child serve_python(const std::string& faults, const std::string& script) {
  const TemporaryFolder folder;
  const std::string file = folder.write("faults.json", faults);
  const std::string program = folder.write("client.py", script);
  return serve({"--faults", file, "--", "/usr/bin/python3", program});
}

TEST(Serve, SaysWhereItListensAndEndsWhenNothingComes) {
  const Child child = serve({"--listen", any_port, "--until", "idle:100ms"});
  EXPECT_EQ(child.exit_code, 2) << "nothing was judged";
  EXPECT_THAT(child.out, MatchesRegex("castaway: serving amqp://guest:guest@127.0.0.1:[0-9]+\n"
                                      "0 events\n  [0-9]+ laws had nothing to judge\nexit 2\n"));
  EXPECT_EQ(child.err, "");
}

TEST(Serve, SaysItInJsonForPrograms) {
  const Child child = serve({"--listen", any_port, "--listen", "127.0.0.2:0", "--user", "me:secret",
                             "--ready", "json", "--until", "idle:100ms"});
  const auto ready = nlohmann::json::parse(child.out.substr(0, child.out.find('\n')));
  EXPECT_EQ(ready.at("ready"), true);
  EXPECT_EQ(ready.at("url"),
            "amqp://me:secret@127.0.0.1:" + std::to_string(ready.at("port").get<int>()));
  EXPECT_EQ(ready.at("urls").size(), 2U);
  EXPECT_THAT(ready.at("urls")[1].get<std::string>(), StartsWith("amqp://me:secret@127.0.0.2:"));
}

TEST(Serve, WritesNamesAndPasswordsAsAnUrlHasThem) {
  const Child child = serve({"--listen", any_port, "--user", "m/e:p@ss:1", "--until", "idle:50ms"});
  EXPECT_THAT(child.out, StartsWith("castaway: serving amqp://m%2Fe:p%40ss%3A1@127.0.0.1:"));
}

TEST(Serve, GivesItsCommandItsOwnUrlWhateverWasThere) {
  const Child child = run_child({.arguments = {"serve", "--", "sh", "-c", "echo url=$AMQP_URL"},
                                 .environment = {"AMQP_URL=amqp://elsewhere"}});
  EXPECT_THAT(child.out, HasSubstr("url=amqp://guest:guest@127.0.0.1:"));
}

TEST(Serve, ServesOnWhileItsCommandEnds) {
  const TemporaryFolder folder;
  const std::string program = folder.write("client.py", R"(
import os, pika, signal, time
connection = pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"]))
def end(*_):
    connection.close()
    print("closed in peace", flush=True)
    os._exit(3)
signal.signal(signal.SIGTERM, end)
print("waiting", flush=True)
time.sleep(60)
)");
  const Child child = run_child({.arguments = {"serve", "--", "/usr/bin/python3", program},
                                 .interrupt_at = "waiting",
                                 .timeout = std::chrono::seconds(30)});
  EXPECT_THAT(child.out, HasSubstr("closed in peace\n"));
  EXPECT_EQ(child.exit_code, 3);
}

TEST(Serve, EndsByASignalAndJudges) {
  const Child child = run_child({.arguments = {"serve", "--listen", any_port},
                                 .interrupt_at = "serving",
                                 .timeout = std::chrono::seconds(20)});
  EXPECT_EQ(child.exit_code, 2);
  EXPECT_THAT(child.out, EndsWith("exit 2\n"));
}

TEST(Serve, EndsWithItsCommandAndAsItDid) {
  EXPECT_EQ(serve({"--", "true"}).exit_code, 0);
  EXPECT_EQ(serve({"--", "sh", "-c", "exit 7"}).exit_code, 7);
  EXPECT_EQ(serve({"--", "sh", "-c", "kill -9 $$"}).exit_code, 137);
  EXPECT_EQ(
      serve({"--env", "BROKER", "--", "sh", "-c", "case $BROKER in amqp://*) ;; *) false; esac"})
          .exit_code,
      0);
  const Child child = serve({"--", "/nowhere/program"});
  EXPECT_EQ(child.exit_code, 66);
  EXPECT_THAT(child.err, HasSubstr("/nowhere/program"));
}

TEST(Serve, JudgesWhatWentOverTheWire) {
  const Child child = serve_python(R"({"faults": []})", client);
  EXPECT_EQ(child.exit_code, 0);
  EXPECT_THAT(child.out, HasSubstr("got 10\n"));
  EXPECT_THAT(child.out, HasSubstr("  at-most-once      holds (10 judged)\n"));
}

TEST(Serve, SaysThatAFaultNeverStruck) {
  const Child child = serve_python(
      R"({"faults": [{"id": "a", "on": {"edge": "request", "from": "elsewhere"}, "do": {"drop": true}}]})",
      client);
  EXPECT_EQ(child.exit_code, 2);
  EXPECT_THAT(child.out, HasSubstr("rule \"a\" never fired: "));
}

TEST(Serve, LosesWhatARuleSaysIsLost) {
  const Child child = serve_python(
      R"({"faults": [{"id": "a", "on": {"edge": "request", "from": "shop"}, "when": {"nth": [3]}, "do": {"drop": true}}]})",
      client);
  EXPECT_EQ(child.exit_code, 0);
  EXPECT_THAT(child.out, HasSubstr("got 9\n"));
}

TEST(Serve, BreaksALinkAsAResetDoes) {
  const Child child = serve_python(
      R"({"faults": [{"id": "a", "on": {"edge": "confirm", "to": "shop"}, "when": {"nth": [2]}, "do": {"disconnect": {"frame": "lost"}}}]})",
      client);
  EXPECT_EQ(child.exit_code, 1) << "the command's";
  EXPECT_THAT(child.err, HasSubstr("StreamLostError"));
}

TEST(Serve, WarnsOfConnectionsWithoutANameWhereThereAreFaults) {
  const std::string nameless = R"(
import os, pika
pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"])).close()
)";
  const Child child = serve_python(
      R"({"faults": [{"id": "a", "on": {"edge": "broker"}, "when": {"at": "0ms"}, "do": {"block_publish": "1ms"}}]})",
      nameless);
  EXPECT_THAT(child.out, HasSubstr("1 connection had no name."));
}

TEST(Serve, WritesAHistoryThatCheckReads) {
  const TemporaryFolder folder;
  const std::string history = folder.path() + "/history.jsonl";
  const std::string program = folder.write("client.py", client);
  EXPECT_EQ(serve({"--history", history, "--", "/usr/bin/python3", program}).exit_code, 0);
  const Child check = castaway({"check", history});
  EXPECT_EQ(check.exit_code, 0);
  EXPECT_THAT(check.out, HasSubstr("at-most-once"));
}

TEST(Serve, SaysThatItsHistoryCannotBeWritten) {
  const TemporaryFolder folder;
  const std::string program = folder.write("client.py", client);
  const Child full = serve({"--history", "/dev/full", "--", "/usr/bin/python3", program});
  EXPECT_EQ(full.exit_code, 74);
  EXPECT_THAT(full.err, HasSubstr("/dev/full: cannot be written: No space left on device\n"));
  EXPECT_THAT(full.out, EndsWith("exit 74\n"));
  EXPECT_EQ(serve({"--history", folder.path() + "/nowhere/h.jsonl", "--", "true"}).exit_code, 74);
}

TEST(Serve, LeavesItsHistoryWhenItIsKilled) {
  const TemporaryFolder folder;
  const std::string history = folder.path() + "/history.jsonl";
  const std::string program = folder.write("client.py", client + R"(
import signal, time
time.sleep(0.5)
os.kill(os.getppid(), signal.SIGKILL)
)");
  EXPECT_EQ(serve({"--history", history, "--", "/usr/bin/python3", program}).signal, SIGKILL);
  EXPECT_THAT(castaway({"check", history}).out, HasSubstr("at-most-once      holds (10 judged)"));
}

TEST(Serve, PlacesWhatIsWrongInAFileOfFaults) {
  const Child child = serve_python("{\n  \"fautls\": []\n}\n", client);
  EXPECT_EQ(child.exit_code, 65);
  EXPECT_THAT(child.err, HasSubstr("faults.json:2:3: /fautls: "));
  EXPECT_THAT(child.err, HasSubstr("faults"));
  const Child scenario = serve_python(R"({"servers": []})", client);
  EXPECT_EQ(scenario.exit_code, 65);
  EXPECT_THAT(scenario.err, HasSubstr("only a scenario has this key"));
  const Child process = serve_python(
      R"({"faults": [{"id": "a", "on": {"edge": "process", "to": "x"}, "when": {"at": "1s"}, "do": {"kill": {"who": "x"}}}]})",
      client);
  EXPECT_EQ(process.exit_code, 65);
  EXPECT_THAT(process.err, HasSubstr("rule a is about a process or a clock"));
}

TEST(Serve, RefusesOptionsThatMakeNoSense) {
  for (const auto& [arguments, why] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"--listen", "nowhere:1"}, "\"nowhere\" is no address"},
           {{"--listen", "127.0.0.1:x"}, "--listen is an address and a port"},
           {{"--listen", "127.0.0.1:65536"}, "--listen is an address and a port"},
           {{"--listen", "0.0.0.0:0"}, "--allow-remote"},
           {{"--listen", "0.0.0.0:0", "--allow-remote"}, "--user of your own"},
           {{"--until", "soon"}, "--until is idle:TIME or events:N"},
           {{"--until", "idle:soon"}, "--until is idle:TIME or events:N"},
           {{"--law", "at-most-onec"},
            "serve: there is no law \"at-most-onec\"; did you mean at-most-once?"},
           {{"--ready", "xml"}, "--ready is text or json"},
           {{"--user", "me"}, "--user is NAME:PASSWORD"}}) {
    const Child child = serve(arguments);
    EXPECT_EQ(child.exit_code, 64) << arguments.back();
    EXPECT_THAT(child.err, HasSubstr(why));
    EXPECT_EQ(child.out, "");
  }
}

TEST(Serve, SaysThatSomebodyElseListensThere) {
  const int taken = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(bind(taken, generic, size), 0);
  ASSERT_EQ(listen(taken, 1), 0);
  ASSERT_EQ(getsockname(taken, generic, &size), 0);
  const std::string where = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  const Child child = serve({"--listen", where});
  close(taken);
  EXPECT_EQ(child.exit_code, 69);
  EXPECT_EQ(child.err, "castaway: cannot listen on " + where + ": Address already in use\n");
}

}  // namespace
}  // namespace castaway::ci
