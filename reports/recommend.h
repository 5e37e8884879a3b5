/* recommend.h -- what to change of a platform, proved by simulating the result, and what each change is worth.
 *
 * A search (search.h) finds settings; a proof runs them and today's side by side on replications that the search did not see,
 * as they are, with more demand, and with a zone out. What breaks there becomes a case of the search, which goes on, and the
 * proof is repeated on fresh replications. At the end each part's changes are tried alone (today and only these) and left out
 * (all but these): savings are node dollars of these runs, not requests freed.
 */
#ifndef REPORTS_RECOMMEND_H
#define REPORTS_RECOMMEND_H

#include "reports/search.h"
#include "sim/base/statistics.h"

struct recommend_options {
    bool full;             /* requests may change by more than half */
    uint32_t replications; /* of the proof, as they are, 2 or more; half as many of the harder cases */
    uint32_t runs_max;     /* that the search may simulate, of the whole duration */
    uint32_t workers;
    const atomic_bool *cancelled;                  /* null: it cannot be */
    void (*progress)(void *context, double share); /* null: nobody wants to know */
    void *progress_context;
};

/* One case, both platforms on the same replications. */
struct recommend_proof {
    enum trial_case what;
    uint32_t first; /* replication */
    uint32_t count; /* 0: the case does not apply */
    const struct measured *today;
    const struct measured *best;
    struct breaches breaches;       /* of best, by the whole of each error budget */
    struct breaches today_breaches; /* of today */
};

/* One field of one object. */
struct recommend_row {
    uint32_t part;
    enum knob knob;
    int64_t now;
    int64_t wanted;
    const char *evidence;
    const char *risk; /* "low", "medium: ...", "high: ..." */
    const char *reason;
};

/* What is changed of a part, as one. */
struct recommend_change {
    uint32_t part;
    double alone_usd;                 /* saved a month: only this, of today; */
    struct statistics_interval joint; /* this, when all else is done, dollars a month */
    const char *needed;               /* what breaks without it; null: nothing */
    uint32_t first, count;            /* of the rows */
};

struct recommendation {
    struct arena *arena;
    struct platform platform;
    struct trial trial;
    struct search search;
    const struct setting *settings;
    bool full;
    struct recommend_proof proofs[TRIAL_CASES];
    uint32_t proofs_tried;
    bool proved;                                               /* nothing breaks in any case */
    struct statistics_interval today_usd, best_usd, saved_usd; /* a month, of the replications as they are */
    double least_usd;                                          /* a month: what is used, at the best price per unit */
    VEC(struct recommend_change) changes;                      /* what saves most, when all else is done, first */
    VEC(struct recommend_row) rows;                            /* by change */
};

/* plan: of the scenario as input reads it; both are kept. False: cancelled (fail->kind FAIL_NONE), or a model failed.
 * recommend_drop in either case. */
bool recommend_make(struct recommendation *r, struct arena *a, const struct plan *plan,
                    const struct scenario_input *input, const struct recommend_options *options,
                    struct fail *fail) MUST_CHECK;
void recommend_drop(struct recommendation *r);

/* A breach in words: "rides/pricing-api p99 800ms is missed"; in the arena. */
const char *recommend_breach(struct arena *a, const struct platform *p, const struct breach *b);

#endif
