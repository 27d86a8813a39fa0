#pragma once
// Overloaded: one function object of several lambdas, for std::visit.
//
//     std::visit(Overloaded{[](const Drop&) { ... }, [](const Delay& delay) { ... }}, action);

namespace castaway::sim {

template <class... Lambdas>
struct Overloaded : Lambdas... {
  using Lambdas::operator()...;
};

}  // namespace castaway::sim
