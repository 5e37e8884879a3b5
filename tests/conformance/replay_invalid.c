/* What the API server refuses: vectors/values/README.md. */
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/defaults.h"
#include "sim/scenario/kinds.h"
#include "sim/scenario/limit_range.h"
#include "sim/scenario/pod_resources.h"
#include "sim/scenario/problems.h"
#include "sim/scenario/validate.h"
#include "tests/conformance/replay.h"

extern const struct replay replay_invalid[];

static int by_field(const void *left, const void *right)
{
    const struct violation *a = left, *b = right;
    int fields = strcmp(a->field, b->field);
    return fields != 0 ? fields : strcmp(violation_type_name(a->type), violation_type_name(b->type));
}

/* The distinct {field, type} of what was found, sorted. */
static struct value *violations_of(struct replay_case *c, struct violations *found)
{
    struct value *list = value_list(&c->scratch);
    if (found->list.count > 0) {
        qsort(found->list.at, found->list.count, sizeof *found->list.at, by_field);
    }
    for (uint32_t i = 0; i < found->list.count; i++) {
        if (i > 0 && by_field(&found->list.at[i - 1], &found->list.at[i]) == 0) {
            continue;
        }
        struct value *one = value_map(&c->scratch);
        value_put(&c->scratch, one, "field", value_text(&c->scratch, found->list.at[i].field));
        value_put(&c->scratch, one, "type", value_text(&c->scratch, violation_type_name(found->list.at[i].type)));
        value_append(&c->scratch, list, one);
    }
    return list;
}

static bool decodes(const struct kind *kind, const struct value *object, struct replay_case *c)
{
    struct problems problems = problems_make(&c->scratch, c->names);
    struct place top = place_top(object);
    schema_check(kind->schema, &top, &problems);
    bool good = problems.errors == 0;
    problems_drop(&problems);
    return good;
}

/* Whether there were none. */
static bool put_violations(struct replay_case *c, struct value *got, const struct value *pod)
{
    struct violations found = {.arena = &c->scratch};
    validate_object(kinds_of(pod)->schema, pod, c->names, &found);
    bool valid = found.list.count == 0;
    if (!valid) {
        value_put(&c->scratch, got, "violations", violations_of(c, &found));
    }
    violations_drop(&found);
    return valid;
}

static void put_qos(struct replay_case *c, struct value *got, const struct value *object)
{
    static const char *const qos[] = {"BestEffort", "Burstable", "Guaranteed"};
    if (strcmp(value_as_text(value_get(object, "kind")), "Pod") == 0) {
        value_put(&c->scratch, got, "qos", value_text(&c->scratch, qos[pod_qos(c->scratch, object)]));
    }
}

static bool run_invalid(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct value *object = value_copy(&c->scratch, in), *got = value_map(&c->scratch);
    const struct kind *kind = kinds_of(object);
    if (!decodes(kind, object, c)) {
        value_put(&c->scratch, got, "decode", value_bool(&c->scratch, false));
    } else {
        defaults_apply(&c->scratch, c->names, object);
        if (put_violations(c, got, object)) {
            value_put(&c->scratch, got, "valid", value_bool(&c->scratch, true));
            put_qos(c, got, object);
        }
    }
    return replay_same(c, "out", out, got);
}

/* ---- limit ranges ---- */

/* The resources of each container, {} for one that has none; null: there is no such list. */
static struct value *resources_of(struct replay_case *c, const struct value *containers)
{
    static const char *const sides[] = {"requests", "limits"};
    if (containers == NULL) {
        return NULL;
    }
    struct value *list = value_list(&c->scratch);
    for (uint32_t i = 0; i < containers->count; i++) {
        struct value *resources = value_copy(&c->scratch, value_get(containers->items[i], "resources"));
        for (size_t s = 0; s < 2 && resources != NULL; s++) {
            const struct value *amounts = value_get(resources, sides[s]);
            if (amounts != NULL && amounts->count == 0) {
                value_remove(resources, sides[s]);
            }
        }
        value_append(&c->scratch, list, resources == NULL ? value_map(&c->scratch) : resources);
    }
    return list;
}

static void put_resources(struct replay_case *c, struct value *got, const struct value *pod)
{
    value_put(&c->scratch, got, "containers", resources_of(c, value_at(pod, "spec.containers")));
    if (value_at(pod, "spec.initContainers") != NULL) {
        value_put(&c->scratch, got, "initContainers", resources_of(c, value_at(pod, "spec.initContainers")));
    }
    if (value_at(pod, "spec.resources") != NULL && value_at(pod, "spec.resources")->count > 0) {
        value_put(&c->scratch, got, "pod", value_at(pod, "spec.resources"));
    }
}

/* The first range that refuses the pod says why. */
static void put_admission(struct replay_case *c, struct value *got, const struct value *ranges, const struct value *pod)
{
    for (uint32_t i = 0; i < ranges->count; i++) {
        uint32_t count = 0;
        const char **texts = limit_range_refusals(&c->scratch, ranges->items[i], pod, &count);
        if (count > 0) {
            struct value *messages = value_list(&c->scratch);
            for (uint32_t k = 0; k < count; k++) {
                value_append(&c->scratch, messages, value_text(&c->scratch, texts[k]));
            }
            value_put(&c->scratch, got, "rejectedBy", value_at(ranges->items[i], "metadata.name"));
            value_put(&c->scratch, got, "messages", messages);
            return;
        }
    }
    value_put(&c->scratch, got, "admitted", value_bool(&c->scratch, true));
}

static bool run_limit_range(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct value *pod = value_copy(&c->scratch, value_get(in, "pod")), *got = value_map(&c->scratch);
    struct value *ranges = value_copy(&c->scratch, value_get(in, "limitRanges"));
    defaults_apply(&c->scratch, c->names, pod);
    for (uint32_t i = 0; i < ranges->count; i++) {
        defaults_apply(&c->scratch, c->names, ranges->items[i]);
        limit_range_apply(&c->scratch, c->names, ranges->items[i], pod);
    }
    put_resources(c, got, pod);
    if (put_violations(c, got, pod)) {
        put_admission(c, got, ranges, pod);
    }
    return replay_same(c, "out", out, got);
}

const struct replay replay_invalid[] = {
    {"values/invalid", run_invalid},
    {"values/limitrange", run_limit_range},
    {NULL, NULL},
};
