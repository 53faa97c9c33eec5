// The system calls behind CLinux.h, and what a child does between fork and exec.
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

_Static_assert(sizeof(struct linux_epoll_event) == sizeof(struct epoll_event), "size");
_Static_assert(offsetof(struct linux_epoll_event, data) == offsetof(struct epoll_event, data),
               "offset");
_Static_assert(LINUX_EPOLLIN == EPOLLIN && LINUX_EPOLLOUT == EPOLLOUT, "readiness");
_Static_assert(LINUX_EPOLLERR == EPOLLERR && LINUX_EPOLLHUP == EPOLLHUP, "readiness");
_Static_assert(LINUX_EPOLLRDHUP == EPOLLRDHUP, "readiness");

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

int linux_epoll_wait(int epoll, struct linux_epoll_event *events, int capacity, int milliseconds) {
  return epoll_wait(epoll, (struct epoll_event *)events, capacity, milliseconds);
}

int linux_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

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

// The child's side: only async-signal-safe calls from here to execve.

// Copies a path to an address that nobody can guess: whoever knew it could put another path there once the
// program runs, and the filter would let it be executed.
static const char *hide(const char *path) {
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

static _Noreturn void become(const struct linux_spawn *spawn, int status) {
  struct sigaction standard = {.sa_handler = SIG_DFL};
  for (int number = 1; number < NSIG; number++) sigaction(number, &standard, NULL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);

  const char *path = hide(spawn->path);
  if (path != NULL && chdir("/") == 0 && close_range(3, UINT_MAX, CLOSE_RANGE_CLOEXEC) == 0 &&
      (spawn->sandbox == NULL || linux_sandbox_enter(spawn->sandbox, path) == 0)) {
    execve(path, spawn->arguments, spawn->environment);
  }
  int reason = errno;
  if (write(status, &reason, sizeof reason) != sizeof reason) _exit(126);
  _exit(127);
}

int linux_spawn_on_pty(const struct linux_spawn *spawn, int *master) {
  // The write end closes by itself when the program is executed: an empty read means success.
  int status[2];
  if (pipe2(status, O_CLOEXEC) == -1) return -1;
  struct winsize size = {.ws_col = spawn->columns, .ws_row = spawn->rows};
  int pty = -1;
  pid_t process = forkpty(&pty, NULL, NULL, &size);
  if (process == 0) become(spawn, status[1]);

  int reason = process == -1 ? errno : 0;
  close(status[1]);
  if (process > 0) {
    ssize_t count;
    do count = read(status[0], &reason, sizeof reason);
    while (count == -1 && errno == EINTR);
  }
  close(status[0]);
  if (reason == 0 && (fcntl(pty, F_SETFD, FD_CLOEXEC) == -1 ||
                      fcntl(pty, F_SETFL, O_RDWR | O_NONBLOCK) == -1)) {
    reason = errno;
    kill(process, SIGKILL);
  }
  if (reason != 0) {
    if (process > 0) {
      close(pty);
      waitpid(process, NULL, 0);
    }
    errno = reason;
    return -1;
  }
  *master = pty;
  return process;
}

int linux_pidfd_open(int process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int linux_pidfd_send_signal(int pidfd, int number) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0);
}

int linux_reap(int process, int *code, int *signal) {
  int status;
  pid_t reaped = waitpid(process, &status, WNOHANG);
  if (reaped <= 0) return reaped;
  *code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  *signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  return 1;
}

int linux_set_window_size(int master, uint16_t columns, uint16_t rows) {
  struct winsize size = {.ws_col = columns, .ws_row = rows};
  return ioctl(master, TIOCSWINSZ, &size);
}

const char *linux_signal_name(int number) { return sigabbrev_np(number); }
