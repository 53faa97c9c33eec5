// The system calls behind CLinux.h, and what a child does between fork and exec.
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

_Static_assert(sizeof(struct linux_epoll_event) == sizeof(struct epoll_event), "size");
_Static_assert(offsetof(struct linux_epoll_event, data) == offsetof(struct epoll_event, data),
               "offset");
_Static_assert(LINUX_EPOLLIN == EPOLLIN && LINUX_EPOLLOUT == EPOLLOUT, "readiness");
_Static_assert(LINUX_EPOLLERR == EPOLLERR && LINUX_EPOLLHUP == EPOLLHUP, "readiness");
_Static_assert(LINUX_EPOLLET == EPOLLET, "readiness");

int linux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static int control(int epoll, int operation, int descriptor, uint32_t events, uint64_t data) {
  struct epoll_event event = {.events = events, .data.u64 = data};
  return epoll_ctl(epoll, operation, descriptor, &event);
}

int linux_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t data) {
  return control(epoll, EPOLL_CTL_ADD, descriptor, events, data);
}

int linux_epoll_change(int epoll, int descriptor, uint32_t events, uint64_t data) {
  return control(epoll, EPOLL_CTL_MOD, descriptor, events, data);
}

int linux_epoll_remove(int epoll, int descriptor) {
  return control(epoll, EPOLL_CTL_DEL, descriptor, 0, 0);
}

static int wait_milliseconds(int epoll, struct epoll_event *events, int capacity, int64_t nanoseconds) {
  int64_t milliseconds = nanoseconds < 0 ? -1 : (nanoseconds + 999999) / 1000000;
  return epoll_wait(epoll, events, capacity, milliseconds > INT_MAX ? INT_MAX : (int)milliseconds);
}

int linux_epoll_wait(int epoll, struct linux_epoll_event *events, int capacity, int64_t nanoseconds) {
  struct epoll_event *list = (struct epoll_event *)events;
#ifdef SYS_epoll_pwait2
  // The plain call is the shortest way for the two waits that need no clock.
  if (nanoseconds > 0) {
    // The kernel's struct __kernel_timespec.
    struct {
      int64_t seconds, nanoseconds;
    } limit = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    long count = syscall(SYS_epoll_pwait2, epoll, list, capacity, &limit, NULL, 0);
    if (count >= 0 || errno != ENOSYS) return (int)count;
  }
#endif
  return wait_milliseconds(epoll, list, capacity, nanoseconds);
}

int linux_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int linux_timerfd(void) { return timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK); }

int linux_timerfd_set(int timer, int64_t nanoseconds) {
  struct itimerspec time = {
      .it_value = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000}};
  return timerfd_settime(timer, TFD_TIMER_ABSTIME, &time, NULL);
}

int linux_pidfd_open(int process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int linux_signalfd(const int *signals, size_t count) {
  sigset_t set;
  sigemptyset(&set);
  for (size_t i = 0; i < count; i++) sigaddset(&set, signals[i]);
  if (sigprocmask(SIG_BLOCK, &set, NULL) == -1) return -1;
  return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int linux_signalfd_take(int descriptor) {
  struct signalfd_siginfo info;
  ssize_t count = read(descriptor, &info, sizeof info);
  if (count == sizeof info) return (int)info.ssi_signo;
  return count == -1 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

int linux_accept(int listener, void *address, uint32_t *length) {
  return accept4(listener, address, length, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

// The start of a program. It is what forkpty(3) and execve(2) do together, but with a child that borrows our
// memory until it executes (clone(2), CLONE_VM and CLONE_VFORK): a copy of the page tables costs more the larger we
// are, 0.4 ms at 14 MB and twice that at 27, where this takes 0.12 ms at any size.

int linux_open_pty(uint16_t columns, uint16_t rows, int *terminal) {
  struct winsize size = {.ws_col = columns, .ws_row = rows};
  int master = -1;
  if (openpty(&master, terminal, NULL, NULL, &size) == -1) return -1;
  if (fcntl(master, F_SETFD, FD_CLOEXEC) == 0 && fcntl(*terminal, F_SETFD, FD_CLOEXEC) == 0 &&
      fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK) == 0) {
    return master;
  }
  int reason = errno;
  close(master);
  close(*terminal);
  errno = reason;
  return -1;
}

struct birth {
  const struct linux_spawn *spawn;
  const char *path;
  const sigset_t *changed;
  int reason;  // what went wrong; the child writes it where we read it
};

// Copies a path to an address that is not known to the program: code that knows it can put another path there once the
// program runs, and the filter lets that be executed. A program can find it by trying every page, which takes it 22
// minutes; by Landlock's rules there is nothing but itself and the loader to execute then, inside the same fence.
static char *hide(const char *path) {
  uint64_t address;
  if (syscall(SYS_getrandom, &address, sizeof address, 0) != sizeof address) return NULL;
  // 34 random bits of page number below 2^46, the least that user space has on either machine.
  address = (address & 0x3ffffffff) << 12;
  char *page = mmap((void *)(uintptr_t)address, PATH_MAX, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return NULL;
  for (size_t i = 0; i < PATH_MAX - 1 && path[i] != 0; i++) page[i] = path[i];
  return page;
}

static int take_terminal(int terminal) {
  if (setsid() == -1 || ioctl(terminal, TIOCSCTTY, 0) == -1) return -1;
  for (int number = 0; number <= 2; number++) {
    if (dup2(terminal, number) == -1) return -1;
  }
  return 0;
}

static int take_streams(const struct linux_spawn *spawn) {
  return spawn->standard_error != -1 && dup2(spawn->standard_error, 2) == -1 ? -1 : 0;
}

// The child's side: only plain system calls from here to execve, on a stack of its own and in our memory. The
// sanitizers' bookkeeping would not see it leave.
__attribute__((no_sanitize("address", "thread"))) static int become(void *argument) {
  struct birth *birth = argument;
  const struct linux_spawn *spawn = birth->spawn;
  // Whatever of ours is not the default: execve resets a handler, but what is ignored stays so.
  struct sigaction standard = {.sa_handler = SIG_DFL};
  for (int number = 1; number < NSIG; number++) {
    if (sigismember(birth->changed, number)) sigaction(number, &standard, NULL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  if (take_terminal(spawn->terminal) == 0 && take_streams(spawn) == 0 && chdir("/") == 0 &&
      close_range(3, UINT_MAX, CLOSE_RANGE_CLOEXEC) == 0 &&
      (spawn->sandbox == NULL || linux_sandbox_enter(spawn->sandbox, birth->path) == 0)) {
    execve(birth->path, spawn->arguments, spawn->environment);
  }
  birth->reason = errno;
  _exit(127);
}

// The signals that we ignore or handle. Asked once by a thread: that is settled when a server starts its first client.
static const sigset_t *changed_signals(void) {
  static _Thread_local sigset_t changed;
  static _Thread_local int is_known;
  for (int number = 1; !is_known && number < NSIG; number++) {
    struct sigaction action;
    if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_DFL) sigaddset(&changed, number);
  }
  is_known = 1;
  return &changed;
}

// The child's stack, made once by a thread: there is one child at a time, since the thread stands still until it has
// executed.
static char *child_stack(void) {
  enum { SIZE = 131072 };
  static _Thread_local char *stack;
  if (stack == NULL) {
    char *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) return NULL;
    stack = memory + SIZE;
  }
  return stack;
}

// No signal tells of the child's end, and no ordinary wait for children finds it, until it has executed
// (execve(2) makes it a child like any other): its starter learns of it before, and nothing else does.
static pid_t give_birth(struct birth *birth) {
  char *stack = child_stack();
  if (stack == NULL) return -1;
  // None of our signal handlers may run in the child.
  sigset_t all, former;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &former);
  pid_t process = clone(become, stack, CLONE_VM | CLONE_VFORK, birth);
  int reason = errno;
  sigprocmask(SIG_SETMASK, &former, NULL);
  if (process == -1) {
    errno = reason;
    return -1;
  }
  // One that has executed is a child like any other by now, and none that is waited for here (ECHILD). What is found is
  // at its end, though it may still be on its way there when the parent goes on.
  pid_t ended;
  do ended = waitpid(process, NULL, __WCLONE);
  while (ended == -1 && errno == EINTR);
  if (ended != process) return process;
  // The fence's filter ends a child without a word that may not execute.
  errno = birth->reason != 0 ? birth->reason : EPERM;
  return -1;
}

int linux_spawn_on_pty(const struct linux_spawn *spawn) {
  char *path = hide(spawn->path);
  if (path == NULL) return -1;
  struct birth birth = {.spawn = spawn, .path = path, .changed = changed_signals()};
  pid_t process = give_birth(&birth);
  int reason = errno;
  munmap(path, PATH_MAX);
  errno = reason;
  return process;
}

int linux_reap(int *code, int *signal) {
  for (;;) {
    siginfo_t ended = {0};
    if (waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) != 0 || ended.si_pid == 0) return 0;
    // Until it is reaped its number is no other process's, and so is its group's.
    kill(-ended.si_pid, SIGKILL);
    int status;
    pid_t process = waitpid(ended.si_pid, &status, WNOHANG);
    // Another thread may have waited for a program of its own: others may have ended, too.
    if (process <= 0) continue;
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    *signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return process;
  }
}

int linux_set_window_size(int master, uint16_t columns, uint16_t rows) {
  struct winsize size = {.ws_col = columns, .ws_row = rows};
  return ioctl(master, TIOCSWINSZ, &size);
}

const char *linux_signal_name(int number) { return sigabbrev_np(number); }

void linux_return_pieces_from(size_t bytes) {
  mallopt(M_MMAP_THRESHOLD, (int)bytes);
}

void linux_trim_heap(void) {
  malloc_trim(0);
}
