#include <nlohmann/json.hpp>

#include "fields.h"
#include "operation_fields.h"

namespace castaway::scenario {

void fields(auto& form, Is<Clock> auto& clock) {
  form("limit", clock.limit, Clock().limit);
  form("slack", clock.slack);
  form("quiet", clock.quiet);
  form("recovery", clock.recovery, Clock().recovery);
}

void fields(auto& form, Is<BrokerWorld> auto& broker) {
  form.choice("order", broker.any_order, {"fifo", "any"});
  form.choice("topology", broker.isolated, {"oslo", "isolated"});
  form("durable", broker.durable);
  form("mandatory", broker.mandatory);
  form("latency", broker.latency, BrokerWorld().latency);
  form("queue_arguments", broker.queue_arguments);
  form("consumer_timeout", broker.consumer_timeout.age, sim::ConsumerTimeout().age);
  form("channel_tick_interval", broker.consumer_timeout.tick, sim::ConsumerTimeout().tick);
  form("nodes", broker.nodes, 1);
}

template <class J>
void fields(const Reader<J>& form, Return& step) {
  read_value(form, step.value);
}

template <class J>
void fields(Writer<J>& form, const Return& step) {
  write_value(form, step.value);
}

void fields(auto& form, Is<Reject> auto& step) {
  form("requeue", step.requeue);
  form("times", step.times, 0);
}

void fields(auto& form, Is<Behaviour> auto& step) {
  form.alternative("sleep", step, &Sleep::for_);
  form.template alternative<Return>("return", step);
  form.alternative("return_arg", step, &ReturnArg::name);
  form.alternative("raise", step, &Raise::type);
  form.alternative("gate", step, &Gate::name);
  form.template alternative<ReturnContext>("return_context", step);
  form.template alternative<ReturnUnserialisable>("return_unserialisable", step);
  form.template alternative<Throw>("throw", step);
  form.template alternative<Reject>("reject", step);
  operation_fields(form, step);
}

void fields(auto& form, Is<sim::Rights> auto& rights) {
  form("configure", rights.configure, sim::Rights().configure);
  form("write", rights.write, sim::Rights().write);
  form("read", rights.read, sim::Rights().read);
}

void fields(auto& form, Is<ServerEndpoint> auto& endpoint) {
  form("namespace", endpoint.namespace_);
  form("version", endpoint.version);
  form.always("methods", endpoint.methods);
}

void fields(auto& form, Is<Server> auto& server) {
  form.always("id", server.id);
  form("name", server.name);
  form.always("topic", server.topic);
  form("exchange", server.exchange);
  form("namespace", server.namespace_);
  form("version", server.version);
  form("workers", server.workers, 1);
  form("start", server.start);
  form.always("endpoint", server.endpoint);
  form("more_endpoints", server.more_endpoints);
  form("profile", server.profile);
  form("durable", server.durable);
  form("queue_arguments", server.queue_arguments);
  form("acks_late", server.acks_late);
  form("rights", server.rights);
}

void fields(auto& form, Is<Client> auto& client) {
  form.always("id", client.id);
  form("process", client.process);
  form("retry", client.retry, -1);
  form("timeout", client.timeout);
  form("monitor", client.monitor);
  form("version_cap", client.version_cap);
  form("allowed_remote_exmods", client.allowed_remote_exmods);
  form("profile", client.profile);
  form("durable", client.durable);
  form("exclusive_reply_queue", client.exclusive_reply_queue);
  form("rights", client.rights);
}

namespace {

void world(auto& form, auto& scenario) {
  form("clock", scenario.clock);
  form("broker", scenario.broker);
  form.always("servers", scenario.servers);
  form.always("clients", scenario.clients);
}

}  // namespace

void read_world(const nlohmann::json& from, Scenario& scenario) {
  const Reader form(from);
  world(form, scenario);
}

void write_world(nlohmann::ordered_json& to, const Scenario& scenario) {
  Writer form(to);
  world(form, scenario);
}

}  // namespace castaway::scenario
