#pragma once
// Deflate: compresses bytes as Python's zlib.compress does, for tests. kombu calls this gzip.

#include <stdexcept>
#include <string>

#include <zlib.h>

namespace castaway {

inline std::string deflate(const std::string& text) {
  uLongf size = compressBound(text.size());
  std::string out(size, '\0');
  const int status = compress(reinterpret_cast<Bytef*>(out.data()), &size,
                              reinterpret_cast<const Bytef*>(text.data()), text.size());
  if (status != Z_OK) throw std::runtime_error("zlib could not compress");
  out.resize(size);
  return out;
}

}  // namespace castaway
