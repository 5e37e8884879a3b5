/* rerun.h -- a recorded run made ready to be simulated again, for those who must see what was not recorded.
 *
 * The scenario is read from the run's own objects: files may have changed since, or be gone (but for traces, which are read
 * where the run read them). What was kept out of the recording (a Secret's data, values of environment variables) decides
 * nothing.
 */
#ifndef REPORTS_RERUN_H
#define REPORTS_RERUN_H

#include "sim/base/fail.h"
#include "sim/base/names.h"
#include "sim/run/plan.h"
#include "sim/scenario/problems.h"

/* Must not move. */
struct rerun {
    struct arena arena;
    struct names names;
    struct problems problems;
    struct scenario scenario;
    struct plan plan;
};

/* False: the run cannot be read, is of another version of headroom, or was simulated with another catalog. rerun_close
 * gives back what it owns in either case. */
bool rerun_open(struct rerun *r, const char *path, struct fail *fail) MUST_CHECK;
void rerun_close(struct rerun *r);

#endif
