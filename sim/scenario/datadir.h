/* datadir.h -- where the data that comes with the program lies: price books, demand profiles.
 *
 * Looked for in this order, the first that has the file wins:
 *   1. $HEADROOM_DATA, when it is set; then nowhere else
 *   2. data/ in the working directory: a checkout
 *   3. ../share/headroom/data beside the program: an installation, wherever it was moved to
 *   4. ../data beside the program: built in a checkout, run from elsewhere
 *   5. the PREFIX that the program was built for
 */
#ifndef SIM_SCENARIO_DATADIR_H
#define SIM_SCENARIO_DATADIR_H

#include "sim/base/arena.h"
#include "sim/base/fail.h"

/* The path of the file (or folder) `name`, such as "prices" or "demand/city-week.csv", in a. Null: it is in none of the
 * places; fail names them. */
const char *datadir_find(struct arena *a, const char *name, struct fail *fail) MUST_CHECK;

#endif
