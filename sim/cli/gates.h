/* gates.h -- the gates that a command line gives. */
#ifndef SIM_CLI_GATES_H
#define SIM_CLI_GATES_H

#include "reports/gate.h"
#include "sim/cli/arguments.h"

/* Reads every value of the option ("fail-on", "gate") as a gate, into a; null: some are wrong, each said on standard error. */
const struct gate *gates_read(struct arena *a, const struct arguments *arguments, const char *option, uint32_t *count);

/* Checks gates[count] against what was read; false: some do not fit, each said on standard error. base: null for a run. */
bool gates_check(const struct gate *gates, uint32_t count, const struct side *base, const struct side *candidate);

/* Says of each undecided gate that it is, on standard error. */
void gates_warn(const struct gate *gates, const struct gate_verdict *verdicts, uint32_t count);

#endif
