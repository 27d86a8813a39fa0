#include "interop_fixture.h"

namespace castaway::interop {

using nlohmann::json;

namespace {

json raise(const std::string& class_name, const std::string& module, const std::string& message,
           json args, json kwargs = json::object()) {
  throw EndpointError({.class_name = class_name,
                       .module = module,
                       .message = message,
                       .args = std::make_shared<const json>(std::move(args)),
                       .kwargs = std::make_shared<const json>(std::move(kwargs))});
}

}  // namespace

std::vector<Endpoint> our_endpoints(Runtime& runtime, const std::string& server,
                                    std::atomic<int>& ran) {
  const Endpoint plain{
      .methods = {
          {"echo", [](const Object&, const Object& args) { return args.json(); }},
          {"context",
           [](const Object& ctxt, const Object&) {
             json shown = ctxt.json();
             shown.erase("client_timeout");
             return shown;
           }},
          {"nothing", [](const Object&, const Object&) { return json(); }},
          {"note",
           [&ran, server](const Object&, const Object&) {
             ++ran;
             return json(server);
           }},
          {"sleep",
           [&runtime, &ran](const Object&, const Object& args) {
             ++ran;
             const double seconds = args.json().at("seconds");
             runtime.sleep_until(runtime.now() + std::chrono::duration_cast<Duration>(
                                                     std::chrono::duration<double>(seconds)));
             return args.json().at("seconds");
           }},
          {"text_of_size",
           [](const Object&, const Object& args) {
             return json(std::string(args.json().at("size").get<std::size_t>(), 'x'));
           }},
          {"size_of",
           [](const Object&, const Object& args) {
             return json(args.json().at("text").get_ref<const std::string&>().size());
           }},
          {"raise_builtin",
           [](const Object&, const Object&) {
             return raise("ValueError", "builtins", "('bad value', 7)", {"bad value", 7});
           }},
          {"raise_allowed",
           [](const Object&, const Object&) {
             return raise("OutOfStock", "castaway_errors", "none left", {"none left"},
                          {{"item", "\u00fcber"}});
           }},
          {"raise_private",
           [](const Object&, const Object&) {
             return raise("NotAllowed", "private", "not for you", {"not for you"});
           }},
          {"raise_expected", expected_exceptions<EndpointError>([](const Object&, const Object&) {
             return raise("KeyError", "builtins", "'missing'", {"missing"});
           })}}};
  const Endpoint admin{
      .namespace_ = "admin",
      .version = "1.3",
      .methods = {{"which", [](const Object&, const Object&) { return json("admin"); }}}};
  return {plain, admin};
}

}  // namespace castaway::interop
