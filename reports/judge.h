/* judge.h -- whether a platform that was tried is good enough: objectives are held, and nobody else is worse off.
 *
 * An objective may use a share of what it allows to go wrong (its error budget). A workload without one may not be worse
 * off than today on the same random numbers: strictly where no objective is set at all, else within a wider tolerance,
 * for then the user has said what matters. With a zone out the wider one holds, for what is not used today is
 * spare then; an objective must hold, or at least not fall behind today's; and memory is not looked at: what piles up when nobody answers says nothing of a pod's need.
 */
#ifndef REPORTS_JUDGE_H
#define REPORTS_JUDGE_H

#include "reports/trial.h"

enum breach_kind {
    BREACH_OBJECTIVE, /* subject: index of the objective; of the others the workload */
    BREACH_LATENCY,
    BREACH_SUCCESS,
    BREACH_THROTTLED,
    BREACH_RESTARTS,
    BREACH_PENDING,
    BREACH_MEMORY, /* requests less than the peak and a margin, or may use less than the peak */
    BREACH_FAILED, /* it could not be simulated */
};

struct breach {
    enum breach_kind kind;
    uint32_t subject;
    enum trial_case what;
    uint32_t replication;
    double excess; /* above 0: how far over the line, in parts of what is allowed; at most JUDGE_WORST */
};

#define JUDGE_WORST 10.0

struct breaches {
    VEC(struct breach) list;
    double excess; /* sum */
};

/* Adds what one replication of a platform breaks. budget: the share of each error budget that may be
 * used; where it is less than 1, tolerances are less by half as much. today: the same
 * replication of the platform as it is. */
void judge(const struct platform *p, const struct setting *settings, enum trial_case what, uint32_t replication,
           const struct measured *today, const struct measured *tried, double budget, struct breaches *breaches);

/* The workload has an objective of its own. */
bool judge_has_objective(const struct platform *p, uint32_t workload);

/* Marks the workloads that a breach may be the fault of: an objective's and what they call; marked[workloads of the plan]. */
void judge_mark(const struct platform *p, const struct breach *b, bool *marked);

/* What an objective wants to be achieved, a share. */
double judge_wanted(const struct objective *o);

#endif
