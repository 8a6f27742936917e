// Boost.Context's switch: the function below its fibers and coroutines.
#include <array>
#include <boost/context/detail/fcontext.hpp>
#include <boost/version.hpp>
#include <cstddef>

#include "contender.hpp"

namespace context = boost::context::detail;

namespace {

[[noreturn]] void come_back(context::transfer_t from) {
    for (;;) {
        from = context::jump_fcontext(from.fctx, nullptr);
    }
}

}  // namespace

int main(int argc, char** argv) {
    alignas(16) static std::array<std::byte, 64 * 1024> stack;
    context::fcontext_t other =
        context::make_fcontext(stack.data() + stack.size(), stack.size(), come_back);
    return contender::contend(argc, argv, "Boost.Context " BOOST_LIB_VERSION " jump_fcontext",
                              [&other](std::uint64_t count) {
                                  for (std::uint64_t i = 0; i < count; i += 2) {
                                      other = context::jump_fcontext(other, nullptr).fctx;
                                  }
                              });
}
