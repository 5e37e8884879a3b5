#include "sim/scenario/object.h"

#include <stdlib.h>
#include <string.h>

#include "sim/scenario/scheduler_schema.h"
#include "sim/scenario/suggest.h"

struct objects objects_make(struct arena *a, struct names *names, struct problems *problems, const char *const *own)
{
    return (struct objects){.arena = a, .names = names, .problems = problems, .own = own};
}

void objects_drop(struct objects *o)
{
    VEC_DROP(&o->list);
    VEC_DROP(&o->sorted);
}

const char *object_title(struct arena *a, const struct object *object)
{
    bool plain = object->namespace[0] == '\0' || strcmp(object->namespace, "default") == 0;
    return arena_format(a, "%s/%s%s%s", object->kind, plain ? "" : object->namespace, plain ? "" : "/", object->name);
}

/* ---- one object ---- */

static bool is_own_kind(const struct objects *o, const char *kind)
{
    for (const char *const *own = o->own; *own != NULL; own++) {
        if (strcmp(*own, kind) == 0) {
            return true;
        }
    }
    return false;
}

/* Kubernetes' own groups have no dot but these: all others are of somebody's operator. */
static bool is_core_group(const char *api_version)
{
    size_t group = strcspn(api_version, "/");
    return memchr(api_version, '.', group) == NULL || strstr(api_version, ".k8s.io/") != NULL;
}

static bool refuse_own(struct objects *o, const struct object *object)
{
    const char *near = suggest_nearest(object->kind, o->own);
    const char *hint =
        near == NULL ? "`headroom help kinds` lists what it has" : arena_format(o->arena, "did you mean %s?", near);
    problems_error(o->problems, value_get(object->tree, "kind")->where, "kind: unknown kind: headroom has no %s (%s)",
                   object->kind, hint);
    return false;
}

/* A Kubernetes object whose kind is not in the table: wrong where it is surely a slip; else kept (manifest.h). Somebody's
 * own Job or Service is none of Kubernetes': it goes by the name that kubectl has for it, Job.batch.example.org. */
static bool meet_unknown(struct objects *o, struct object *object)
{
    struct mark where = value_get(object->tree, "apiVersion")->where;
    const struct kind *elsewhere = kinds_named(object->kind);
    if (is_own_kind(o, object->kind)) {
        problems_error(o->problems, where, "apiVersion: wrong version: %s is a kind of headroom (write %s)",
                       object->kind, OBJECT_HEADROOM);
        return false;
    }
    if (elsewhere != NULL && is_core_group(object->api_version)) {
        problems_error(o->problems, where, "apiVersion: wrong version: Kubernetes 1.36 has no %s in %s (write %s)",
                       object->kind, object->api_version, elsewhere->api_version);
        return false;
    }
    if (elsewhere != NULL) {
        int group = (int)strcspn(object->api_version, "/");
        const char *full = arena_format(o->arena, "%s.%.*s", object->kind, group, object->api_version);
        object->kind = names_text(o->names, full);
    }
    return true;
}

/* Finds out what the kind is; false: it is none that can be. */
static bool classify(struct objects *o, struct object *object)
{
    if (strncmp(object->api_version, "headroom/", 9) == 0 || strcmp(object->api_version, "headroom") == 0) {
        object->headroom = true;
        if (strcmp(object->api_version, OBJECT_HEADROOM) != 0) {
            problems_error(o->problems, value_get(object->tree, "apiVersion")->where,
                           "apiVersion: wrong version: this headroom reads no %s (write %s)", object->api_version,
                           OBJECT_HEADROOM);
            return false;
        }
        return is_own_kind(o, object->kind) || refuse_own(o, object);
    }
    object->type = kinds_find(object->api_version, object->kind);
    return object->type != NULL || meet_unknown(o, object);
}

static const char *intern(struct objects *o, const char *text)
{
    return names_text(o->names, text);
}

/* Sets namespace and name from metadata, which a scheduler's configuration has not; false: there is no good name. */
static bool name_object(struct objects *o, struct object *object)
{
    if (object->type != NULL && object->type->schema == &scheduler_configuration) {
        object->name = intern(o, SCHEDULER_NAME);
        object->namespace = intern(o, "");
        return true;
    }
    const struct value *metadata = value_get(object->tree, "metadata");
    const struct value *name = value_get(metadata, "name");
    const char *text = value_as_text(name);
    const char *namespace = value_as_text(value_get(metadata, "namespace"));
    if (text == NULL || text[0] == '\0' || strpbrk(text, "/ \t\n") != NULL) {
        bool generated = value_get(metadata, "generateName") != NULL;
        struct mark where = name != NULL ? name->where : metadata != NULL ? metadata->where : object->where;
        problems_error(o->problems, where, "%s: %s: metadata.name %s (%s)", object->kind,
                       name == NULL ? "missing field" : "wrong value",
                       name == NULL ? "is required" : "must be a text without / and blanks",
                       generated ? "generateName makes a new object at each run: give it a name" : "name the object");
        return false;
    }
    bool cluster = object->type != NULL && !object->type->namespaced;
    object->name = intern(o, text);
    object->namespace = intern(o, cluster ? "" : namespace == NULL || *namespace == '\0' ? "default" : namespace);
    return true;
}

static void refuse_document(struct objects *o, const struct value *tree, const char *what)
{
    problems_error(o->problems, tree->where,
                   "document: %s: every document is one object with apiVersion and kind (is it a values file of Helm? "
                   "helm template . | headroom run -)",
                   what);
}

/* Whether Helm makes the object at an installation or upgrade, or says nothing of it. */
static bool is_installed(const struct value *hook)
{
    static const char *const installed[] = {"pre-install", "post-install", "pre-upgrade", "post-upgrade"};
    const char *text = value_as_text(hook);
    for (size_t i = 0; text != NULL && i < sizeof installed / sizeof *installed; i++) {
        if (strstr(text, installed[i]) != NULL) {
            return true;
        }
    }
    return text == NULL || text[0] == '\0';
}

/* What `helm template` prints beside what it installs: tests, and what runs before a deletion. Left out, and said. */
static bool is_for_later(struct objects *o, const struct value *tree)
{
    const struct value *hook = value_get(value_at(tree, "metadata.annotations"), "helm.sh/hook");
    if (is_installed(hook)) {
        return false;
    }
    problems_warn_once(
        o->problems, intern(o, "helm.sh/hook"), hook->where,
        "metadata.annotations[helm.sh/hook]: left out: Helm makes it when asked for (%.40s), not when it "
        "installs",
        value_as_text(hook));
    return true;
}

static void add_one(struct objects *o, struct value *tree, uint32_t layer)
{
    const char *api_version = value_as_text(value_get(tree, "apiVersion"));
    const char *kind = value_as_text(value_get(tree, "kind"));
    if (api_version == NULL || kind == NULL) {
        refuse_document(o, tree, !value_is_map(tree) ? "not a map" : kind == NULL ? "no kind" : "no apiVersion");
        return;
    }
    struct object *object = TAKE(o->arena, struct object, 1);
    *object = (struct object){.api_version = intern(o, api_version),
                              .kind = intern(o, kind),
                              .tree = tree,
                              .where = tree->where,
                              .layer = layer};
    if (classify(o, object) && name_object(o, object) && !is_for_later(o, tree)) {
        VEC_PUSH(&o->list, object);
    }
}

/* In a list of one kind (PodList) the items need not say theirs. */
static void add_item(struct objects *o, const struct value *list, struct value *item, uint32_t layer)
{
    const char *kind = value_as_text(value_get(list, "kind"));
    size_t stem = strlen(kind) - strlen("List");
    if (value_is_map(item) && stem > 0 && value_get(item, "kind") == NULL) {
        struct value *named = value_text(o->arena, arena_format(o->arena, "%.*s", (int)stem, kind));
        named->where = item->where;
        value_put(o->arena, item, names_text(o->names, "kind"), named);
    }
    if (value_is_map(item) && value_get(item, "apiVersion") == NULL) {
        value_put(o->arena, item, names_text(o->names, "apiVersion"), value_get(list, "apiVersion"));
    }
    objects_add(o, item, layer);
}

void objects_add(struct objects *o, struct value *tree, uint32_t layer)
{
    const char *kind = value_as_text(value_get(tree, "kind"));
    size_t length = kind == NULL ? 0 : strlen(kind);
    struct value *items = value_get(tree, "items");
    bool list = length >= 4 && strcmp(kind + length - 4, "List") == 0 && value_get(tree, "apiVersion") != NULL;
    if (!list || (!value_is_list(items) && length > 4)) {
        add_one(o, tree, layer);
        return;
    }
    for (uint32_t i = 0; value_is_list(items) && i < items->count; i++) {
        add_item(o, tree, items->items[i], layer);
    }
}

/* ---- all of them ---- */

/* The group that tells kinds of one name apart: an older version's is that of the one it is converted to. */
static const char *group_of(const struct object *object, size_t *length)
{
    const char *version =
        object->type != NULL && object->type->read_as != NULL ? object->type->read_as : object->api_version;
    const char *slash = strchr(version, '/');
    *length = slash == NULL ? 0 : (size_t)(slash - version);
    return version;
}

static int compare_groups(const struct object *a, const struct object *b)
{
    size_t left = 0, right = 0;
    const char *one = group_of(a, &left), *other = group_of(b, &right);
    int difference = memcmp(one, other, left < right ? left : right);
    return difference != 0 ? difference : (left > right) - (left < right);
}

static int compare_names(const struct object *object, const char *kind, const char *namespace, const char *name)
{
    int difference = strcmp(object->kind, kind);
    difference = difference != 0 ? difference : strcmp(object->namespace, namespace);
    return difference != 0 ? difference : strcmp(object->name, name);
}

static int compare_objects(const struct object *a, const struct object *b)
{
    int difference = compare_names(a, b->kind, b->namespace, b->name);
    return difference != 0 ? difference : compare_groups(a, b);
}

struct ranked {
    struct object *object;
    uint32_t order;
};

static int compare_ranked(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    int difference = compare_objects(a->object, b->object);
    return difference != 0 ? difference : (a->order > b->order) - (a->order < b->order);
}

/* Keys whose values change nothing that is simulated. */
static bool is_beside_the_point(const char *key, bool container)
{
    static const char *const keys[] = {"env", "envFrom", "command", "args", "annotations"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strcmp(keys[i], key) == 0) {
            return true;
        }
    }
    return container && strcmp(key, "name") == 0;
}

static bool acts_alike(const struct value *left, const struct value *right, bool container);

/* Every member of left that counts is in right and acts alike. */
static bool is_within(const struct value *left, const struct value *right, bool container)
{
    for (uint32_t i = 0; i < left->count; i++) {
        const struct member *m = &left->members[i];
        bool containers = strcmp(m->key, "containers") == 0 || strcmp(m->key, "initContainers") == 0;
        if (!is_beside_the_point(m->key, container) && !acts_alike(m->value, value_get(right, m->key), containers)) {
            return false;
        }
    }
    return true;
}

/* The two make no difference to a simulation; container: they are, or list, containers. */
static bool acts_alike(const struct value *left, const struct value *right, bool container)
{
    if (value_is_list(left) && value_is_list(right) && left->count == right->count) {
        for (uint32_t i = 0; i < left->count; i++) {
            if (!acts_alike(left->items[i], right->items[i], container)) {
                return false;
            }
        }
        return true;
    }
    if (value_is_map(left) && value_is_map(right)) {
        return is_within(left, right, container) && is_within(right, left, container);
    }
    return value_equal(left, right);
}

/* A Kubernetes object again: kubectl would take the last one. It is a mistake when that changes what is simulated. */
static void meet_manifest_again(struct objects *o, struct object *first, const struct object *again)
{
    struct mark before = first->where;
    const char *title = object_title(o->arena, again);
    if (!acts_alike(first->tree, again->tree, false)) {
        problems_error(o->problems, again->where, "%s: given twice: another one stands at %s:%u:%u (keep one of them)",
                       title, before.file, before.line, before.column);
        return;
    }
    if (!value_equal(first->tree, again->tree)) {
        problems_warn(o->problems, again->where,
                      "%s: given twice: it replaces the one at %s:%u:%u, which acts alike (keep one of them)", title,
                      before.file, before.line, before.column);
    }
    first->tree = again->tree;
    first->where = again->where;
}

/* Another object of the same kind and name as one before: an overlay, or a mistake. */
static void meet_again(struct objects *o, struct object *first, const struct object *again)
{
    if (!first->headroom) {
        meet_manifest_again(o, first, again);
    } else if (again->layer > first->layer) {
        first->tree = value_merge(o->arena, first->tree, again->tree);
        first->layer = again->layer;
    } else {
        problems_error(o->problems, again->where,
                       "%s: given twice: another one stands at %s:%u:%u (keep one, or put the change in a FILE of its "
                       "own behind this one)",
                       object_title(o->arena, again), first->where.file, first->where.line, first->where.column);
    }
}

/* Takes out of the list what is not in sorted: those that were merged into an earlier one. */
static void drop_merged(struct objects *o, const bool *merged)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < o->list.count; i++) {
        if (!merged[i]) {
            o->list.at[kept++] = o->list.at[i];
        }
    }
    o->list.count = kept;
}

void objects_settle(struct objects *o)
{
    uint32_t count = o->list.count;
    struct ranked *ranked = memory_take(count + 1, sizeof *ranked);
    bool *merged = memory_take(count + 1, sizeof *merged);
    for (uint32_t i = 0; i < count; i++) {
        ranked[i] = (struct ranked){o->list.at[i], i};
    }
    qsort(ranked, count, sizeof *ranked, compare_ranked);
    o->sorted.count = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct object *last = o->sorted.count == 0 ? NULL : o->sorted.at[o->sorted.count - 1];
        if (last != NULL && compare_objects(last, ranked[i].object) == 0) {
            meet_again(o, last, ranked[i].object);
            merged[ranked[i].order] = true;
        } else {
            VEC_PUSH(&o->sorted, ranked[i].object);
        }
    }
    drop_merged(o, merged);
    free(merged);
    free(ranked);
}

static bool is_of(const struct object *object, const char *const *kinds)
{
    while (*kinds != NULL && strcmp(*kinds, object->kind) != 0) {
        kinds++;
    }
    return object->headroom && *kinds != NULL;
}

void objects_replace(struct objects *o, const char *const *kinds, struct object *const *from, uint32_t count)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < o->list.count; i++) {
        if (!is_of(o->list.at[i], kinds)) {
            o->list.at[kept++] = o->list.at[i];
        }
    }
    o->list.count = kept;
    for (uint32_t i = 0; i < count; i++) {
        if (is_of(from[i], kinds)) {
            struct object *copy = TAKE(o->arena, struct object, 1);
            *copy = *from[i];
            VEC_PUSH(&o->list, copy);
        }
    }
    objects_settle(o);
}

struct object *objects_find(const struct objects *o, const char *kind, const char *namespace, const char *name)
{
    uint32_t low = 0, high = o->sorted.count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_names(o->sorted.at[middle], kind, namespace, name) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < o->sorted.count && compare_names(o->sorted.at[low], kind, namespace, name) == 0;
    return found ? o->sorted.at[low] : NULL;
}

const char *objects_suggest(const struct objects *o, const char *kind, const char *name)
{
    struct suggest s = {.wanted = name};
    for (uint32_t i = 0; i < o->list.count; i++) {
        if (strcmp(o->list.at[i]->kind, kind) == 0) {
            suggest_offer(&s, o->list.at[i]->name);
        }
    }
    return s.nearest;
}

bool object_is_owned(const struct object *object)
{
    const struct value *owners = value_at(object->tree, "metadata.ownerReferences");
    return value_is_list(owners) && owners->count > 0;
}

struct value *object_pod_template(const struct object *object)
{
    if (object->headroom) {
        return NULL;
    }
    if (strcmp(object->kind, "Pod") == 0) {
        return object->tree;
    }
    return value_at(object->tree,
                    strcmp(object->kind, "CronJob") == 0 ? "spec.jobTemplate.spec.template" : "spec.template");
}
