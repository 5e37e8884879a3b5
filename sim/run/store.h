/* store.h -- a run into its file: one SQLite database, complete or not there at all.
 *
 * It is written into a temporary file beside the final name and moved there when it is whole; a run that fails, is
 * interrupted or finds the disk full leaves nothing behind.
 */
#ifndef SIM_RUN_STORE_H
#define SIM_RUN_STORE_H

#include "sim/base/fail.h"
#include "sim/run/plan.h"
#include "sim/run/recorder.h"
#include "sim/run/replication.h"

struct store;

/* Begins the file for a run of plan that will lie at path: what was asked for is written. Null: it cannot be. */
struct store *store_open(const char *path, const struct plan *plan, struct fail *fail) MUST_CHECK;

/* Takes series and decisions of replication 0 while it runs. */
const struct recorder_sink *store_sink(struct store *s);

/* Writes what came of results[count], and puts the file in its place. False: it could not be, nothing is left. s is gone
 * in either case. */
bool store_finish(struct store *s, const struct replication_result *results, uint32_t count,
                  struct fail *fail) MUST_CHECK;

/* Throws the file away. */
void store_discard(struct store *s);

/* Removes the file that is being written, if there is one: for the end of memory, and for whoever ends the process. */
void store_abandon(void);

#endif
