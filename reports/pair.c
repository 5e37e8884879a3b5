#include "reports/pair.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/diff.h"
#include "sim/scenario/inputs.h"

/* ---- reading ---- */

static bool open_scenario(struct pair *p, struct pair_side *s, const struct scenario_input *input)
{
    if (!scenario_read(&p->arena, &p->names, input, &s->problems, &s->scenario) || !plan_make(&s->scenario, &s->plan)) {
        return false;
    }
    side_of_plan(&s->side, &s->plan);
    return true;
}

static bool takes_options(const struct scenario_input *input)
{
    return input->set_count > 0 || input->seed != NULL || input->replications != NULL || input->duration != NULL;
}

static bool open_side(struct pair *p, struct pair_side *s, const struct scenario_input *input, struct fail *fail)
{
    s->problems = problems_make(&p->arena, &p->names);
    s->recorded = side_is_recorded(input->files[0]);
    if (!s->recorded) {
        return open_scenario(p, s, input);
    }
    if (takes_options(input)) {
        return fail_set(fail, FAIL_INPUT,
                        "%s: a recorded run is as it is (leave --set, --seed, --replications and --duration out)",
                        input->files[0]);
    }
    return side_read(&s->side, &p->arena, &p->names, input->files[0], fail);
}

/* ---- comparable ---- */

static const char *name_of(const struct side *s, const char *role)
{
    return s->path != NULL ? s->path : role;
}

static bool check_program(const struct side *base, const struct side *candidate, struct fail *fail)
{
    const char *now = candidate->path == NULL ? "this" : candidate->path;
    if (strcmp(base->version, candidate->version) != 0) {
        return fail_set(fail, FAIL_INPUT, "%s: of headroom %s, but %s is of %s (simulate both with one version)",
                        name_of(base, "BASE"), base->version, now, candidate->version);
    }
    static const char none[] = "0000000000000000";
    bool priced = strcmp(base->catalog, none) != 0 && strcmp(candidate->catalog, none) != 0;
    if (priced && strcmp(base->catalog, candidate->catalog) != 0) {
        return fail_set(
            fail, FAIL_INPUT,
            "%s: recorded with another catalog of instance types and prices than %s (simulate both with one)",
            name_of(base, "BASE"), now);
    }
    return true;
}

static bool check_question(struct pair *p, bool candidate_inputs, struct fail *fail)
{
    const struct side *base = &p->base.side, *candidate = &p->candidate.side;
    uint32_t count = 0;
    const char **titles = inputs_differences(&p->arena, candidate->objects.at, candidate->objects.count,
                                             base->objects.at, base->objects.count, &count);
    for (uint32_t i = 0; i < count && !candidate_inputs; i++) {
        if (strcmp(titles[i], "Scenario:spec.replications") != 0) {
            return fail_set(
                fail, FAIL_INPUT,
                "%s: it was asked something else than %s: %s differs (simulate it with the inputs of BASE, or "
                "compare with --candidate-inputs)",
                candidate->path, base->path, titles[i]);
        }
    }
    return true;
}

static bool check_pair(struct pair *p, const struct pair_input *input, struct fail *fail)
{
    if (p->candidate.recorded && !p->base.recorded) {
        return fail_set(fail, FAIL_INPUT,
                        "%s: a recorded run is compared with a recorded BASE (record it: headroom run %s)",
                        input->candidate.files[0], input->base.files[0]);
    }
    return (!p->base.recorded || check_program(&p->base.side, &p->candidate.side, fail)) &&
           (!p->candidate.recorded || check_question(p, input->candidate_inputs, fail));
}

static void set_replications(struct pair *p)
{
    p->replications = p->base.recorded ? p->base.side.replications : (uint32_t)p->base.scenario.spec.replications;
    if (p->candidate.recorded && p->candidate.side.replications < p->replications) {
        p->replications = p->candidate.side.replications;
    }
}

bool pair_open(struct pair *p, const struct pair_input *input, struct fail *fail)
{
    *p = (struct pair){.arena = arena_make(1 << 20)};
    p->names = names_make(&p->arena);
    p->candidate.problems = problems_make(&p->arena, &p->names);
    if (!open_side(p, &p->base, &input->base, fail)) {
        return false;
    }
    struct scenario_input candidate = input->candidate;
    if (!input->candidate_inputs) {
        candidate.inputs = p->base.side.objects.at;
        candidate.inputs_count = p->base.side.objects.count;
    }
    if (!open_side(p, &p->candidate, &candidate, fail) || !check_pair(p, input, fail)) {
        return false;
    }
    p->not_asked = p->candidate.scenario.not_asked.at;
    p->not_asked_count = p->candidate.scenario.not_asked.count;
    const struct side *b = &p->base.side, *c = &p->candidate.side;
    p->alike = !p->base.recorded && !input->candidate_inputs &&
               diff_same(b->objects.at, b->objects.count, c->objects.at, c->objects.count);
    set_replications(p);
    return true;
}

static void drop_side(struct pair_side *s)
{
    side_drop(&s->side);
    plan_drop(&s->plan);
    scenario_drop(&s->scenario);
    problems_drop(&s->problems);
}

void pair_drop(struct pair *p)
{
    drop_side(&p->candidate);
    drop_side(&p->base);
    names_drop(&p->names);
    arena_drop(&p->arena);
}

/* ---- running ---- */

bool pair_can_run(const struct pair *p)
{
    return !p->base.recorded;
}

/* Gives the figures of a replication to the sides that its plans are of; results [plans]. */
static void take(struct pair *p, uint32_t replication, const struct replication_result *results)
{
    if (!p->base.recorded) {
        side_add(&p->base.side, replication, results[0].figures);
    }
    side_add(&p->candidate.side, replication, results[p->base.recorded || p->alike ? 0 : 1].figures);
}

bool pair_run(struct pair *p, uint32_t count, const struct jobs_options *options, struct fail *fail)
{
    const struct plan *plans[2] = {&p->base.plan, &p->candidate.plan};
    uint32_t first = p->candidate.side.replications, finished = 0;
    if (p->candidate.recorded || first >= count) {
        return true;
    }
    struct jobs_options all = *options;
    all.plans = p->base.recorded ? &plans[1] : plans;
    all.plan_count = p->base.recorded || p->alike ? 1 : 2;
    all.first = first;
    all.replications = count - first;
    struct replication_result *results = memory_take(all.replications * all.plan_count, sizeof *results);
    bool good = jobs_run(&all, results, &finished, fail);
    for (uint32_t r = 0; r < finished; r++) {
        if (good) {
            take(p, first + r, &results[r * all.plan_count]);
        }
        for (uint32_t i = 0; i < all.plan_count; i++) {
            replication_drop(&results[r * all.plan_count + i]);
        }
    }
    free(results);
    if (good) {
        side_settle(&p->candidate.side);
        side_settle(&p->base.side);
    }
    return good;
}
