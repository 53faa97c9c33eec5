// The fence around a client program. Declarations only.
#ifndef CLINUX_SANDBOX_H
#define CLINUX_SANDBOX_H

#include <stddef.h>
#include <stdint.h>

// What may be done with a file, or with everything below a folder. Nothing else may be done with any file.
enum {
  LINUX_FILE_READ = 1,
  LINUX_FILE_LIST = 2,
  LINUX_FILE_EXECUTE = 4,
  LINUX_FILE_DEVICE = 8,  // read, write, ioctl: of a file of its own, too
};

struct linux_file_rule {
  const char *path;
  uint32_t rights;
};

// The version of the kernel's Landlock; 0 where it has none.
int linux_landlock_version(void);

// Makes a set of rules for files and returns its descriptor; -1 and errno where it fails.
int linux_landlock_files(const struct linux_file_rule *rules, size_t count);

struct linux_sandbox {
  int files;              // from linux_landlock_files; -1 where the kernel has no Landlock
  const uint16_t *ports;  // TCP ports that may be connected to
  size_t port_count;
  uint32_t descriptor_limit;  // RLIMIT_NOFILE
  uint32_t file_limit;        // RLIMIT_FSIZE, in bytes; what it may write is only what was opened for it
  uint64_t memory_limit;  // RLIMIT_DATA, in bytes; RLIMIT_AS is twice that
  // After the program itself: 0 refuses every other program and every other process.
  int may_start_programs;
  // 0 allows the calls that ssh and telnet need, and no other; else all but those known to be dangerous.
  int is_wide;
  int allows_local_sockets;
  int has_account;  // whether `user` and `group` are to be taken on
  uint32_t user, group;
};

// Fences the calling process in, for good and for whatever it becomes. To be called between fork and exec,
// right before execve(path, …) with the very same pointer. Returns -1 and sets errno where any part of it
// fails: then nothing may be executed.
int linux_sandbox_enter(const struct linux_sandbox *sandbox, const char *path);

#endif
