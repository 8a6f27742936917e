// The delay server's owned descriptor and its way from errno to an exception, under short names.
#pragma once

#include "delayserver/descriptor.hpp"

namespace checker {

using Fd = delayserver::Descriptor;
using delayserver::checked;
using delayserver::throw_errno;

}  // namespace checker
