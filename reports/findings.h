/* findings.h -- what a recorded run means: whether it holds, what breaks first, what it costs too much, what is wrong.
 *
 * All reports say the same, for they take it from here. Texts are plain ASCII sentences (but for names).
 */
#ifndef REPORTS_FINDINGS_H
#define REPORTS_FINDINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "reports/query.h"
#include "reports/recording.h"

/* A stretch of replication 0 in which an objective was missed; stretches less than 5 minutes apart are one. A
 * sample stands for the step that ends with it. */
struct finding_moment {
    uint32_t objective;
    int64_t from_s, to_s;
    double worst;
    int64_t worst_t_s;
    const char *event;     /* the demand's event in it; null: none */
    const char *meanwhile; /* what else was so at that time: "5 pods waited for a node"; null: nothing of note */
};

/* What a workload requests beside what it uses: means over the run and over the replications; NaN where not known. */
struct finding_gap {
    uint32_t workload;
    double requested_mcpu, used_mcpu, most_mcpu;
    double requested_bytes, used_bytes, most_bytes;
    double
        usd_monthly; /* what requested - used costs, where known, in a month of 730 h at this run's node prices; below
                           0: it uses more than it requests */
};

enum finding_level { FINDING_BAD, FINDING_WARNING, FINDING_NOTE };

struct finding {
    enum finding_level level;
    const char *text;
    const char *section; /* of the page: "objectives", "cost", ... or "workload-ID" */
};

struct finding_hpa {
    double at_max_s;  /* time at its greatest size, of replication 0 */
    uint32_t changes; /* successful rescales */
};

struct findings {
    bool judged;                              /* there are objectives, or it did not run as asked */
    bool holds;                               /* each is held in each replication, and everything ran */
    uint32_t never_ready;                     /* workloads that never had a Ready pod */
    uint32_t broken;                          /* objectives that are not */
    const char *verdict;                      /* one sentence */
    const char *first;                        /* what breaks first, and what else was so then; null: nothing breaks */
    const char *longest;                      /* the same of what lasts longest; null: it is the first */
    RECORDING_TABLE(finding_moment, moments); /* by time, then objective */
    RECORDING_TABLE(finding_gap,
                    gaps); /* greatest sum first, whatever its sign; workloads of known use, of CPU or memory */
    RECORDING_TABLE(finding, list); /* worst first */
    const struct finding_hpa *hpas; /* [hpas_count of the recording] */
    const uint32_t *by_cost;        /* [workloads_count]: indices of workloads, dearest first */
};

/* Reads series and decisions. False: a read failed. */
bool findings_read(struct findings *f, const struct recording *r, struct query *q, struct fail *fail) MUST_CHECK;

/* What an objective asks for: "p99 within 300 ms for 99.9 %", "success of 99.95 %". Lies in the recording's arena. */
const char *findings_objective(const struct recording *r, const struct report_objective *o);

/* Whom it is about: the workload's label, or the objective's name. */
const char *findings_objective_subject(const struct recording *r, const struct report_objective *o);

/* What prices of nodes do not cover. */
extern const char findings_not_priced[];

#endif
