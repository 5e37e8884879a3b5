#include "sim/scenario/resource_names.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "sim/scenario/names_validate.h"

/* What is known of the names without a domain; those that begin with hugepages- come on top. */
enum {
    CONTAINER = 1, /* containers ask for it */
    POD = 2,       /* pods do */
    QUOTA = 4,     /* quotas bound it */
    COUNTED = 8,   /* in pieces */
    VOLUME = 16,   /* only claims ask for it */
};

static const struct {
    const char *name;
    unsigned of;
} known[] = {
    {"cpu", CONTAINER | POD | QUOTA},
    {"memory", CONTAINER | POD | QUOTA},
    {"ephemeral-storage", CONTAINER | QUOTA},
    {"storage", VOLUME},
    {"requests.cpu", QUOTA},
    {"requests.memory", QUOTA},
    {"requests.storage", QUOTA},
    {"requests.ephemeral-storage", QUOTA},
    {"limits.cpu", QUOTA},
    {"limits.memory", QUOTA},
    {"limits.ephemeral-storage", QUOTA},
    {"pods", QUOTA | COUNTED},
    {"resourcequotas", QUOTA | COUNTED},
    {"services", QUOTA | COUNTED},
    {"replicationcontrollers", QUOTA | COUNTED},
    {"secrets", QUOTA | COUNTED},
    {"configmaps", QUOTA | COUNTED},
    {"persistentvolumeclaims", QUOTA | COUNTED},
    {"services.nodeports", QUOTA | COUNTED},
    {"services.loadbalancers", QUOTA | COUNTED},
};

/* 0: not known. */
static unsigned uses(const char *name)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i].name, name) == 0) {
            return known[i].of;
        }
    }
    if (resource_is_hugepages(name)) {
        return CONTAINER | POD | QUOTA;
    }
    return strncmp(name, "requests.hugepages-", 19) == 0 ? QUOTA : 0;
}

bool resource_is_hugepages(const char *name)
{
    return strncmp(name, "hugepages-", 10) == 0;
}

bool resource_is_native(const char *name)
{
    return strchr(name, '/') == NULL || strstr(name, "kubernetes.io/") != NULL;
}

bool resource_is_extended(const char *name)
{
    char bounded[512]; /* the name that a quota bounds it by must be one, too */
    snprintf(bounded, sizeof bounded, "requests.%s", name);
    return !resource_is_native(name) && strncmp(name, "requests.", 9) != 0 && name_is_qualified(bounded);
}

bool resource_is_overcommitted(const char *name)
{
    return resource_is_native(name) && !resource_is_hugepages(name);
}

bool resource_is_of_pods(const char *name)
{
    return (uses(name) & POD) != 0;
}

bool resource_is_counted(const char *name)
{
    return (uses(name) & COUNTED) != 0 || resource_is_extended(name);
}

bool resource_is_of_quotas(const char *name)
{
    return (uses(name) & QUOTA) != 0;
}

static const char *name_at(const struct place *p)
{
    return p->entry ? p->key : place_text(p);
}

void validate_resource_name(const struct place *p, struct violations *found)
{
    const char *text = name_at(p);
    if (!name_is_qualified(text)) {
        violation_add(found, VIOLATION_INVALID, p, "\"%.60s\" is no name of a resource (write cpu or memory)", text);
    } else if (strchr(text, '/') == NULL && uses(text) == 0) {
        violation_add(found, VIOLATION_INVALID, p,
                      "\"%.60s\" is no resource that Kubernetes knows (write cpu or memory, or DOMAIN/NAME)", text);
    }
}

void validate_container_resource_name(const struct place *p, struct violations *found)
{
    const char *text = name_at(p);
    validate_resource_name(p, found);
    if (strchr(text, '/') == NULL) {
        if ((uses(text) & CONTAINER) == 0) {
            violation_add(found, VIOLATION_INVALID, p,
                          "\"%.60s\" is no resource of containers (write cpu or memory, or DOMAIN/NAME)", text);
        }
    } else if (!resource_is_native(text) && !resource_is_extended(text)) {
        violation_add(found, VIOLATION_INVALID, p,
                      "\"%.60s\" cannot be bounded by a quota (write a shorter name, without requests. in front)",
                      text);
    }
}

void validate_pod_resource_name(const struct place *p, struct violations *found)
{
    uint32_t before = found->list.count;
    validate_resource_name(p, found);
    if (found->list.count == before && !resource_is_of_pods(name_at(p))) {
        violation_add(found, VIOLATION_NOT_SUPPORTED, p,
                      "a pod as a whole cannot ask for %.60s (write it at a container)", name_at(p));
    }
}

void validate_quota_resource_name(const struct place *p, struct violations *found)
{
    const char *text = name_at(p);
    validate_resource_name(p, found);
    if (strchr(text, '/') == NULL && !resource_is_of_quotas(text)) {
        violation_add(found, VIOLATION_INVALID, p,
                      "a quota cannot bound %.60s (write requests.cpu, limits.memory, pods, requests.DOMAIN/NAME or "
                      "count/KINDS)",
                      text);
    }
}
