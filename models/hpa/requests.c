#include "models/hpa/requests.h"

#include <stddef.h>
#include <string.h>

#include "sim/scenario/pod_resources.h"
#include "sim/scenario/quantity.h"

static bool is_sidecar(const struct value *init)
{
    const char *policy = value_as_text(value_get(init, "restartPolicy"));
    return policy != NULL && strcmp(policy, "Always") == 0;
}

/* The pod states requests as a whole: then what the scheduler would count. */
static struct hpa_request pod_level(struct arena scratch, const struct value *pod, const char *resource)
{
    static const struct pod_resources_options plain;
    struct resource_list all = pod_requests(&scratch, pod, &plain);
    const struct quantity *amount = resource_list_find(&all, resource);
    if (amount == NULL) {
        return (struct hpa_request){.problem = {.trouble = HPA_NO_POD_REQUEST}};
    }
    return (struct hpa_request){.milli = quantity_milli(amount)};
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
        const struct value *amount = value_get(value_at(container, "resources.requests"), resource);
        if (amount == NULL) {
            r->problem = (struct hpa_problem){.trouble = HPA_NO_REQUEST, .container = name};
            return false;
        }
        struct quantity q = quantity_of(amount);
        r->milli += quantity_milli(&q);
        *found = true;
    }
    return true;
}

struct hpa_request hpa_request_of(struct arena scratch, const struct value *pod, const char *resource,
                                  const char *container)
{
    if (container == NULL && pod_has_requests(pod)) {
        return pod_level(scratch, pod, resource);
    }
    const struct value *apps = value_at(pod, "spec.containers"), *inits = value_at(pod, "spec.initContainers");
    struct hpa_request r = {0};
    bool found = container == NULL;
    if (count_containers(&r, apps, false, resource, container, &found) &&
        count_containers(&r, inits, true, resource, container, &found) && !found) {
        r.problem = (struct hpa_problem){.trouble = HPA_NO_CONTAINER, .container = container};
    }
    return r;
}
