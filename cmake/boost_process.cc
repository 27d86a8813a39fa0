// What the headers of Boost.Process leave to be compiled once, for all tests that start programs.

// As headers alone, and without Boost.Filesystem, it forgets to include some that it needs.
#define BOOST_PROCESS_USE_STD_FS
#include <boost/optional.hpp>
#include <boost/type_traits.hpp>
// And of its own:
#include <boost/process/v2/environment.hpp>
#include <boost/process/v2/impl/environment.ipp>
#include <boost/process/v2/process.hpp>
