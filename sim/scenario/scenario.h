/* scenario.h -- a checked scenario: everything that a run needs to know, and what is wrong with it. */
#ifndef SIM_SCENARIO_SCENARIO_H
#define SIM_SCENARIO_SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/names.h"
#include "sim/scenario/catalog.h"
#include "sim/scenario/object.h"
#include "sim/scenario/problems.h"
#include "sim/scenario/source.h"
#include "sim/scenario/specs.h"
#include "sim/scenario/unsimulated.h"

/* Lives in an arena; pointers into it stay good as long as that. */
struct scenario {
    struct arena *arena;
    struct names *names;
    struct problems *problems;
    const char *name; /* of the Scenario; "scenario" without one */
    struct scenario_spec spec;
    LIST_OF(struct demand) demands; /* each list in order of reading */
    LIST_OF(struct service_model) service_models;
    LIST_OF(struct node_pool) node_pools;
    LIST_OF(struct price_book) price_books;
    LIST_OF(struct release) releases;
    LIST_OF(struct fault) faults;
    struct objects objects; /* all of them, Kubernetes' as defaulted trees */
    struct sources sources; /* the texts as read */
    struct catalog catalog; /* instance types with the PriceBooks applied; empty without a NodePool */
    uint64_t catalog_hash;  /* of the catalog without the PriceBooks; 0: none was read */
    double discount;        /* off every on-demand price, a share */
    double control_plane_usd_per_hour;
    LIST_OF(struct unsimulated) unsimulated;
    LIST_OF(const char *)
    not_asked; /* own demands, prices and fields that the inputs of another replaced: "Demand/rides" */
};

/* Gives back what it owns. */
void scenario_drop(struct scenario *s);

/* For those who check: adds an error or a warning at a field of an object, "spec.rate", or at the object where that is
 * not written. The text is what stands behind the path: "what: why (what to do)". */
void scenario_refuse(struct scenario *s, const struct object *object, const char *path, const char *format, ...)
    PRINTF_LIKE(4, 5);
void scenario_warn(struct scenario *s, const struct object *object, const char *path, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* The team that a workload is of, as the Scenario's allocation says; null: it has none. */
const char *scenario_team_of(const struct scenario *s, const struct object *workload);

/* The ServiceModel of a workload, of those with several containers the first; null: its use is unknown. */
const struct service_model *scenario_model_of(const struct scenario *s, const struct object *workload);

#endif
