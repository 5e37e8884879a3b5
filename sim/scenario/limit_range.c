#include "sim/scenario/limit_range.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/memory.h"
#include "sim/scenario/pod_resources.h"
#include "sim/scenario/quantity.h"
#include "sim/scenario/resource_list.h"

static bool says(const struct value *map, const char *key, const char *text)
{
    const char *has = value_as_text(value_get(map, key));
    return has != NULL && strcmp(has, text) == 0;
}

static uint32_t size_of(const struct value *v)
{
    return value_is_map(v) || value_is_list(v) ? v->count : 0;
}

/* ---- defaults ---- */

/* The map under a key, made where it is missing. */
static struct value *map_at(struct arena *a, struct names *names, struct value *in, const char *key)
{
    struct value *map = value_get(in, key);
    if (!value_is_map(map)) {
        map = value_map(a);
        value_put(a, in, names_text(names, key), map);
    }
    return map;
}

static void fill(struct arena *a, struct names *names, const struct value *defaults, struct value *resources,
                 const char *side)
{
    for (uint32_t i = 0; i < size_of(defaults); i++) {
        struct value *amounts = map_at(a, names, resources, side);
        if (value_get(amounts, defaults->members[i].key) == NULL) {
            value_put(a, amounts, defaults->members[i].key, defaults->members[i].value);
        }
    }
}

static void fill_all(struct arena *a, struct names *names, const struct value *item, const struct value *containers)
{
    for (uint32_t i = 0; i < size_of(containers); i++) {
        struct value *resources = map_at(a, names, containers->items[i], "resources");
        fill(a, names, value_get(item, "default"), resources, "limits");
        fill(a, names, value_get(item, "defaultRequest"), resources, "requests");
    }
}

void limit_range_apply(struct arena *a, struct names *names, const struct value *range, struct value *pod)
{
    const struct value *items = value_at(range, "spec.limits");
    for (uint32_t i = size_of(items); i-- > 0;) { /* of two that speak of one resource the last one counts */
        if (says(items->items[i], "type", "Container")) {
            fill_all(a, names, items->items[i], value_at(pod, "spec.containers"));
            fill_all(a, names, items->items[i], value_at(pod, "spec.initContainers"));
        }
    }
}

/* ---- refusals ---- */

struct refusals {
    struct arena *arena;
    const char *type; /* of the item: Container, Pod */
    VEC(const char *) list;
};

/* What a container or pod asks for of one resource, beside the bound; numbers at one precision. */
struct compared {
    const struct quantity *request; /* null: none */
    const struct quantity *limit;
    int64_t requested, limited, bound;
    const char *resource, *bound_text;
};

static int64_t number_of(const struct quantity *q, bool fine)
{
    return q == NULL ? 0 : fine ? quantity_milli(q) : quantity_value(q);
}

static struct compared compare(struct arena *a, const struct resource_amount *bound,
                               const struct resource_list *requests, const struct resource_list *limits)
{
    struct compared c = {.resource = bound->name,
                         .bound_text = quantity_text(a, &bound->amount),
                         .request = resource_list_find(requests, bound->name),
                         .limit = resource_list_find(limits, bound->name)};
    const int64_t most = INT64_MAX / 1000;
    bool fine = number_of(c.request, false) <= most && number_of(c.limit, false) <= most &&
                number_of(&bound->amount, false) <= most;
    c.requested = number_of(c.request, fine);
    c.limited = number_of(c.limit, fine);
    c.bound = number_of(&bound->amount, fine);
    return c;
}

static void check_min(struct refusals *r, const struct compared *c)
{
    const char *before = arena_format(r->arena, "minimum %s usage per %s is %s", c->resource, r->type, c->bound_text);
    if (c->request == NULL) {
        VEC_PUSH(&r->list, arena_format(r->arena, "%s.  No request is specified", before));
    } else if (c->requested < c->bound) {
        VEC_PUSH(&r->list,
                 arena_format(r->arena, "%s, but request is %s", before, quantity_text(r->arena, c->request)));
    } else if (c->limit != NULL && c->limited < c->bound) {
        VEC_PUSH(&r->list, arena_format(r->arena, "%s, but limit is %s", before, quantity_text(r->arena, c->limit)));
    }
}

static void check_max(struct refusals *r, const struct compared *c)
{
    const char *before = arena_format(r->arena, "maximum %s usage per %s is %s", c->resource, r->type, c->bound_text);
    if (c->limit == NULL) {
        VEC_PUSH(&r->list, arena_format(r->arena, "%s.  No limit is specified", before));
    } else if (c->limited > c->bound) {
        VEC_PUSH(&r->list, arena_format(r->arena, "%s, but limit is %s", before, quantity_text(r->arena, c->limit)));
    } else if (c->request != NULL && c->requested > c->bound) {
        VEC_PUSH(&r->list,
                 arena_format(r->arena, "%s, but request is %s", before, quantity_text(r->arena, c->request)));
    }
}

static void check_ratio(struct refusals *r, const struct compared *c, const struct quantity *bound)
{
    const char *before =
        arena_format(r->arena, "%s max limit to request ratio per %s is %s", c->resource, r->type, c->bound_text);
    if (c->requested == 0) {
        VEC_PUSH(&r->list, arena_format(r->arena, "%s, but no request is specified or request is 0", before));
        return;
    }
    if (c->limited == 0) {
        VEC_PUSH(&r->list, arena_format(r->arena, "%s, but no limit is specified or limit is 0", before));
        return;
    }
    double ratio = (double)c->limited / (double)c->requested, scaled = ratio, most = (double)quantity_value(bound);
    if (quantity_value(bound) <= INT64_MAX / 1000) {
        scaled = ratio * 1000;
        most = (double)quantity_milli(bound);
    }
    if (scaled > most) {
        VEC_PUSH(&r->list, arena_format(r->arena, "%s, but provided ratio is %f", before, ratio));
    }
}

static void check_item(struct refusals *r, const struct value *item, const struct resource_list *requests,
                       const struct resource_list *limits)
{
    const struct resource_list min = resource_list_read(r->arena, value_get(item, "min"));
    const struct resource_list max = resource_list_read(r->arena, value_get(item, "max"));
    const struct resource_list ratio = resource_list_read(r->arena, value_get(item, "maxLimitRequestRatio"));
    for (uint32_t i = 0; i < min.count; i++) {
        const struct compared c = compare(r->arena, &min.at[i], requests, limits);
        check_min(r, &c);
    }
    for (uint32_t i = 0; i < max.count; i++) {
        const struct compared c = compare(r->arena, &max.at[i], requests, limits);
        check_max(r, &c);
    }
    for (uint32_t i = 0; i < ratio.count; i++) {
        const struct compared c = compare(r->arena, &ratio.at[i], requests, limits);
        check_ratio(r, &c, &ratio.at[i].amount);
    }
}

static void check_containers(struct refusals *r, const struct value *item, const struct value *containers)
{
    for (uint32_t i = 0; i < size_of(containers); i++) {
        const struct value *resources = value_get(containers->items[i], "resources");
        const struct resource_list requests = resource_list_read(r->arena, value_get(resources, "requests"));
        const struct resource_list limits = resource_list_read(r->arena, value_get(resources, "limits"));
        check_item(r, item, &requests, &limits);
    }
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

const char **limit_range_refusals(struct arena *a, const struct value *range, const struct value *pod, uint32_t *count)
{
    const struct pod_resources_options spec_only = {.exclude_overhead = true};
    const struct value *items = value_at(range, "spec.limits");
    struct refusals r = {.arena = a};
    for (uint32_t i = 0; i < size_of(items); i++) {
        if (says(items->items[i], "type", "Container")) {
            r.type = "Container";
            check_containers(&r, items->items[i], value_at(pod, "spec.containers"));
            check_containers(&r, items->items[i], value_at(pod, "spec.initContainers"));
        } else if (says(items->items[i], "type", "Pod")) {
            const struct resource_list requests = pod_requests(a, pod, &spec_only);
            const struct resource_list limits = pod_limits(a, pod, &spec_only);
            r.type = "Pod";
            check_item(&r, items->items[i], &requests, &limits);
        }
    }
    const char **texts = TAKE(a, const char *, r.list.count);
    *count = r.list.count;
    if (r.list.count > 0) {
        memcpy(texts, r.list.at, r.list.count * sizeof *texts);
        qsort(texts, r.list.count, sizeof *texts, by_text);
    }
    VEC_DROP(&r.list);
    return texts;
}
