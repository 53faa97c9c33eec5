// The floor of the benchmarks: the least that a relay between sockets and ptys has to do on this machine. One
// epoll loop, one buffer, no frames, no flow control but the kernel's, no checks, no log.
//
//   bench-floor CHILD WHAT [SECONDS]   listens on a free loopback port and prints it; each connection gets
//                                      CHILD -l WHAT on a pty; with SECONDS it is sent a WebSocket ping once in
//                                      so long, and what it sends is read and dropped
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pty.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// One direction's end. What could not be written waits in `rest`, and its source is not read until then.
struct end {
  int descriptor;
  int is_blocked;
  struct end *other;
  char *rest;
  size_t count, offset;
};

struct pair {
  struct end socket, pty;
  pid_t child;
  struct pair *next_dead;
  int is_dead;
  size_t index;
};

static int loop;
static struct pair *dead;
static struct pair *pairs[65536];
static size_t pair_count;
static size_t ping_seconds;
static char buffer[65536];

static void watch(struct end *end, uint32_t events, int operation) {
  struct epoll_event event = {.events = events, .data.ptr = end};
  epoll_ctl(loop, operation, end->descriptor, &event);
}

static struct pair *pair_of(struct end *end) {
  struct pair *as_socket = (struct pair *)end;
  return end->other > end ? as_socket : (struct pair *)((char *)end - offsetof(struct pair, pty));
}

static void finish(struct end *end) {
  struct pair *pair = pair_of(end);
  if (pair->is_dead) return;
  pair->is_dead = 1;
  pairs[pair->index] = pairs[--pair_count];
  pairs[pair->index]->index = pair->index;
  close(pair->socket.descriptor);
  close(pair->pty.descriptor);
  kill(pair->child, SIGHUP);
  waitpid(pair->child, NULL, 0);
  pair->next_dead = dead;
  dead = pair;
}

static void relay(struct end *from) {
  struct end *to = from->other;
  if (to->is_blocked) return;
  ssize_t count = read(from->descriptor, buffer, sizeof buffer);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) {
    finish(from);
    return;
  }
  if (ping_seconds != 0) return;
  ssize_t written = write(to->descriptor, buffer, (size_t)count);
  if (written < 0 && errno != EAGAIN) {
    finish(from);
    return;
  }
  if (written == count) return;
  if (written < 0) written = 0;
  to->count = (size_t)(count - written);
  to->rest = malloc(to->count);
  memcpy(to->rest, buffer + written, to->count);
  to->offset = 0;
  to->is_blocked = 1;
  watch(to, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
  watch(from, from->is_blocked ? EPOLLOUT : 0, EPOLL_CTL_MOD);
}

static void drain(struct end *to) {
  ssize_t written = write(to->descriptor, to->rest + to->offset, to->count - to->offset);
  if (written < 0) {
    if (errno != EAGAIN) finish(to);
    return;
  }
  to->offset += (size_t)written;
  if (to->offset < to->count) return;
  free(to->rest);
  to->rest = NULL;
  to->is_blocked = 0;
  watch(to, to->other->is_blocked ? 0 : EPOLLIN, EPOLL_CTL_MOD);
  watch(to->other, EPOLLIN | (to->other->is_blocked ? EPOLLOUT : 0), EPOLL_CTL_MOD);
}

// Once a second, as many connections as it takes to ask each of them once in `ping_seconds`.
static int ping(void) {
  static time_t last;
  static size_t next;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (now.tv_sec != last) {
    last = now.tv_sec;
    for (size_t i = 0; i < (pair_count + ping_seconds - 1) / ping_seconds; i++) {
      if (write(pairs[next++ % pair_count]->socket.descriptor, "\x89", 2) < 0) break;
    }
  }
  return 1000 - (int)(now.tv_nsec / 1000000);
}

static void take_newcomer(int listener, char **child) {
  int socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (socket < 0) return;
  int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (pair_count == sizeof pairs / sizeof *pairs) {
    close(socket);
    return;
  }
  struct pair *pair = calloc(1, sizeof *pair);
  int master;
  struct winsize size = {.ws_row = 24, .ws_col = 80};
  pair->child = forkpty(&master, NULL, NULL, &size);
  if (pair->child == 0) {
    execv(child[0], child);
    _exit(127);
  }
  if (pair->child < 0) {
    close(socket);
    free(pair);
    return;
  }
  ioctl(master, FIOCLEX);
  int flag = 1;
  ioctl(master, FIONBIO, &flag);
  pair->socket = (struct end){.descriptor = socket, .other = &pair->pty};
  pair->pty = (struct end){.descriptor = master, .other = &pair->socket};
  pair->index = pair_count;
  pairs[pair_count++] = pair;
  watch(&pair->socket, EPOLLIN, EPOLL_CTL_ADD);
  watch(&pair->pty, EPOLLIN, EPOLL_CTL_ADD);
}

int main(int count, char **arguments) {
  if (count != 3 && count != 4) {
    fprintf(stderr, "usage: bench-floor CHILD WHAT [SECONDS]\n");
    return 64;
  }
  if (count == 4) ping_seconds = strtoul(arguments[3], NULL, 10);
  char *child[] = {arguments[1], "-l", arguments[2], NULL};
  signal(SIGPIPE, SIG_IGN);
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 4096) != 0) {
    perror("bench-floor");
    return 69;
  }
  loop = epoll_create1(EPOLL_CLOEXEC);
  struct end door = {.descriptor = listener};
  watch(&door, EPOLLIN, EPOLL_CTL_ADD);
  getsockname(listener, (struct sockaddr *)&address, &length);
  printf("listening on http://127.0.0.1:%d/\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    struct epoll_event events[256];
    int ready = epoll_wait(loop, events, 256, ping_seconds != 0 && pair_count != 0 ? ping() : -1);
    for (int i = 0; i < ready; i++) {
      struct end *end = events[i].data.ptr;
      if (end == &door) {
        take_newcomer(listener, child);
        continue;
      }
      if (pair_of(end)->is_dead) continue;
      if (events[i].events & EPOLLOUT) drain(end);
      if (pair_of(end)->is_dead) continue;
      if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) relay(end);
    }
    while (dead != NULL) {
      struct pair *pair = dead;
      dead = pair->next_dead;
      free(pair->socket.rest);
      free(pair->pty.rest);
      free(pair);
    }
  }
}
