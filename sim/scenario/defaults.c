/* A table of rules, each for the maps of one schema, wherever they stand; then the few that are no table.
 *
 * Order: an object's own rules come before those of what is in it, and a row before the rows below it, as in the real
 * server. Amounts are summed unrounded and rounded when all rules are done.
 */
#include "sim/scenario/defaults.h"

#include <assert.h>
#include <string.h>

#include "sim/base/json.h"
#include "sim/scenario/kinds.h"
#include "sim/scenario/kube.h"
#include "sim/scenario/pod_resources.h"
#include "sim/scenario/resource_list.h"

enum act {
    FILL,       /* where there is nothing */
    FILL_EMPTY, /* where there is nothing, or an empty list or map */
    SET,        /* whatever there is */
    TAKE_OUT,
};

/* Paths are from the map that the rule is for; maps on the way to `path` are made. */
struct rule {
    const struct schema *of;
    const char *path;
    enum act act;
    const char *when;  /* all must hold: "PATH" is there, "!PATH" is not, "PATH=TEXT" says so */
    const char *value; /* JSON, or a bare text; "=PATH": a copy of what is there, if anything is */
};

#define CPU_AT_80                                                                                                      \
    "[{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"target\":{\"type\":\"Utilization\",\"averageUtilization\":80}}}]"
#define UP_4_PODS_OR_DOUBLE                                                                                            \
    "[{\"type\":\"Pods\",\"value\":4,\"periodSeconds\":15},{\"type\":\"Percent\",\"value\":100,\"periodSeconds\":15}]"
#define DOWN_100_PERCENT "[{\"type\":\"Percent\",\"value\":100,\"periodSeconds\":15}]"

static const struct rule rules[] = {
    {&kube_pod, "spec.enableServiceLinks", FILL, "", "true"},
    {&kube_pod_spec, "dnsPolicy", FILL, "", "ClusterFirst"},
    {&kube_pod_spec, "restartPolicy", FILL, "", "Always"},
    {&kube_pod_spec, "schedulerName", FILL, "", "default-scheduler"},
    {&kube_pod_spec, "terminationGracePeriodSeconds", FILL, "", "30"},
    {&kube_container, "terminationMessagePath", FILL, "", "/dev/termination-log"},
    {&kube_container, "terminationMessagePolicy", FILL, "", "File"},
    {&kube_container_port, "protocol", FILL, "", "TCP"},
    {&kube_probe, "timeoutSeconds", FILL, "", "1"},
    {&kube_probe, "periodSeconds", FILL, "", "10"},
    {&kube_probe, "successThreshold", FILL, "", "1"},
    {&kube_probe, "failureThreshold", FILL, "", "3"},
    {&kube_http_get, "path", FILL, "", "/"},
    {&kube_http_get, "scheme", FILL, "", "HTTP"},
    {&kube_grpc, "service", FILL, "", ""},
    {&kube_secret_volume, "defaultMode", FILL, "", "420"},
    {&kube_config_map_volume, "defaultMode", FILL, "", "420"},
    {&kube_downward_volume, "defaultMode", FILL, "", "420"},
    {&kube_projected_volume, "defaultMode", FILL, "", "420"},
    {&kube_host_path, "type", FILL, "", ""},
    {&kube_object_field, "apiVersion", FILL, "", "v1"},
    {&kube_token_projection, "expirationSeconds", FILL, "", "3600"},
    {&kube_claim, "status.phase", FILL, "", "Pending"},
    {&kube_claim_spec, "volumeMode", FILL, "", "Filesystem"},

    {&kube_deployment_spec, "replicas", FILL, "", "1"},
    {&kube_deployment_spec, "revisionHistoryLimit", FILL, "", "10"},
    {&kube_deployment_spec, "progressDeadlineSeconds", FILL, "", "600"},
    {&kube_deployment_spec, "strategy.type", FILL, "", "RollingUpdate"},
    {&kube_deployment_spec, "strategy.rollingUpdate.maxUnavailable", FILL, "strategy.type=RollingUpdate", "25%"},
    {&kube_deployment_spec, "strategy.rollingUpdate.maxSurge", FILL, "strategy.type=RollingUpdate", "25%"},
    {&kube_replica_set_spec, "replicas", FILL, "", "1"},
    {&kube_replication_controller, "spec.replicas", FILL, "", "1"},
    {&kube_replication_controller, "spec.selector", FILL_EMPTY, "", "=spec.template.metadata.labels"},
    {&kube_replication_controller, "metadata.labels", FILL_EMPTY, "", "=spec.template.metadata.labels"},
    {&kube_stateful_set_spec, "replicas", FILL, "", "1"},
    {&kube_stateful_set_spec, "revisionHistoryLimit", FILL, "", "10"},
    {&kube_stateful_set_spec, "podManagementPolicy", FILL, "", "OrderedReady"},
    {&kube_stateful_set_spec, "updateStrategy.rollingUpdate.partition", FILL, "!updateStrategy.type", "0"},
    {&kube_stateful_set_spec, "updateStrategy.type", FILL, "", "RollingUpdate"},
    {&kube_stateful_set_spec, "updateStrategy.rollingUpdate.partition", FILL,
     "updateStrategy.type=RollingUpdate updateStrategy.rollingUpdate", "0"},
    {&kube_stateful_set_spec, "persistentVolumeClaimRetentionPolicy.whenDeleted", FILL, "", "Retain"},
    {&kube_stateful_set_spec, "persistentVolumeClaimRetentionPolicy.whenScaled", FILL, "", "Retain"},
    {&kube_daemon_set_spec, "revisionHistoryLimit", FILL, "", "10"},
    {&kube_daemon_set_spec, "updateStrategy.type", FILL, "", "RollingUpdate"},
    {&kube_daemon_set_spec, "updateStrategy.rollingUpdate.maxUnavailable", FILL, "updateStrategy.type=RollingUpdate",
     "1"},
    {&kube_daemon_set_spec, "updateStrategy.rollingUpdate.maxSurge", FILL, "updateStrategy.type=RollingUpdate", "0"},

    /* Of a Job itself, not of what a CronJob makes Jobs from. */
    {&kube_job, "spec.completions", FILL, "!spec.completions !spec.parallelism", "1"},
    {&kube_job, "spec.parallelism", FILL, "", "1"},
    {&kube_job, "spec.backoffLimit", FILL, "spec.backoffLimitPerIndex", "2147483647"},
    {&kube_job, "spec.backoffLimit", FILL, "", "6"},
    {&kube_job, "spec.completionMode", FILL, "", "NonIndexed"},
    {&kube_job, "spec.suspend", FILL, "", "false"},
    {&kube_job, "spec.manualSelector", FILL, "", "false"},
    {&kube_job, "spec.podReplacementPolicy", FILL, "spec.podFailurePolicy", "Failed"},
    {&kube_job, "spec.podReplacementPolicy", FILL, "", "TerminatingOrFailed"},
    {&kube_job, "metadata.labels", FILL_EMPTY, "", "=spec.template.metadata.labels"},
    {&kube_failure_condition, "status", SET, "status=", "True"},
    {&kube_cron_job_spec, "concurrencyPolicy", FILL, "", "Allow"},
    {&kube_cron_job_spec, "suspend", FILL, "", "false"},
    {&kube_cron_job_spec, "successfulJobsHistoryLimit", FILL, "", "3"},
    {&kube_cron_job_spec, "failedJobsHistoryLimit", FILL, "", "1"},

    {&kube_hpa_spec, "minReplicas", FILL, "", "1"},
    {&kube_hpa_spec, "metrics", FILL_EMPTY, "", CPU_AT_80},
    {&kube_hpa_spec, "behavior.scaleUp.stabilizationWindowSeconds", FILL, "behavior", "0"},
    {&kube_hpa_spec, "behavior.scaleUp.selectPolicy", FILL, "behavior", "Max"},
    {&kube_hpa_spec, "behavior.scaleUp.policies", FILL, "behavior", UP_4_PODS_OR_DOUBLE},
    {&kube_hpa_spec, "behavior.scaleDown.selectPolicy", FILL, "behavior", "Max"},
    {&kube_hpa_spec, "behavior.scaleDown.policies", FILL, "behavior", DOWN_100_PERCENT},

    {&kube_service_spec, "type", FILL, "", "ClusterIP"},
    {&kube_service_spec, "sessionAffinity", FILL, "", "None"},
    {&kube_service_spec, "sessionAffinityConfig", TAKE_OUT, "sessionAffinity=None", NULL},
    {&kube_service_spec, "sessionAffinityConfig.clientIP.timeoutSeconds", FILL, "sessionAffinity=ClientIP", "10800"},
    {&kube_service_spec, "externalTrafficPolicy", FILL, "type=NodePort", "Cluster"},
    {&kube_service_spec, "externalTrafficPolicy", FILL, "type=LoadBalancer", "Cluster"},
    {&kube_service_spec, "externalTrafficPolicy", FILL, "type=ClusterIP externalIPs", "Cluster"},
    {&kube_service_spec, "internalTrafficPolicy", FILL, "!type=ExternalName", "Cluster"},
    {&kube_service_spec, "allocateLoadBalancerNodePorts", FILL, "type=LoadBalancer", "true"},
    {&kube_service_port, "protocol", FILL, "", "TCP"},
    {&kube_service_port, "targetPort", SET, "targetPort=0", "=port"},
    {&kube_service_port, "targetPort", SET, "targetPort=", "=port"},
    {&kube_node, "status.allocatable", FILL, "", "=status.capacity"},
    {&kube_priority_class, "preemptionPolicy", FILL, "", "PreemptLowerPriority"},
    {&kube_secret, "type", FILL, "", "Opaque"},
};

/* ---- putting in ---- */

struct filler {
    struct arena *arena;
    struct names *names;
};

static void mark_default(struct value *v)
{
    v->where = (struct mark){.file = schema_default_file};
    for (uint32_t i = 0; v->kind == VALUE_LIST && i < v->count; i++) {
        mark_default(v->items[i]);
    }
    for (uint32_t i = 0; v->kind == VALUE_MAP && i < v->count; i++) {
        mark_default(v->members[i].value);
    }
}

static struct value *literal(const struct filler *f, const char *text)
{
    struct value *v = NULL;
    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) {
        v = value_bool(f->arena, text[0] == 't');
    } else if (text[0] != '\0' && text[strspn(text, "0123456789")] == '\0') {
        v = value_number(f->arena, text);
    } else if (text[0] == '[' || text[0] == '{') {
        struct fail fail;
        v = json_read(f->arena, f->names, schema_default_file, text, strlen(text), &fail);
        assert(v != NULL);
    } else {
        v = value_text(f->arena, text);
    }
    mark_default(v);
    return v;
}

/* The map at a path of maps, made where it is missing; null: something else is in the way. */
static struct value *open_map(const struct filler *f, struct value *object, const char *path, size_t length)
{
    while (length > 0) {
        const char *dot = memchr(path, '.', length);
        size_t part = dot == NULL ? length : (size_t)(dot - path);
        const char *key = names_intern(f->names, path, part);
        struct value *next = value_get(object, key);
        if (next == NULL) {
            next = value_map(f->arena);
            next->where.file = schema_default_file;
            value_put(f->arena, object, key, next);
        } else if (!value_is_map(next)) {
            return NULL;
        }
        object = next;
        path += part + (dot != NULL);
        length -= part + (dot != NULL);
    }
    return object;
}

static void put_at(const struct filler *f, struct value *object, const char *path, struct value *v)
{
    const char *dot = strrchr(path, '.');
    struct value *map = open_map(f, object, path, dot == NULL ? 0 : (size_t)(dot - path));
    if (map != NULL) {
        value_put(f->arena, map, names_text(f->names, dot == NULL ? path : dot + 1), v);
    }
}

/* ---- the table ---- */

static bool says(const struct value *v, const char *text)
{
    return v != NULL && (v->kind == VALUE_TEXT || v->kind == VALUE_NUMBER) && strcmp(v->text, text) == 0;
}

/* One condition of length bytes. */
static bool term_holds(const struct filler *f, const struct value *object, const char *term, size_t length)
{
    bool negated = term[0] == '!';
    const char *text = arena_text(f->arena, term + negated, length - negated);
    const char *equals = strchr(text, '=');
    if (equals == NULL) {
        return negated != (value_at(object, text) != NULL);
    }
    const char *path = arena_text(f->arena, text, (size_t)(equals - text));
    return negated != says(value_at(object, path), equals + 1);
}

static bool holds(struct filler f, const struct value *object, const char *when)
{
    struct arena scratch = *f.arena;
    f.arena = &scratch;
    while (when[0] != '\0') {
        size_t length = strcspn(when, " ");
        if (!term_holds(&f, object, when, length)) {
            return false;
        }
        when += length + (when[length] == ' ');
    }
    return true;
}

static bool is_empty(const struct value *v)
{
    return (v->kind == VALUE_LIST || v->kind == VALUE_MAP) && v->count == 0;
}

static void apply_rule(const struct filler *f, const struct rule *rule, struct value *object)
{
    const struct value *now = value_at(object, rule->path);
    bool open = now == NULL || rule->act == SET || rule->act == TAKE_OUT || (rule->act == FILL_EMPTY && is_empty(now));
    if (!open || !holds(*f, object, rule->when)) {
        return;
    }
    if (rule->act == TAKE_OUT) {
        value_remove(object, rule->path);
        return;
    }
    struct value *v = NULL;
    if (rule->value[0] == '=') {
        v = value_copy(f->arena, value_at(object, rule->value + 1));
    } else {
        v = literal(f, rule->value);
    }
    if (v != NULL) {
        put_at(f, object, rule->path, v);
    }
}

/* ---- what is no table ---- */

/* The tag decides: "latest", also when it is only implied, is always pulled. A digest implies no tag. */
static void default_pull_policy(const struct filler *f, struct value *container)
{
    const char *image = value_as_text(value_get(container, "image"));
    if (value_get(container, "imagePullPolicy") != NULL) {
        return;
    }
    bool latest = false;
    if (image != NULL) {
        const char *slash = strrchr(image, '/');
        const char *colon = strchr(slash == NULL ? image : slash, ':');
        latest = strchr(image, '@') == NULL && (colon == NULL || strcmp(colon, ":latest") == 0);
    }
    put_at(f, container, "imagePullPolicy", literal(f, latest ? "Always" : "IfNotPresent"));
}

static void default_volume(const struct filler *f, struct value *volume)
{
    if (volume->count == (value_get(volume, "name") != NULL)) {
        put_at(f, volume, "emptyDir", literal(f, "{}"));
    }
}

/* Adds to the map at `to` a copy of each amount of the map at `from` that it lacks; of those that `takes` says. */
static void copy_missing(const struct filler *f, struct value *object, const char *to, const char *from,
                         bool (*takes)(const char *resource))
{
    const struct value *amounts = value_at(object, from);
    for (uint32_t i = 0; value_is_map(amounts) && i < amounts->count; i++) {
        if (!takes(amounts->members[i].key)) {
            continue;
        }
        struct value *map = open_map(f, object, to, strlen(to));
        if (map != NULL && value_get(map, amounts->members[i].key) == NULL) {
            value_put(f->arena, map, amounts->members[i].key, value_copy(f->arena, amounts->members[i].value));
        }
    }
}

static bool any_resource(const char *resource)
{
    (void)resource;
    return true;
}

static void default_limit_range_item(const struct filler *f, struct value *item)
{
    if (says(value_get(item, "type"), "Container")) {
        copy_missing(f, item, "default", "max", any_resource);
        copy_missing(f, item, "defaultRequest", "default", any_resource);
        copy_missing(f, item, "defaultRequest", "min", any_resource);
    }
}

/* A pod on the host's network takes the ports of its containers from the host. */
static void default_host_ports(const struct filler *f, struct value *container)
{
    const struct value *ports = value_get(container, "ports");
    for (uint32_t i = 0; value_is_list(ports) && i < ports->count; i++) {
        struct value *port = ports->items[i];
        const struct value *number = value_get(port, "containerPort");
        if (number != NULL && !says(number, "0") && value_get(port, "hostPort") == NULL) {
            put_at(f, port, "hostPort", value_copy(f->arena, number));
        }
    }
}

/* ---- resources of a pod ---- */

static bool is_hugepages(const char *resource)
{
    return strncmp(resource, "hugepages-", 10) == 0;
}

/* What a pod as a whole can ask for. */
static bool pod_level_resource(const char *resource)
{
    return strcmp(resource, "cpu") == 0 || strcmp(resource, "memory") == 0 || is_hugepages(resource);
}

/* Adds to the map at `to` the amount of a resource that the map lacks and the list has. */
static void put_missing(const struct filler *f, struct value *spec, const char *to, const char *resource,
                        const struct resource_list *list)
{
    const struct quantity *amount = resource_list_find(list, resource);
    struct value *map = amount == NULL ? NULL : open_map(f, spec, to, strlen(to));
    if (map != NULL && value_get(map, resource) == NULL) {
        struct value *v = value_text(f->arena, quantity_text(f->arena, amount));
        v->where.file = schema_default_file;
        value_put(f->arena, map, names_text(f->names, resource), v);
    }
}

static bool has_amounts(const struct value *spec, const char *path)
{
    const struct value *amounts = value_at(spec, path);
    return value_is_map(amounts) && amounts->count > 0;
}

/* What a pod as a whole asks for and may use follows from its containers, where it says something but not all. */
static void default_pod_level(const struct filler *f, struct value *pod, struct value *spec)
{
    const struct pod_resources_options of_containers = {.exclude_overhead = true, .skip_pod_level = true};
    if (!has_amounts(spec, "resources.requests") && !has_amounts(spec, "resources.limits")) {
        return;
    }
    struct resource_list limits = pod_limits(f->arena, pod, &of_containers);
    for (uint32_t i = 0; i < limits.count; i++) {
        const char *resource = limits.at[i].name;
        if (is_hugepages(resource) && value_get(value_at(spec, "resources.requests"), resource) == NULL) {
            put_missing(f, spec, "resources.limits", resource, &limits);
        }
    }
    if (!has_amounts(spec, "resources.limits")) {
        return;
    }
    struct resource_list requests = pod_requests(f->arena, pod, &of_containers);
    put_missing(f, spec, "resources.requests", "cpu", &requests);
    put_missing(f, spec, "resources.requests", "memory", &requests);
    copy_missing(f, spec, "resources.requests", "resources.limits", pod_level_resource);
}

/* Of Pods only: a template keeps what was written, and each pod made from it is defaulted anew. */
static void default_pod(const struct filler *f, struct value *pod)
{
    static const char *const lists[] = {"containers", "initContainers"};
    struct value *spec = value_get(pod, "spec");
    bool host_network = value_get(spec, "hostNetwork") != NULL;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const struct value *list = value_get(spec, lists[i]);
        for (uint32_t j = 0; value_is_list(list) && j < list->count; j++) {
            copy_missing(f, list->items[j], "resources.requests", "resources.limits", any_resource);
            if (host_network) {
                default_host_ports(f, list->items[j]);
            }
        }
    }
    if (value_is_map(spec)) {
        default_pod_level(f, pod, spec);
    }
}

static void fill(void *context, const struct schema *s, struct value *object)
{
    const struct filler *f = context;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (rules[i].of == s) {
            apply_rule(f, &rules[i], object);
        }
    }
    if (s == &kube_container) {
        default_pull_policy(f, object);
    } else if (s == &kube_volume) {
        default_volume(f, object);
    } else if (s == &kube_limit_range_item) {
        default_limit_range_item(f, object);
    } else if (s == &kube_pod) {
        default_pod(f, object);
    }
}

/* ---- older versions ---- */

/* autoscaling/v1 knows one metric: the utilization of cpu, as a number. */
static void convert_hpa_v1(const struct filler *f, struct value *object)
{
    struct value *spec = value_get(object, "spec");
    struct value *target = value_get(spec, "targetCPUUtilizationPercentage");
    if (value_is_null(target)) {
        return;
    }
    struct value *metrics = literal(f, CPU_AT_80);
    value_put(f->arena, value_at(metrics->items[0], "resource.target"), names_text(f->names, "averageUtilization"),
              target);
    value_put(f->arena, spec, names_text(f->names, "metrics"), metrics);
    value_remove(spec, "targetCPUUtilizationPercentage");
}

/* Before apps/v1 a selector was not needed: the template's labels stood for it. */
static void convert_workload(const struct filler *f, struct value *object)
{
    struct value *spec = value_get(object, "spec");
    struct value *labels = value_at(spec, "template.metadata.labels");
    if (value_is_map(spec) && labels != NULL && value_is_null(value_get(spec, "selector"))) {
        put_at(f, spec, "selector.matchLabels", value_copy(f->arena, labels));
    }
}

static const struct kind *convert(const struct filler *f, const struct kind *kind, struct value *object)
{
    if (kind->read_as == NULL) {
        return kind;
    }
    if (kind->schema == &kube_hpa_v1) {
        convert_hpa_v1(f, object);
    } else if (strcmp(kind->read_as, "apps/v1") == 0) {
        convert_workload(f, object);
    }
    struct value *version = value_text(f->arena, kind->read_as);
    version->where = value_get(object, "apiVersion")->where;
    value_put(f->arena, object, names_text(f->names, "apiVersion"), version);
    return kinds_find(kind->read_as, kind->name);
}

void defaults_apply(struct arena *a, struct names *names, struct value *object)
{
    const struct kind *kind = kinds_of(object);
    if (kind == NULL || kind->schema == NULL) {
        return;
    }
    struct filler f = {a, names};
    kind = convert(&f, kind, object);
    schema_trim(a, names, kind->schema, object);
    schema_visit(kind->schema, object, fill, &f);
    schema_settle(a, kind->schema, object);
}
