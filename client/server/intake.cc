#include "intake.h"

namespace castaway {

std::optional<Accepted> read_request(const Message& message, Observer& observer) {
  try {
    return Accepted{.request = decode_request(message)};
  } catch (const MalformedRequest& error) {
    return Accepted{.request = error.request(), .malformed = error.failure()};
  } catch (const DecodeError& error) {
    observer.swallowed_error("request", error.what());
    return std::nullopt;
  }
}

}  // namespace castaway
