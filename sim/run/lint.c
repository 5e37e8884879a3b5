#include "sim/run/lint.h"

#include "sim/run/lint_capacity.h"
#include "sim/run/lint_links.h"
#include "sim/run/lint_scheduler.h"

void lint_plan(struct scenario *s, const struct plan *plan)
{
    const struct lint l = lint_make(s, plan);
    lint_owners(&l);
    lint_services(&l);
    lint_autoscalers(&l);
    lint_objectives(&l);
    lint_budgets(&l);
    lint_spreading(&l);
    lint_probes(&l);
    lint_ranges(&l);
    lint_scheduler_names(&l);
    lint_scheduler_plugins(&l);
    lint_capacity(&l);
}
