/* overview.h -- what a run decided last: where to ask why. */
#ifndef REPORTS_OVERVIEW_H
#define REPORTS_OVERVIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/buffer.h"
#include "sim/base/fail.h"

/* Adds the last decisions of the run at path, up to at_ns since its start (negative: its end), latest first: as text, or
 * as JSON ("format": "headroom-decisions/1"). start_ns: of the scenario, since 1970. False: it cannot be
 * read. */
bool overview_write(struct buffer *out, const char *path, int64_t start_ns, int64_t at_ns, bool json,
                    struct fail *fail) MUST_CHECK;

#endif
