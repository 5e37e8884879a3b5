/* gate.h -- the condition that a run or a change must meet: METRIC[{SELECTOR}] (>|<) [+|-]NUMBER[%|UNIT].
 *
 * A gate says what must not be: `cost.monthly > +5%` fails when the change makes it more than 5 % dearer. With a sign the
 * number is a change against BASE, in the unit of the metric or in percent of BASE; without one it is a level of CANDIDATE. It is
 * judged on the 95 % interval over the replications, so noise never fails it: it fails when the whole interval lies beyond
 * the threshold, passes when none of it does, and is undecided else.
 *
 *     cost.monthly > +5%     success{service=ride-api} < 99.9%     latency.p99{namespace=rides,label/tier=api} > +20ms
 *
 * A selector keeps the subjects for which all of its terms hold; `headroom help gates` lists metrics and terms. Several
 * subjects are taken together as the metric says: costs and pods are summed, of latencies the worst is taken.
 */
#ifndef REPORTS_GATE_H
#define REPORTS_GATE_H

#include "reports/side.h"
#include "sim/base/buffer.h"
#include "sim/base/fail.h"
#include "sim/base/statistics.h"

/* How several subjects are taken together; GATE_ONE: they cannot be. GATE_RATIO: their sum by that of others. */
enum gate_combine { GATE_SUM, GATE_MOST, GATE_LEAST, GATE_RATIO, GATE_ONE };

struct gate_metric {
    const char *name;
    const char *alias;       /* another name; null: none */
    const char *unit;        /* as figures have it: "USD", "s", "share", "mcpu", "bytes", "h", or a count's */
    const char *cluster;     /* the figure of the cluster; null: it is taken from all subjects */
    const char *figures[4];  /* by enum side_kind: the figure of such a subject; null: it is not about these */
    const char *per[4];      /* GATE_RATIO: figures of the subjects, whose sum divides */
    const char *per_cluster; /* GATE_RATIO: the figure that divides the cluster's; null: none */
    enum gate_combine combine;
    bool detail; /* behind the headlines: short reports leave it out */
    const char *help;
};

/* All metrics, closed by a null name; in the order of importance. */
extern const struct gate_metric gate_metrics[];

enum { GATE_TERMS_MAX = 8 };

struct gate_term {
    const char
        *key; /* "service", "workload", "kind", "namespace", "team", "pool", "demand", "objective", "label/KEY" */
    const char *value;
};

struct gate {
    const char *text; /* as given */
    const struct gate_metric *metric;
    struct gate_term terms[GATE_TERMS_MAX];
    uint32_t term_count;
    bool above;       /* > : it fails above the threshold */
    bool change;      /* against BASE; else a level */
    bool relative;    /* a change in shares of BASE */
    double threshold; /* in the metric's unit; relative: a share */
};

enum gate_outcome { GATE_PASSED, GATE_FAILED, GATE_UNDECIDED };

/* What a gate was judged on. Numbers are of the change, relative when the gate is, or of the level. */
struct gate_verdict {
    enum gate_outcome outcome;
    double base, candidate; /* means; NaN: there is none */
    double mean, low, high; /* of the change or level; NaN: there is none */
    bool relative;          /* mean, low and high are shares of base; not where base is 0 */
    uint32_t count;         /* replications */
    const char *why;        /* undecided, and more replications would not help; else null */
};

/* Reads a gate; texts lie in a, text is kept. False: fail says at which character it is wrong, and what to write. */
bool gate_read(struct arena *a, const char *text, struct gate *gate, struct fail *fail) MUST_CHECK;

/* Whether a subject is among those that the gate is about. */
bool gate_selects(const struct gate *gate, const struct side_subject *subject);

/* Whether the selector finds anything on one of the sides, and one subject where several cannot be taken together. base:
 * null for a run alone, where changes are refused. */
bool gate_check(const struct gate *gate, const struct side *base, const struct side *candidate,
                struct fail *fail) MUST_CHECK;

/* The metric of a replication; NaN: the side has nothing of it. */
double gate_value(const struct gate *gate, const struct side *side, uint32_t replication);

/* Judges a gate that was checked, on the replications that both sides have. base: null for a run alone. */
struct gate_verdict gate_judge(const struct gate *gate, const struct side *base, const struct side *candidate);

/* "passed", "FAILED", "undecided". */
const char *gate_outcome_word(enum gate_outcome outcome);

/* The list of metrics and selectors for `headroom help gates`. */
void gate_help(struct buffer *out);

#endif
