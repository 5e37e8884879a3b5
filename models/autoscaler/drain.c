#include "models/autoscaler/drain.h"

#include <string.h>

static bool is_local(const struct value *volume)
{
    const struct value *empty = value_get(volume, "emptyDir");
    const char *medium = value_as_text(value_get(empty, "medium"));
    return value_is_map(value_get(volume, "hostPath")) ||
           (value_is_map(empty) && (medium == NULL || strcmp(medium, "Memory") != 0));
}

static bool has_local_data(const struct pod_template *t)
{
    const struct value *volumes = value_at(t->tree, "spec.volumes");
    for (uint32_t i = 0; value_is_list(volumes) && i < volumes->count; i++) {
        if (is_local(volumes->items[i])) {
            return true;
        }
    }
    return false;
}

bool drain_is_blocked(const struct pod_template *t, const char *namespace, bool owned)
{
    const struct value *annotations = value_at(t->tree, "metadata.annotations");
    const char *safe = value_as_text(value_get(annotations, "cluster-autoscaler.kubernetes.io/safe-to-evict"));
    if (safe != NULL) {
        return strcmp(safe, "true") != 0;
    }
    bool system = namespace != NULL && strcmp(namespace, "kube-system") == 0;
    return !owned || system || has_local_data(t);
}
