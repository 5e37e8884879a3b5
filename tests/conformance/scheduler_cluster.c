#include "tests/conformance/scheduler_cluster.h"

#include <stdlib.h>
#include <string.h>

#include "sim/scenario/selector.h"

static struct volume_table *read_storage(struct replay_case *c, const struct value *in)
{
    static const char *const lists[][2] = {{"storageClasses", "StorageClass"},
                                           {"persistentVolumes", "PersistentVolume"},
                                           {"persistentVolumeClaims", "PersistentVolumeClaim"},
                                           {"csiNodes", "CSINode"}};
    struct storage *s = TAKE(&c->scratch, struct storage, 1);
    *s = storage_make(&c->scratch, c->names);
    for (int k = 0; k < 4; k++) {
        const struct value *list = value_get(in, lists[k][0]);
        for (uint32_t i = 0; list != NULL && i < list->count; i++) {
            storage_add(s, lists[k][1], list->items[i]);
        }
    }
    struct volume_table *v = TAKE(&c->scratch, struct volume_table, 1);
    v->storage = s;
    return v;
}

struct scheduler_cluster scheduler_cluster_open(struct replay_case *c, const struct value *in)
{
    struct scheduler_cluster s = {.c = c,
                                  .in = in,
                                  .compiler = compile_make(&c->scratch, c->names),
                                  .placer = placer_make(&c->scratch, c->names),
                                  .profile = profile_default(&c->scratch, c->names),
                                  .volumes = read_storage(c, in)};
    s.placer.volumes = s.volumes;
    return s;
}

void scheduler_cluster_drop(struct scheduler_cluster *s)
{
    compile_drop(&s->compiler);
    placer_drop(&s->placer);
    storage_drop(s->volumes->storage);
    pod_volumes_drop(s->volumes);
    lookup_drop(&s->numbers);
    VEC_DROP(&s->pods);
}

void scheduler_cluster_put_node(struct scheduler_cluster *s, const struct value *manifest)
{
    struct node n = compile_node(&s->compiler, manifest);
    n.ready = true;
    cache_put_node(&s->placer.cache, &n, 0);
}

static bool is_text(const struct value *v, const char *path, const char *text)
{
    const char *there = value_as_text(value_at(v, path));
    return there != NULL && text != NULL && strcmp(there, text) == 0;
}

/* The object of in[list] in a namespace; null name: any, from the i-th on. */
static const struct value *find(const struct value *list, const char *namespace, const char *name)
{
    for (uint32_t i = 0; list != NULL && i < list->count; i++) {
        if ((namespace == NULL || is_text(list->items[i], "metadata.namespace", namespace)) &&
            is_text(list->items[i], "metadata.name", name)) {
            return list->items[i];
        }
    }
    return NULL;
}

/* The labels that all Services that select the pod ask for. */
static struct value *service_labels(struct scheduler_cluster *s, const char *namespace, const struct labels *labels)
{
    const struct value *services = value_get(s->in, "services");
    struct value *wanted = value_map(&s->c->scratch);
    for (uint32_t i = 0; services != NULL && i < services->count; i++) {
        const struct value *map = value_at(services->items[i], "spec.selector");
        if (is_text(services->items[i], "metadata.namespace", namespace) &&
            selector_matches(selector_of_labels(&s->c->scratch, s->c->names, map), labels)) {
            wanted = value_merge(&s->c->scratch, wanted, map);
        }
    }
    return wanted;
}

static const struct label_selector *default_selector(struct scheduler_cluster *s, const struct value *pod,
                                                     const char *namespace, const struct labels *labels)
{
    struct arena *a = &s->c->scratch;
    struct value *wanted = service_labels(s, namespace, labels);
    const struct value *owner = scheduler_cluster_controller(pod), *object = NULL;
    const char *name = value_as_text(value_get(owner, "name"));
    bool apps = is_text(owner, "apiVersion", "apps/v1");
    if (is_text(owner, "apiVersion", "v1") && is_text(owner, "kind", "ReplicationController")) {
        object = find(value_get(s->in, "replicationControllers"), namespace, name);
        wanted = value_merge(a, wanted, object == NULL ? value_map(a) : value_at(object, "spec.selector"));
        object = NULL;
    } else if (apps && is_text(owner, "kind", "ReplicaSet")) {
        object = find(value_get(s->in, "replicaSets"), namespace, name);
    } else if (apps && is_text(owner, "kind", "StatefulSet")) {
        object = find(value_get(s->in, "statefulSets"), namespace, name);
    }
    const struct label_selector *services = selector_of_labels(a, s->c->names, wanted);
    const struct label_selector *own = selector_compile(a, s->c->names, value_at(object, "spec.selector"));
    return services == NULL ? own : own == NULL ? services : pod_class_both(a, services, own);
}

const struct pod_class *scheduler_cluster_class(struct scheduler_cluster *s, const struct value *manifest,
                                                const struct value *labels)
{
    struct arena *a = &s->c->scratch;
    const char *namespace = names_text(s->c->names, value_as_text(value_at(manifest, "metadata.namespace")));
    const struct value *object = find(value_get(s->in, "namespaces"), NULL, namespace);
    struct pod_class given = {.number = s->classes++,
                              .template = compile_template(&s->compiler, namespace, manifest),
                              .namespace = namespace};
    given.labels = labels_compile(a, s->c->names, labels != NULL ? labels : value_at(manifest, "metadata.labels"));
    given.namespace_labels =
        object == NULL ? NULL : labels_compile(a, s->c->names, value_at(object, "metadata.labels"));
    given.default_selector = default_selector(s, manifest, namespace, given.labels);
    return pod_class_make(a, &given, false);
}

const struct pod_volumes *scheduler_cluster_volumes(struct scheduler_cluster *s, const struct value *manifest,
                                                    const char *name)
{
    return pod_volumes_read(s->volumes->storage, value_as_text(value_at(manifest, "metadata.namespace")), name,
                            value_get(manifest, "spec"));
}

uint32_t scheduler_cluster_number(struct scheduler_cluster *s, const char *name)
{
    name = names_text(s->c->names, name);
    uint32_t number = lookup_get(&s->numbers, name);
    if (number == LOOKUP_NONE) {
        number = s->pods.count;
        VEC_PUSH(&s->pods, name);
        lookup_put(&s->numbers, name, number);
    }
    return number;
}

void scheduler_cluster_fill(struct scheduler_cluster *s)
{
    const struct value *nodes = value_get(s->in, "nodes"), *pods = value_get(s->in, "pods");
    for (uint32_t i = 0; nodes != NULL && i < nodes->count; i++) {
        scheduler_cluster_put_node(s, nodes->items[i]);
    }
    for (uint32_t i = 0; pods != NULL && i < pods->count; i++) {
        const struct value *pod = pods->items[i];
        const char *name = arena_format(&s->c->scratch, "%s/%s", value_as_text(value_at(pod, "metadata.namespace")),
                                        value_as_text(value_at(pod, "metadata.name")));
        cache_add_pod(&s->placer.cache, scheduler_cluster_number(s, name), scheduler_cluster_class(s, pod, NULL),
                      names_text(s->c->names, value_as_text(value_at(pod, "spec.nodeName"))),
                      value_at(pod, "metadata.deletionTimestamp") != NULL, TIME_UNSET);
        pod_volumes_set(s->volumes, scheduler_cluster_number(s, name),
                        scheduler_cluster_volumes(s, pod, value_as_text(value_at(pod, "metadata.name"))));
    }
    cache_snapshot(&s->placer.cache);
}

static int by_text(const void *left, const void *right)
{
    return strcmp((*(struct value *const *)left)->text, (*(struct value *const *)right)->text);
}

static int two(const char *s)
{
    return (s[0] - '0') * 10 + (s[1] - '0');
}

const struct value *scheduler_cluster_controller(const struct value *object)
{
    const struct value *owners = value_at(object, "metadata.ownerReferences");
    for (uint32_t i = 0; owners != NULL && i < owners->count; i++) {
        const struct value *controls = value_get(owners->items[i], "controller");
        if (controls != NULL && controls->boolean) {
            return owners->items[i];
        }
    }
    return NULL;
}

struct value *scheduler_cluster_sorted(struct value *list)
{
    if (list->count > 0) {
        qsort(list->items, list->count, sizeof *list->items, by_text);
    }
    return list;
}

int64_t scheduler_cluster_instant(const struct value *v)
{
    const char *s = value_as_text(v);
    if (s == NULL) {
        return TIME_UNSET;
    }
    int64_t days = ((int64_t)(two(s) * 100 + two(s + 2) - 2000) * 12 + two(s + 5) - 1) * 31 + two(s + 8) - 1;
    return (((days * 24 + two(s + 11)) * 60 + two(s + 14)) * 60 + two(s + 17)) * INT64_C(1000000000);
}

struct value *scheduler_cluster_reasons(struct scheduler_cluster *s, const struct verdict *v,
                                        const struct pod_class *class)
{
    struct value *list = value_list(&s->c->scratch);
    for (unsigned r = 0; r < REASONS; r++) {
        if (verdict_has(v, r)) {
            struct buffer text = {0};
            verdict_reason(&text, (enum reason)r, &class->template->requests);
            value_append(&s->c->scratch, list, value_text(&s->c->scratch, text.at));
            for (uint32_t k = list->count - 1; k > 0 && strcmp(list->items[k - 1]->text, list->items[k]->text) > 0;
                 k--) {
                struct value *swap = list->items[k];
                list->items[k] = list->items[k - 1];
                list->items[k - 1] = swap;
            }
            buffer_drop(&text);
        }
    }
    return list;
}

const char *scheduler_cluster_code(const struct verdict *v)
{
    return verdict_is_good(v) ? "Success" : v->unresolvable ? "UnschedulableAndUnresolvable" : "Unschedulable";
}
