// A client program in an attacker's hands, as small as telnet: no script, so that it runs behind the narrow fence. It
// tells of each attempt what came of it, one in a line.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void tell(const char *name, long result) {
  const char *outcome = result >= 0 ? "WORKED" : errno == EPERM ? "refused" : errno == ENOSYS ? "absent" : strerror(errno);
  printf("%s: %s\n", name, outcome);
  fflush(stdout);
}

#define TRY(...) tell(#__VA_ARGS__, (errno = 0, syscall(SYS_##__VA_ARGS__)))

static struct sockaddr_in at(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  inet_aton("127.0.0.1", &address.sin_addr);
  return address;
}

// Where the test waits for datagrams: at a path, or in the abstract name space.
static socklen_t local(struct sockaddr_un *address, int port, int is_abstract) {
  *address = (struct sockaddr_un){.sun_family = AF_UNIX};
  int length = sprintf(address->sun_path + is_abstract, "/tmp/webtermd-captured-%d", port);
  return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)length + 1);
}

// Sends a descriptor with a byte; without an address where there is none.
static long hand_out(int through, struct sockaddr_un *address, socklen_t length, int flags) {
  union {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control = {{0}};
  struct iovec word = {"x", 1};
  struct msghdr message = {.msg_name = address, .msg_namelen = length, .msg_iov = &word, .msg_iovlen = 1,
                           .msg_control = &control, .msg_controllen = sizeof control};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  *(int *)CMSG_DATA(header) = 0;
  return sendmsg(through, &message, flags);
}

// Every way out of a socket of this machine.
static void try_local(const char *kind, int through, int port) {
  char name[128];
  for (int is_abstract = 0; is_abstract < 2; is_abstract++) {
    struct sockaddr_un address;
    socklen_t length = local(&address, port, is_abstract);
    struct sockaddr_un own = address;
    strcat(own.sun_path + is_abstract, "-own");
#define WAY(way, call) sprintf(name, "%s, %s, %s", kind, is_abstract ? "abstract" : "path", way), tell(name, (errno = 0, call))
    WAY("sendto", sendto(through, "x", 1, 0, (struct sockaddr *)&address, length));
    WAY("sendmsg", hand_out(through, &address, length, 0));
    WAY("connect", connect(through, (struct sockaddr *)&address, length));
    WAY("connect, sendmsg", hand_out(through, NULL, 0, MSG_NOSIGNAL));
#undef WAY
  }
}

static void try_pair(const char *kind, int type, int port) {
  char name[128];
  int pair[2] = {-1, -1};
  sprintf(name, "socketpair, %s", kind);
  long made = (errno = 0, socketpair(AF_UNIX, type, 0, pair));
  tell(name, made);
  if (made == 0) try_local(kind, pair[0], port);
}

// -E -c -l USER -- HOST PORT, as telnet is called; the port is the target's.
int main(int count, char **arguments) {
  int port = atoi(arguments[count - 1]), server = getppid(), self = getpid();
  struct rlimit none = {0, 0}, more = {100000, 100000};
  struct sched_param parameter = {0};
  unsigned long processor = 1;
  int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in forbidden = at(1);
  int name = 16;
  char *shell[] = {"/bin/sh", "-c", "echo STARTED", NULL};

  // Another process.
  TRY(prlimit64, server, RLIMIT_NOFILE, &none, NULL);
  TRY(prlimit64, server, RLIMIT_NOFILE, NULL, &more);
  TRY(prlimit64, self, RLIMIT_NOFILE, &none, NULL);
  TRY(setpriority, PRIO_PROCESS, server, 19);
  TRY(setpriority, PRIO_USER, 0, 19);
  TRY(sched_setaffinity, server, sizeof processor, &processor);
  TRY(sched_setscheduler, server, SCHED_IDLE, &parameter);
  TRY(ioprio_set, 1, server, 3 << 13);
  TRY(migrate_pages, server, 64, &processor, &processor);
  TRY(kill, server, 0);
  TRY(kill, -1, 0);
  TRY(tgkill, server, server, 0);
  TRY(rt_sigqueueinfo, server, 0, NULL);
  TRY(ptrace, 16, server, 0, 0);
  TRY(pidfd_open, server, 0);
  TRY(process_vm_readv, server, NULL, 0, NULL, 0, 0);
  TRY(fcntl, descriptor, F_SETOWN, server);
  TRY(fcntl, descriptor, F_SETSIG, SIGKILL);
  TRY(fcntl, descriptor, F_SETOWN_EX, &parameter);
  TRY(ioctl, descriptor, FIOSETOWN, &server);
  TRY(ioctl, descriptor, SIOCSPGRP, &server);
  // Another program.
  TRY(execve, "/bin/sh", shell, NULL);
  TRY(execve, arguments[0], shell, NULL);
  TRY(execveat, AT_FDCWD, "/bin/sh", shell, NULL, 0);
  TRY(clone, SIGCHLD, 0, 0, 0, 0);
  TRY(clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
  TRY(clone3, NULL, 0);
#ifdef SYS_fork
  TRY(fork);
  TRY(vfork);
#endif
  TRY(memfd_create, "x", 0);
  // The terminal.
  TRY(ioctl, 0, TIOCSTI, "x");
  TRY(ioctl, 0, TIOCSETD, &name);
  TRY(ioctl, 0, TIOCCONS, 0);
  // The network.
  TRY(socket, AF_INET, SOCK_STREAM, 262 /* IPPROTO_MPTCP */);
  TRY(socket, AF_INET, SOCK_STREAM, 132 /* IPPROTO_SCTP */);
  TRY(socket, AF_INET, SOCK_RAW, 1);
  TRY(socket, AF_INET, SOCK_DGRAM, 1);
  TRY(socket, AF_UNIX, SOCK_STREAM, 0);
  TRY(socket, AF_PACKET, SOCK_RAW, 0);
  TRY(socket, AF_VSOCK, SOCK_STREAM, 0);
  TRY(socket, AF_ALG, SOCK_SEQPACKET, 0);
  TRY(socket, AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT);
  TRY(socket, AF_INET, SOCK_DGRAM, 0);
  TRY(socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_UDP);
  TRY(socket, AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
  TRY(socket, AF_INET6, SOCK_RAW, IPPROTO_UDP);
  TRY(socket, AF_INET, SOCK_STREAM | SOCK_RAW, 0);
  TRY(socket, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  TRY(socket, AF_NETLINK, SOCK_DGRAM, NETLINK_ROUTE);
  TRY(bind, descriptor, &forbidden, sizeof forbidden);
  TRY(socket, AF_UNIX, SOCK_DGRAM, 0);
  TRY(socket, AF_UNIX, SOCK_SEQPACKET, 0);
  try_pair("SOCK_DGRAM", SOCK_DGRAM, port);
  try_pair("SOCK_DGRAM | SOCK_CLOEXEC", SOCK_DGRAM | SOCK_CLOEXEC, port);
  try_pair("SOCK_SEQPACKET", SOCK_SEQPACKET, port);
  try_pair("SOCK_RAW", SOCK_RAW, port);
  TRY(socketpair, AF_INET, SOCK_STREAM, 0, &forbidden);
  TRY(socketpair, 30 /* AF_TIPC */, SOCK_RDM, 0, &forbidden);
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0) {
    struct sockaddr_un address;
    for (int is_abstract = 0; is_abstract < 2; is_abstract++) {
      socklen_t length = local(&address, port, is_abstract);
      if (sendto(pair[0], "x", 1, 0, (struct sockaddr *)&address, length) >= 0) tell("stream pair, sendto", 0);
      if (hand_out(pair[0], &address, length, 0) >= 0) tell("stream pair, sendmsg", 0);
      if (connect(pair[0], (struct sockaddr *)&address, length) == 0) tell("stream pair, connect", 0);
      strcat(address.sun_path + is_abstract, "-own");
      if (bind(pair[0], (struct sockaddr *)&address, length + 4) == 0) tell("stream pair, bind", 0);
    }
  }
  TRY(sendto, descriptor, "x", 1, MSG_FASTOPEN, &forbidden, sizeof forbidden);
  struct iovec word = {"x", 1};
  struct mmsghdr message = {{.msg_name = &forbidden, .msg_namelen = sizeof forbidden, .msg_iov = &word, .msg_iovlen = 1}, 0};
  TRY(sendmsg, descriptor, &message.msg_hdr, MSG_FASTOPEN);
  TRY(sendmmsg, descriptor, &message, 1, MSG_FASTOPEN);
  TRY(connect, descriptor, &forbidden, sizeof forbidden);
  TRY(listen, descriptor, 1);
  // The kernel.
  TRY(unshare, CLONE_NEWUSER);
  TRY(mount, "x", "/mnt", "tmpfs", 0, 0);
  TRY(bpf, 0, NULL, 0);
  TRY(io_uring_setup, 1, NULL);
  TRY(userfaultfd, 0);
  TRY(keyctl, 0, 0, 0, 0, 0);
  TRY(inotify_init1, 0);
  TRY(timer_create, 0, NULL, NULL);
  TRY(landlock_create_ruleset, NULL, 0, 1);
  TRY(seccomp, 0, 0, NULL);
  TRY(openat2, AT_FDCWD, "/etc/shadow", NULL, 0);
  tell("newest call", (errno = 0, syscall(511)));
#if defined(__x86_64__)
  tell("x32 getpid", (errno = 0, syscall(0x40000000 | SYS_getpid)));
#endif

  // Memory.
  for (size_t piece = 0; piece < 2; piece++) {
    int flags = MAP_ANONYMOUS | (piece ? MAP_SHARED : MAP_PRIVATE);
    void *memory = mmap(NULL, (size_t)1 << 30, PROT_READ | PROT_WRITE, flags, -1, 0);
    tell(piece ? "memory, shared" : "memory, private", memory == MAP_FAILED ? -1 : 0);
  }

  // What a client needs.
  char modes[64];
  struct rlimit limit;
  struct winsize size;
  struct sockaddr_in target = at(port);
  int works = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_max == 64 && ioctl(0, TIOCGWINSZ, &size) == 0 &&
              fcntl(descriptor, F_SETFL, O_RDWR) == 0 && socket(AF_INET6, SOCK_STREAM, 0) >= 0 && kill(self, 0) == 0 &&
              socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0 && ioctl(0, 0x802c542a /* TCGETS2 */, modes) == 0 &&
              ioctl(0, 0x402c542c /* TCSETSW2 */, modes) == 0 &&
              connect(socket(AF_INET, SOCK_STREAM, IPPROTO_TCP), (struct sockaddr *)&target, sizeof target) == 0;
  printf("what it needs: %s\n", works ? "there" : strerror(errno));
  return 0;
}
