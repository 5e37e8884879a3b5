#include "sim/scenario/pod_validate.h"

#include <stddef.h>
#include <string.h>

#include "sim/scenario/names_validate.h"
#include "sim/scenario/quantity.h"

static bool says(const struct place *p, const char *text)
{
    return strcmp(place_text(p), text) == 0;
}

void validate_labels(const struct place *metadata, struct names *names, struct violations *found)
{
    (void)names;
    struct place labels = place_get(metadata, "labels");
    for (uint32_t i = 0; value_is_map(labels.value) && i < labels.value->count; i++) {
        struct place label = place_member(&labels, i);
        if (!name_is_qualified(label.key) || !name_is_label_value(place_text(&label))) {
            violation_add(
                found, VIOLATION_INVALID, &labels,
                "%.70s: %.70s is no label (write at most 63 letters, digits, -, _ and dots, a letter or digit "
                "first and last)",
                label.key, place_text(&label));
        }
    }
}

/* ---- resources ---- */

static bool is_native(const char *resource)
{
    return strchr(resource, '/') == NULL || strstr(resource, "kubernetes.io/") != NULL;
}

static bool is_overcommitted(const char *resource)
{
    return is_native(resource) && strncmp(resource, "hugepages-", 10) != 0;
}

static bool is_whole(const struct quantity *q)
{
    return quantity_milli(q) % 1000 == 0;
}

static void check_amounts(const struct place *amounts, struct violations *found)
{
    for (uint32_t i = 0; value_is_map(amounts->value) && i < amounts->value->count; i++) {
        struct place amount = place_entry(amounts, amounts->value->members[i].key);
        struct quantity q;
        validate_container_resource_name(&amount, found);
        if (quantity_read(amount.value, &q) != QUANTITY_OK) {
            continue;
        }
        if (quantity_sign(&q) < 0) {
            violation_add(found, VIOLATION_INVALID, &amount, "negative (write 0 or more)");
        } else if (!is_native(amount.key) && !is_whole(&q)) {
            violation_add(found, VIOLATION_INVALID, &amount, "not whole: %s comes in pieces (write a whole number)",
                          amount.key);
        }
    }
}

static void check_request(const struct place *requests, const struct place *limits, const char *resource,
                          struct violations *found)
{
    struct quantity request, limit;
    const struct value *most = value_get(limits->value, resource);
    if (quantity_read(value_get(requests->value, resource), &request) != QUANTITY_OK) {
        return;
    }
    if (most == NULL && !is_overcommitted(resource)) {
        violation_add(found, VIOLATION_REQUIRED, limits, "%s has a request and no limit (write the same limit)",
                      resource);
    } else if (quantity_read(most, &limit) != QUANTITY_OK) {
        return;
    } else if (is_overcommitted(resource) && quantity_compare(&request, &limit) > 0) {
        violation_add(found, VIOLATION_INVALID, requests,
                      "%s %s is above the limit %s (lower the request or raise the limit)", resource,
                      quantity_text(found->arena, &request), quantity_text(found->arena, &limit));
    } else if (!is_overcommitted(resource) && quantity_compare(&request, &limit) != 0) {
        violation_add(found, VIOLATION_INVALID, requests,
                      "%s cannot be shared: request %s is not the limit %s (write the same)", resource,
                      quantity_text(found->arena, &request), quantity_text(found->arena, &limit));
    }
}

static bool names_any(const struct place *amounts, const char *prefix)
{
    for (uint32_t i = 0; value_is_map(amounts->value) && i < amounts->value->count; i++) {
        if (strncmp(amounts->value->members[i].key, prefix, strlen(prefix)) == 0) {
            return true;
        }
    }
    return false;
}

void validate_container(const struct place *container, struct names *names, struct violations *found)
{
    (void)names;
    struct place resources = place_get(container, "resources");
    struct place requests = place_get(&resources, "requests"), limits = place_get(&resources, "limits");
    check_amounts(&requests, found);
    check_amounts(&limits, found);
    for (uint32_t i = 0; value_is_map(requests.value) && i < requests.value->count; i++) {
        check_request(&requests, &limits, requests.value->members[i].key, found);
    }
    bool hugepages = names_any(&requests, "hugepages-") || names_any(&limits, "hugepages-");
    if (hugepages && !names_any(&requests, "cpu") && !names_any(&limits, "cpu") && !names_any(&requests, "memory") &&
        !names_any(&limits, "memory")) {
        violation_add(found, VIOLATION_FORBIDDEN, &resources, "hugepages need cpu or memory beside them (add one)");
    }
}

/* ---- probes ---- */

void validate_probe(const struct place *probe, struct names *names, struct violations *found)
{
    static const char *const handlers[] = {"exec", "httpGet", "tcpSocket", "grpc"};
    (void)names;
    size_t count = 0;
    for (size_t i = 0; i < sizeof handlers / sizeof *handlers; i++) {
        struct place handler = place_get(probe, handlers[i]);
        if (handler.value != NULL && count++ > 0) {
            violation_add(found, VIOLATION_FORBIDDEN, &handler, "a second way of probing (keep one)");
        }
    }
    if (count == 0) {
        violation_add(found, VIOLATION_REQUIRED, probe, "no way of probing (write httpGet, exec, tcpSocket or grpc)");
    }
    struct place successes = place_get(probe, "successThreshold");
    if (strcmp(probe->key, "readinessProbe") != 0 && place_integer(&successes, 1) > 1) {
        violation_add(found, VIOLATION_INVALID, &successes, "only a readiness probe counts successes (write 1)");
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

static void check_ports(const struct place *container, struct violations *found)
{
    struct place ports = place_get(container, "ports");
    check_unique(&ports, NULL, "port named", found);
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

/* An ordinary init container runs to its end: there is nothing to probe. */
static void check_init(const struct place *container, struct violations *found)
{
    static const char *const probes[] = {"livenessProbe", "readinessProbe", "startupProbe"};
    struct place policy = place_get(container, "restartPolicy");
    for (size_t i = 0; i < sizeof probes / sizeof *probes && !says(&policy, "Always"); i++) {
        struct place probe = place_get(container, probes[i]);
        if (probe.value != NULL) {
            violation_add(
                found, VIOLATION_FORBIDDEN, &probe,
                "an init container is not probed (take it out, or write restartPolicy: Always for a sidecar)");
        }
    }
}

void validate_pod_spec(const struct place *spec, struct names *names, struct violations *found)
{
    (void)names;
    struct place containers = place_get(spec, "containers"), inits = place_get(spec, "initContainers");
    struct place volumes = place_get(spec, "volumes"), claims = {0};
    if (spec->in != NULL && spec->in->in != NULL) { /* the spec around the template */
        claims = place_get(spec->in->in, "volumeClaimTemplates");
    }
    check_unique(&containers, NULL, "container", found);
    check_unique(&inits, &containers, "container", found);
    check_unique(&volumes, NULL, "volume", found);
    for (uint32_t i = 0; i < place_count(&containers); i++) {
        struct place container = place_item(&containers, i);
        check_ports(&container, found);
        check_mounts(&container, &volumes, &claims, found);
    }
    for (uint32_t i = 0; i < place_count(&inits); i++) {
        struct place container = place_item(&inits, i);
        check_mounts(&container, &volumes, &claims, found);
        check_init(&container, found);
    }
}

/* ---- selection ---- */

void validate_toleration(const struct place *toleration, struct names *names, struct violations *found)
{
    (void)names;
    struct place key = place_get(toleration, "key"), op = place_get(toleration, "operator");
    struct place value = place_get(toleration, "value"), effect = place_get(toleration, "effect");
    struct place seconds = place_get(toleration, "tolerationSeconds");
    if (place_text(&key)[0] == '\0' && !says(&op, "Exists")) {
        violation_add(found, VIOLATION_INVALID, &op, "without a key only Exists is possible (write Exists, or a key)");
    }
    if (says(&op, "Exists") && place_text(&value)[0] != '\0') {
        violation_add(found, VIOLATION_INVALID, &op, "Exists takes no value (write Equal, or take the value out)");
    }
    if (seconds.value != NULL && !says(&effect, "NoExecute")) {
        violation_add(found, VIOLATION_INVALID, &effect, "tolerationSeconds is for NoExecute only (write NoExecute)");
    }
}

/* Returns false when the operator is none of those that take a list or nothing. */
static bool check_values(const struct place *requirement, struct violations *found)
{
    struct place op = place_get(requirement, "operator"), values = place_get(requirement, "values");
    if (says(&op, "In") || says(&op, "NotIn")) {
        if (place_count(&values) == 0) {
            violation_add(found, VIOLATION_REQUIRED, &values, "missing: %s needs values (write a list)",
                          place_text(&op));
        }
        return true;
    }
    if (says(&op, "Exists") || says(&op, "DoesNotExist")) {
        if (place_count(&values) > 0) {
            violation_add(found, VIOLATION_FORBIDDEN, &values, "%s takes no values (take them out)", place_text(&op));
        }
        return true;
    }
    return false;
}

void validate_label_requirement(const struct place *requirement, struct names *names, struct violations *found)
{
    (void)names;
    struct place op = place_get(requirement, "operator");
    if (!check_values(requirement, found)) {
        violation_add(found, VIOLATION_INVALID, &op, "no such operator (write In, NotIn, Exists or DoesNotExist)");
    }
}

void validate_node_requirement(const struct place *requirement, struct names *names, struct violations *found)
{
    (void)names;
    struct place op = place_get(requirement, "operator"), values = place_get(requirement, "values");
    if (says(&op, "Gt") || says(&op, "Lt")) {
        if (place_count(&values) != 1) {
            violation_add(found, VIOLATION_REQUIRED, &values, "%s needs one value (write a list of one number)",
                          place_text(&op));
        }
    } else if (!check_values(requirement, found)) {
        violation_add(found, VIOLATION_INVALID, &op,
                      "no such operator (write In, NotIn, Exists, DoesNotExist, Gt or Lt)");
    }
}
