#include "verbs.h"

namespace castaway::ci {

using MakeVerb = std::unique_ptr<Verb>();

// Each is defined at the end of its file: make_run in run.cc.
MakeVerb make_run, make_explore, make_merge, make_replay, make_shrink, make_list, make_schema,
    make_check, make_explain, make_hashes, make_self_test, make_serve, make_demo, make_call,
    make_serve_echo, make_vt;

std::vector<std::unique_ptr<Verb>> verbs() {
  std::vector<std::unique_ptr<Verb>> all;
  for (MakeVerb* const make :
       {make_run, make_explore, make_merge, make_replay, make_shrink, make_list, make_schema,
        make_check, make_explain, make_hashes, make_self_test, make_serve, make_demo, make_call,
        make_serve_echo, make_vt})
    all.push_back(make());
  return all;
}

}  // namespace castaway::ci
