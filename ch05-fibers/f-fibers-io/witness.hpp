// What five short requests can't show: each function is a small run of its own, without a server.
#pragma once

/// One fiber waits for what is there already, while another one always has something to do, and
/// gives way. Prints how many turns that one had until the first went on.
void wait_beside_work();

/// One fiber writes more at once than the kernel takes, another one reads it. Throws
/// std::runtime_error if what arrives isn't what was sent.
void write_more_than_fits();
