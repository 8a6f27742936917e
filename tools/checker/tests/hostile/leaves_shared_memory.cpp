// Leaves a System V shared memory segment, a POSIX one and a message queue behind; prints their
// key and name. Verdict: none of its own; what it left is gone with it.
#include <fcntl.h>
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>

#include "contained.hpp"

int main(int, char** argv) {
    hostile::only_in_containment();
    const auto key = static_cast<key_t>(std::atoi(argv[1]));
    hostile::tell("shmget", shmget(key, 4096, IPC_CREAT | 0600) != -1);
    hostile::tell("shm_open", shm_open(argv[2], O_CREAT | O_RDWR, 0600) != -1);
    hostile::tell("mq_open", mq_open(argv[2], O_CREAT | O_RDWR, 0600, nullptr) != mqd_t{-1});
}
