/* compare.h -- what a change does: the gates, every figure of both sides with the interval of its difference, and what
 * was changed. What the outputs (text, Markdown, JSON, JUnit) are made from.
 *
 * Differences are paired: replication by replication, on the same random numbers, with Student's 95 % interval of their
 * mean. One whose interval holds 0 is noise.
 */
#ifndef REPORTS_COMPARE_H
#define REPORTS_COMPARE_H

#include "reports/compare_cost.h"
#include "reports/diff.h"
#include "reports/gate.h"
#include "reports/pair.h"

/* A failure that rests on fewer replications is looked at again: so few may agree by chance, and then show no noise. */
enum { COMPARE_REPLICATIONS_SURE = 8, COMPARE_REPLICATIONS_MAX = 64 };

enum compare_verdict {
    COMPARE_SAME,    /* equal in every replication, but for rounding */
    COMPARE_NOISE,   /* the interval holds 0 */
    COMPARE_CHANGED, /* it does not */
    COMPARE_UNKNOWN, /* one replication: nothing is known of the noise */
    COMPARE_ADDED,   /* only CANDIDATE has it */
    COMPARE_REMOVED, /* only BASE has it */
};

struct compare_row {
    const char *name;
    const char *subject;
    const char *unit;
    double base, candidate; /* means; NaN: that side has none */
    double mean, low, high; /* of the difference; NaN: there is none */
    double relative;        /* mean by base; infinite where base is 0 */
    enum compare_verdict verdict;
    uint32_t rank; /* by metric: what matters first is least */
};

struct comparison {
    const struct pair *pair;
    const struct gate *gates;      /* [gate_count] */
    struct gate_verdict *verdicts; /* [gate_count] */
    uint32_t gate_count;
    uint32_t outcomes[3]; /* by enum gate_outcome */
    bool strict;          /* an undecided gate fails */
    uint32_t replications;
    VEC(struct compare_row) rows; /* by rank, then subject */
    uint32_t verdicts_of[6];      /* rows by enum compare_verdict */
    struct compare_cost cost;
    struct diff diff;
};

/* Runs the pair: as many replications as were asked for, then twice as many while a gate is undecided that more may decide,
 * up to COMPARE_REPLICATIONS_MAX, or has failed on fewer than COMPARE_REPLICATIONS_SURE. options: as for pair_run. False: one failed, or it was cancelled (FAIL_NONE). */
bool compare_run(struct pair *p, const struct gate *gates, uint32_t gate_count, const struct jobs_options *options,
                 struct fail *fail) MUST_CHECK;

/* Compares the two sides. Everything lies in the pair's arena, or is given back by compare_drop. */
void compare_make(struct comparison *c, struct pair *p, const struct gate *gates, uint32_t gate_count, bool strict);
void compare_drop(struct comparison *c);

/* Whether the comparison fails: a gate failed, or with strict is undecided. */
bool compare_fails(const struct comparison *c);

/* The row of a figure and subject, "" for the cluster; null: there is none. */
const struct compare_row *compare_find(const struct comparison *c, const char *name, const char *subject);

/* The name that a gate would use, and whom it is about without "Deployment/". */
const char *compare_metric(const struct compare_row *row);
const char *compare_subject(const struct compare_row *row);

/* A figure that a short report tells of. */
bool compare_is_headline(const struct compare_row *row);

/* A change that is worth a line: sure, at least half a percent of what was there, and more than a trifle. */
bool compare_matters(const struct compare_row *row);

/* Says which workloads of CANDIDATE never had a Ready pod, so that it is cheaper than it would be; nothing when all had. */
void compare_say_never_ready(struct buffer *out, const struct comparison *c);

/* How a side is called: the recorded run, or the Scenario's name. */
const char *compare_name(const struct side *s);

/* "same", "noise", "changed", ... */
const char *compare_word(enum compare_verdict verdict);

#endif
