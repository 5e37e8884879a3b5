/* search.h -- the cheapest platform that is good enough, looked for by simulating candidates on common random numbers.
 *
 * 1. What is today is measured: use of each pod, what is broken.
 * 2. All moves that follow from that are made at once (search_first).
 * 3. Repair: what breaks is made stronger, where the figures say that it is weak, until nothing breaks.
 * 4. Descent: every knob is moved a little cheaper, several at a time; those that break nothing and save are combined and
 *    tried together. Again, until nothing saves or the runs are used up.
 *
 * Everything must hold in every case of the search: some replications as they are, one with more demand, one with a zone
 * out, and whatever a proof has found (search_add_case). So it is a function of the scenario and of the runs allowed.
 */
#ifndef REPORTS_SEARCH_H
#define REPORTS_SEARCH_H

#include "reports/judge.h"
#include "reports/trial.h"

#define SEARCH_CASES_MAX 24

struct search_case {
    enum trial_case what;
    uint32_t replication;
};

/* What came of a platform in every case. */
struct search_outcome {
    const struct measured *measured[SEARCH_CASES_MAX];
    struct breaches breaches;
    double monthly_usd; /* mean of the replications as they are */
};

struct search {
    struct trial *trial;
    const struct platform *platform;
    bool full;         /* requests may change by more than half */
    uint32_t runs_max; /* that may be simulated; a replication and its pair are two */
    struct search_case cases[SEARCH_CASES_MAX];
    uint32_t case_count;
    double
        allowance; /* of the error budgets that a platform may use while it is looked for: 1 at first, less is stricter */
    uint32_t as_is; /* of them the first, with their cost */
    struct setting *today;
    struct search_outcome at_first; /* of today */
    struct setting *settings;       /* the best so far */
    struct search_outcome outcome;
    const atomic_bool *cancelled;
    void (*progress)(void *context, double share); /* null: nobody wants to know */
    void *progress_context;
};

/* Measures today in replications (2 or more) as they are, and in the harder cases. False as trial_run. search_close in
 * either case. */
bool search_open(struct search *s, struct trial *trial, uint32_t replications, bool full, uint32_t runs_max,
                 struct fail *fail) MUST_CHECK;
void search_close(struct search *s);

/* Looks from where it is: repairs, then goes down. False as trial_run. */
bool search_run(struct search *s, struct fail *fail) MUST_CHECK;

/* One more case that must hold; nothing when there is no more room, or it is there. The outcomes of today and of the best
 * are measured in it. */
bool search_add_case(struct search *s, enum trial_case what, uint32_t replication, struct fail *fail) MUST_CHECK;

/* The settings that follow from what was measured of today, before anything is tried. */
struct setting *search_first(const struct search *s);

/* From now on a platform may use only this part of what it could of the error budgets: what was left was not enough. */
void search_tighten(struct search *s, double part);

#endif
