#include "sim/scenario/container_validate.h"

#include <stddef.h>
#include <string.h>

static bool says(const struct place *p, const char *text)
{
    return strcmp(place_text(p), text) == 0;
}

/* The spec of the pod that the container stands in. */
static const struct place *pod_spec_of(const struct place *container)
{
    return container->in->in;
}

static bool is_init(const struct place *container)
{
    return strcmp(container->in->key, "initContainers") == 0;
}

/* ---- handlers ---- */

/* All but the first handler are forbidden; none is a fault of p. */
static void check_handlers(const struct place *p, const char *const *handlers, const char *what,
                           struct violations *found)
{
    size_t count = 0;
    for (; *handlers != NULL; handlers++) {
        struct place handler = place_get(p, *handlers);
        if (handler.value != NULL && count++ > 0) {
            violation_add(found, VIOLATION_FORBIDDEN, &handler, "a second way of %s (keep one)", what);
        }
    }
    if (count == 0) {
        violation_add(found, VIOLATION_REQUIRED, p, "no way of %s (write httpGet, exec or tcpSocket)", what);
    }
}

void validate_probe(const struct place *probe, struct names *names, struct violations *found)
{
    static const char *const handlers[] = {"exec", "httpGet", "tcpSocket", "grpc", NULL};
    (void)names;
    check_handlers(probe, handlers, "probing", found);
    struct place successes = place_get(probe, "successThreshold");
    struct place grace = place_get(probe, "terminationGracePeriodSeconds");
    bool of_readiness = strcmp(probe->key, "readinessProbe") == 0;
    if (!of_readiness && place_integer(&successes, 1) > 1) {
        violation_add(found, VIOLATION_INVALID, &successes, "only a readiness probe counts successes (write 1)");
    }
    if (of_readiness && grace.value != NULL) {
        violation_add(found, VIOLATION_INVALID, &grace, "a readiness probe ends no container (take it out)");
    }
}

void validate_lifecycle_handler(const struct place *handler, struct names *names, struct violations *found)
{
    static const char *const handlers[] = {"exec", "httpGet", "tcpSocket", "sleep", NULL};
    (void)names;
    check_handlers(handler, handlers, "handling", found);
    struct place sleep = place_get(handler, "sleep"), seconds = place_get(&sleep, "seconds");
    struct place grace = place_get(pod_spec_of(handler->in->in), "terminationGracePeriodSeconds");
    int64_t longest = place_integer(&grace, INT64_MAX), wanted = place_integer(&seconds, 0);
    if (sleep.value != NULL && grace.value != NULL && (wanted < 0 || wanted > longest)) {
        violation_add(found, VIOLATION_INVALID, &sleep,
                      "%lld s are not within the grace period of %lld s (write 0 to %lld)", (long long)wanted,
                      (long long)longest, (long long)longest);
    }
}

/* ---- values ---- */

void validate_env_var(const struct place *variable, struct names *names, struct violations *found)
{
    (void)names;
    struct place source = place_get(variable, "valueFrom"), value = place_get(variable, "value");
    uint32_t sources = value_is_map(source.value) ? source.value->count : 0;
    if (source.value == NULL) {
        return;
    }
    if (sources == 0) {
        violation_add(found, VIOLATION_INVALID, &source,
                      "empty (write fieldRef, resourceFieldRef, configMapKeyRef or secretKeyRef)");
    } else if (place_text(&value)[0] != '\0') {
        violation_add(found, VIOLATION_INVALID, &source, "there is a value, too (keep one of them)");
    } else if (sources > 1) {
        violation_add(found, VIOLATION_INVALID, &source, "more than one source (keep one)");
    }
}

/* ---- restarts and resizes ---- */

static void check_restart_rule(const struct place *rule, struct violations *found)
{
    struct place action = place_get(rule, "action"), codes = place_get(rule, "exitCodes");
    struct place op = place_get(&codes, "operator");
    if (!says(&action, "Restart") && !says(&action, "RestartAllContainers")) {
        violation_add(found, VIOLATION_NOT_SUPPORTED, &action,
                      "\"%.40s\" is no action (write Restart or RestartAllContainers)", place_text(&action));
    }
    if (codes.value == NULL) {
        violation_add(found, VIOLATION_REQUIRED, &codes, "missing (write an operator and values)");
    } else if (!says(&op, "In") && !says(&op, "NotIn")) {
        violation_add(found, VIOLATION_NOT_SUPPORTED, &op, "\"%.40s\" is no operator (write In or NotIn)",
                      place_text(&op));
    }
}

static void check_restarts(const struct place *container, struct violations *found)
{
    struct place policy = place_get(container, "restartPolicy"), rules = place_get(container, "restartPolicyRules");
    if (place_count(&rules) > 0 && policy.value == NULL) {
        violation_add(found, VIOLATION_REQUIRED, &policy,
                      "missing: restartPolicyRules need it (write Never, OnFailure or Always)");
    }
    for (uint32_t i = 0; i < place_count(&rules); i++) {
        struct place rule = place_item(&rules, i);
        check_restart_rule(&rule, found);
    }
}

/* The server speaks of the list as a whole. */
static void check_resize(const struct place *container, const struct place *policies, uint32_t index,
                         struct violations *found)
{
    struct place policy = place_item(policies, index), said = *policies;
    struct place resource = place_get(&policy, "resourceName"), restart = place_get(&policy, "restartPolicy");
    struct place pod_restart = place_get(pod_spec_of(container), "restartPolicy");
    struct place own = place_get(container, "restartPolicy");
    said.value = policy.value;
    for (uint32_t i = 0; i < index; i++) {
        if (value_equal(value_get(policies->value->items[i], "resourceName"), resource.value)) {
            violation_add(found, VIOLATION_DUPLICATE, &policy, "a second policy for %.60s (take one out)",
                          place_text(&resource));
            break;
        }
    }
    if (!says(&resource, "cpu") && !says(&resource, "memory")) {
        violation_add(found, place_text(&resource)[0] == '\0' ? VIOLATION_REQUIRED : VIOLATION_NOT_SUPPORTED, &said,
                      "\"%.60s\" cannot be resized (write cpu or memory)", place_text(&resource));
    }
    if (!says(&restart, "NotRequired") && !says(&restart, "RestartContainer")) {
        violation_add(found, place_text(&restart)[0] == '\0' ? VIOLATION_REQUIRED : VIOLATION_NOT_SUPPORTED, &said,
                      "\"%.60s\" is no restartPolicy of a resize (write NotRequired or RestartContainer)",
                      place_text(&restart));
    }
    if (says(&pod_restart, "Never") && !says(&restart, "NotRequired")) {
        violation_add(found, VIOLATION_INVALID, &said, "the pod's restartPolicy is Never (write NotRequired)");
    }
    if (is_init(container) && !says(&own, "Always") && says(&restart, "RestartContainer")) {
        violation_add(found, VIOLATION_INVALID, &restart, "an init container is not restarted (write NotRequired)");
    }
}

/* ---- ports and mounts ---- */

static void check_port_names(const struct place *ports, struct violations *found)
{
    for (uint32_t i = 0; i < place_count(ports); i++) {
        struct place port = place_item(ports, i), name = place_get(&port, "name");
        for (uint32_t j = 0; j < i && place_text(&name)[0] != '\0'; j++) {
            if (value_equal(value_get(ports->value->items[j], "name"), name.value)) {
                violation_add(found, VIOLATION_DUPLICATE, &name, "a second port named %.60s (give it another name)",
                              place_text(&name));
                break;
            }
        }
    }
}

static void check_mount_paths(const struct place *mounts, struct violations *found)
{
    for (uint32_t i = 0; i < place_count(mounts); i++) {
        struct place mount = place_item(mounts, i), path = place_get(&mount, "mountPath");
        for (uint32_t j = 0; j < i; j++) {
            if (value_equal(value_get(mounts->value->items[j], "mountPath"), path.value)) {
                violation_add(found, VIOLATION_INVALID, &path, "a second mount at %.80s (write another path)",
                              place_text(&path));
                break;
            }
        }
    }
}

void validate_container(const struct place *container, struct names *names, struct violations *found)
{
    (void)names;
    struct place ports = place_get(container, "ports"), mounts = place_get(container, "volumeMounts");
    struct place resizes = place_get(container, "resizePolicy");
    check_port_names(&ports, found);
    check_mount_paths(&mounts, found);
    check_restarts(container, found);
    for (uint32_t i = 0; i < place_count(&resizes); i++) {
        check_resize(container, &resizes, i, found);
    }
}
