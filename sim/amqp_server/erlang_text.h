#pragma once
// How Erlang writes what RabbitMQ's refusals repeat of the bytes that it got.

#include <cstddef>
#include <string>
#include <string_view>

namespace castaway::sim::server {

/// As ~w does: <<0,20,0,10>>.
[[nodiscard]] std::string erlang_bytes(std::string_view bytes);

/// As ~p does: <<"text">> if all of it can be printed, else as erlang_bytes(). `column`: where it
/// begins; what goes beyond 79 columns is in the next line.
[[nodiscard]] std::string erlang_term(std::string_view bytes, std::size_t column);

/// {name,number} as ~p does.
[[nodiscard]] std::string erlang_tuple(std::string_view name, unsigned number, std::size_t column);

}  // namespace castaway::sim::server
