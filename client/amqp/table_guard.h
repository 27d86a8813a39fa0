#pragma once
// Table guard: checks what a peer sent before rabbitmq-c reads it, which would follow nested tables
// and flags without a bound.
//
// rabbitmq-c reads tables by recursion, sixteen entries at a time for each level, and shifts the
// flags of properties as far as a peer asks for. What passes here, it reads in bounded time, memory
// and stack.

#include <cstdint>
#include <string_view>

namespace castaway::amqp {

/// How deep tables and lists may be nested: what is read and what is written.
inline constexpr int deepest_table = 8;

/// Looks at the table of a method, if it has one. `number`: class and method; `arguments`: what
/// follows it.
/// Throws: DecodeError.
void guard_method(std::uint32_t number, std::string_view arguments);

/// Looks at the headers of a content. `properties`: from the flags on.
/// Throws: DecodeError.
void guard_properties(std::string_view properties);

}  // namespace castaway::amqp
