#include "reports/rerun.h"

#include <inttypes.h>
#include <string.h>

#include "reports/query.h"
#include "sim/base/json.h"
#include "sim/scenario/scenario_read.h"

static const char *run_key(struct rerun *r, struct query *q, const char *key)
{
    const char *value = NULL;
    for (struct query_rows rows = query_rows(q, "SELECT key, value FROM run", 0); query_next(&rows);) {
        if (strcmp(query_text(&rows, 0, &r->arena), key) == 0) {
            value = query_text(&rows, 1, &r->arena);
        }
    }
    return value == NULL ? "" : value;
}

static bool check_version(struct rerun *r, struct query *q, struct fail *fail)
{
    const char *version = run_key(r, q, "version");
    return strcmp(version, HEADROOM_VERSION) == 0 ||
           fail_set(fail, FAIL_INPUT,
                    "%s: recorded by headroom %.40s, and this is " HEADROOM_VERSION
                    ": it may decide otherwise (simulate again with this version)",
                    q->path, version);
}

static bool check_catalog(struct rerun *r, struct query *q, struct fail *fail)
{
    const char *recorded = run_key(r, q, "catalog");
    const char *now = arena_format(&r->arena, "%016" PRIx64, r->scenario.catalog_hash);
    return strcmp(recorded, now) == 0 ||
           fail_set(fail, FAIL_INPUT,
                    "%s: recorded with another catalog of instance types (simulate again with this one)", q->path);
}

/* The objects as documents, in order of reading; Secrets, whose data was not recorded, decide nothing. False: fail says
 * what is wrong. */
static bool read_documents(struct rerun *r, struct query *q, struct value *documents, struct fail *fail)
{
    bool good = true;
    for (struct query_rows rows = query_rows(q, "SELECT json, file FROM object WHERE kind <> 'Secret' ORDER BY id", 0);
         query_next(&rows);) {
        const char *json = query_text(&rows, 0, &r->arena), *file = query_text(&rows, 1, &r->arena);
        struct value *tree =
            good ? json_read(&r->arena, &r->names, file == NULL ? q->path : file, json, strlen(json), fail) : NULL;
        good = tree != NULL;
        if (good) {
            value_append(&r->arena, documents, tree);
        }
    }
    return good && query_check(q, fail);
}

static bool read_scenario(struct rerun *r, const char *path, const struct value *documents, struct fail *fail)
{
    struct scenario_input input = {.documents = documents->items, .document_count = documents->count};
    if (scenario_read(&r->arena, &r->names, &input, &r->problems, &r->scenario) && plan_make(&r->scenario, &r->plan)) {
        return true;
    }
    const char *first = "";
    for (uint32_t i = r->problems.list.count; i-- > 0;) {
        first = r->problems.list.at[i].warning ? first : r->problems.list.at[i].text;
    }
    return fail_set(fail, FAIL_INPUT, "%s: its scenario cannot be read again: %.200s (simulate again)", path, first);
}

static bool read_all(struct rerun *r, struct query *q, struct fail *fail)
{
    struct value *documents = value_list(&r->arena);
    return check_version(r, q, fail) && read_documents(r, q, documents, fail) &&
           read_scenario(r, q->path, documents, fail) && check_catalog(r, q, fail);
}

bool rerun_open(struct rerun *r, const char *path, struct fail *fail)
{
    struct query q;
    *r = (struct rerun){.arena = arena_make(1 << 20)};
    r->names = names_make(&r->arena);
    r->problems = problems_make(&r->arena, &r->names);
    if (!query_open(&q, path, fail)) {
        return false;
    }
    bool good = read_all(r, &q, fail);
    query_close(&q);
    return good;
}

void rerun_close(struct rerun *r)
{
    plan_drop(&r->plan);
    scenario_drop(&r->scenario);
    problems_drop(&r->problems);
    names_drop(&r->names);
    arena_drop(&r->arena);
}
