/* work.h -- what the commands that simulate have in common: workers, the interrupt, progress, and how they end. */
#ifndef SIM_CLI_WORK_H
#define SIM_CLI_WORK_H

#include "sim/cli/arguments.h"
#include "sim/run/jobs.h"
#include "sim/run/plan.h"

/* Reads --workers: as many as there are processors, unless it says otherwise. */
bool work_workers(const struct arguments *arguments, uint32_t *workers, struct fail *fail) MUST_CHECK;

/* From now on an interrupt stops the workers after their step. */
void work_catch_interrupts(void);
bool work_was_interrupted(void);

/* Sets workers, cancelled, and on a terminal the progress bar, which begins with name. */
void work_options(struct jobs_options *options, const struct arguments *arguments, uint32_t workers, const char *name);

/* Takes the bar away, if options show one. */
void work_clear_progress(const struct jobs_options *options);

/* Says on standard error how many likely mistakes `headroom check` would name; nothing when there are none. who: "the
 * input", "CANDIDATE". The warnings of s are counted on. */
void work_count_mistakes(struct scenario *s, const struct plan *plan, const char *who);

/* Says why the command cannot go on, on standard error; returns the exit status. */
int work_refuse(const struct fail *fail);

#endif
