#include "reports/diff.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/buffer.h"
#include "sim/base/json.h"
#include "sim/base/utf8.h"
#include "sim/scenario/quantity.h"
#include "sim/scenario/specs.h"

enum { SHOWN_MAX = 60, DEPTH_MAX = 200 }; /* characters of a value */

static const char hidden[] = "(not shown)";

struct walk {
    struct diff *diff;
    struct arena *arena;
    const char *object;
    bool secret;        /* of a Secret: its data are not shown */
    bool quantities;    /* below requests, limits, capacity: 0.5 and 500m are one */
    bool environment;   /* below env: values are not shown */
    struct buffer path; /* of where the walk is */
};

/* ---- values as text ---- */

/* On one line, cut between characters. */
static const char *cut(struct arena *a, const char *text)
{
    size_t length = strlen(text), kept = 0;
    char *line = arena_text(a, text, length);
    for (size_t i = 0; i < length; i++) {
        line[i] = line[i] == '\n' || line[i] == '\t' ? ' ' : line[i];
    }
    if (length <= SHOWN_MAX) {
        return line;
    }
    while (kept < SHOWN_MAX) {
        size_t step = utf8_length(line + kept, length - kept);
        kept += step == 0 ? 1 : step;
    }
    return arena_format(a, "%.*s...", (int)kept, line);
}

/* A copy without what is not to be shown. */
static struct value *veil(struct arena *a, const struct value *v, bool environment)
{
    struct value *copy = value_copy(a, v);
    for (uint32_t i = 0; (value_is_map(copy) || value_is_list(copy)) && i < copy->count; i++) {
        if (value_is_list(copy)) {
            copy->items[i] = veil(a, copy->items[i], environment);
            continue;
        }
        struct member *m = &copy->members[i];
        m->value = environment && strcmp(m->key, "value") == 0
                       ? value_text(a, hidden)
                       : veil(a, m->value, environment || strcmp(m->key, "env") == 0);
    }
    return copy;
}

static const char *shown(const struct walk *w, const struct value *v)
{
    if (v == NULL) {
        return NULL;
    }
    if (w->secret) {
        return hidden;
    }
    if (v->kind == VALUE_TEXT || v->kind == VALUE_NUMBER) {
        return cut(w->arena, v->kind == VALUE_TEXT && v->count == 0 ? "\"\"" : v->text);
    }
    struct buffer json = {0};
    json_write(&json, veil(w->arena, v, w->environment));
    const char *text = cut(w->arena, buffer_string(&json));
    buffer_drop(&json);
    return text;
}

static void add(struct walk *w, const struct value *before, const struct value *after)
{
    struct diff_change c = {.object = w->object,
                            .path = arena_text(w->arena, buffer_string(&w->path), w->path.count),
                            .before = shown(w, before),
                            .after = shown(w, after)};
    VEC_PUSH(&w->diff->changes, c);
}

/* ---- the way down ---- */

/* Puts a step behind the path; returns what cut_path takes it off with. */
static size_t go_to(struct walk *w, const char *key, bool item)
{
    size_t before = w->path.count;
    if (item || strpbrk(key, "./[]") != NULL) {
        buffer_format(&w->path, "[%s]", cut(w->arena, key));
    } else {
        buffer_format(&w->path, "%s%s", before == 0 ? "" : ".", key);
    }
    return before;
}

static void go_back(struct walk *w, size_t before)
{
    w->path.count = before;
    w->path.at[before] = '\0';
}

static bool is_quantity_of(const struct value *v, struct quantity *q)
{
    return v != NULL && (v->kind == VALUE_TEXT || v->kind == VALUE_NUMBER) &&
           quantity_parse(v->text, v->count, q) == QUANTITY_OK;
}

static bool is_same(const struct walk *w, const struct value *before, const struct value *after)
{
    struct quantity left, right;
    if (before == NULL || after == NULL) {
        return value_is_null(before) && value_is_null(after);
    }
    return value_equal(before, after) || (w->quantities && is_quantity_of(before, &left) &&
                                          is_quantity_of(after, &right) && quantity_compare(&left, &right) == 0);
}

/* The key by whose value the items of both lists are told apart; null: none tells all of them apart. */
static const char *key_of(const struct value *before, const struct value *after)
{
    static const char *const keys[] = {"name", "containerPort", "port",    "mountPath", "topologyKey", "devicePath",
                                       "ip",   "key",           "service", "to",        "instance",    "type"};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        bool good = true;
        const struct value *lists[2] = {before, after};
        for (int l = 0; l < 2; l++) {
            for (uint32_t i = 0; i < lists[l]->count && good; i++) {
                const struct value *v = value_get(lists[l]->items[i], keys[k]);
                good = v != NULL && (v->kind == VALUE_TEXT || v->kind == VALUE_NUMBER);
                for (uint32_t j = 0; j < i && good; j++) {
                    good = strcmp(value_get(lists[l]->items[j], keys[k])->text, v->text) != 0;
                }
            }
        }
        if (good) {
            return keys[k];
        }
    }
    return NULL;
}

static const struct value *find_item(const struct value *list, const char *key, const char *text)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (strcmp(value_get(list->items[i], key)->text, text) == 0) {
            return list->items[i];
        }
    }
    return NULL;
}

static void compare(struct walk *w, const struct value *before, const struct value *after, int depth);

static void compare_at(struct walk *w, const char *key, bool item, const struct value *before,
                       const struct value *after, int depth)
{
    size_t back = go_to(w, key, item);
    compare(w, before, after, depth + 1);
    go_back(w, back);
}

static void compare_keyed(struct walk *w, const struct value *before, const struct value *after, const char *key,
                          int depth)
{
    for (uint32_t i = 0; i < before->count; i++) {
        const char *text = value_get(before->items[i], key)->text;
        compare_at(w, text, true, before->items[i], find_item(after, key, text), depth);
    }
    for (uint32_t i = 0; i < after->count; i++) {
        const char *text = value_get(after->items[i], key)->text;
        if (find_item(before, key, text) == NULL) {
            compare_at(w, text, true, NULL, after->items[i], depth);
        }
    }
}

static bool holds_plain(const struct value *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (value_is_map(list->items[i]) || value_is_list(list->items[i])) {
            return false;
        }
    }
    return true;
}

static void compare_lists(struct walk *w, const struct value *before, const struct value *after, int depth)
{
    const char *key = before->count + after->count > 0 ? key_of(before, after) : NULL;
    uint32_t most = before->count > after->count ? before->count : after->count;
    if (key != NULL) {
        compare_keyed(w, before, after, key, depth);
    } else if (holds_plain(before) && holds_plain(after)) {
        add(w, before, after);
    } else {
        for (uint32_t i = 0; i < most; i++) {
            compare_at(w, arena_format(w->arena, "%u", i), true, i < before->count ? before->items[i] : NULL,
                       i < after->count ? after->items[i] : NULL, depth);
        }
    }
}

/* What the API server or kubectl keeps of its own. */
static bool is_beside_the_point(const struct walk *w, const char *key)
{
    static const char *const keys[] = {"managedFields",
                                       "resourceVersion",
                                       "uid",
                                       "creationTimestamp",
                                       "generation",
                                       "kubectl.kubernetes.io/last-applied-configuration",
                                       "deployment.kubernetes.io/revision"};
    if (w->path.count == 0) {
        return strcmp(key, "status") == 0 && strncmp(w->object, "Node/", 5) != 0;
    }
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strcmp(keys[i], key) == 0 && strncmp(w->path.at, "metadata", 8) == 0) {
            return true;
        }
    }
    return false;
}

static void compare_member(struct walk *w, const char *key, const struct value *before, const struct value *after,
                           int depth)
{
    struct walk outer = *w;
    bool data = strcmp(key, "data") == 0 || strcmp(key, "stringData") == 0;
    if (is_beside_the_point(w, key)) {
        return;
    }
    w->secret = w->secret && (depth > 0 || data);
    w->environment = w->environment || strcmp(key, "env") == 0;
    w->quantities = w->quantities || strcmp(key, "requests") == 0 || strcmp(key, "limits") == 0 ||
                    strcmp(key, "capacity") == 0 || strcmp(key, "allocatable") == 0;
    bool veiled = w->secret;
    w->secret = veiled || (w->environment && strcmp(key, "value") == 0);
    compare_at(w, key, false, before, after, depth);
    w->secret = outer.secret;
    w->environment = outer.environment;
    w->quantities = outer.quantities;
}

static void compare_maps(struct walk *w, const struct value *before, const struct value *after, int depth)
{
    for (uint32_t i = 0; i < before->count; i++) {
        const struct member *m = &before->members[i];
        compare_member(w, m->key, m->value, value_get(after, m->key), depth);
    }
    for (uint32_t i = 0; i < after->count; i++) {
        const struct member *m = &after->members[i];
        if (value_get(before, m->key) == NULL) {
            compare_member(w, m->key, NULL, m->value, depth);
        }
    }
}

static void compare(struct walk *w, const struct value *before, const struct value *after, int depth)
{
    if (is_same(w, before, after)) {
        return;
    }
    if (depth < DEPTH_MAX && value_is_map(before) && value_is_map(after)) {
        compare_maps(w, before, after, depth);
    } else if (depth < DEPTH_MAX && value_is_list(before) && value_is_list(after)) {
        compare_lists(w, before, after, depth);
    } else {
        add(w, before, after);
    }
}

/* ---- objects ---- */

static int compare_objects(const void *left, const void *right)
{
    const struct object *a = *(struct object *const *)left, *b = *(struct object *const *)right;
    int order = strcmp(a->kind, b->kind);
    order = order != 0 ? order : strcmp(a->namespace, b->namespace);
    order = order != 0 ? order : strcmp(a->name, b->name);
    return order != 0 ? order : (int)a->headroom - (int)b->headroom;
}

/* What a controller made is the state of a cluster, not what somebody wrote. */
static bool is_owned(const struct object *o)
{
    const struct value *owners = value_at(o->tree, "metadata.ownerReferences");
    return value_is_list(owners) && owners->count > 0;
}

static struct object **sorted(struct arena *a, struct object *const *list, uint32_t *count)
{
    struct object **out = TAKE(a, struct object *, *count);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < *count; i++) {
        if (!is_owned(list[i])) {
            out[kept++] = list[i];
        }
    }
    if (kept > 0) {
        qsort(out, kept, sizeof(struct object *), compare_objects);
    }
    *count = kept;
    return out;
}

static void compare_object(struct walk *w, const struct object *before, const struct object *after)
{
    const struct object *any = before != NULL ? before : after;
    w->object = object_title(w->arena, any);
    w->secret = strcmp(any->kind, "Secret") == 0 && !any->headroom;
    w->environment = false;
    w->quantities = false;
    buffer_clear(&w->path);
    if (before != NULL && after != NULL) {
        compare(w, before->tree, after->tree, 0);
    } else {
        struct diff_change c = {
            .object = w->object, .path = "", .before = before == NULL ? NULL : "", .after = after == NULL ? NULL : ""};
        VEC_PUSH(&w->diff->changes, c);
    }
}

void diff_make(struct diff *d, struct arena *a, struct object *const *base, uint32_t base_count,
               struct object *const *candidate, uint32_t candidate_count)
{
    struct walk w = {.diff = d, .arena = a};
    struct object **left = sorted(a, base, &base_count), **right = sorted(a, candidate, &candidate_count);
    uint32_t i = 0, j = 0;
    *d = (struct diff){0};
    while (i < base_count || j < candidate_count) {
        int order = i == base_count ? 1 : j == candidate_count ? -1 : compare_objects(&left[i], &right[j]);
        compare_object(&w, order <= 0 ? left[i] : NULL, order >= 0 ? right[j] : NULL);
        i += order <= 0;
        j += order >= 0;
    }
    buffer_drop(&w.path);
}

void diff_drop(struct diff *d)
{
    VEC_DROP(&d->changes);
}

/* ---- alike ---- */

/* The next object of headroom's kind, or with null of any that is not headroom's; count: none. */
static uint32_t next_of(struct object *const *list, uint32_t from, uint32_t count, const char *kind)
{
    while (from < count &&
           (kind == NULL ? list[from]->headroom : !list[from]->headroom || strcmp(list[from]->kind, kind) != 0)) {
        from++;
    }
    return from;
}

static bool same_kind(struct object *const *base, uint32_t base_count, struct object *const *candidate,
                      uint32_t candidate_count, const char *kind)
{
    uint32_t i = next_of(base, 0, base_count, kind), j = next_of(candidate, 0, candidate_count, kind);
    while (i < base_count && j < candidate_count) {
        if (compare_objects(&base[i], &candidate[j]) != 0 || !value_equal(base[i]->tree, candidate[j]->tree)) {
            return false;
        }
        i = next_of(base, i + 1, base_count, kind);
        j = next_of(candidate, j + 1, candidate_count, kind);
    }
    return i == base_count && j == candidate_count;
}

bool diff_same(struct object *const *base, uint32_t base_count, struct object *const *candidate,
               uint32_t candidate_count)
{
    bool same = same_kind(base, base_count, candidate, candidate_count, NULL);
    for (const char *const *kind = spec_kind_names; *kind != NULL && same; kind++) {
        same = same_kind(base, base_count, candidate, candidate_count, *kind);
    }
    return same;
}
