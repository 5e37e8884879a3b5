/* store.h -- a run into its file: one SQLite database, complete or not there at all.
 *
 * It is written into a temporary file beside the final name and moved there when it is whole; a run that fails, is
 * interrupted or finds the disk full leaves nothing behind.
 */
#ifndef SIM_RUN_STORE_H
#define SIM_RUN_STORE_H

#include "sim/base/fail.h"
#include "sim/run/plan.h"
#include "sim/run/replication.h"

/* Sees, before anything is simulated, that a file can be written at path. */
bool store_check(const char *path, struct fail *fail) MUST_CHECK;

/* Writes results[count] (replication 0 is detailed) of a plan to path, replacing what is there. */
bool store_write(const char *path, const struct plan *plan, const struct replication_result *results, uint32_t count,
                 struct fail *fail) MUST_CHECK;

/* Removes the temporary file that is being written, if there is one: for signal handlers and the end of memory. */
void store_abandon(void);

#endif
