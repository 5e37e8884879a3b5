#include "sim/scenario/pod_validate.h"

#include <stddef.h>
#include <string.h>

#include "sim/scenario/names_validate.h"
#include "sim/scenario/quantity.h"
#include "sim/scenario/selection_validate.h"

#define ANNOTATION_BYTES_MOST (256 << 10)

static bool says(const struct place *p, const char *text)
{
    return strcmp(place_text(p), text) == 0;
}

/* ---- what an object says of itself ---- */

static bool is_annotation(struct arena *a, const char *key)
{
    char *lower = arena_text(a, key, strlen(key));
    for (char *c = lower; *c != '\0'; c++) {
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
    }
    return name_is_qualified(lower);
}

void validate_metadata(const struct place *metadata, struct names *names, struct violations *found)
{
    (void)names;
    struct place labels = place_get(metadata, "labels"), annotations = place_get(metadata, "annotations");
    size_t bytes = 0;
    validate_labels(&labels, found);
    for (uint32_t i = 0; value_is_map(annotations.value) && i < annotations.value->count; i++) {
        struct place annotation = place_member(&annotations, i), said = annotations; /* the server names the map */
        said.value = annotation.value;
        bytes += strlen(annotation.key) + strlen(place_text(&annotation));
        if (!is_annotation(found->arena, annotation.key)) {
            violation_add(found, VIOLATION_INVALID, &said,
                          "\"%.70s\" is no key of an annotation (write letters, digits, -, _ and dots)",
                          annotation.key);
        }
    }
    if (bytes > ANNOTATION_BYTES_MOST) {
        violation_add(found, VIOLATION_TOO_LONG, &annotations, "more than 256 KiB together (take some out)");
    }
}

/* ---- volumes ---- */

void validate_volume(const struct place *volume, struct names *names, struct violations *found)
{
    (void)names;
    struct place empty = place_get(volume, "emptyDir"), limit = place_get(&empty, "sizeLimit");
    struct quantity q;
    uint32_t kinds = 0;
    for (uint32_t i = 0; i < volume->value->count; i++) {
        kinds += strcmp(volume->value->members[i].key, "name") != 0;
    }
    if (limit.value != NULL && quantity_read(limit.value, &q) == QUANTITY_OK && quantity_sign(&q) < 0) {
        violation_add(found, VIOLATION_FORBIDDEN, &limit, "negative (write 0 or more)");
    }
    /* The server looks at them in its own order; emptyDir is the first. */
    for (uint32_t i = 0, seen = empty.value != NULL; i < volume->value->count && kinds > 1; i++) {
        struct place kind = place_member(volume, i);
        if (strcmp(kind.key, "name") != 0 && kind.value != empty.value && seen++ > 0) {
            violation_add(found, VIOLATION_FORBIDDEN, &kind, "a second kind of volume (keep one)");
        }
    }
}

/* ---- names within a pod ---- */

/* Whether an item before the index-th of a list has the same name. */
static bool is_named_before(const struct place *list, uint32_t index, const char *name)
{
    for (uint32_t i = 0; i < index && i < place_count(list); i++) {
        const char *other = value_as_text(value_get(list->value->items[i], "name"));
        if (other != NULL && strcmp(other, name) == 0) {
            return true;
        }
    }
    return false;
}

static void check_unique(const struct place *list, const struct place *also, const char *what, struct violations *found)
{
    for (uint32_t i = 0; i < place_count(list); i++) {
        struct place item = place_item(list, i);
        struct place name = place_get(&item, "name");
        const char *text = place_text(&name);
        if (text[0] != '\0' &&
            (is_named_before(list, i, text) || (also != NULL && is_named_before(also, place_count(also), text)))) {
            violation_add(found, VIOLATION_DUPLICATE, &name, "a second %s %s (give it another name)", what, text);
        }
    }
}

static void check_mounts(const struct place *container, const struct place *volumes, const struct place *claims,
                         struct violations *found)
{
    struct place mounts = place_get(container, "volumeMounts");
    for (uint32_t i = 0; i < place_count(&mounts); i++) {
        struct place mount = place_item(&mounts, i);
        struct place name = place_get(&mount, "name");
        const char *text = place_text(&name);
        bool claimed = false;
        for (uint32_t j = 0; j < place_count(claims); j++) {
            const char *claim = value_as_text(value_at(claims->value->items[j], "metadata.name"));
            claimed = claimed || (claim != NULL && strcmp(claim, text) == 0);
        }
        if (text[0] != '\0' && !claimed && !is_named_before(volumes, place_count(volumes), text)) {
            violation_add(found, VIOLATION_NOT_FOUND, &name, "the pod has no volume %.60s (add it to volumes)", text);
        }
    }
}

/* An ordinary init container runs to its end: there is nothing to probe and nothing to stop. */
static void check_init(const struct place *container, struct violations *found)
{
    static const char *const fields[] = {"livenessProbe", "readinessProbe", "startupProbe", "lifecycle"};
    struct place policy = place_get(container, "restartPolicy");
    for (size_t i = 0; i < sizeof fields / sizeof *fields && !says(&policy, "Always"); i++) {
        struct place field = place_get(container, fields[i]);
        if (field.value != NULL) {
            violation_add(found, VIOLATION_FORBIDDEN, &field,
                          "an init container is not %s (take it out, or write restartPolicy: Always for a sidecar)",
                          i < 3 ? "probed" : "told of its end");
        }
    }
}

/* ---- ports of the host ---- */

static bool is_same_host_port(const struct place *left, const struct place *right)
{
    struct place left_port = place_get(left, "hostPort"), right_port = place_get(right, "hostPort");
    struct place left_ip = place_get(left, "hostIP"), right_ip = place_get(right, "hostIP");
    return place_integer(&left_port, 0) == place_integer(&right_port, 0) && says(&left_ip, place_text(&right_ip)) &&
           value_equal(value_get(left->value, "protocol"), value_get(right->value, "protocol"));
}

/* A port of the containers before, or of this one's ports before. */
static bool is_taken_before(const struct place *containers, uint32_t index, const struct place *port)
{
    for (uint32_t c = 0; c <= index; c++) {
        struct place container = place_item(containers, c), ports = place_get(&container, "ports");
        for (uint32_t i = 0; i < place_count(&ports) && (c < index || i < port->index); i++) {
            struct place other = place_item(&ports, i);
            if (is_same_host_port(port, &other)) {
                return true;
            }
        }
    }
    return false;
}

static void check_host_ports(const struct place *spec, const struct place *containers, uint32_t index,
                             struct violations *found)
{
    struct place container = place_item(containers, index), ports = place_get(&container, "ports");
    const struct value *network = value_get(spec->value, "hostNetwork");
    bool on_host = network != NULL && network->kind == VALUE_BOOL && network->boolean;
    for (uint32_t i = 0; i < place_count(&ports); i++) {
        struct place port = place_item(&ports, i), host = place_get(&port, "hostPort");
        struct place own = place_get(&port, "containerPort");
        if (place_integer(&host, 0) == 0) {
            continue;
        }
        if (is_taken_before(containers, index, &port)) {
            violation_add(found, VIOLATION_DUPLICATE, &host, "a second use of the host's port %lld (write another)",
                          (long long)place_integer(&host, 0));
        }
        if (on_host && place_integer(&host, 0) != place_integer(&own, 0)) {
            violation_add(found, VIOLATION_INVALID, &host,
                          "with hostNetwork a container's port is the host's (write %lld, or take it out)",
                          (long long)place_integer(&own, 0));
        }
    }
}

/* ---- the whole ---- */

static void check_images(const struct place *containers, struct violations *found)
{
    for (uint32_t i = 0; i < place_count(containers); i++) {
        struct place container = place_item(containers, i), image = place_get(&container, "image");
        const char *text = place_text(&image);
        if (strspn(text, " \t\n") > 0 || (text[0] != '\0' && strchr(" \t\n", text[strlen(text) - 1]) != NULL)) {
            violation_add(found, VIOLATION_INVALID, &image, "blanks around the name (take them out)");
        }
    }
}

/* Checks of pods that are none of templates. */
static void check_pod_only(const struct place *spec, struct violations *found)
{
    struct place containers = place_get(spec, "containers"), inits = place_get(spec, "initContainers");
    struct place gates = place_get(spec, "schedulingGates"), node = place_get(spec, "nodeName");
    check_images(&containers, found);
    check_images(&inits, found);
    if (place_count(&gates) > 0 && node.value != NULL) {
        violation_add(found, VIOLATION_FORBIDDEN, &node, "a pod with scheduling gates has no node yet (take it out)");
    }
}

static void check_gates(const struct place *spec, struct violations *found)
{
    struct place gates = place_get(spec, "schedulingGates");
    for (uint32_t i = 0; i < place_count(&gates); i++) {
        struct place gate = place_item(&gates, i), name = place_get(&gate, "name");
        if (!name_is_qualified(place_text(&name))) {
            violation_add(found, VIOLATION_INVALID, &gate, "\"%.60s\" is no name (write one like example.com/ready)",
                          place_text(&name));
        }
        if (is_named_before(&gates, i, place_text(&name))) {
            violation_add(found, VIOLATION_DUPLICATE, &gate, "a second gate %.60s (take one out)", place_text(&name));
        }
    }
}

static void check_dns(const struct place *spec, struct violations *found)
{
    struct place policy = place_get(spec, "dnsPolicy"), config = place_get(spec, "dnsConfig");
    struct place servers = place_get(&config, "nameservers");
    if (says(&policy, "None") && config.value == NULL) {
        violation_add(found, VIOLATION_REQUIRED, &config, "missing: dnsPolicy is None (write nameservers)");
    } else if (says(&policy, "None") && place_count(&servers) == 0) {
        violation_add(found, VIOLATION_REQUIRED, &servers, "missing: dnsPolicy is None (write at least one)");
    }
}

void validate_pod_spec(const struct place *spec, struct names *names, struct violations *found)
{
    (void)names;
    struct place containers = place_get(spec, "containers"), inits = place_get(spec, "initContainers");
    struct place volumes = place_get(spec, "volumes"), selector = place_get(spec, "nodeSelector"), claims = {0};
    if (spec->in != NULL && spec->in->in != NULL) { /* the spec around the template */
        claims = place_get(spec->in->in, "volumeClaimTemplates");
    } else {
        check_pod_only(spec, found);
    }
    check_unique(&containers, NULL, "container", found);
    check_unique(&inits, &containers, "container", found);
    check_unique(&volumes, NULL, "volume", found);
    for (uint32_t i = 0; i < place_count(&containers); i++) {
        struct place container = place_item(&containers, i);
        check_host_ports(spec, &containers, i, found);
        check_mounts(&container, &volumes, &claims, found);
    }
    for (uint32_t i = 0; i < place_count(&inits); i++) {
        struct place container = place_item(&inits, i);
        check_mounts(&container, &volumes, &claims, found);
        check_init(&container, found);
    }
    validate_labels(&selector, found);
    check_gates(spec, found);
    check_dns(spec, found);
}
