/* scenario_read.h -- from what the command line names to a checked scenario.
 *
 * Text becomes objects (source.h, object.h), `--set` changes them (set.h), Kubernetes' are checked and defaulted
 * (manifest.h), headroom's read into structs (specs.h); then what they mention of each other is found.
 */
#ifndef SIM_SCENARIO_SCENARIO_READ_H
#define SIM_SCENARIO_SCENARIO_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/scenario/scenario.h"

/* What the command line says. */
struct scenario_input {
    const char *const *files; /* [file_count] */
    uint32_t file_count;
    struct value *const *documents; /* [document_count], read after the files: those of a recorded run; changed */
    uint32_t document_count;
    const char *const *sets; /* [set_count] "PATH=VALUE" */
    uint32_t set_count;
    /* Changes of objects that the files hold, each a tree of kind, metadata and what differs: strategic merge patches of
     * Kubernetes', merge patches of headroom's own. [patch_count]; applied after sets. One without its object does
     * nothing. */
    const struct value *const *patches;
    uint32_t patch_count;
    const char *seed; /* as --seed has it; null: not given; likewise the others */
    const char *replications;
    const char *duration;
    /* Objects of another scenario, read with the same names, whose question this one is to answer: its demands, prices,
     * seed, replications, time and objectives replace the own ones. [inputs_count]; null: it asks its own. */
    struct object *const *inputs;
    uint32_t inputs_count;
};

/* Reads and checks. Everything that is wrong is added to problems, which are sorted; false: some of it are errors, and
 * the scenario is not fit to run. scenario_drop gives back what it owns in either case. */
bool scenario_read(struct arena *a, struct names *names, const struct scenario_input *input, struct problems *problems,
                   struct scenario *s) MUST_CHECK;

#endif
