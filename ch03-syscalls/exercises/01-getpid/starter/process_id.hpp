// Who am I? Asked without libc.
#pragma once

#include <sys/syscall.h>

/// The number of this process, by the system call SYS_getpid, which takes no arguments and never
/// fails. Asks the kernel each time that it is called.
inline long process_id() {
    // your code
    return SYS_getpid;
    // end
}
