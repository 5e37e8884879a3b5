/* pair.h -- BASE and CANDIDATE, asked the same question and run on the same random numbers.
 *
 * Each is a scenario, or a run that was recorded. Of two scenarios the replications of both share the workers; scenarios
 * that say the same are run once. A recorded BASE lends its seed, demand, prices and replications to a CANDIDATE that is simulated
 * now; two recorded runs are taken as they are.
 */
#ifndef REPORTS_PAIR_H
#define REPORTS_PAIR_H

#include "reports/side.h"
#include "sim/run/jobs.h"
#include "sim/scenario/scenario_read.h"

struct pair_input {
    struct scenario_input base, candidate; /* one FILE each */
    bool candidate_inputs;                 /* CANDIDATE keeps its own demand, prices, seed and objectives */
};

struct pair_side {
    bool recorded;
    struct problems problems; /* of the scenario */
    struct scenario scenario; /* neither read nor planned when it was recorded */
    struct plan plan;
    struct side side;
};

struct pair {
    struct arena arena;
    struct names names;
    struct pair_side base, candidate;
    bool alike;             /* they say the same: one run serves both */
    uint32_t replications;  /* so many are asked for at first */
    const char **not_asked; /* [not_asked_count] what CANDIDATE says of demand, prices, ... that is not used */
    uint32_t not_asked_count;
};

/* Reads both sides. False: one cannot be read, and its problems tell why (fail->kind FAIL_NONE); or they cannot be compared
 * (fail tells). pair_drop gives back what there is in either case. */
bool pair_open(struct pair *p, const struct pair_input *input, struct fail *fail) MUST_CHECK;
void pair_drop(struct pair *p);

/* Whether both sides can be run, so that more replications may be asked for. */
bool pair_can_run(const struct pair *p);

/* Runs the replications from what there is up to count - 1, and settles both sides. options: workers, cancelled, progress;
 * the rest is filled in. A recorded side stays as it is. False: one failed, or it was cancelled (FAIL_NONE). */
bool pair_run(struct pair *p, uint32_t count, const struct jobs_options *options, struct fail *fail) MUST_CHECK;

#endif
