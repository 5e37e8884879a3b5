/* finance.h -- who pays for a recorded run: of a month and of each calendar month, by workload, team and namespace.
 *
 * A month is the forecast, 730 h: means over the replications. Calendar months are what replication 0 spent while it ran.
 * Amounts are whole cents and sum: a total is rounded once, its parts get the cents that are left by the largest
 * remainder. What shared namespaces cost is spread over the payers in proportion to what they cost themselves; idle and
 * system stand apart, and are spread in the same way only where "fully loaded" is asked for.
 */
#ifndef REPORTS_FINANCE_H
#define REPORTS_FINANCE_H

#include "reports/recording.h"

/* A team or a namespace. */
struct finance_payer {
    const char *name;                 /* "(none)": workloads that name no team, and pods of no workload */
    int64_t own_cents;                /* of its own workloads, a month */
    int64_t shared_cents;             /* its part of what shared namespaces cost */
    int64_t overhead_cents;           /* its part of idle and system, for "fully loaded" */
    struct statistics_interval total; /* own and shared, dollars a month, 95 % */
};

struct finance_payers {
    const struct finance_payer *at; /* [count], dearest first */
    uint32_t count;
    const uint32_t *of; /* [workloads_count]: who pays for a workload; RECORDING_NONE: all do, it is shared */
};

/* A calendar month (UTC), as far as the run reaches into it. */
struct finance_month {
    char name[8];               /* "2026-05" */
    int64_t from_s, to_s;       /* since the run's start */
    const int64_t *payer_cents; /* [teams.count]: own and shared */
    int64_t idle_cents, system_cents;
    int64_t total_cents;
};

enum finance_verdict { BUDGET_NONE, BUDGET_UNDER, BUDGET_OVER, BUDGET_UNDECIDED };

struct finance {
    int64_t month_cents; /* all of a month */
    int64_t shared_cents, idle_cents, system_cents;
    struct statistics_interval month; /* dollars */
    const int64_t *workload_cents;    /* [workloads_count], a month */
    int64_t others_cents;             /* pods of no workload */
    struct finance_payers teams, namespaces;
    RECORDING_TABLE(finance_month, months);
    const struct statistics_interval *thousand; /* [workloads_count]: dollars for 1,000 requests served; NaN: none */
    enum finance_verdict budget;                /* BUDGET_UNDECIDED: the budget lies within the interval */
    const char *budget_text;                    /* one sentence */
    const char *prices;                         /* sources and dates of all prices, one line */
    char run_id[17];                            /* the same for the same input, seed, version and prices */
};

/* Works it out; everything lies in the recording's arena. False: a read failed. */
bool finance_read(struct finance *f, const struct recording *r, struct query *q, struct fail *fail) MUST_CHECK;

#endif
