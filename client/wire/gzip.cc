#include <algorithm>
#include <memory>
#include <string>

#include <zlib.h>

#include "castaway/error.h"

#include "envelope_body.h"

namespace castaway {

std::string inflate(std::string_view bytes, std::size_t limit) {
  z_stream stream = {};
  constexpr int either_header =
      15 + 32;  // zlib's, as kombu writes it, or gzip's, as kombu calls it
  if (inflateInit2(&stream, either_header) != Z_OK) throw std::bad_alloc();
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> guard(&stream, &inflateEnd);

  // zlib never writes through next_in. No body is near 4 GiB, so its size fits.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  for (int status = Z_OK; status != Z_STREAM_END;) {
    const std::size_t done = out.size();
    // One byte above the limit is enough to know that it does not fit.
    out.resize(std::min(std::max(done * 2, bytes.size() * 4 + 64), limit + 1));
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + done);
    stream.avail_out = static_cast<uInt>(out.size() - done);
    status = ::inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
    if (out.size() > limit) {
      throw DecodeError("a body inflates to more than " + std::to_string(limit) + " bytes");
    }
    const bool starved = status == Z_OK && stream.avail_in == 0 && stream.avail_out > 0;
    if (starved || (status != Z_OK && status != Z_STREAM_END)) {
      throw DecodeError("a compressed body is damaged or cut short");
    }
  }
  return out;
}

}  // namespace castaway
