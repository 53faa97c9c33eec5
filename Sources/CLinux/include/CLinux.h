// What the Glibc module does not export: epoll, eventfd, timerfd, signalfd, accept4, crypt, and the start of
// a program on a pseudoterminal. Declarations only. No header of the system that the Glibc module also
// includes may be included here, or its types would exist twice.
#ifndef CLINUX_H
#define CLINUX_H

#include <stddef.h>
#include <stdint.h>

#include "Sandbox.h"

// One event of epoll_wait(2), laid out as the kernel does it.
struct linux_epoll_event {
  uint32_t events;
  uint64_t data;
}
#if defined(__x86_64__)
__attribute__((packed))
#endif
;

enum {
  LINUX_EPOLLIN = 0x001,
  LINUX_EPOLLPRI = 0x002,
  LINUX_EPOLLOUT = 0x004,
  LINUX_EPOLLERR = 0x008,
  LINUX_EPOLLHUP = 0x010,
  LINUX_EPOLLRDHUP = 0x2000,
};
#define LINUX_EPOLLET 0x80000000u

// Every function below returns -1 and sets errno where it fails, and every descriptor it makes is
// close-on-exec and non-blocking.

int linux_epoll_create(void);
int linux_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t data);
int linux_epoll_change(int epoll, int descriptor, uint32_t events, uint64_t data);
int linux_epoll_remove(int epoll, int descriptor);
// Waits no longer than so many nanoseconds, where the kernel can (5.11), else milliseconds, rounded up; for ever
// where that is negative.
int linux_epoll_wait(int epoll, struct linux_epoll_event *events, int capacity, int64_t nanoseconds);

int linux_eventfd(void);

// A timer on CLOCK_MONOTONIC, not set.
int linux_timerfd(void);
// Sets it to an absolute time, in nanoseconds; 0 takes it back.
int linux_timerfd_set(int timer, int64_t nanoseconds);

// Blocks `count` signals for this thread and returns a descriptor that reports them.
// pidfd_open(2), without flags.
int linux_pidfd_open(int process);
int linux_signalfd(const int *signals, size_t count);
// Takes one pending signal's number from it; 0 where there is none.
int linux_signalfd_take(int descriptor);

int linux_accept(int listener, void *address, uint32_t *length);

// A pseudoterminal of that size (pty(7)): returns the master, which is non-blocking, and stores the other side. -1 with the
// reason in errno.
int linux_open_pty(uint16_t columns, uint16_t rows, int *terminal);

// A program to be started on a pseudoterminal of its own.
struct linux_spawn {
  const char *path;          // absolute
  char *const *arguments;    // ends with NULL; the first is the program's name
  char *const *environment;  // ends with NULL
  int terminal;              // its side of the pseudoterminal
  int standard_error;        // -1 for its terminal
  const struct linux_sandbox *sandbox;  // NULL for a program of our own
};

// Starts it, inside its sandbox: a session of its own with the pty as controlling terminal, default signals, no
// other descriptor open, the root directory as working directory. Returns its process ID; where it could not be
// executed, -1 with the reason in errno, and nothing is left behind. The caller stands still until it has executed, which
// on a busy machine takes as long as it takes the child to get a processor: never on the loop's thread.
int linux_spawn_on_pty(const struct linux_spawn *spawn);

// Reaps one child that has ended, after killing what is left of its process group. Returns its process ID, 0 where none has; stores its exit code, or the
// signal that ended it (else 0).
int linux_reap(int *code, int *signal);

// The heap (mallopt(3), malloc_trim(3)): pieces of at least so many bytes go back to the kernel when they are freed; what lies
// free between others goes back now.
void linux_return_pieces_from(size_t bytes);
void linux_trim_heap(void);

int linux_set_window_size(int master, uint16_t columns, uint16_t rows);

// Whether a password is the one that a hash was made of (crypt(3): bcrypt, SHA-512, yescrypt and so on). It takes
// as long as the hash asks for: never on the loop's thread.
int linux_password_matches(const char *password, const char *hash);

// "HUP" for 1; NULL for a number that has no name.
const char *linux_signal_name(int number);

#endif
