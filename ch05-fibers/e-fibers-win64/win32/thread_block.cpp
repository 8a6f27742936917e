// The thread block is Windows' own. Its streams turn '\n' into two bytes unless told otherwise.
#include "thread_block.hpp"

#include <fcntl.h>
#include <io.h>
#include <stdio.h>

#include <cerrno>
#include <system_error>

void prepare_thread() {
    if (::_setmode(::_fileno(stdout), _O_BINARY) < 0) {
        throw std::system_error(errno, std::generic_category(), "_setmode");
    }
}
