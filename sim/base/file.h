/* file.h -- a whole file at once. */
#ifndef SIM_BASE_FILE_H
#define SIM_BASE_FILE_H

#include <stddef.h>

#include "sim/base/arena.h"
#include "sim/base/fail.h"

/* Reads the file at path into a, a NUL behind it; *length does not count it. False: it is not there, is a folder or may
 * not be read (the user's mistake), or reading failed (the system's). Takes pipes too. */
bool file_read(struct arena *a, const char *path, const char **text, size_t *length, struct fail *fail) MUST_CHECK;

#endif
