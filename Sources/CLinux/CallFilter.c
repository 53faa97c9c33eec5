// Which system calls a client may make (seccomp(2)). Runs between fork and exec, with nothing but plain system calls.
#define _GNU_SOURCE
#include "CallFilter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#else
#error "The seccomp filter is written for x86-64 and arm64."
#endif

// What the headers of an older system lack; these have one number on all machines.
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#ifndef SYS_process_mrelease
#define SYS_process_mrelease 448
#endif

// TCGETS2, TCSETS2, TCSETSW2 and TCSETSF2 (ioctl_tty(2)), which newer C libraries use; they have one number on both machines,
// and their header and the C library's do not go together.
enum {
  TERMIOS2_GET = 0x802c542a,
  TERMIOS2_SET = 0x402c542b,
  TERMIOS2_SET_DRAINED = 0x402c542c,
  TERMIOS2_SET_FLUSHED = 0x402c542d,
};

// What becomes of a call. Those with "judged" look at its arguments.
enum verdict {
  ALLOWED,
  ABSENT,   // ENOSYS: a newer C library falls back to what is older
  REFUSED,  // EPERM
  // Where no program may be started after the client itself:
  ONE_PROGRAM,  // judged: the client's own start, and no other
  THREADS,      // judged: threads, but no processes
  ITSELF,       // judged: a signal only to itself, which is how a program raises one
  // Always:
  OWN_LIMITS,  // judged: only its own, by the process number 0
  SOCKETS,     // judged: TCP
  PAIRS,       // judged: streams, which lead nowhere but to each other (unix(7)): a datagram socket of a pair may be connected
               // anew and be sent from to every other one of this machine, descriptors with it
  SEND,        // judged, for sendto and sendmmsg: no connection with the first bytes (TCP fast open), which no rule for
  SEND_ONE,    // ports sees; and for sendmsg, whose flags are another argument
  OWNERLESS,   // judged: no descriptor whose readiness is signalled to a process (fcntl(2), F_SETOWN)
  TERMINALS,   // judged: what a terminal's program asks of it, and nothing typed into it from behind (ioctl_tty(2))
  VERDICTS,
};

// What ssh(1), ssh-keyscan(1) and telnet(1) of Debian 12 and 13 were seen to call with passwords, questions and keys, and
// where each of these or the connection failed; and what belongs to it, as other C libraries and the other machine have it
// in its place.
static const uint16_t needed[] = {
    SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64, SYS_lseek, SYS_close, SYS_close_range,
    SYS_dup, SYS_dup3, SYS_pipe2, SYS_openat, SYS_fstat, SYS_newfstatat, SYS_statx, SYS_statfs, SYS_fstatfs,
    SYS_faccessat, SYS_faccessat2, SYS_readlinkat, SYS_getdents64, SYS_getcwd, SYS_umask, SYS_fadvise64,
    // Memory.
    SYS_brk, SYS_mmap, SYS_mprotect, SYS_munmap, SYS_mremap, SYS_madvise, SYS_futex, SYS_membarrier,
    // Waiting.
    SYS_ppoll, SYS_pselect6, SYS_nanosleep, SYS_clock_nanosleep, SYS_clock_gettime, SYS_clock_getres, SYS_gettimeofday,
    SYS_getitimer, SYS_setitimer, SYS_restart_syscall, SYS_sched_yield, SYS_sched_getaffinity, SYS_epoll_create1,
    SYS_epoll_ctl, SYS_epoll_pwait, SYS_eventfd2,
    // Itself.
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_rt_sigpending, SYS_rt_sigsuspend, SYS_rt_sigtimedwait,
    SYS_sigaltstack, SYS_set_robust_list, SYS_set_tid_address, SYS_rseq, SYS_exit, SYS_exit_group, SYS_wait4,
    SYS_getpid, SYS_getppid, SYS_gettid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid, SYS_getresuid,
    SYS_getresgid, SYS_getgroups, SYS_getpgid, SYS_getsid, SYS_setfsuid, SYS_setfsgid, SYS_getrlimit, SYS_getrusage,
    SYS_getrandom, SYS_uname, SYS_sysinfo, SYS_times,
    // The network.
    SYS_connect, SYS_getsockname, SYS_getpeername, SYS_getsockopt, SYS_setsockopt, SYS_recvfrom, SYS_recvmsg,
    SYS_recvmmsg, SYS_shutdown,
#if defined(__x86_64__)
    SYS_arch_prctl, SYS_open, SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_dup2, SYS_pipe, SYS_poll, SYS_select,
    SYS_alarm, SYS_pause, SYS_time, SYS_getpgrp, SYS_epoll_create, SYS_epoll_wait, SYS_eventfd,
#endif
};

// What is dangerous, and known to be. The wide filter refuses these alone; the narrow one says of them that they are
// refused and not that they are absent.
static const uint16_t dangerous[] = {
    // Other processes.
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp, SYS_pidfd_open, SYS_pidfd_getfd,
    SYS_pidfd_send_signal, SYS_process_madvise, SYS_process_mrelease, SYS_perf_event_open, SYS_setpriority,
    SYS_ioprio_set, SYS_migrate_pages, SYS_move_pages,
    // Mounts, namespaces, roots.
    SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_unshare, SYS_setns, SYS_open_tree, SYS_move_mount,
    SYS_fsopen, SYS_fsconfig, SYS_fsmount, SYS_fspick, SYS_mount_setattr, SYS_swapon, SYS_swapoff,
    // The kernel.
    SYS_bpf, SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_reboot, SYS_syslog, SYS_acct,
    SYS_quotactl, SYS_settimeofday, SYS_clock_settime, SYS_adjtimex, SYS_sethostname, SYS_setdomainname,
    SYS_userfaultfd, SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register, SYS_add_key, SYS_request_key,
    SYS_keyctl, SYS_open_by_handle_at, SYS_name_to_handle_at, SYS_fanotify_init, SYS_personality,
#if defined(__x86_64__)
    SYS_iopl, SYS_ioperm, SYS_modify_ldt, SYS_kexec_file_load, SYS_uselib,
#endif
    // A socket that listens wants to be connected to, and one with a name to be found.
    SYS_listen, SYS_bind,
};

struct rule {
  uint16_t call, verdict;
};

// What is judged by its arguments, in both filters.
static const struct rule judged[] = {
    {SYS_prlimit64, OWN_LIMITS}, {SYS_sched_setaffinity, OWN_LIMITS}, {SYS_sched_setscheduler, OWN_LIMITS},
    {SYS_sched_setparam, OWN_LIMITS}, {SYS_sched_setattr, OWN_LIMITS}, {SYS_socket, SOCKETS}, {SYS_socketpair, PAIRS},
    {SYS_sendto, SEND}, {SYS_sendmmsg, SEND}, {SYS_sendmsg, SEND_ONE}, {SYS_fcntl, OWNERLESS}, {SYS_ioctl, TERMINALS},
};

// The same for who may start nothing. clone3 hides its flags from a filter; without it the C library uses clone.
static const struct rule of_one_program[] = {
    {SYS_execve, ONE_PROGRAM}, {SYS_execveat, REFUSED}, {SYS_clone, THREADS}, {SYS_clone3, ABSENT}, {SYS_kill, ITSELF},
    {SYS_tkill, ITSELF}, {SYS_tgkill, ITSELF}, {SYS_rt_sigqueueinfo, ITSELF}, {SYS_rt_tgsigqueueinfo, ITSELF},
#if defined(__x86_64__)
    {SYS_fork, REFUSED}, {SYS_vfork, REFUSED},
#endif
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

// Calls have numbers below this; what becomes of the last one becomes of all after it.
enum { CALLS = 512 };

static void decide(uint8_t verdicts[CALLS], const struct linux_sandbox *sandbox) {
  memset(verdicts, sandbox->is_wide ? ALLOWED : ABSENT, CALLS);
  for (size_t i = 0; i < COUNT(needed); i++) verdicts[needed[i]] = ALLOWED;
  for (size_t i = 0; i < COUNT(dangerous); i++) verdicts[dangerous[i]] = REFUSED;
  for (size_t i = 0; i < COUNT(judged); i++) verdicts[judged[i].call] = (uint8_t)judged[i].verdict;
  if (sandbox->may_start_programs) return;
  for (size_t i = 0; i < COUNT(of_one_program); i++) {
    verdicts[of_one_program[i].call] = (uint8_t)of_one_program[i].verdict;
  }
}

// MARK: The filter's program

// Written from its end: all jumps lead forward, so that where they lead to is there already. No jump is too far for
// its eight bits in an array of this length.
enum { MOST_INSTRUCTIONS = 256 };

struct filter {
  struct sock_filter code[MOST_INSTRUCTIONS];
  size_t start;
  int is_full;
};

static size_t put(struct filter *filter, struct sock_filter instruction) {
  if (filter->start == 0) {
    filter->is_full = 1;
    return 0;
  }
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

// Leaves of what was loaded last only these bits.
static size_t mask(struct filter *filter, uint32_t bits) {
  return put(filter, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, bits));
}

// Compares what was loaded last with `value` and goes on at one instruction or at the other.
static size_t compare(struct filter *filter, uint16_t how, uint32_t value, size_t if_true, size_t if_false) {
  size_t next = filter->start;
  return put(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_K | how, value, (uint8_t)(if_true - next),
                                                  (uint8_t)(if_false - next)));
}

// Whether what was loaded last is one of `values`.
static size_t compare_all(struct filter *filter, const uint32_t *values, size_t count, size_t if_true,
                          size_t if_false) {
  size_t next = if_false;
  for (size_t i = 0; i < count; i++) next = compare(filter, BPF_JEQ, values[i], if_true, next);
  return next;
}

// The low half of an argument: both machines are little-endian.
static size_t argument(int index) { return offsetof(struct seccomp_data, args) + 8 * (size_t)index; }
static size_t argument_high(int index) { return argument(index) + 4; }

// MARK: What is judged

// The one pointer from which the client itself is started; CLinux.c tells of the address that it is.
static size_t judge_program(struct filter *filter, const char *path, size_t allowed, size_t refused) {
  uint64_t address = (uint64_t)(uintptr_t)path;
  compare(filter, BPF_JEQ, (uint32_t)(address >> 32), allowed, refused);
  size_t high = load(filter, argument_high(0));
  compare(filter, BPF_JEQ, (uint32_t)address, high, refused);
  return load(filter, argument(0));
}

static size_t judge_clone(struct filter *filter, size_t allowed, size_t refused) {
  const uint32_t namespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |
                              CLONE_NEWPID | CLONE_NEWNET;
  compare(filter, BPF_JEQ, CLONE_THREAD, allowed, refused);
  mask(filter, CLONE_THREAD | namespaces);
  return load(filter, argument(0));
}

static size_t judge_process(struct filter *filter, uint32_t process, size_t allowed, size_t refused) {
  compare(filter, BPF_JEQ, process, allowed, refused);
  return load(filter, argument(0));
}

enum { SOCKET_TYPE = 0xf };  // the rest are SOCK_CLOEXEC and SOCK_NONBLOCK

// Streams of this machine: allowed, and no other type.
static size_t judge_stream(struct filter *filter, size_t allowed, size_t denied) {
  compare(filter, BPF_JEQ, SOCK_STREAM, allowed, denied);
  mask(filter, SOCKET_TYPE);
  return load(filter, argument(1));
}

static size_t judge_pair(struct filter *filter, size_t allowed) {
  size_t denied = refuse(filter, EACCES);
  size_t stream = judge_stream(filter, allowed, denied);
  compare(filter, BPF_JEQ, AF_UNIX, stream, denied);
  return load(filter, argument(0));
}

// Streams of the network's, by TCP as it is. There are other protocols for streams, one of them TCP in another coat
// (IPPROTO_MPTCP), and no rule for TCP's ports sees those. No client needs datagrams: the server looks names up.
static size_t judge_socket(struct filter *filter, int allows_local, size_t allowed) {
  size_t denied = refuse(filter, EACCES);
  compare_all(filter, (const uint32_t[]){0, IPPROTO_TCP}, 2, allowed, denied);
  size_t protocol = load(filter, argument(2));
  size_t network = judge_stream(filter, protocol, denied);
  size_t next = denied;
  if (allows_local) {
    // Directory services are asked by streams.
    size_t local = judge_stream(filter, allowed, denied);
    next = compare(filter, BPF_JEQ, AF_UNIX, local, denied);
  }
  compare_all(filter, (const uint32_t[]){AF_INET, AF_INET6}, 2, network, next);
  return load(filter, argument(0));
}

static size_t judge_flags(struct filter *filter, int index, size_t allowed, size_t refused) {
  compare(filter, BPF_JSET, MSG_FASTOPEN, refused, allowed);
  return load(filter, argument(index));
}

static size_t judge_command(struct filter *filter, int is_wide, size_t allowed, size_t refused) {
  static const uint32_t owners[] = {F_SETOWN, F_SETSIG, F_SETOWN_EX};
  static const uint32_t common[] = {F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK, F_SETLK, F_SETLKW,
                                    F_DUPFD_CLOEXEC};
  if (is_wide) {
    compare_all(filter, owners, COUNT(owners), refused, allowed);
  } else {
    compare_all(filter, common, COUNT(common), allowed, refused);
  }
  return load(filter, argument(1));
}

static size_t judge_request(struct filter *filter, int is_wide, size_t allowed, size_t refused) {
  // Typing and pasting into a terminal, and an owner for a socket's signals.
  static const uint32_t traps[] = {TIOCSTI, TIOCLINUX, TIOCCONS, FIOSETOWN, SIOCSPGRP};
  static const uint32_t common[] = {TCGETS, TCSETS, TCSETSW, TCSETSF, TERMIOS2_GET, TERMIOS2_SET, TERMIOS2_SET_DRAINED,
                                    TERMIOS2_SET_FLUSHED, TCSBRK, TCSBRKP, TCXONC, TCFLSH, TIOCGWINSZ,
                                    TIOCGPGRP, TIOCGSID, TIOCOUTQ, FIONREAD, FIONBIO, FIOCLEX, FIONCLEX};
  if (is_wide) {
    compare_all(filter, traps, COUNT(traps), refused, allowed);
  } else {
    compare_all(filter, common, COUNT(common), allowed, refused);
  }
  return load(filter, argument(1));
}

// MARK: All calls

// Finds a call's verdict by halves, from `first` up to `end`. The process that installs a filter waits until the kernel has
// tried it with every call there is: docs/decisions/0001-spawn.md has what one comparison after the other took.
static size_t judge_calls(struct filter *filter, const uint8_t verdicts[CALLS], size_t first, size_t end,
                          const size_t places[VERDICTS]) {
  // Where the verdict changes, as near to the middle as may be.
  size_t middle = (first + end) / 2, split = 0;
  for (size_t call = first + 1; call < end; call++) {
    if (verdicts[call] == verdicts[call - 1]) continue;
    if (call > middle && split != 0 && middle - split < call - middle) break;
    split = call;
    if (call >= middle) break;
  }
  if (split == 0) return places[verdicts[first]];
  size_t high = judge_calls(filter, verdicts, split, end, places);
  size_t low = judge_calls(filter, verdicts, first, split, places);
  return compare(filter, BPF_JGE, (uint32_t)split, high, low);
}

int linux_filter_calls(const struct linux_sandbox *sandbox, const char *path) {
  uint8_t verdicts[CALLS];
  decide(verdicts, sandbox);
  struct filter filter = {.start = MOST_INSTRUCTIONS};
  size_t places[VERDICTS];
  size_t allowed = places[ALLOWED] = answer(&filter, SECCOMP_RET_ALLOW);
  places[ABSENT] = refuse(&filter, ENOSYS);
  size_t refused = places[REFUSED] = refuse(&filter, EPERM);
  places[ONE_PROGRAM] = judge_program(&filter, path, allowed, refused);
  places[THREADS] = judge_clone(&filter, allowed, refused);
  places[ITSELF] = judge_process(&filter, (uint32_t)getpid(), allowed, refused);
  places[OWN_LIMITS] = judge_process(&filter, 0, allowed, refused);
  places[SOCKETS] = judge_socket(&filter, sandbox->allows_local_sockets, allowed);
  places[PAIRS] = judge_pair(&filter, allowed);
  places[SEND] = judge_flags(&filter, 3, allowed, refused);
  places[SEND_ONE] = judge_flags(&filter, 2, allowed, refused);
  places[OWNERLESS] = judge_command(&filter, sandbox->is_wide, allowed, refused);
  places[TERMINALS] = judge_request(&filter, sandbox->is_wide, allowed, refused);
  size_t next = judge_calls(&filter, verdicts, 0, CALLS, places);
#if defined(__x86_64__)
  // The x32 calls are the same ones under other numbers.
  next = compare(&filter, BPF_JGE, 0x40000000, places[ABSENT], next);
#endif
  next = load(&filter, offsetof(struct seccomp_data, nr));
  size_t foreign = answer(&filter, SECCOMP_RET_KILL_PROCESS);
  compare(&filter, BPF_JEQ, MACHINE, next, foreign);
  load(&filter, offsetof(struct seccomp_data, arch));
  if (filter.is_full) {
    errno = E2BIG;
    return -1;
  }
  struct sock_fprog program = {(unsigned short)(MOST_INSTRUCTIONS - filter.start), filter.code + filter.start};
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}
