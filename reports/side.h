/* side.h -- one side of a comparison: what was simulated, and each figure of each replication.
 *
 * A side is filled from runs in memory, or read from a recorded run; what compares does not see the difference. Whom
 * figures are about (subjects) is known with all that a selector may ask for: kind, namespace, name, labels, services.
 */
#ifndef REPORTS_SIDE_H
#define REPORTS_SIDE_H

#include "sim/base/fail.h"
#include "sim/base/memory.h"
#include "sim/base/names.h"
#include "sim/run/figures.h"
#include "sim/run/plan.h"

enum side_kind { SIDE_WORKLOAD, SIDE_POOL, SIDE_DEMAND, SIDE_OBJECTIVE };

struct side_subject {
    enum side_kind kind;
    const char *title; /* as figures name it: "Deployment/rides/web", a pool's, a demand's, an objective's name */
    const struct object *object; /* of a workload; else null */
    const char *team;            /* of a workload; null: none */
    const char **services;       /* [services_count] names of the Services and ServiceModels that lead to a workload */
    uint32_t services_count;
};

/* A figure of one subject, "" for the cluster. */
struct side_figure {
    const char *name;
    const char *subject;
    const char *unit;
    const double *values; /* [replications]; NaN where that replication has none */
};

/* What nodes are bought as: an instance type of a NodePool, whose figures are by this title. */
struct side_pool {
    const char *title, *instance, *region, *purchase; /* purchase: "on-demand" or "spot" */
    double usd_per_hour, list_usd_per_hour;           /* of one node, with and without discounts */
    int64_t capacity_mcpu, capacity_bytes;
    const char *price_source, *price_date; /* null: not said */
};

struct side_row {
    struct metric metric;
    uint32_t replication;
};

struct side {
    struct arena *arena;
    struct names *names;
    const char *path; /* of a recorded run; null: it was not recorded */
    const char *scenario;
    const char *version; /* of headroom */
    const char *catalog; /* hash of the instance types and prices; "" when the run does not say */
    int64_t start_s;     /* since 1970 */
    int64_t duration_s;
    int64_t seed;
    uint32_t replications;
    const char *interval_covers; /* null: not said */
    double budget_monthly;       /* dollars; NaN: there is none */
    VEC(struct object *) objects;
    VEC(struct side_subject) subjects;
    VEC(struct side_pool) pools;
    VEC(struct side_figure) figures; /* by name and subject; made by side_settle */
    VEC(struct side_row) rows;
};

/* The side of a plan, without figures. The arena and the names are those that its scenario was read with. */
void side_of_plan(struct side *s, const struct plan *plan);

/* Adds the figures of a replication, then side_settle makes the table of all that were added. */
void side_add(struct side *s, uint32_t replication, const struct figures *f);
void side_settle(struct side *s);

/* Reads a recorded run; settled. path is kept. False: it cannot be read, or is none. */
bool side_read(struct side *s, struct arena *a, struct names *names, const char *path, struct fail *fail) MUST_CHECK;

void side_drop(struct side *s);

/* The figure of a name and subject; null: the side has none. */
const struct side_figure *side_figure(const struct side *s, const char *name, const char *subject);

/* Whether a file begins as a recorded run does. */
bool side_is_recorded(const char *path);

#endif
