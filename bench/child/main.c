// The program at the other end of every benchmark's pty. The server starts it as its telnet client, so that
// the user name, which follows -l, says what it is to do:
//
//   echo        gives every byte back
//   flood       writes without end; an interrupt (^C) ends it with STOPPED
//   flood-N     writes N MiB and ends
//   KIND-N      writes N MiB of output as programs write it, and ends: log, ls, chinese, cyrillic, compiler, screen, random
//   hostile-K   writes without end what is dear to draw: ris, rep, scroll, mixed
//   soak        gives every byte back, and behind each F another 64 KiB that everybody knows
//   idle        waits
//   exit        ends at once
//
// What it writes first is one byte, as soon as its terminal is set up (idle and exit write nothing).
#include <signal.h>
#include <stdio.h>
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

static char text[65536];
static size_t text_length = 0;

// The piece that a program writes for the nth time; 0 for a kind that there is not.
static int write_piece(char *to, size_t room, const char *kind, unsigned n) {
  if (strcmp(kind, "log") == 0)
    return snprintf(to, room,
                    "\033[90m2026-12-01T03:%02u:%02u.%03uZ\033[0m \033[32mINFO\033[0m  [worker-%u] request id=%08x "
                    "path=/api/v1/items/%u status=\033[36m200\033[0m took=%ums – ok\r\n",
                    n / 60 % 60, n % 60, n * 7 % 1000, n % 8, n * 2654435761u, n, n % 90);
  if (strcmp(kind, "ls") == 0)
    return snprintf(to, room,
                    "drwxr-xr-x  2 root root %6u Dec  1 03:%02u \033[01;34mfolder%u\033[0m\r\n"
                    "-rwxr-xr-x  1 root root %6u Dec  1 03:%02u \033[01;32mprogram%u\033[0m\r\n"
                    "-rw-r--r--  1 root root %6u Dec  1 03:%02u notes-%u.txt\r\n",
                    n % 9999, n % 60, n, n * 3 % 99999, n % 60, n, n * 7 % 99999, n % 60, n);
  if (strcmp(kind, "chinese") == 0)
    return snprintf(to, room, "第%u行：汉字每个占两个单元格，需要查宽度表，中间夹着一些 ASCII 和标点。\r\n", n);
  if (strcmp(kind, "cyrillic") == 0)
    return snprintf(to, room, "Строка %u: съешь же ещё этих мягких французских булок, да выпей чаю.\r\n", n);
  if (strcmp(kind, "compiler") == 0)
    return snprintf(to, room,
                    "\033[1msrc/module%u.c:%u:%u: \033[1;35mwarning:\033[0m unused variable ‘value%u’ "
                    "[\033[1;35m-Wunused-variable\033[0m]\r\n %4u |   int \033[1;35mvalue%u\033[0m = 0;\r\n"
                    "      |       \033[1;35m^~~~~\033[0m\r\n",
                    n % 50, n % 900, n % 70, n, n % 900, n);
  if (strcmp(kind, "screen") == 0)
    return snprintf(to, room,
                    "\033[%u;1H\033[36m%5u\033[39m [\033[32m||||||||||||\033[33m|||||\033[90m   %u.%u%%\033[39m] "
                    "\033[K\033[7m\033[%u;60Hroot\033[27m \033[1m0.%u\033[m",
                    n % 24 + 1, n, n % 100, n % 10, n % 24 + 1, n % 10);
  if (strcmp(kind, "random") == 0) {
    static unsigned state = 1;
    for (int i = 0; i < 64; i++) to[i] = (char)((state = state * 1103515245u + 12345u) >> 16);
    return 64;
  }
  if (strcmp(kind, "ris") == 0) return snprintf(to, room, "\033c");
  if (strcmp(kind, "rep") == 0) {
    int length = snprintf(to, room, "a");
    for (int i = 0; i < 63; i++) length += snprintf(to + length, room - (size_t)length, "\xcc\x81");
    return length + snprintf(to + length, room - (size_t)length, "\033[9999b");
  }
  if (strcmp(kind, "scroll") == 0) return snprintf(to, room, "\033[999S\033[999T\033[999L\033[999M");
  if (strcmp(kind, "mixed") == 0)
    return snprintf(to, room, n % 16 ? "\033c" : "a line of ordinary text, as a program writes it, %u\r\n", n);
  return 0;
}

static int make_text(const char *kind) {
  static char piece[1024];
  for (unsigned n = 0;; n++) {
    int length = write_piece(piece, sizeof piece, kind, n);
    if (length <= 0) return 0;
    if (text_length + (size_t)length > sizeof text) return 1;
    memcpy(text + text_length, piece, (size_t)length);
    text_length += (size_t)length;
  }
}

static void make_plain(void) {
  text_length = sizeof text;
  for (size_t i = 0; i < sizeof text; i++) text[i] = i % 64 == 63 ? '\n' : (char)('0' + i % 64);
}

// Writes the text again and again.
static void flood(long long left) {
  struct sigaction action = {.sa_handler = on_interrupt};
  sigaction(SIGINT, &action, NULL);
  write_all(".", 1);
  // A line says that somebody is listening.
  char start;
  if (read(STDIN_FILENO, &start, 1) != 1) return;
  while (!interrupted && left != 0) {
    size_t count = left < 0 || left > (long long)text_length ? text_length : (size_t)left;
    size_t done = 0;
    // All of it, unless it is interrupted: a sequence is not cut in two by our doing.
    while (done < count && !interrupted) {
      ssize_t written = write(STDOUT_FILENO, text + done, count - done);
      if (written > 0) done += (size_t)written;
      if (written < 0 && !interrupted) return;
    }
    if (left > 0) left -= (long long)done;
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
  int is_hostile = strncmp(what, "hostile-", 8) == 0;
  make_raw(strcmp(what, "flood") == 0 || is_hostile);
  if (strcmp(what, "echo") == 0) {
    echo();
  } else if (strcmp(what, "soak") == 0) {
    soak();
  } else if (is_hostile) {
    if (make_text(what + 8)) flood(-1);
  } else {
    const char *number = strrchr(what, '-');
    char kind[32] = "";
    if (number) memcpy(kind, what, (size_t)(number - what) < sizeof kind ? (size_t)(number - what) : 0);
    if (strcmp(kind, "flood") == 0 || !number) {
      make_plain();
    } else if (!make_text(kind)) {
      return 1;
    }
    flood(number ? atoll(number + 1) << 20 : -1);
  }
  return 0;
}
