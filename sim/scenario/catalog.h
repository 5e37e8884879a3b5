/* catalog.h -- instance types: size, limits, price, by region.
 *
 * Filled from CSV files: those of data/prices at first, then a PriceBook's own, whose rows replace what is known or add
 * to it. The columns are described in data/README.md.
 */
#ifndef SIM_SCENARIO_CATALOG_H
#define SIM_SCENARIO_CATALOG_H

#include <stddef.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/fail.h"
#include "sim/base/memory.h"
#include "sim/base/names.h"

struct catalog_type {
    const char *provider; /* "aws", "azure", "gcp", or the user's own; texts are interned */
    const char *region;   /* "aws/us-east-1" */
    const char *name;     /* "m6i.xlarge" */
    int64_t cpu_mcpu;     /* what the node has, before anything is reserved */
    int64_t memory_bytes;
    const char *arch; /* "amd64", "arm64" */
    int32_t gpus;
    double usd_per_hour;      /* on demand; above 0 */
    double spot_usd_per_hour; /* 0: no source gives it */
    int32_t max_pods;         /* the provider's default limit; 0: unknown */
    int32_t max_enis;         /* network interfaces, and addresses of each; 0: no matter */
    int32_t ipv4_per_eni;
    const char *source; /* of the price */
    const char *date;   /* of the price */
    struct mark where;
};

struct catalog {
    struct names *names;
    VEC(struct catalog_type) types; /* by region, then name; none twice */
};

/* A catalog of every CSV file in data/prices; its texts live in names, a takes the files. False: a file is missing or wrong; *catalog is
 * empty. */
bool catalog_load(struct arena *a, struct names *names, struct catalog *catalog, struct fail *fail) MUST_CHECK;

/* Adds length bytes of CSV text. A row whose type is known replaces the fields that it gives; others need vcpu and
 * memory_mib. False: the text is wrong, or has a type twice; nothing was changed. */
bool catalog_add(struct catalog *catalog, struct arena *a, const char *file, const char *text, size_t length,
                 struct fail *fail) MUST_CHECK;

/* The type of that name in a region such as "aws/us-east-1"; good until the catalog changes. Null: there is none; fail
 * says what may have been meant, without a place. */
const struct catalog_type *catalog_find(const struct catalog *catalog, const char *region, const char *name,
                                        struct fail *fail) MUST_CHECK;

/* A hash of all that it says of types and prices, the same on every machine: two runs with one hash had the same. */
uint64_t catalog_hash(const struct catalog *catalog);

void catalog_drop(struct catalog *catalog);

#endif
