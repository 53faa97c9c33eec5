// The program at the other end of every benchmark's pty. The server starts it as its telnet client, so that
// the user name, which follows -l, says what it is to do:
//
//   echo        gives every byte back
//   flood       writes without end; an interrupt (^C) ends it with STOPPED
//   flood-N     writes N MiB and ends
//   soak        gives every byte back, and behind each F another 64 KiB that everybody knows
//   idle        waits
//   exit        ends at once
//
// What it writes first is one byte, as soon as its terminal is set up (idle and exit write nothing).
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number) {
  (void)number;
  interrupted = 1;
}

static int write_all(const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(STDOUT_FILENO, bytes, count);
    if (written < 0) return 0;
    bytes += written;
    count -= (size_t)written;
  }
  return 1;
}

static void make_raw(int keep_interrupt) {
  struct termios mode;
  if (tcgetattr(STDIN_FILENO, &mode) != 0) return;
  cfmakeraw(&mode);
  if (keep_interrupt) mode.c_lflag |= ISIG;
  tcsetattr(STDIN_FILENO, TCSANOW, &mode);
}

static void echo(void) {
  static char bytes[65536];
  write_all(".", 1);
  for (;;) {
    ssize_t count = read(STDIN_FILENO, bytes, sizeof bytes);
    if (count <= 0 || !write_all(bytes, (size_t)count)) return;
  }
}

static void soak(void) {
  static char bytes[4096], pattern[65536];
  for (size_t i = 0; i < sizeof pattern; i++) pattern[i] = (char)('a' + i * 7 % 26);
  write_all(".", 1);
  for (;;) {
    ssize_t count = read(STDIN_FILENO, bytes, sizeof bytes);
    if (count <= 0) return;
    for (ssize_t from = 0; from < count;) {
      ssize_t to = from;
      while (to < count && bytes[to] != 'F') to++;
      if (to < count) to++;
      if (!write_all(bytes + from, (size_t)(to - from))) return;
      if (bytes[to - 1] == 'F' && !write_all(pattern, sizeof pattern)) return;
      from = to;
    }
  }
}

static void flood(long long left) {
  static char bytes[65536];
  for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = i % 64 == 63 ? '\n' : (char)('0' + i % 64);
  struct sigaction action = {.sa_handler = on_interrupt};
  sigaction(SIGINT, &action, NULL);
  write_all(".", 1);
  // A line says that somebody is listening.
  char start;
  if (read(STDIN_FILENO, &start, 1) != 1) return;
  while (!interrupted && left != 0) {
    size_t count = left < 0 || left > (long long)sizeof bytes ? sizeof bytes : (size_t)left;
    ssize_t written = write(STDOUT_FILENO, bytes, count);
    if (written > 0 && left > 0) left -= written;
    if (written < 0 && !interrupted) return;
  }
  if (!interrupted) return;
  write_all("STOPPED", 7);
  pause();
}

int main(int count, char **arguments) {
  const char *what = "idle";
  for (int i = 1; i + 1 < count; i++) {
    if (strcmp(arguments[i], "-l") == 0) what = arguments[i + 1];
  }
  if (strcmp(what, "exit") == 0) return 0;
  if (strcmp(what, "idle") == 0) {
    pause();
    return 0;
  }
  make_raw(strcmp(what, "flood") == 0);
  if (strcmp(what, "echo") == 0) {
    echo();
  } else if (strcmp(what, "soak") == 0) {
    soak();
  } else if (strncmp(what, "flood-", 6) == 0) {
    flood(atoll(what + 6) << 20);
  } else {
    flood(-1);
  }
  return 0;
}
