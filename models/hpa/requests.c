#include "models/hpa/requests.h"

#include <stddef.h>
#include <string.h>

#include "sim/scenario/quantity.h"

/* Adds what the map asks for of a resource, if it does. */
static bool add(struct quantity *sum, const struct value *requests, const char *resource)
{
    const struct value *v = value_get(requests, resource);
    if (v == NULL) {
        return false;
    }
    struct quantity q = quantity_of(v);
    quantity_add(sum, &q);
    return true;
}

static const struct value *requests_of(const struct value *container)
{
    return value_at(container, "resources.requests");
}

static bool is_sidecar(const struct value *init)
{
    const char *policy = value_as_text(value_get(init, "restartPolicy"));
    return policy != NULL && strcmp(policy, "Always") == 0;
}

static void raise_to(struct quantity *peak, const struct quantity *q)
{
    if (quantity_compare(q, peak) > 0) {
        *peak = *q;
    }
}

/* What the containers need together: all that run, or more while an init container does. */
static bool add_containers(struct quantity *sum, const struct value *spec, const char *resource)
{
    const struct value *apps = value_get(spec, "containers"), *inits = value_get(spec, "initContainers");
    struct quantity running = {0}, sidecars = {0}, peak = {0};
    bool found = false;
    for (uint32_t i = 0; value_is_list(inits) && i < inits->count; i++) {
        struct quantity stage = sidecars;
        found = add(&stage, requests_of(inits->items[i]), resource) || found;
        raise_to(&peak, &stage);
        sidecars = is_sidecar(inits->items[i]) ? stage : sidecars;
    }
    for (uint32_t i = 0; value_is_list(apps) && i < apps->count; i++) {
        found = add(&running, requests_of(apps->items[i]), resource) || found;
    }
    quantity_add(&running, &sidecars);
    raise_to(&peak, &running);
    quantity_add(sum, &peak);
    return found;
}

static bool states_pod_level(const struct value *requests)
{
    for (uint32_t i = 0; value_is_map(requests) && i < requests->count; i++) {
        const char *key = requests->members[i].key;
        if (strcmp(key, "cpu") == 0 || strcmp(key, "memory") == 0 || strncmp(key, "hugepages-", 10) == 0) {
            return true;
        }
    }
    return false;
}

static struct hpa_request pod_level(const struct value *spec, const char *resource)
{
    struct quantity sum = {0};
    bool found = add(&sum, requests_of(spec), resource) || add_containers(&sum, spec, resource);
    found = add(&sum, value_get(spec, "overhead"), resource) || found;
    struct hpa_request r = {.milli = quantity_milli(&sum)};
    r.problem.trouble = found ? HPA_FINE : HPA_NO_POD_REQUEST;
    return r;
}

/* Adds the containers of a list that count; false: one of them does not request the resource. */
static bool count_containers(struct hpa_request *r, const struct value *list, bool sidecars_only, const char *resource,
                             const char *only, bool *found)
{
    for (uint32_t i = 0; value_is_list(list) && i < list->count; i++) {
        const struct value *container = list->items[i];
        const char *name = value_as_text(value_get(container, "name"));
        bool counts = only == NULL || (name != NULL && strcmp(only, name) == 0);
        if (!counts || (sidecars_only && !is_sidecar(container))) {
            continue;
        }
        struct quantity q = {0};
        if (!add(&q, requests_of(container), resource)) {
            r->problem = (struct hpa_problem){.trouble = HPA_NO_REQUEST, .container = name};
            return false;
        }
        r->milli += quantity_milli(&q);
        *found = true;
    }
    return true;
}

struct hpa_request hpa_request_of(const struct value *pod_spec, const char *resource, const char *container)
{
    if (container == NULL && states_pod_level(requests_of(pod_spec))) {
        return pod_level(pod_spec, resource);
    }
    struct hpa_request r = {0};
    bool found = container == NULL;
    if (count_containers(&r, value_get(pod_spec, "containers"), false, resource, container, &found) &&
        count_containers(&r, value_get(pod_spec, "initContainers"), true, resource, container, &found) && !found) {
        r.problem = (struct hpa_problem){.trouble = HPA_NO_CONTAINER, .container = container};
    }
    return r;
}
