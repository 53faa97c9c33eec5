// The filter of a client's system calls.
#ifndef CLINUX_CALL_FILTER_H
#define CLINUX_CALL_FILTER_H

#include "Sandbox.h"

// Installs the filter in the calling process, for good: right before execve(path, …) with the very same pointer.
// Returns -1 and sets errno where the kernel does not take it.
int linux_filter_calls(const struct linux_sandbox *sandbox, const char *path);

#endif
