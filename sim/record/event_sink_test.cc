// Numbers of events stay, though old events go.

#include "castaway/sim/event_sink.h"

#include <sstream>
#include <vector>

#include <gmock/gmock.h>

#include "record_world_fixture.h"

namespace castaway::sim {
namespace {

using check::EventIndex;
using check::EventKind;
using check::no_event;

class EventSinkTest : public testing::Test, protected RecordWorld {
 protected:
  EventIndex note(EventIndex cause = no_event) {
    EventSink& sink = recorder.sink();
    return sink.add({.kind = EventKind::note,
                     .actor = sink.intern("c1"),
                     .text = sink.intern("x"),
                     .cause = cause});
  }
};

TEST_F(EventSinkTest, KeepsTheLatestEventsUnderTheirNumbers) {
  recorder.sink().keep(100);
  std::vector<EventIndex> firsts;
  recorder.sink().on_forget([&](EventIndex first) { firsts.push_back(first); });
  for (EventIndex number = 0; number < 1000; ++number) {
    ASSERT_EQ(note(number == 0 ? no_event : number - 1), number);
    ASSERT_LT(recorder.history().events().size(), 200U);
  }
  EXPECT_THAT(firsts, testing::ElementsAre(100, 200, 300, 400, 500, 600, 700, 800, 900));
  EXPECT_EQ(recorder.sink().forgotten(), 900U);
  EXPECT_EQ(recorder.history().events().size(), 100U);
  EXPECT_EQ(recorder.history()[0].cause, no_event) << "it is gone";
  EXPECT_EQ(recorder.history()[1].cause, 0U);
  EXPECT_EQ(note(5), 1000U);
  EXPECT_EQ(recorder.history().events().back().cause, no_event);
}

TEST_F(EventSinkTest, KeepsAllUnlessItIsToldOtherwise) {
  for (int i = 0; i < 1000; ++i) note();
  EXPECT_EQ(recorder.history().events().size(), 1000U);
  EXPECT_EQ(recorder.sink().forgotten(), 0U);
}

TEST_F(EventSinkTest, StreamsWhatItForgets) {
  std::ostringstream out;
  recorder.sink().stream_to(out);
  recorder.sink().keep(10);
  for (EventIndex number = 0; number < 1000; ++number) note(number == 0 ? no_event : number - 1);
  recorder.history().ending = check::Ending::limit;
  recorder.stop();
  std::istringstream in(out.str());
  const check::History whole = check::read_jsonl(in, "streamed");
  ASSERT_EQ(whole.events().size(), 1000U);
  EXPECT_EQ(whole.ending, check::Ending::limit);
  for (EventIndex number = 1; number < 1000; ++number)
    ASSERT_TRUE(whole[number].cause == number - 1 || number % 10 == 0) << number;
}

TEST_F(EventSinkTest, AddsNothingOnceItIsStopped) {
  note();
  recorder.stop();
  EXPECT_EQ(note(), no_event);
  EXPECT_EQ(recorder.history().events().size(), 1U);
}

TEST_F(EventSinkTest, ARecorderForgetsWhatItsEventsForget) {
  recorder.sink().keep(100);
  const auto carry_one = [&](int number) {
    const std::string id = std::to_string(number);
    const Classified message = recorder.classifier().classify(
        amqp::Publication{.exchange = "logs",
                          .message = {.properties = {.message_id = id}, .body = "hello " + id}},
        "c1");
    const EventIndex delivery = carry(message, "c1", "s1");
    recorder.reports().executing("s1", {.of = {.op = message.operation()}, .run = 1});
    recorder.reports().executed("s1", {.run = 1});
    recorder.answered(message, delivery, true);
    recorder.settled(message, "s1", true, false, delivery);
    return message;
  };
  const Classified held = carry_one(-1);
  for (int number = 0; number < 10'000; ++number) carry_one(number);
  EXPECT_LT(recorder.classifier().operations().size(), 200U);
  EXPECT_LT(recorder.history().symbols(), 300U);
  // A message that stayed in a queue all the time is still known.
  const EventIndex late = recorder.arrived(held, "s1", true, no_event);
  EXPECT_EQ(text(event(late).op), std::string(held.operation()));
  recorder.reports().executing("s1", {.of = {.op = held.operation()}, .run = 1});
  EXPECT_EQ(recorder.history().events().back().cause + recorder.sink().forgotten(), late);
}

}  // namespace
}  // namespace castaway::sim
