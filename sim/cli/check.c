/* headroom check: every problem of the input in one go, and what would be simulated. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/cli/commands.h"
#include "sim/run/lint.h"
#include "sim/run/plan.h"
#include "sim/scenario/effective.h"

struct tally {
    const char *kind;
    uint32_t count;
};

/* "12 Deployment, 3 Service": the kinds in order of first appearance. */
static void print_kinds(struct arena *a, const struct scenario *s)
{
    struct tally *tallies = TAKE(a, struct tally, s->objects.list.count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->objects.list.count; i++) {
        const char *kind = s->objects.list.at[i]->kind;
        uint32_t k = 0;
        while (k < count && tallies[k].kind != kind) {
            k++;
        }
        tallies[k].kind = kind;
        tallies[k].count++;
        count = k == count ? count + 1 : count;
    }
    printf("objects:");
    for (uint32_t k = 0; k < count; k++) {
        printf("%s %" PRIu32 " %s", k == 0 ? "" : ",", tallies[k].count, tallies[k].kind);
    }
    printf("%s\n", count == 0 ? " none" : "");
}

/* "PodDisruptionBudget (PodDisruptionBudget/web and 3 more)", or where it does not matter "4 Secret". */
static void print_one(const struct unsimulated *u)
{
    if (!u->matters) {
        printf("%" PRIu32 " %s", u->count, u->what);
    } else if (u->count == 1) {
        printf("%s (%s)", u->what, u->example);
    } else {
        printf("%s (%s and %" PRIu32 " more)", u->what, u->example, u->count - 1);
    }
}

/* One line of what matters, or of what does not; none when there is nothing. */
static void print_unsimulated(const struct scenario *s, bool matters, const char *title)
{
    bool first = true;
    for (uint32_t i = 0; i < s->unsimulated.count; i++) {
        const struct unsimulated *u = &s->unsimulated.at[i];
        if (u->matters == matters) {
            printf("%s ", first ? title : ",");
            print_one(u);
            first = false;
        }
    }
    printf("%s", first ? "" : "\n");
}

static void print_summary(struct arena *a, const struct scenario *s)
{
    char start[32], duration[32];
    units_time_print(start, s->spec.start_ns);
    units_duration_print(duration, s->spec.duration_ns);
    printf("scenario: %s, %s from %s, %" PRId64 " replication%s, seed %" PRId64 "\n", s->name, duration, start,
           s->spec.replications, s->spec.replications == 1 ? "" : "s", s->spec.seed);
    print_kinds(a, s);
    print_unsimulated(s, true, "not simulated:");
    print_unsimulated(s, false, "without effect on capacity and cost:");
}

static void print_effective(const struct scenario *s)
{
    struct buffer out = {0};
    effective_write(&out, s);
    fwrite(buffer_string(&out), 1, out.count, stdout);
    buffer_drop(&out);
}

/* "2 errors, 1 warning". */
static void print_counts(FILE *out, const struct problems *p)
{
    fprintf(out, "%" PRIu32 " error%s, %" PRIu32 " warning%s\n", p->errors, p->errors == 1 ? "" : "s", p->warnings,
            p->warnings == 1 ? "" : "s");
}

static int run(const struct arguments *arguments)
{
    struct arena a = arena_make(1 << 20);
    struct names names = names_make(&a);
    struct problems problems = problems_make(&a, &names);
    struct scenario_input input = arguments_input(&a, arguments);
    struct scenario scenario;
    struct plan plan = {0};
    bool good = scenario_read(&a, &names, &input, &problems, &scenario);
    if (good) {
        good = plan_make(&scenario, &plan);
    }
    if (good) {
        lint_plan(&scenario, &plan);
    }
    problems_sort(&problems);
    if (!good || !arguments_has(arguments, "quiet")) {
        problems_print(&problems, stderr);
    }
    if (good && arguments_has(arguments, "effective")) {
        print_effective(&scenario);
    } else if (good) {
        print_summary(&a, &scenario);
    }
    print_counts(good && !arguments_has(arguments, "effective") ? stdout : stderr, &problems);
    plan_drop(&plan);
    scenario_drop(&scenario);
    problems_drop(&problems);
    names_drop(&names);
    arena_drop(&a);
    return good ? EXIT_DONE : EXIT_INPUT;
}

static const struct option options[] = {
    {"effective", NULL, false, "print every value and where it came from, in place of the summary"},
    OPTIONS_INPUT,
    {"workers", "N", false, "taken, as everywhere; nothing is simulated here"},
    {"quiet", NULL, false, "no warnings"},
    {0}};

const struct command command_check = {
    .name = "check",
    .operands = "FILE...",
    .operands_min = 1,
    .operands_max = UINT32_MAX,
    .summary = "Says everything that is wrong with the input, and what of it is simulated.",
    .details = "FILE is a file, a folder, or - for standard input. A later FILE changes headroom's objects of earlier\n"
               "ones. Errors are what a cluster or headroom refuses; warnings what both take and what is probably a\n"
               "mistake. With --effective each line is a PATH=VALUE as --set takes it, and where it came from; what\n"
               "Secrets and environment variables hold is not shown. Exit status: 0 no error, 2 some.\n",
    .options = options,
    .run = run,
};
