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

// What becomes of a call.
enum verdict {
  REFUSED,
  // Where no program may be started after the client itself:
  NO_CHILD,     // refused
  NO_CLONE,     // not there: clone3 hides its flags from a filter, and without it the C library uses clone
  ONE_PROGRAM,  // the client's own start, and no other
  THREADS,      // threads, but no processes
  ITSELF,       // a signal only to itself: that is how a program raises one
  // By their arguments, always:
  NETWORK,    // sockets to the network
  NO_TYPING,  // nothing typed into a terminal from behind (ioctl_tty(2))
  VERDICTS,
};

struct rule {
  uint16_t call, verdict;
};

static const struct rule rules[] = {
    // Other processes.
    {SYS_ptrace, REFUSED}, {SYS_process_vm_readv, REFUSED}, {SYS_process_vm_writev, REFUSED}, {SYS_kcmp, REFUSED},
    {SYS_pidfd_open, REFUSED}, {SYS_pidfd_getfd, REFUSED}, {SYS_pidfd_send_signal, REFUSED},
    {SYS_process_madvise, REFUSED}, {SYS_perf_event_open, REFUSED},
    // Mounts, namespaces, roots.
    {SYS_mount, REFUSED}, {SYS_umount2, REFUSED}, {SYS_pivot_root, REFUSED}, {SYS_chroot, REFUSED},
    {SYS_unshare, REFUSED}, {SYS_setns, REFUSED}, {SYS_open_tree, REFUSED}, {SYS_move_mount, REFUSED},
    {SYS_fsopen, REFUSED}, {SYS_fsconfig, REFUSED}, {SYS_fsmount, REFUSED}, {SYS_fspick, REFUSED},
    {SYS_mount_setattr, REFUSED}, {SYS_swapon, REFUSED}, {SYS_swapoff, REFUSED},
    // The kernel.
    {SYS_bpf, REFUSED}, {SYS_init_module, REFUSED}, {SYS_finit_module, REFUSED}, {SYS_delete_module, REFUSED},
    {SYS_kexec_load, REFUSED}, {SYS_reboot, REFUSED}, {SYS_syslog, REFUSED}, {SYS_acct, REFUSED},
    {SYS_quotactl, REFUSED}, {SYS_settimeofday, REFUSED}, {SYS_clock_settime, REFUSED}, {SYS_adjtimex, REFUSED},
    {SYS_sethostname, REFUSED}, {SYS_setdomainname, REFUSED}, {SYS_userfaultfd, REFUSED},
    {SYS_io_uring_setup, REFUSED}, {SYS_io_uring_enter, REFUSED}, {SYS_io_uring_register, REFUSED},
    {SYS_add_key, REFUSED}, {SYS_request_key, REFUSED}, {SYS_keyctl, REFUSED}, {SYS_open_by_handle_at, REFUSED},
    {SYS_name_to_handle_at, REFUSED}, {SYS_fanotify_init, REFUSED}, {SYS_personality, REFUSED},
#if defined(__x86_64__)
    {SYS_iopl, REFUSED}, {SYS_ioperm, REFUSED}, {SYS_modify_ldt, REFUSED}, {SYS_kexec_file_load, REFUSED},
    {SYS_uselib, REFUSED}, {SYS_fork, NO_CHILD}, {SYS_vfork, NO_CHILD},
#endif
    // Whoever listens wants to be connected to.
    {SYS_listen, REFUSED},
    {SYS_execveat, NO_CHILD}, {SYS_execve, ONE_PROGRAM}, {SYS_clone3, NO_CLONE}, {SYS_clone, THREADS},
    {SYS_kill, ITSELF}, {SYS_tkill, ITSELF}, {SYS_tgkill, ITSELF}, {SYS_rt_sigqueueinfo, ITSELF},
    {SYS_rt_tgsigqueueinfo, ITSELF},
    {SYS_socket, NETWORK}, {SYS_ioctl, NO_TYPING},
};

enum { RULES = sizeof rules / sizeof *rules, MOST_INSTRUCTIONS = 256 };

// Two comparisons for a rule, and what the verdicts and the beginning take.
_Static_assert(2 * RULES + 40 <= MOST_INSTRUCTIONS, "the filter's room");

// The filter, written from its end: all jumps lead forward, so that where they lead to is there already. No jump
// is too far for its eight bits in an array of this length.
struct filter {
  struct sock_filter code[MOST_INSTRUCTIONS];
  size_t start;
};

static size_t put(struct filter *filter, struct sock_filter instruction) {
  filter->code[--filter->start] = instruction;
  return filter->start;
}

static size_t answer(struct filter *filter, uint32_t what) {
  return put(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, what));
}

static size_t refuse(struct filter *filter, int reason) {
  return answer(filter, SECCOMP_RET_ERRNO | (uint32_t)reason);
}

static size_t load(struct filter *filter, size_t offset) {
  return put(filter, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

// Compares what was loaded last with `value` and goes on at one instruction or at the other.
static size_t compare(struct filter *filter, uint16_t how, uint32_t value, size_t if_true, size_t if_false) {
  size_t next = filter->start;
  return put(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_K | how, value, (uint8_t)(if_true - next),
                                                  (uint8_t)(if_false - next)));
}

// The low half of an argument: both machines are little-endian.
static size_t argument(int index) { return offsetof(struct seccomp_data, args) + 8 * (size_t)index; }
static size_t argument_high(int index) { return argument(index) + 4; }

// The one pointer from which the client itself is started. It lies at an address that nobody can know once the
// client runs.
static size_t judge_program(struct filter *filter, const char *path, size_t allow, size_t refuse) {
  uint64_t address = (uint64_t)(uintptr_t)path;
  compare(filter, BPF_JEQ, (uint32_t)(address >> 32), allow, refuse);
  size_t high = load(filter, argument_high(0));
  compare(filter, BPF_JEQ, (uint32_t)address, high, refuse);
  return load(filter, argument(0));
}

static size_t judge_clone(struct filter *filter, size_t allow, size_t refuse) {
  compare(filter, BPF_JSET, CLONE_THREAD, allow, refuse);
  return load(filter, argument(0));
}

static size_t judge_signal(struct filter *filter, size_t allow, size_t refuse) {
  compare(filter, BPF_JEQ, (uint32_t)getpid(), allow, refuse);
  return load(filter, argument(0));
}

// Netlink, too: by it the C library learns which addresses there are.
static size_t judge_socket(struct filter *filter, int allows_local, size_t allow) {
  size_t next = refuse(filter, EACCES);
  if (allows_local) next = compare(filter, BPF_JEQ, AF_UNIX, allow, next);
  next = compare(filter, BPF_JEQ, AF_NETLINK, allow, next);
  next = compare(filter, BPF_JEQ, AF_INET6, allow, next);
  compare(filter, BPF_JEQ, AF_INET, allow, next);
  return load(filter, argument(0));
}

static size_t judge_request(struct filter *filter, size_t allow, size_t refuse) {
  enum { INJECT = 0x5412, CONSOLE = 0x541C };
  size_t next = compare(filter, BPF_JEQ, CONSOLE, refuse, allow);
  compare(filter, BPF_JEQ, INJECT, refuse, next);
  return load(filter, argument(1));
}

// Finds a call's rule by halves. Whoever installs a filter waits until the kernel has tried it with every call there
// is: with one comparison for each rule before most answers that takes 0.2 ms, so a third of that.
static size_t judge_calls(struct filter *filter, const struct rule *sorted, size_t count,
                          const size_t verdicts[VERDICTS], size_t allow) {
  if (count <= 2) {
    size_t next = allow;
    while (count-- > 0) next = compare(filter, BPF_JEQ, sorted[count].call, verdicts[sorted[count].verdict], next);
    return next;
  }
  size_t half = count / 2;
  size_t high = judge_calls(filter, sorted + half, count - half, verdicts, allow);
  size_t low = judge_calls(filter, sorted, half, verdicts, allow);
  return compare(filter, BPF_JGE, sorted[half].call, high, low);
}

// The calls' numbers are another order on each machine.
static void sort_rules(struct rule sorted[RULES]) {
  for (size_t count = 0; count < RULES; count++) {
    size_t place = count;
    for (; place > 0 && sorted[place - 1].call > rules[count].call; place--) sorted[place] = sorted[place - 1];
    sorted[place] = rules[count];
  }
}

static int filter_calls(const struct linux_sandbox *sandbox, const char *path) {
  struct filter filter = {.start = MOST_INSTRUCTIONS};
  size_t allow = answer(&filter, SECCOMP_RET_ALLOW);
  size_t refused = refuse(&filter, EPERM);
  size_t absent = refuse(&filter, ENOSYS);
  size_t verdicts[VERDICTS];
  for (size_t i = 0; i < VERDICTS; i++) verdicts[i] = allow;
  verdicts[REFUSED] = refused;
  verdicts[NETWORK] = judge_socket(&filter, sandbox->allows_local_sockets, allow);
  verdicts[NO_TYPING] = judge_request(&filter, allow, refused);
  if (!sandbox->may_start_programs) {
    verdicts[NO_CHILD] = refused;
    verdicts[NO_CLONE] = absent;
    verdicts[ONE_PROGRAM] = judge_program(&filter, path, allow, refused);
    verdicts[THREADS] = judge_clone(&filter, allow, refused);
    verdicts[ITSELF] = judge_signal(&filter, allow, refused);
  }
  struct rule sorted[RULES];
  sort_rules(sorted);
  size_t next = judge_calls(&filter, sorted, RULES, verdicts, allow);
#if defined(__x86_64__)
  // The x32 calls are the same ones under other numbers.
  next = compare(&filter, BPF_JGE, 0x40000000, absent, next);
#endif
  next = load(&filter, offsetof(struct seccomp_data, nr));
  size_t foreign = answer(&filter, SECCOMP_RET_KILL_PROCESS);
  compare(&filter, BPF_JEQ, MACHINE, next, foreign);
  load(&filter, offsetof(struct seccomp_data, arch));
  struct sock_fprog program = {(unsigned short)(MOST_INSTRUCTIONS - filter.start), filter.code + filter.start};
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

// MARK: Privileges

// No capability after an exec. Who may not empty the set has none to lose, by no_new_privs.
static void empty_bounding_set(void) {
  for (int capability = 0; prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0; capability++) {
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
