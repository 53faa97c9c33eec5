// What fences a client program in: Landlock rules, no capabilities, another account, and the filter of CallFilter.c.
// The rules are made before fork; the rest runs between fork and exec, with nothing but plain system calls.
#define _GNU_SOURCE
#include "Sandbox.h"

#include "CallFilter.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// MARK: Landlock (landlock(7)). The header of an older system lacks the later rights: they are spelled out.

enum {
  FS_EXECUTE = 1 << 0,
  FS_WRITE_FILE = 1 << 1,
  FS_READ_FILE = 1 << 2,
  FS_READ_DIR = 1 << 3,
  FS_ALL_1 = (1 << 13) - 1,
  FS_REFER = 1 << 13,      // ABI 2
  FS_TRUNCATE = 1 << 14,   // ABI 3
  FS_IOCTL_DEV = 1 << 15,  // ABI 5
  NET_ALL = 3,             // ABI 4: bind and connect
  NET_CONNECT_TCP = 2,
  SCOPE_ALL = 3,           // ABI 6: abstract unix sockets and signals
  RULE_PATH_BENEATH = 1,
  RULE_NET_PORT = 2,
};

struct ruleset_attributes {
  uint64_t files, network, scopes;
};

struct path_rule {
  uint64_t allowed;
  int32_t parent;
} __attribute__((packed));

struct port_rule {
  uint64_t allowed, port;
};

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

int linux_landlock_version(void) {
  long version = syscall(SYS_landlock_create_ruleset, NULL, 0, 1);
  return version < 0 ? 0 : (int)version;
}

// The kernel refuses a structure that is longer than it knows and has more than zeros there.
static int make_ruleset(uint64_t files, uint64_t network, uint64_t scopes) {
  struct ruleset_attributes attributes = {files, network, scopes};
  size_t size = scopes != 0 ? 24 : network != 0 ? 16 : 8;
  return (int)syscall(SYS_landlock_create_ruleset, &attributes, size, 0);
}

int linux_landlock_files(const struct linux_file_rule *rules, size_t count) {
  int version = linux_landlock_version();
  uint64_t handled = FS_ALL_1;
  if (version >= 2) handled |= FS_REFER;
  if (version >= 3) handled |= FS_TRUNCATE;
  if (version >= 5) handled |= FS_IOCTL_DEV;
  int ruleset = make_ruleset(handled, 0, version >= 6 ? SCOPE_ALL : 0);
  if (ruleset < 0) return -1;
  for (size_t i = 0; i < count; i++) {
    struct path_rule rule = {.parent = open(rules[i].path, O_PATH | O_CLOEXEC)};
    // What is not there cannot be used either.
    if (rule.parent < 0) continue;
    if (rules[i].rights & LINUX_FILE_READ) rule.allowed |= FS_READ_FILE;
    if (rules[i].rights & LINUX_FILE_LIST) rule.allowed |= FS_READ_DIR;
    if (rules[i].rights & LINUX_FILE_EXECUTE) rule.allowed |= FS_EXECUTE | FS_READ_FILE;
    if (rules[i].rights & LINUX_FILE_DEVICE) rule.allowed |= FS_READ_FILE | FS_WRITE_FILE | FS_IOCTL_DEV;
    struct stat status;
    // The kernel refuses a folder's right for a file.
    if (fstat(rule.parent, &status) != 0 || !S_ISDIR(status.st_mode)) rule.allowed &= ~(uint64_t)FS_READ_DIR;
    rule.allowed &= handled;
    long added = syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0);
    close(rule.parent);
    if (added != 0) {
      int reason = errno;
      close(ruleset);
      errno = reason;
      return -1;
    }
  }
  return ruleset;
}

static int restrict_ports(const uint16_t *ports, size_t count) {
  if (linux_landlock_version() < 4) return 0;
  int ruleset = make_ruleset(0, NET_ALL, 0);
  if (ruleset < 0) return -1;
  for (size_t i = 0; i < count; i++) {
    struct port_rule rule = {NET_CONNECT_TCP, ports[i]};
    if (syscall(SYS_landlock_add_rule, ruleset, RULE_NET_PORT, &rule, 0) != 0) return -1;
  }
  return (int)syscall(SYS_landlock_restrict_self, ruleset, 0);
}

// MARK: Privileges

// No capability after an exec. Who may not empty the set has none to lose, by no_new_privs.
static void empty_bounding_set(void) {
  for (int capability = 0; prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0; capability++) {
  }
}

// No capability now, whichever the account is.
static int drop_capabilities(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
  return (int)syscall(SYS_capset, &header, none);
}

static int change_account(const struct linux_sandbox *sandbox) {
  if (!sandbox->has_account) return 0;
  // The plain system calls: the C library's would look for other threads to tell.
  gid_t group = sandbox->group;
  if (syscall(SYS_setgroups, 0, NULL) != 0) return -1;
  if (syscall(SYS_setresgid, group, group, group) != 0) return -1;
  return (int)syscall(SYS_setresuid, sandbox->user, sandbox->user, sandbox->user);
}

static int limit(int resource, rlim_t value) {
  struct rlimit both = {value, value};
  return setrlimit(resource, &both);
}

static int limit_resources(const struct linux_sandbox *sandbox) {
  if (limit(RLIMIT_CORE, 0) != 0 || limit(RLIMIT_FSIZE, sandbox->file_limit) != 0) return -1;
  if (limit(RLIMIT_NOFILE, sandbox->descriptor_limit) != 0) return -1;
  // Memory of its own, and all of it: what is shared counts only there, and so do the files that it maps.
  if (limit(RLIMIT_DATA, sandbox->memory_limit) != 0 || limit(RLIMIT_AS, 2 * sandbox->memory_limit) != 0) return -1;
  return sandbox->may_start_programs ? 0 : limit(RLIMIT_NPROC, 0);
}

int linux_sandbox_enter(const struct linux_sandbox *sandbox, const char *path) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  empty_bounding_set();
  if (change_account(sandbox) != 0) return -1;
  if (drop_capabilities() != 0) return -1;
  if (sandbox->files >= 0) {
    if (syscall(SYS_landlock_restrict_self, sandbox->files, 0) != 0) return -1;
    if (restrict_ports(sandbox->ports, sandbox->port_count) != 0) return -1;
  }
  if (limit_resources(sandbox) != 0) return -1;
  return linux_filter_calls(sandbox, path);
}
