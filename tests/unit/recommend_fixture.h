/* recommend_fixture.h -- for tests: a scenario's text, and what headroom recommends for it. */
#ifndef TESTS_UNIT_RECOMMEND_FIXTURE_H
#define TESTS_UNIT_RECOMMEND_FIXTURE_H

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/recommend.h"
#include "sim/scenario/scenario_read.h"

struct recommended {
    char *path; /* of a file that goes at the end; null: none */
    const char *file;
    struct arena arena;
    struct names names;
    struct problems problems;
    struct scenario_input input;
    struct scenario scenario;
    struct plan plan;
    struct platform platform;
    struct recommendation recommendation;
};

/* Reads a file or folder; nothing is simulated. */
static inline struct recommended *recommended_open(const char *file)
{
    struct recommended *r = memory_take(1, sizeof *r);
    r->file = file;
    r->arena = arena_make(1 << 18);
    r->names = names_make(&r->arena);
    r->problems = problems_make(&r->arena, &r->names);
    r->input = (struct scenario_input){.files = &r->file, .file_count = 1};
    bool good =
        scenario_read(&r->arena, &r->names, &r->input, &r->problems, &r->scenario) && plan_make(&r->scenario, &r->plan);
    cr_assert(good, "%s", r->problems.list.count == 0 ? "" : r->problems.list.at[0].text);
    platform_make(&r->arena, &r->plan, &r->platform);
    return r;
}

/* The same of a text. */
static inline struct recommended *recommended_read(const char *text)
{
    char path[] = "/tmp/headroom-recommend-XXXXXX";
    int file = mkstemp(path);
    cr_assert(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text));
    close(file);
    char *kept = memory_take(sizeof path, 1);
    memcpy(kept, path, sizeof path);
    struct recommended *r = recommended_open(kept);
    r->path = kept;
    return r;
}

static inline void recommended_make(struct recommended *r, const struct recommend_options *options)
{
    struct fail fail = {0};
    bool good = recommend_make(&r->recommendation, &r->arena, &r->plan, &r->input, options, &fail);
    cr_assert(good, "%s", fail.text);
}

static inline void recommended_close(struct recommended *r)
{
    if (r->path != NULL) {
        unlink(r->path);
    }
    recommend_drop(&r->recommendation);
    plan_drop(&r->plan);
    scenario_drop(&r->scenario);
    problems_drop(&r->problems);
    names_drop(&r->names);
    arena_drop(&r->arena);
    free(r->path);
    free(r);
}

/* The part of that title; it must be there. */
static inline uint32_t recommended_part(const struct platform *p, const char *title)
{
    for (uint32_t i = 0; i < p->count; i++) {
        if (strcmp(p->parts[i].title, title) == 0) {
            return i;
        }
    }
    cr_assert_fail("no part %s", title);
    return 0;
}

enum { RECOMMENDED_UNSEEN = 50000, RECOMMENDED_UNSEEN_COUNT = 5 };

/* How many things break on replications that neither the search nor a proof has seen. */
static inline uint32_t recommended_broken_unseen(struct recommended *r)
{
    struct recommendation *made = &r->recommendation;
    struct fail fail = {0};
    struct breaches breaches = {0};
    const struct trial_request both[] = {{.settings = made->search.today, .first = RECOMMENDED_UNSEEN},
                                         {.settings = made->settings, .first = RECOMMENDED_UNSEEN}};
    const struct measured *m = trial_run(&made->trial, both, 2, RECOMMENDED_UNSEEN_COUNT, &fail);
    cr_assert_not_null(m, "%s", fail.text);
    for (uint32_t i = 0; i < RECOMMENDED_UNSEEN_COUNT; i++) {
        judge(&made->platform, made->settings, TRIAL_AS_IS, RECOMMENDED_UNSEEN + i, &m[i],
              &m[RECOMMENDED_UNSEEN_COUNT + i], 1, &breaches);
    }
    uint32_t count = breaches.list.count;
    VEC_DROP(&breaches.list);
    return count;
}

#endif
