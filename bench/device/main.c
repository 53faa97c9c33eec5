// The device at the other end of every telnet benchmark: a TCP port that says one byte to whoever comes and gives every
// byte back. It speaks no telnet, so that the floor beside the server need not either.
//
//   bench-device      listens on a free loopback port and prints it
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static char buffer[65536];

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 4096) != 0) {
    perror("bench-device");
    return 69;
  }
  int loop = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event door = {.events = EPOLLIN, .data.fd = listener};
  epoll_ctl(loop, EPOLL_CTL_ADD, listener, &door);
  getsockname(listener, (struct sockaddr *)&address, &length);
  printf("listening on tcp://127.0.0.1:%d/\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    struct epoll_event events[256];
    int ready = epoll_wait(loop, events, 256, -1);
    for (int i = 0; i < ready; i++) {
      int line = events[i].data.fd;
      if (line == listener) {
        line = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (line < 0) continue;
        int on = 1;
        setsockopt(line, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct epoll_event event = {.events = EPOLLIN, .data.fd = line};
        epoll_ctl(loop, EPOLL_CTL_ADD, line, &event);
        if (write(line, ".", 1) != 1) close(line);
        continue;
      }
      ssize_t count = read(line, buffer, sizeof buffer);
      if (count <= 0 || write(line, buffer, (size_t)count) != count) close(line);
    }
  }
}
