#include "sim/scenario/storage.h"

#include <stdlib.h>
#include <string.h>

#include "sim/scenario/compile.h"
#include "sim/scenario/quantity.h"
#include "sim/scenario/selector.h"

struct storage storage_make(struct arena *a, struct names *names)
{
    return (struct storage){.arena = a, .names = names};
}

void storage_drop(struct storage *s)
{
    VEC_DROP(&s->classes);
    VEC_DROP(&s->volumes);
    VEC_DROP(&s->claims);
    VEC_DROP(&s->limits);
    lookup_drop(&s->class_of);
    lookup_drop(&s->volume_of);
    lookup_drop(&s->claim_of);
}

static bool is_text(const struct value *v, const char *text)
{
    const char *there = value_as_text(v);
    return there != NULL && strcmp(there, text) == 0;
}

/* Interned; null: v is no text or is empty. */
static const char *text_of(struct storage *s, const struct value *v)
{
    const char *text = value_as_text(v);
    return text == NULL || text[0] == '\0' ? NULL : names_text(s->names, text);
}

static const char *text_or_empty(struct storage *s, const struct value *v)
{
    const char *text = value_as_text(v);
    return names_text(s->names, text == NULL ? "" : text);
}

static uint32_t size_of(const struct value *v)
{
    return value_is_list(v) ? v->count : 0;
}

static const struct value *annotation(const struct value *metadata, const char *key)
{
    return value_get(value_get(metadata, "annotations"), key);
}

const char *storage_key(struct storage *s, const char *namespace, const char *name)
{
    char room[600];
    size_t front = strlen(namespace), back = strlen(name);
    if (front + 1 + back > sizeof room) {
        return names_text(s->names, "");
    }
    memcpy(room, namespace, front);
    room[front] = '/';
    memcpy(room + front + 1, name, back);
    return names_intern(s->names, room, front + 1 + back);
}

static unsigned modes_of(const struct value *list)
{
    static const char *const words[] = {"ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"};
    unsigned modes = 0;
    for (uint32_t i = 0; i < size_of(list); i++) {
        unsigned bit = 0;
        while (bit < 4 && !is_text(list->items[i], words[bit])) {
            bit++;
        }
        modes |= 1u << bit;
    }
    return modes;
}

static int64_t bytes_of(const struct value *amounts)
{
    struct quantity q;
    return quantity_read(value_get(amounts, "storage"), &q) == QUANTITY_OK ? quantity_value(&q) : 0;
}

/* The class that an older annotation or the spec names. */
static const char *class_of(struct storage *s, const struct value *object)
{
    const struct value *old = annotation(value_get(object, "metadata"), "volume.beta.kubernetes.io/storage-class");
    return text_or_empty(s, old != NULL ? old : value_at(object, "spec.storageClassName"));
}

/* ---- classes ---- */

static struct node_term topology_term(struct storage *s, const struct value *term)
{
    const struct value *list = value_get(term, "matchLabelExpressions");
    struct requirement *at = TAKE(s->arena, struct requirement, size_of(list));
    for (uint32_t i = 0; i < size_of(list); i++) {
        const struct value *values = value_get(list->items[i], "values");
        const char **texts = TAKE(s->arena, const char *, size_of(values));
        for (uint32_t k = 0; k < size_of(values); k++) {
            texts[k] = text_or_empty(s, values->items[k]);
        }
        at[i] = (struct requirement){.key = text_or_empty(s, value_get(list->items[i], "key")),
                                     .op = REQUIREMENT_IN,
                                     .values = texts,
                                     .count = size_of(values)};
    }
    return (struct node_term){.labels = at, .label_count = size_of(list)};
}

static void add_class(struct storage *s, const struct value *object)
{
    const struct value *list = value_get(object, "allowedTopologies"), *metadata = value_get(object, "metadata");
    struct node_term *allowed = TAKE(s->arena, struct node_term, size_of(list));
    for (uint32_t i = 0; i < size_of(list); i++) {
        allowed[i] = topology_term(s, list->items[i]);
    }
    struct storage_class c = {.name = text_or_empty(s, value_get(metadata, "name")),
                              .provisioner = text_or_empty(s, value_get(object, "provisioner")),
                              .waits = is_text(value_get(object, "volumeBindingMode"), "WaitForFirstConsumer"),
                              .allowed = allowed,
                              .allowed_count = size_of(list),
                              .is_default =
                                  is_text(annotation(metadata, "storageclass.kubernetes.io/is-default-class"), "true")};
    lookup_put(&s->class_of, c.name, s->classes.count);
    VEC_PUSH(&s->classes, c);
}

/* ---- volumes ---- */

/* "a__b" as {key In [a, b]}. False: it is no list of zones, and counts for nothing. */
static bool read_zones(struct storage *s, const char *key, const char *text, struct requirement *r)
{
    const char **values = TAKE(s->arena, const char *, strlen(text) / 2 + 1);
    *r = (struct requirement){.key = key, .op = REQUIREMENT_IN, .values = values};
    for (const char *at = text;;) {
        const char *end = strstr(at, "__");
        size_t length = end == NULL ? strlen(at) : (size_t)(end - at);
        if (length == 0) {
            return false;
        }
        values[r->count++] = names_intern(s->names, at, length);
        if (end == NULL) {
            return true;
        }
        at = end + 2;
    }
}

static void set_zones(struct storage *s, struct storage_volume *v)
{
    static const char *const keys[] = {"failure-domain.beta.kubernetes.io/zone",
                                       "failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/zone",
                                       "topology.kubernetes.io/region"};
    struct requirement *zones = TAKE(s->arena, struct requirement, 4);
    for (int i = 0; i < 4; i++) {
        const char *key = names_text(s->names, keys[i]), *text = labels_get(v->labels, key);
        v->zone_count += text != NULL && read_zones(s, key, text, &zones[v->zone_count]);
    }
    v->zones = zones;
}

static const struct placement *affinity_of(struct storage *s, const struct value *required)
{
    if (value_is_null(required)) {
        return NULL;
    }
    struct placement *p = TAKE(s->arena, struct placement, 1);
    struct value *wrapped = value_map(s->arena);
    value_put(s->arena, wrapped, "requiredDuringSchedulingIgnoredDuringExecution", value_copy(s->arena, required));
    compile_affinity(s->arena, s->names, wrapped, p);
    return p;
}

static void add_volume(struct storage *s, const struct value *object)
{
    const struct value *metadata = value_get(object, "metadata"), *spec = value_get(object, "spec"),
                       *claim = value_get(spec, "claimRef");
    struct storage_volume v = {.name = text_or_empty(s, value_get(metadata, "name")),
                               .class = class_of(s, object),
                               .affinity = affinity_of(s, value_at(spec, "nodeAffinity.required")),
                               .driver = text_of(s, value_at(spec, "csi.driver")),
                               .handle = text_of(s, value_at(spec, "csi.volumeHandle")),
                               .size_bytes = bytes_of(value_get(spec, "capacity")),
                               .modes = modes_of(value_get(spec, "accessModes")),
                               .block = is_text(value_get(spec, "volumeMode"), "Block"),
                               .available = is_text(value_at(object, "status.phase"), "Available"),
                               .deleted = value_get(metadata, "deletionTimestamp") != NULL,
                               .labels = labels_compile(s->arena, s->names, value_get(metadata, "labels"))};
    const char *namespace = text_of(s, value_get(claim, "namespace")), *name = text_of(s, value_get(claim, "name"));
    if (namespace != NULL && name != NULL) {
        v.claim = storage_key(s, namespace, name);
    }
    set_zones(s, &v);
    lookup_put(&s->volume_of, v.name, s->volumes.count);
    VEC_PUSH(&s->volumes, v);
}

/* ---- claims ---- */

static void add_claim(struct storage *s, const char *key, const char *name, const struct value *object)
{
    const struct value *metadata = value_get(object, "metadata"), *spec = value_get(object, "spec"),
                       *selector = value_get(spec, "selector");
    struct storage_claim c = {.key = key,
                              .name = name,
                              .class = class_of(s, object),
                              .volume = text_of(s, value_get(spec, "volumeName")),
                              .lost = is_text(value_at(object, "status.phase"), "Lost"),
                              .deleted = value_get(metadata, "deletionTimestamp") != NULL,
                              .block = is_text(value_get(spec, "volumeMode"), "Block"),
                              .modes = modes_of(value_get(spec, "accessModes")),
                              .size_bytes = bytes_of(value_at(spec, "resources.requests")),
                              .selected_node = text_of(s, annotation(metadata, "volume.kubernetes.io/selected-node"))};
    c.any_class = value_get(spec, "storageClassName") == NULL && c.class[0] == '\0';
    c.bound = c.volume != NULL && annotation(metadata, "pv.kubernetes.io/bind-completed") != NULL;
    c.selector = value_is_null(selector) ? NULL : selector_compile(s->arena, s->names, selector);
    lookup_put(&s->claim_of, c.key, s->claims.count);
    VEC_PUSH(&s->claims, c);
}

void storage_add_claim(struct storage *s, const char *namespace, const char *name, const struct value *template)
{
    const char *key = storage_key(s, namespace, name);
    if (storage_claim(s, key) == NULL) {
        add_claim(s, key, names_text(s->names, name), template);
    }
}

/* ---- nodes ---- */

static void add_limits(struct storage *s, const struct value *object)
{
    const struct value *drivers = value_at(object, "spec.drivers");
    const char *node = text_or_empty(s, value_at(object, "metadata.name"));
    for (uint32_t i = 0; i < size_of(drivers); i++) {
        struct storage_limit limit = {.node = node, .driver = text_or_empty(s, value_get(drivers->items[i], "name"))};
        if (value_as_int64(value_at(drivers->items[i], "allocatable.count"), &limit.count)) {
            VEC_PUSH(&s->limits, limit);
        }
    }
}

bool storage_add(struct storage *s, const char *kind, const struct value *object)
{
    if (strcmp(kind, "StorageClass") == 0) {
        add_class(s, object);
    } else if (strcmp(kind, "PersistentVolume") == 0) {
        add_volume(s, object);
    } else if (strcmp(kind, "PersistentVolumeClaim") == 0) {
        const char *namespace = value_as_text(value_at(object, "metadata.namespace"));
        const char *name = text_or_empty(s, value_at(object, "metadata.name"));
        add_claim(s, storage_key(s, namespace == NULL ? "default" : namespace, name), name, object);
    } else if (strcmp(kind, "CSINode") == 0) {
        add_limits(s, object);
    } else {
        return false;
    }
    return true;
}

void storage_settle(struct storage *s)
{
    const char *name = NULL;
    for (uint32_t i = 0; i < s->classes.count; i++) {
        name = s->classes.at[i].is_default ? s->classes.at[i].name : name;
    }
    for (uint32_t i = 0; name != NULL && i < s->claims.count; i++) {
        if (s->claims.at[i].any_class) {
            s->claims.at[i].class = name;
        }
    }
}

/* ---- finding ---- */

struct storage_class *storage_class(const struct storage *s, const char *name)
{
    uint32_t at = lookup_get(&s->class_of, name);
    return at == LOOKUP_NONE ? NULL : &s->classes.at[at];
}

struct storage_volume *storage_volume(const struct storage *s, const char *name)
{
    uint32_t at = lookup_get(&s->volume_of, name);
    return at == LOOKUP_NONE ? NULL : &s->volumes.at[at];
}

struct storage_claim *storage_claim(const struct storage *s, const char *key)
{
    uint32_t at = lookup_get(&s->claim_of, key);
    return at == LOOKUP_NONE ? NULL : &s->claims.at[at];
}

/* The drivers that Kubernetes once had itself; their volumes are not counted. */
bool storage_is_built_in(const char *provisioner)
{
    static const char *const names[] = {"kubernetes.io/aws-ebs",        "kubernetes.io/gce-pd",
                                        "kubernetes.io/azure-disk",     "kubernetes.io/azure-file",
                                        "kubernetes.io/cinder",         "kubernetes.io/vsphere-volume",
                                        "kubernetes.io/portworx-volume"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(provisioner, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

bool storage_knows(const struct storage *s, const char *key)
{
    const struct storage_claim *c = storage_claim(s, key);
    if (c == NULL) {
        return false;
    }
    if (c->volume != NULL) {
        return storage_volume(s, c->volume) != NULL;
    }
    const struct storage_class *class = storage_class(s, c->class);
    return class != NULL && class->waits;
}
