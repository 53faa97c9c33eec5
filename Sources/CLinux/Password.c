// crypt(3), which the Glibc module does not export.
#define _GNU_SOURCE
#include "CLinux.h"

#include <crypt.h>
#include <stdlib.h>
#include <string.h>

int linux_password_matches(const char *password, const char *hash) {
  struct crypt_data *data = calloc(1, sizeof *data);
  if (data == NULL) return 0;
  const char *made = crypt_r(password, hash, data);
  size_t length = strlen(hash);
  // A failure is told by a text that begins with '*'. Every byte is compared, wherever two differ.
  int matches = made != NULL && made[0] != '*' && strlen(made) == length;
  unsigned char difference = 0;
  for (size_t i = 0; matches && i < length; i++) difference |= (unsigned char)(made[i] ^ hash[i]);
  matches = matches && difference == 0;
  explicit_bzero(data, sizeof *data);
  free(data);
  return matches;
}
