/* search.h -- the cheapest platform that is good enough: what has been found so far, and what a candidate comes to.
 *
 * Everything must hold in every case of the search: one replication as it is, one with a zone out, two with more demand,
 * and whatever a proof has found (search_add_case). A candidate meets the same random numbers in each of them as
 * today's platform and every other candidate. Cases are run two by two, the hard ones first, and the first that breaks ends
 * it; what a month costs is found out last. So what is found is a function of the scenario and of the runs allowed.
 *
 * Steps on top of it: guess.h, repair.h, descent.h; recommend.h takes them.
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

/* What came of a platform. */
struct search_outcome {
    const struct measured *measured[SEARCH_CASES_MAX]; /* by case; null: something had broken before */
    struct breaches breaches;
    double monthly_usd; /* of the first case; infinite where something breaks */
};

struct search_step {
    struct setting *settings;
    double monthly_usd;
};

struct search {
    struct trial *trial;
    const struct platform *platform;
    bool full;                                  /* requests may change by more than half */
    double runs_max;                            /* that may be simulated */
    struct search_case cases[SEARCH_CASES_MAX]; /* the first: as it is */
    uint32_t case_count;
    struct setting *today;
    struct search_outcome at_first; /* of today, in every case */
    struct setting *settings;       /* the best so far */
    struct search_outcome outcome;
    VEC(struct search_step) trail;                 /* what was the best before, the first first */
    void (*progress)(void *context, double share); /* null: nobody wants to know */
    void *progress_context;
};

/* Measures today. False as trial_run. search_close in either case. */
bool search_open(struct search *s, struct trial *trial, bool full, double runs_max, struct fail *fail) MUST_CHECK;
void search_close(struct search *s);

/* What comes of settings. all: every case is run, whatever breaks, so that all of it can be mended. False as trial_run.
 * search_drop_outcome when it is true. */
bool search_evaluate(struct search *s, const struct setting *settings, bool all, struct search_outcome *o,
                     struct fail *fail) MUST_CHECK;
void search_drop_outcome(struct search_outcome *o);

/* settings are the best so far from now on, and *o, which is emptied, is what came of them. What was good before, and broke
 * nothing, stays on the trail. */
void search_take(struct search *s, struct setting *settings, struct search_outcome *o);

/* The share of an error budget that may be used in a case. */
double search_budget(enum trial_case what);

/* Dollars a month: what saves less is no reason to change anything. */
double search_least_saving(const struct search *s);

/* Whether more may be simulated. Tells of progress. */
bool search_has_runs(const struct search *s);

/* What was seen of a workload, at its worst in any case. The use of a pod is not looked at with a zone out. */
struct trial_workload search_worst(const struct search *s, const struct search_outcome *o, uint32_t workload);

/* The processors of the largest machine that a workload may run on, milli-CPU. */
int64_t search_most_mcpu(const struct search *s, const struct setting *settings, uint32_t workload);

/* What a pod of the workload is to request for that it used so much at most, bytes: advice_memory, as far as the largest
 * machine that it may run on has it. */
int64_t search_memory(const struct search *s, const struct setting *settings, uint32_t workload, double most_bytes);

/* One more case that must hold; nothing when there is no more room, or it is there. Today and the best are measured in it. */
bool search_add_case(struct search *s, enum trial_case what, uint32_t replication, struct fail *fail) MUST_CHECK;

/* Goes back on the trail, to the last that holds in every case and is cheaper than the best so far; that stays where there is
 * none. False as trial_run. */
bool search_go_back(struct search *s, struct fail *fail) MUST_CHECK;

#endif
