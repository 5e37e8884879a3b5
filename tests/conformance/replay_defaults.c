#include <stddef.h>

#include "sim/scenario/defaults.h"
#include "sim/scenario/pod_resources.h"
#include "tests/conformance/replay.h"

/* The recorder took the status off where the manifest has none. */
static struct value *defaulted(const struct value *in, struct replay_case *c)
{
    struct value *object = value_copy(&c->scratch, in);
    defaults_apply(&c->scratch, c->names, object);
    if (value_get(in, "status") == NULL) {
        value_remove(object, "status");
    }
    return object;
}

static bool run_defaults(const struct value *in, const struct value *out, struct replay_case *c)
{
    return replay_same(c, "object", out, defaulted(in, c));
}

/* The resources of each container of a list, in order; {} for one that has none. Null: there is no such list. */
static struct value *resources_of(struct replay_case *c, const struct value *containers)
{
    if (containers == NULL) {
        return NULL;
    }
    struct value *list = value_list(&c->scratch);
    for (uint32_t i = 0; i < containers->count; i++) {
        struct value *resources = value_get(containers->items[i], "resources");
        value_append(&c->scratch, list, resources == NULL ? value_map(&c->scratch) : resources);
    }
    return list;
}

static bool run_pod_resources(const struct value *in, const struct value *out, struct replay_case *c)
{
    static const char *const qos[] = {"BestEffort", "Burstable", "Guaranteed"};
    const struct value *pod = defaulted(in, c), *spec = value_get(pod, "spec");
    return replay_same(c, "containers", value_get(out, "containers"), resources_of(c, value_get(spec, "containers"))) &&
           replay_same(c, "initContainers", value_get(out, "initContainers"),
                       resources_of(c, value_get(spec, "initContainers"))) &&
           replay_same(c, "pod", value_get(out, "pod"), value_get(spec, "resources")) &&
           replay_same(c, "qos", value_get(out, "qos"), value_text(&c->scratch, qos[pod_qos(c->scratch, pod)]));
}

const struct replay replay_defaults[] = {
    {"values/defaults-pod", run_defaults},
    {"values/defaults-podresources", run_pod_resources},
    {"values/defaults-deployment", run_defaults},
    {"values/defaults-replicaset", run_defaults},
    {"values/defaults-statefulset", run_defaults},
    {"values/defaults-daemonset", run_defaults},
    {"values/defaults-job", run_defaults},
    {"values/defaults-cronjob", run_defaults},
    {"values/defaults-horizontalpodautoscaler", run_defaults},
    {"values/defaults-service", run_defaults},
    {"values/defaults-limitrange", run_defaults},
    {"values/defaults-node", run_defaults},
    {"values/defaults-priorityclass", run_defaults},
    {"values/defaults-persistentvolumeclaim", run_defaults},
    {NULL, NULL},
};
