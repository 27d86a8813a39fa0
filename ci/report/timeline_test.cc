#include "timeline.h"

#include <gtest/gtest.h>

namespace castaway::ci {

namespace {

using check::Event;
using check::EventKind;
using check::History;
using check::no_event;
using check::OperationKind;

struct Told {
  Duration at = {};
  EventKind kind = EventKind::note;
  std::string actor = {};
  check::EventIndex cause = no_event;
  std::string op = "ping";
  std::string detail = {};
  std::uint32_t copy = 0;
};

History history(const std::vector<Told>& events) {
  History history;
  for (const Told& told : events) {
    Event event{.at = TimePoint(told.at), .kind = told.kind};
    if (told.kind == EventKind::invoke) event.operation = OperationKind::call;
    if (told.kind == EventKind::invoke) event.deadline = TimePoint(5s);
    event.actor = history.intern(told.actor);
    event.op = history.intern(told.op);
    if (const auto detail = check::find_detail(told.kind, told.detail)) {
      event.detail = *detail;
    } else if (told.kind == EventKind::fault) {
      event.name = history.intern(told.detail);
    } else {
      event.text = history.intern(told.detail);
    }
    event.copy = told.copy;
    event.cause = told.cause;
    history.add(event);
  }
  return history;
}

TEST(Timeline, DrawsALaneForEachProcessAndAnArrowForEachMessage) {
  const History told =
      history({{0s, EventKind::process, "s1", no_event, "", "started"},
               {1ms, EventKind::invoke, "c1"},
               {1ms, EventKind::publish, "c1", 1},
               {1500us, EventKind::accept, "broker", 2},
               {1500us, EventKind::fault, "lost-ack", no_event, "ping", "drop"},
               {2ms, EventKind::deliver, "s1", 3, "ping", "", 1},
               {2ms, EventKind::execute, "s1", 5, "ping", "", 2},
               {2500us, EventKind::settle, "s1", 5, "ping", "ack"},
               {3ms, EventKind::reply, "s1", 6, "ping"},
               {4ms, EventKind::reply_accept, "broker", 8, "ping"},
               {5ms, EventKind::reply_arrive, "c1", 9, "ping"},
               {5ms, EventKind::returned, "c1", 10, "ping"},
               {60s, EventKind::process, "run", no_event, "", "ended at its limit"}});
  EXPECT_EQ(timeline(told, {{5, 1}, {6, 2}}),
            "\002    event   time  c1      broker  s1      faults\001\n"
            "        0     0s  |       |       *       |        started\n"
            "        1    1ms  *       |       |       |        calls ping, until 5s\n"
            "        2    1ms  *       |       |       |        publishes ping\n"
            "        3  1.5ms  o------->       |       |        accepts ping\n"
            "        4  1.5ms  |       |       |       *        [lost-ack] drop on ping\n"
            "\004!1      5    2ms  |       o------->       |        gets ping\001\n"
            "\004!2      6    2ms  |       |       *       |        runs ping (copy 2)\001\n"
            "        7  2.5ms  |       <-------o       |        ack of ping\n"
            "        8    3ms  |       |       *       |        replies to ping\n"
            "        9    4ms  |       <-------o       |        accepts the reply to ping\n"
            "       10    5ms  <-------o       |       |        gets the reply to ping\n"
            "       11    5ms  *       |       |       |        ping returns\n"
            "       12   1min  |       |       |       |        run ended at its limit\n");
}

TEST(Timeline, StaggersNamesThatAreWiderThanTheirLanes) {
  std::vector<Told> events;
  for (const std::string name :
       {"compute-1", "compute-2", "compute-3", "compute-4", "compute-5", "compute-6"}) {
    events.push_back({0s, EventKind::invoke, name});
  }
  const std::string drawn = timeline(history(events), {});
  EXPECT_EQ(drawn.substr(0, drawn.find("        1")),
            "\002                 compute-1     compute-3     compute-5\001\n"
            "\002    event  time  |      compute-2     compute-4     compute-6\001\n"
            "        0    0s  *      |      |      |      |      |       calls ping, until 5s\n");
}

TEST(Timeline, WrapsLongWordsBesideTheLanes) {
  const std::string drawn = timeline(history({{0s, EventKind::failure, "c1", no_event, "ping",
                                               std::string(60, 'x') + ' ' + std::string(60, 'y')}}),
                                     {});
  EXPECT_EQ(drawn,
            "\002    event  time  c1\001\n"
            "        0    0s  *       ping fails, may have run:\n"
            "                 |       " +
                std::string(60, 'x') +
                "\n"
                "                 |       " +
                std::string(60, 'y') + "\n");
}

TEST(Timeline, HasALineForAnEventThatSaysNothingAndForEmptyLines) {
  const History told = history({{0s, EventKind::process, "c1", no_event, "", "started"},
                                {0s, EventKind::note, "c1"},
                                {0s, EventKind::note, "c1", no_event, "ping", "a\n\nb"}});
  EXPECT_EQ(timeline(told, {}),
            "\002    event  time  c1\001\n"
            "        0    0s  *       started\n"
            "        1    0s  *       note\n"
            "        2    0s  *       a\n"
            "                 |\n"
            "                 |       b\n");
}

TEST(Timeline, IsAsWideAsItIsAllowedToBe) {
  const History told = history({{0s, EventKind::failure, "c1", no_event, "ping",
                                 std::string(30, 'x') + ' ' + std::string(30, 'y')}});
  EXPECT_EQ(timeline(told, {}, 60),
            "\002    event  time  c1\001\n"
            "        0    0s  *   ping fails, may have run:\n"
            "                 |   " +
                std::string(30, 'x') + "\n                 |   " + std::string(30, 'y') + "\n");
  EXPECT_EQ(timeline(told, {}, 200),
            "\002    event  time  c1\001\n"
            "        0    0s  *       ping fails, may have run: " +
                std::string(30, 'x') + ' ' + std::string(30, 'y') + '\n');
}

TEST(Timeline, FoldsThoseWhoDoNothing) {
  const History told = history({{0s, EventKind::process, "s1", no_event, "", "started"},
                                {0s, EventKind::process, "s2", no_event, "", "started"},
                                {0s, EventKind::process, "s3", no_event, "", "started"},
                                {1ms, EventKind::process, "s4", no_event, "", "started"},
                                {1ms, EventKind::invoke, "c1"},
                                {2ms, EventKind::execute, "s2", 4}});
  EXPECT_EQ(timeline(told, {}),
            "3 others: s1, s3 and s4\n"
            "\002    event  time  c1       s2       3 others\001\n"
            "        0    0s  |        |        *         s1 started\n"
            "        1    0s  |        *        |         started\n"
            "        2    0s  |        |        *         s3 started\n"
            "        3   1ms  |        |        *         s4 started\n"
            "        4   1ms  *        |        |         calls ping, until 5s\n"
            "        5   2ms  |        *        |         runs ping\n");
}

TEST(Timeline, HasARowForManyWhoStartAtOnceAndALaneForAllWhoDoLeast) {
  std::vector<Told> events;
  for (int i = 0; i < 100; ++i)
    events.push_back({0s, EventKind::process, "s" + std::to_string(i), no_event, "", "started"});
  for (int i = 90; i < 100; ++i)
    events.push_back({1s, EventKind::execute, "s" + std::to_string(i), no_event});
  events.push_back({1s, EventKind::execute, "s99", no_event});
  const History told = history(events);
  const std::string drawn = timeline(told, {{90, 1}}, 60);
  EXPECT_EQ(drawn.substr(0, drawn.find("       98")),
            "97 others: s0, s1, s2, s3, s4, s5, s6, s7 and 89 more\n"
            "\002                 s90\001\n"
            "\002                 |  s98\001\n"
            "\002                 |  |  s99\001\n"
            "\002    event  time  |  |  |  97 others\001\n"
            "        0    0s  |  |  |  *   s0 and 89 more: started\n"
            "\004!1     90    0s  *  |  |  |   started\001\n"
            "       91    0s  |  |  |  *   s91 and 6 more: started\n");
}

TEST(Timeline, MarksTheStepsOfTheFirstViolationOfEachRoot) {
  const Broken root{
      .property = "at-most-once",
      .roots = {{.steps = {{3, "a"}, {no_event, "b"}, {7, "c"}}}, {.steps = {{9, "d"}}}}};
  const Broken consequence{.property = "task-order", .consequences = {{.steps = {{8, "e"}}}}};
  EXPECT_EQ(pointed_at({root, consequence}), (PointedAt{{3, 1}, {7, 3}}));
}

}  // namespace

}  // namespace castaway::ci
