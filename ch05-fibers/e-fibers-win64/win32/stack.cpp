// A stack by VirtualAlloc, its guard page by VirtualProtect.
#include "stack.hpp"

#include <windows.h>

#include <system_error>

namespace {

std::size_t page_size() {
    SYSTEM_INFO info{};
    ::GetSystemInfo(&info);
    return info.dwPageSize;
}

std::system_error refused(DWORD error, const char* call) {
    return std::system_error(static_cast<int>(error), std::system_category(), call);
}

}  // namespace

Stack::Stack(std::size_t size)
    : page_size_(page_size()),
      mapped_((size + page_size_ - 1) / page_size_ * page_size_ + page_size_),
      guard_(static_cast<char*>(
          ::VirtualAlloc(nullptr, mapped_, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE))) {
    if (guard_ == nullptr) {
        throw refused(::GetLastError(), "VirtualAlloc");
    }
    DWORD before = 0;
    if (!::VirtualProtect(guard_, page_size_, PAGE_NOACCESS, &before)) {
        const DWORD error = ::GetLastError();
        ::VirtualFree(guard_, 0, MEM_RELEASE);
        throw refused(error, "VirtualProtect");
    }
}

Stack::~Stack() {
    ::VirtualFree(guard_, 0, MEM_RELEASE);
}
