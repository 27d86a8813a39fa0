#include "lint_fixture.h"

namespace castaway::scenario {
namespace {

TEST(LintInject, LooksAtMessagesMadeByHand) {
  const auto inject = [](const std::string& rest) {
    return R"({"open_gate": "go"}, {"inject": {"as": "odd")" + rest + "}}";
  };
  const std::string step = R"({"open_gate": "go"})";
  const std::string at = "/script/0/steps/4/inject";
  const std::string header = ": a header is a text, an integer, a boolean or {\"text_of\": bytes}";
  EXPECT_EQ(told_with(step, inject(R"(, "topic": "t", "server": "s1", "text": "")")), "");
  EXPECT_EQ(told_with(step, inject(R"(, "replies_of": "c1", "message": {
    "_msg_id": {"msg_id_of": "second#1"}, "_unique_id": {"unique_id_of": "all"}, "_reply_q": {"reply_q_of": "c1"}})")),
            "");
  expect_told({
      {step, inject(R"(, "text": "")"),
       at +
           ": a request goes to a \"topic\", a reply to \"replies_of\" a client: give one of them"},
      {step, inject(R"(, "topic": "t", "replies_of": "c1", "text": "")"),
       at +
           ": a request goes to a \"topic\", a reply to \"replies_of\" a client: give one of them"},
      {step, inject(R"(, "topic": "t", "text": "", "message": {})"),
       at + ": give a \"message\", or a whole body as \"text\": one of them"},
      {step, inject(R"(, "topic": "t")"),
       at + ": give a \"message\", or a whole body as \"text\": one of them"},
      {step, inject(R"(, "topic": "t", "text": "", "envelope": "3.0")"),
       at + "/envelope: a text is the whole body, so it has no envelope but its own"},
      {step, inject(R"(, "topic": "t", "server": "s3", "text": "")"),
       at + "/server: no server is called \"s3\"; did you mean \"s1\"?"},
      {step, inject(R"(, "replies_of": "c3", "text": "")"),
       at + "/replies_of: no client is called \"c3\"; did you mean \"c1\"?"},
      {step, inject(R"(, "replies_of": "c2", "text": "")"),
       at + "/replies_of: \"c2\" makes no call, so it has no reply queue"},
      {step, inject(R"(, "replies_of": "c1", "server": "s1", "exchange": "x", "text": "")"),
       at + "/server: a reply queue belongs to no server\n" + at +
           "/exchange: a reply queue belongs to no exchange"},
      {step, inject(R"(, "topic": "t", "message": {"_msg_id": {"msg_id_of": "frist"}})"),
       at +
           "/message/_msg_id/msg_id_of: no operation is called \"frist\"; did you mean \"first\"?"},
      {step, inject(R"(, "topic": "t", "message": {"_msg_id": {"msg_id_of": "odd"}})"),
       at + "/message/_msg_id/msg_id_of: \"odd\" is made by hand: write its id"},
      {step, inject(R"(, "topic": "t", "message": {"_msg_id": {"msg_id_of": "many#3"}})"),
       at + "/message/_msg_id/msg_id_of: \"many#3\" is a cast, so it has no _msg_id"},
      {step, inject(R"(, "topic": "t", "message": {"_msg_id": {"msg_id_of": "second"}})"),
       at + "/message/_msg_id/msg_id_of: \"second\" is repeated: say which copy, as in "
            "\"second#0\""},
      {step, inject(R"(, "topic": "t", "message": {"_reply_q": {"reply_q_of": "c2"}})"),
       at + "/message/_reply_q/reply_q_of: \"c2\" makes no call, so it has no reply queue"},
      {step, inject(R"(, "topic": "t", "text": "", "headers":
                 {"h": {"text": 1}, "i": 7, "j": [], "k": 9223372036854775808})"),
       at + "/headers/h" + header + "\n" + at + "/headers/j" + header + "\n" + at + "/headers/k" +
           header},
      {step,
       inject(R"(, "topic": "t", "message": {"args": {"v": [{"text_of": 16777217}]}}, "headers":
                 {"h": {"text_of": -1}})"),
       at + "/headers/h/text_of: a text of so many bytes: an integer from 0 to 16777216\n" + at +
           "/message/args/v/0/text_of: a text of so many bytes: an integer from 0 to 16777216"},
      {step,
       inject(R"(, "topic": "t", "text": ""}}, {"inject": {"as": "all", "topic": "t", "text": "")"),
       "/script/1/steps/1/fanout/as: there is already an operation called \"all\""},
  });
  EXPECT_EQ(told_with(R"({"call": {"as": "first")",
                      R"({"inject": {"as": "odd", "topic": "t", "message": {"_msg_id":
                         {"msg_id_of": "first"}}}}, {"call": {"as": "first")"),
            "/script/0/steps/0/inject/message/_msg_id/msg_id_of: \"first\" comes only after this "
            "step, which would wait for it for ever\n");
  EXPECT_EQ(told_with(R"("c2/main", "steps": [)",
                      R"("c2/main", "repeat": 2, "steps": [{"inject": {"as": "odd", "topic": "t",
                         "text": ""}}, )"),
            "/script/1/steps/0/inject: the message is made once, and this task is repeated\n");
}

/// What is told of the sound scenario with a request "asked" and a reply "odd" made by hand, and
/// one thing changed.
std::string told_by_hand(const std::string& what, const std::string& by) {
  std::string text = sound;
  const auto change = [&text](const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
  };
  change(R"({"open_gate": "go"})", R"({"open_gate": "go"}, {"inject": {"as": "asked", "topic": "t",
    "text": ""}}, {"inject": {"as": "odd", "replies_of": "c1", "text": ""}})");
  change(what, by);
  return told_of(parse(text, "a.json"));
}

TEST(LintInject, LooksAtWhatRefersToMessagesMadeByHand) {
  const std::string event = R"({"ev": "execute", "op": "first", "server": "s1"})";
  const std::string at = "/script/1/steps/0/until";
  const auto event_of = [&](const std::string& ev, const std::string& op) {
    return told_by_hand(event, R"({"ev": ")" + ev + R"(", "op": ")" + op + R"("})");
  };
  for (const char* ev : {"inject", "accept", "deliver", "settle", "execute", "done", "reply"})
    EXPECT_EQ(event_of(ev, "asked"), "");
  for (const char* ev : {"inject", "reply_accept", "reply_arrive"})
    EXPECT_EQ(event_of(ev, "odd"), "");
  EXPECT_EQ(event_of("execute", "odd"),
            at + "/op: \"odd\" is a reply made by hand, so it never comes to \"execute\"\n");
  EXPECT_EQ(event_of("invoke", "asked"),
            at + "/op: \"asked\" is a request made by hand, so it never comes to \"invoke\"\n");
  EXPECT_EQ(event_of("inject", "first"), at + "/op: \"first\" is a call, and not made by hand\n");
  EXPECT_EQ(event_of("inject", "odd#1"), at + "/op: \"odd\" is made once, so it has no copies\n");
  EXPECT_EQ(told_by_hand(R"({"op": "many")", R"({"op": "odd")"),
            "/expect/always/4/outcome/op: \"odd\" is made by hand: it has no outcome\n");
  const std::string on = R"("op": "first", "method": "add", "from": "c1", "to": "s1")";
  EXPECT_EQ(told_by_hand(on, R"("op": "asked")"), "");
  EXPECT_EQ(told_by_hand(on, R"("op": "odd")"),
            "/faults/0/on/op: \"odd\" is a reply made by hand\n");
  EXPECT_EQ(told_by_hand(on + R"(},
     "when": {"window": ["1s", "2s"]}, "do": {"hold_until": {"ev": "done", "op": "second#1"}})",
                         R"("hop": "publish", "op": "asked"}, "do": {"drop": true})"),
            "/faults/0/on/hop: \"asked\" is made by hand: nobody publishes it\n");
}

}  // namespace
}  // namespace castaway::scenario
