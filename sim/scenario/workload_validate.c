#include "sim/scenario/workload_validate.h"

#include <stdlib.h>
#include <string.h>

#include "sim/scenario/selection_validate.h"
#include "sim/scenario/selector.h"

#define HIGHEST_PRIORITY 1000000000 /* of users */

static bool says(const struct place *p, const char *text)
{
    return strcmp(place_text(p), text) == 0;
}

/* The server reads a selector whole or not at all. */
static bool is_readable(const struct place *selector, struct arena *a, struct names *names)
{
    const struct value *list = value_get(selector->value, "matchExpressions");
    for (uint32_t i = 0; value_is_list(list) && i < list->count; i++) {
        struct requirement ignored;
        if (!requirement_compile(a, names, list->items[i], false, &ignored)) {
            return false;
        }
    }
    return true;
}

static bool is_empty(const struct place *selector)
{
    const struct value *labels = value_get(selector->value, "matchLabels");
    const struct value *expressions = value_get(selector->value, "matchExpressions");
    return (labels == NULL || labels->count == 0) && (expressions == NULL || expressions->count == 0);
}

void validate_selector(const struct place *spec, struct names *names, struct violations *found)
{
    struct place selector = place_get(spec, "selector"), template = place_get(spec, "template");
    struct place metadata = place_get(&template, "metadata"), labels = place_get(&metadata, "labels");
    if (selector.value == NULL) {
        violation_add(found, VIOLATION_REQUIRED, &selector, "missing (write matchLabels, the labels of the template)");
    } else if (is_empty(&selector)) {
        violation_add(found, VIOLATION_INVALID, &selector,
                      "empty: it would select every pod (write matchLabels, the labels of the template)");
    } else if (!is_readable(&selector, found->arena, names)) {
        violation_add(found, VIOLATION_INVALID, &selector, "of no use as it is (mend the expressions)");
        return;
    }
    const struct label_selector *compiled = selector_compile(found->arena, names, selector.value);
    if (!selector_matches(compiled, labels_compile(found->arena, names, labels.value))) {
        violation_add(found, VIOLATION_INVALID, &labels,
                      "the selector does not match the template's labels (write the same labels in both)");
    }
}

/* A number of pods that is 0 whatever their number. */
static bool is_none(const struct place *p)
{
    const char *text = value_as_text(p->value);
    return text != NULL ? strtol(text, NULL, 10) == 0 : place_integer(p, 0) == 0;
}

static void check_at_most_all(const struct place *p, struct violations *found)
{
    const char *text = value_as_text(p->value);
    if (text != NULL && strtol(text, NULL, 10) > 100) {
        violation_add(found, VIOLATION_INVALID, p, "%.20s is more than all (write at most 100%%)", text);
    }
}

void validate_deployment(const struct place *spec, struct names *names, struct violations *found)
{
    struct place strategy = place_get(spec, "strategy"), type = place_get(&strategy, "type");
    struct place update = place_get(&strategy, "rollingUpdate");
    struct place surge = place_get(&update, "maxSurge"), unavailable = place_get(&update, "maxUnavailable");
    struct place deadline = place_get(spec, "progressDeadlineSeconds"), ready = place_get(spec, "minReadySeconds");
    validate_selector(spec, names, found);
    if (says(&type, "Recreate") && update.value != NULL) {
        violation_add(found, VIOLATION_FORBIDDEN, &update, "the strategy is Recreate (take it out)");
    } else if (update.value != NULL) {
        check_at_most_all(&unavailable, found);
        if (is_none(&surge) && is_none(&unavailable)) {
            violation_add(found, VIOLATION_INVALID, &unavailable,
                          "maxSurge is 0 too: no pod could ever be replaced (raise one of them)");
        }
    }
    if (place_integer(&deadline, INT32_MAX) <= place_integer(&ready, 0)) {
        violation_add(found, VIOLATION_INVALID, &deadline, "not above minReadySeconds (raise it)");
    }
}

void validate_stateful_set(const struct place *spec, struct names *names, struct violations *found)
{
    struct place strategy = place_get(spec, "updateStrategy"), type = place_get(&strategy, "type");
    struct place update = place_get(&strategy, "rollingUpdate");
    validate_selector(spec, names, found);
    if (says(&type, "OnDelete") && update.value != NULL) {
        violation_add(found, VIOLATION_INVALID, &update, "the strategy is OnDelete (take it out)");
    }
}

void validate_daemon_set(const struct place *spec, struct names *names, struct violations *found)
{
    struct place strategy = place_get(spec, "updateStrategy"), update = place_get(&strategy, "rollingUpdate");
    struct place surge = place_get(&update, "maxSurge"), unavailable = place_get(&update, "maxUnavailable");
    validate_selector(spec, names, found);
    if (update.value == NULL) {
        return;
    }
    check_at_most_all(&surge, found);
    check_at_most_all(&unavailable, found);
    if (is_none(&surge) && is_none(&unavailable)) {
        violation_add(found, VIOLATION_REQUIRED, &unavailable,
                      "0, and maxSurge too: no pod could ever be replaced (raise one of them)");
    } else if (!is_none(&surge) && !is_none(&unavailable)) {
        violation_add(found, VIOLATION_INVALID, &surge, "maxUnavailable is not 0 either (write 0 for one of them)");
    }
}

static bool is_same_port(const struct place *left, const struct place *right)
{
    return value_equal(value_get(left->value, "port"), value_get(right->value, "port")) &&
           value_equal(value_get(left->value, "protocol"), value_get(right->value, "protocol"));
}

static void check_port_among(const struct place *ports, uint32_t index, struct violations *found)
{
    struct place port = place_item(ports, index), name = place_get(&port, "name");
    if (place_text(&name)[0] == '\0' && place_count(ports) > 1) {
        violation_add(found, VIOLATION_REQUIRED, &name, "missing: ports of a service with several need names");
    }
    for (uint32_t i = 0; i < index; i++) {
        struct place other = place_item(ports, i), other_name = place_get(&other, "name");
        if (is_same_port(&port, &other)) {
            violation_add(found, VIOLATION_DUPLICATE, &port,
                          "a second port of that number and protocol (take one out)");
        }
        if (place_text(&name)[0] != '\0' && says(&other_name, place_text(&name))) {
            violation_add(found, VIOLATION_DUPLICATE, &name, "a second port of that name (give it another)");
        }
    }
}

/* Whether traffic reaches it from outside the cluster. */
static bool is_external(const struct place *spec)
{
    struct place type = place_get(spec, "type"), ips = place_get(spec, "externalIPs");
    return says(&type, "NodePort") || says(&type, "LoadBalancer") ||
           (says(&type, "ClusterIP") && place_count(&ips) > 0);
}

void validate_service(const struct place *spec, struct names *names, struct violations *found)
{
    (void)names;
    struct place ports = place_get(spec, "ports"), type = place_get(spec, "type"), ip = place_get(spec, "clusterIP");
    struct place policy = place_get(spec, "externalTrafficPolicy"), selector = place_get(spec, "selector");
    struct place name = place_get(spec, "externalName");
    if (place_count(&ports) == 0 && !says(&type, "ExternalName") && !says(&ip, "None")) {
        violation_add(found, VIOLATION_REQUIRED, &ports, "missing: a service forwards at least one port");
    }
    if (says(&type, "ExternalName") && place_text(&name)[0] == '\0') {
        violation_add(found, VIOLATION_REQUIRED, &name, "missing: the type is ExternalName (write the name)");
    }
    for (uint32_t i = 0; i < place_count(&ports); i++) {
        check_port_among(&ports, i, found);
    }
    validate_labels(&selector, found);
    if (place_text(&policy)[0] != '\0' && !is_external(spec)) {
        violation_add(found, VIOLATION_INVALID, &policy,
                      "nothing comes from outside to type %s (take it out, or write NodePort or LoadBalancer)",
                      place_text(&type));
    }
}

void validate_disruption_budget(const struct place *spec, struct names *names, struct violations *found)
{
    (void)names;
    struct place min = place_get(spec, "minAvailable"), max = place_get(spec, "maxUnavailable");
    check_at_most_all(&min, found);
    check_at_most_all(&max, found);
    if (min.value != NULL && max.value != NULL) {
        violation_add(found, VIOLATION_INVALID, spec, "both minAvailable and maxUnavailable (keep one)");
    }
}

void validate_priority_class(const struct place *class, struct names *names, struct violations *found)
{
    static const struct {
        const char *name;
        int64_t value;
    } own[] = {{"system-cluster-critical", 2000000000}, {"system-node-critical", 2000001000}};
    (void)names;
    struct place metadata = place_get(class, "metadata"), name = place_get(&metadata, "name");
    struct place value = place_get(class, "value"), global = place_get(class, "globalDefault");
    bool is_global = global.value != NULL && global.value->kind == VALUE_BOOL && global.value->boolean;
    if (strncmp(place_text(&name), "system-", 7) != 0) {
        if (place_integer(&value, 0) > HIGHEST_PRIORITY) {
            violation_add(found, VIOLATION_FORBIDDEN, &value, "above 1000000000, which is for Kubernetes (lower it)");
        }
        return;
    }
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (says(&name, own[i].name) && place_integer(&value, 0) == own[i].value && !is_global) {
            return;
        }
    }
    violation_add(found, VIOLATION_FORBIDDEN, &name,
                  "names that begin with system- are for Kubernetes (write another name)");
}
