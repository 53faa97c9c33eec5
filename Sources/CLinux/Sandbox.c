// What fences a client program in: Landlock rules, a seccomp filter, no capabilities, another account. The
// rules are made before fork; the rest runs between fork and exec, with nothing but plain system calls.
#define _GNU_SOURCE
#include "Sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
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

// MARK: seccomp (seccomp(2)): a short list of what no client has a use for.

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#else
#error "The seccomp filter is written for x86-64 and arm64."
#endif

#ifndef SYS_io_uring_setup
#define SYS_io_uring_setup 425
#define SYS_io_uring_enter 426
#define SYS_io_uring_register 427
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif

// Refused whatever the arguments. Starting programs is judged apart.
static const uint16_t refused[] = {
    // Other processes.
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp, SYS_pidfd_open, SYS_pidfd_getfd,
    SYS_pidfd_send_signal, SYS_process_madvise, SYS_perf_event_open,
    // Mounts, namespaces, roots.
    SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_unshare, SYS_setns, SYS_open_tree, SYS_move_mount,
    SYS_fsopen, SYS_fsconfig, SYS_fsmount, SYS_fspick, SYS_mount_setattr, SYS_swapon, SYS_swapoff,
    // The kernel.
    SYS_bpf, SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_reboot, SYS_syslog,
    SYS_acct, SYS_quotactl, SYS_settimeofday, SYS_clock_settime, SYS_adjtimex, SYS_sethostname, SYS_setdomainname,
    SYS_userfaultfd, SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register, SYS_add_key, SYS_request_key,
    SYS_keyctl, SYS_open_by_handle_at, SYS_name_to_handle_at, SYS_fanotify_init, SYS_personality,
    // Whoever listens wants to be connected to.
    SYS_listen,
#if defined(__x86_64__)
    SYS_iopl, SYS_ioperm, SYS_modify_ldt, SYS_kexec_file_load, SYS_uselib,
#endif
};

// Refused, too, where no program may be started after the client itself.
static const uint16_t refused_children[] = {
#if defined(__x86_64__)
    SYS_fork, SYS_vfork,
#endif
    SYS_execveat,
};

enum { MOST_INSTRUCTIONS = 256 };

struct filter {
  struct sock_filter code[MOST_INSTRUCTIONS];
  unsigned short count;
};

static void emit(struct filter *filter, uint16_t code, uint32_t value, uint8_t if_true, uint8_t if_false) {
  filter->code[filter->count++] = (struct sock_filter)BPF_JUMP(code, value, if_true, if_false);
}

static void load(struct filter *filter, size_t offset) {
  emit(filter, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void answer(struct filter *filter, uint32_t what) { emit(filter, BPF_RET | BPF_K, what, 0, 0); }

static void refuse(struct filter *filter, int reason) { answer(filter, SECCOMP_RET_ERRNO | (uint32_t)reason); }

static void refuse_all(struct filter *filter, const uint16_t *calls, size_t count) {
  for (size_t i = 0; i < count; i++) {
    emit(filter, BPF_JMP | BPF_JEQ | BPF_K, calls[i], 0, 1);
    refuse(filter, EPERM);
  }
}

// The low half of an argument: both machines are little-endian.
static size_t argument(int index) { return offsetof(struct seccomp_data, args) + 8 * (size_t)index; }
static size_t argument_high(int index) { return argument(index) + 4; }

// Starting programs: the one pointer from which the client itself is started, and no other; threads, but no
// processes. The pointer's page lies at an address nobody can know once the client runs.
static void judge_programs(struct filter *filter, const char *path) {
  uint64_t address = (uint64_t)(uintptr_t)path;
  refuse_all(filter, refused_children, sizeof refused_children / sizeof *refused_children);
  emit(filter, BPF_JMP | BPF_JEQ | BPF_K, SYS_execve, 0, 6);
  load(filter, argument(0));
  emit(filter, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)address, 0, 3);
  load(filter, argument_high(0));
  emit(filter, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(address >> 32), 0, 1);
  answer(filter, SECCOMP_RET_ALLOW);
  refuse(filter, EPERM);
  // clone3 hides its flags from a filter: without it the C library uses clone.
  emit(filter, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1);
  refuse(filter, ENOSYS);
  emit(filter, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4);
  load(filter, argument(0));
  emit(filter, BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1);
  answer(filter, SECCOMP_RET_ALLOW);
  refuse(filter, EPERM);
}

// A signal only to itself: that is how a program raises one.
static void judge_signals(struct filter *filter) {
  static const uint16_t calls[] = {SYS_kill, SYS_tgkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo};
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    emit(filter, BPF_JMP | BPF_JEQ | BPF_K, calls[i], 0, 4);
    load(filter, argument(0));
    emit(filter, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)getpid(), 0, 1);
    answer(filter, SECCOMP_RET_ALLOW);
    refuse(filter, EPERM);
  }
  emit(filter, BPF_JMP | BPF_JEQ | BPF_K, SYS_tkill, 0, 4);
  load(filter, argument(0));
  emit(filter, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)getpid(), 0, 1);
  answer(filter, SECCOMP_RET_ALLOW);
  refuse(filter, EPERM);
}

// Sockets to the network, and netlink, by which the C library learns which addresses there are.
static void judge_sockets(struct filter *filter, int allows_local) {
  emit(filter, BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 7);
  load(filter, argument(0));
  emit(filter, BPF_JMP | BPF_JEQ | BPF_K, AF_INET, 3, 0);
  emit(filter, BPF_JMP | BPF_JEQ | BPF_K, AF_INET6, 2, 0);
  emit(filter, BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 1, 0);
  emit(filter, BPF_JMP | BPF_JEQ | BPF_K, allows_local ? AF_UNIX : AF_NETLINK, 0, 1);
  answer(filter, SECCOMP_RET_ALLOW);
  refuse(filter, EACCES);
}

// Typing into a terminal from behind (ioctl_tty(2)).
static void judge_terminals(struct filter *filter) {
  enum { INJECT = 0x5412, CONSOLE = 0x541C };
  emit(filter, BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, 5);
  load(filter, argument(1));
  emit(filter, BPF_JMP | BPF_JEQ | BPF_K, INJECT, 1, 0);
  emit(filter, BPF_JMP | BPF_JEQ | BPF_K, CONSOLE, 0, 1);
  refuse(filter, EPERM);
  answer(filter, SECCOMP_RET_ALLOW);
}

static int filter_calls(const struct linux_sandbox *sandbox, const char *path) {
  struct filter filter = {.count = 0};
  load(&filter, offsetof(struct seccomp_data, arch));
  emit(&filter, BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0);
  answer(&filter, SECCOMP_RET_KILL_PROCESS);
  load(&filter, offsetof(struct seccomp_data, nr));
#if defined(__x86_64__)
  // The x32 calls are the same ones under other numbers.
  emit(&filter, BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
  refuse(&filter, ENOSYS);
#endif
  refuse_all(&filter, refused, sizeof refused / sizeof *refused);
  if (!sandbox->may_start_programs) {
    judge_programs(&filter, path);
    judge_signals(&filter);
  }
  judge_sockets(&filter, sandbox->allows_local_sockets);
  judge_terminals(&filter);
  answer(&filter, SECCOMP_RET_ALLOW);
  struct sock_fprog program = {filter.count, filter.code};
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

// MARK: Privileges

// No capability after an exec. Who may not empty the set has none to lose, by no_new_privs.
static void empty_bounding_set(void) {
  for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++) {
    prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
  }
}

// No capability now, whoever the account is.
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
  if (limit(RLIMIT_CORE, 0) != 0 || limit(RLIMIT_FSIZE, 0) != 0) return -1;
  if (limit(RLIMIT_NOFILE, sandbox->descriptor_limit) != 0) return -1;
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
  return filter_calls(sandbox, path);
}
