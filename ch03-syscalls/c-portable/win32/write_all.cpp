// The same loop on Windows: WriteFile, and handles instead of descriptors.
#include "write_all.hpp"

#include <windows.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <system_error>

namespace {

// The handle behind a descriptor's number. Stays the process's own: nobody closes it.
HANDLE handle_of(int fd) {
    if (fd != 1 && fd != 2) {
        throw std::system_error(std::make_error_code(std::errc::bad_file_descriptor), "write");
    }
    return ::GetStdHandle(fd == 1 ? STD_OUTPUT_HANDLE : STD_ERROR_HANDLE);
}

}  // namespace

void write_all(int fd, std::string_view bytes) {
    const HANDLE handle = handle_of(fd);
    while (!bytes.empty()) {
        // A length has 32 bits here, and 64 in a string_view.
        const std::size_t most = std::numeric_limits<DWORD>::max();
        DWORD written = 0;
        if (!::WriteFile(handle, bytes.data(), static_cast<DWORD>(std::min(bytes.size(), most)),
                         &written, nullptr)) {
            throw std::system_error(static_cast<int>(::GetLastError()), std::system_category(),
                                    "write");
        }
        bytes.remove_prefix(written);
    }
}
