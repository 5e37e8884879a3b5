/* files.h -- report files that are whole or not there. */
#ifndef REPORTS_FILES_H
#define REPORTS_FILES_H

#include "sim/base/buffer.h"
#include "sim/base/fail.h"

/* One file of a report. */
struct files_entry {
    const char *name;
    const struct buffer *text;
};

/* Writes entries[count] into folder, which is made when it is missing (not its parents), in place of files of these
 * names. Each is written beside its name and moved there only when all are whole; the terminal's interrupt waits until
 * then. False: the system refused (no right, disk full); no file was changed, nothing is left behind, unless moving the
 * second of several failed. */
bool files_write(const char *folder, const struct files_entry *entries, size_t count, struct fail *fail) MUST_CHECK;

#endif
