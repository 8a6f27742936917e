// Boost.Fiber: two fibers on one thread that yield in turns, under its standard scheduler.
#include <boost/fiber/fiber.hpp>
#include <boost/fiber/operations.hpp>
#include <boost/version.hpp>

#include "contender.hpp"

int main(int argc, char** argv) {
    return contender::contend(argc, argv, "Boost.Fiber " BOOST_LIB_VERSION,
                              [](std::uint64_t count) {
                                  const auto yield = [count] {
                                      for (std::uint64_t i = 0; i < count; i += 2) {
                                          boost::this_fiber::yield();
                                      }
                                  };
                                  boost::fibers::fiber first(yield);
                                  boost::fibers::fiber second(yield);
                                  first.join();
                                  second.join();
                              });
}
