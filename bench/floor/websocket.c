// The floor of the telnet benchmarks: the least that a relay between WebSockets and TCP sockets has to do on this machine.
// One epoll loop, one buffer; frames, but no check of them, no flow control but the kernel's, no log.
//
//   bench-floor-websocket PORT     listens on a free loopback port and prints it; each WebSocket gets a connection to PORT.
//                                  Only frames of up to 125 bytes come from a browser, each in one piece, as the
//                                  generator sends its keys.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

struct end {
  int descriptor;
  int is_page, is_greeted, is_dead;
  struct end *other, *next_dead;
};

static const char answer[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
static int loop;
static struct end *dead;
static uint8_t space[65536 + 4];

static void watch(struct end *end) {
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = end};
  epoll_ctl(loop, EPOLL_CTL_ADD, end->descriptor, &event);
}

static void finish(struct end *end) {
  if (end->is_dead) return;
  end->is_dead = end->other->is_dead = 1;
  close(end->descriptor);
  close(end->other->descriptor);
  struct end *page = end->is_page ? end : end->other;
  page->next_dead = dead;
  dead = page;
}

static void to_device(struct end *from) {
  ssize_t count = read(from->descriptor, space, sizeof space);
  if (count <= 0) {
    if (count == 0 || errno != EAGAIN) finish(from);
    return;
  }
  if (!from->is_greeted) {
    // The request comes in one piece.
    from->is_greeted = 1;
    watch(from->other);
    if (write(from->descriptor, answer, sizeof answer - 1) < 0) finish(from);
    return;
  }
  for (ssize_t offset = 0; offset + 6 <= count;) {
    size_t length = space[offset + 1] & 127;
    uint8_t *mask = space + offset + 2, *payload = mask + 4;
    for (size_t i = 0; i < length; i++) payload[i] ^= mask[i & 3];
    if ((space[offset] & 15) == 2 && write(from->other->descriptor, payload, length) < 0) {
      finish(from);
      return;
    }
    offset += 6 + (ssize_t)length;
  }
}

static void to_page(struct end *from) {
  ssize_t count = read(from->descriptor, space + 4, sizeof space - 4);
  if (count <= 0) {
    if (count == 0 || errno != EAGAIN) finish(from);
    return;
  }
  uint8_t *frame = space + 4;
  if (count < 126) {
    *--frame = (uint8_t)count;
  } else {
    *--frame = (uint8_t)count;
    *--frame = (uint8_t)(count >> 8);
    *--frame = 126;
  }
  *--frame = 0x82;
  if (write(from->other->descriptor, frame, (size_t)(space + 4 + count - frame)) < 0) finish(from);
}

static void take_newcomer(int listener, in_port_t port) {
  int page = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (page < 0) return;
  int on = 1;
  setsockopt(page, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  int device = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port)};
  struct end *ends = device < 0 ? NULL : calloc(2, sizeof *ends);
  if (ends == NULL || connect(device, (struct sockaddr *)&address, sizeof address) != 0) {
    close(page);
    if (device >= 0) close(device);
    free(ends);
    return;
  }
  setsockopt(device, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ends[0] = (struct end){.descriptor = page, .is_page = 1, .other = &ends[1]};
  ends[1] = (struct end){.descriptor = device, .other = &ends[0]};
  watch(&ends[0]);
}

int main(int count, char **arguments) {
  if (count != 2) {
    fprintf(stderr, "usage: bench-floor-websocket PORT\n");
    return 64;
  }
  in_port_t port = (in_port_t)strtoul(arguments[1], NULL, 10);
  signal(SIGPIPE, SIG_IGN);
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 4096) != 0) {
    perror("bench-floor-websocket");
    return 69;
  }
  loop = epoll_create1(EPOLL_CLOEXEC);
  struct end door = {.descriptor = listener};
  watch(&door);
  getsockname(listener, (struct sockaddr *)&address, &length);
  printf("listening on http://127.0.0.1:%d/\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    struct epoll_event events[256];
    int ready = epoll_wait(loop, events, 256, -1);
    for (int i = 0; i < ready; i++) {
      struct end *end = events[i].data.ptr;
      if (end == &door) take_newcomer(listener, port);
      else if (end->is_dead) continue;
      else if (end->is_page) to_device(end);
      else to_page(end);
    }
    while (dead != NULL) {
      struct end *page = dead;
      dead = page->next_dead;
      // The device's end lies behind it.
      free(page);
    }
  }
}
