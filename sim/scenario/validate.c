/* A table of checks, each for the maps of one schema, wherever they stand; then the checks that look at more than one
 * field, in pod_validate.c and workload_validate.c. */
#include "sim/scenario/validate.h"

#include <stddef.h>
#include <string.h>

#include "sim/scenario/config_validate.h"
#include "sim/scenario/container_validate.h"
#include "sim/scenario/hpa_validate.h"
#include "sim/scenario/job_validate.h"
#include "sim/scenario/kube.h"
#include "sim/scenario/limits_validate.h"
#include "sim/scenario/names_validate.h"
#include "sim/scenario/pod_validate.h"
#include "sim/scenario/resources_validate.h"
#include "sim/scenario/selection_validate.h"
#include "sim/scenario/suggest.h"
#include "sim/scenario/workload_validate.h"

enum what {
    MUST,      /* there, and neither empty nor 0 */
    WORDS,     /* absent, or one of words */
    CHOICE,    /* one of words; absent is none of them */
    TYPE,      /* the same of a map's type; the server complains of the map */
    RANGE,     /* absent, or an integer from least to most */
    LABEL,     /* absent, or a DNS label */
    SUBDOMAIN, /* absent, or labels joined by dots */
    PORT,      /* an integer from 1 to 65535, or the name of a port */
    PORT_NAME, /* absent, or the name of a port */
    SHARE,     /* absent, or a number of pods or a percentage of them */
    NEVER,     /* absent */
};

/* Paths are from the map that the check is for. */
struct check {
    const struct schema *of;
    const char *path;
    enum what what;
    const char *words; /* separated by | */
    int64_t least;
    int64_t most;
    enum violation_type type; /* of WORDS and NEVER */
};

/* clang-format off */
#define MUST_BE(of, path)                {&kube_##of, path, MUST, NULL, 0, 0, VIOLATION_REQUIRED}
#define ONE_OF(of, path, words)          {&kube_##of, path, WORDS, words, 0, 0, VIOLATION_NOT_SUPPORTED}
#define ONE_OF_AS(of, path, type, words) {&kube_##of, path, WORDS, words, 0, 0, VIOLATION_##type}
#define CHOOSE(of, path, words)          {&kube_##of, path, CHOICE, words, 0, 0, VIOLATION_NOT_SUPPORTED}
#define TYPE_OF(type, of, path, words)   {&kube_##of, path, TYPE, words, 0, 0, VIOLATION_##type}
#define FROM_TO(of, path, least, most)   {&kube_##of, path, RANGE, NULL, least, most, VIOLATION_INVALID}
#define FROM(of, path, least)            FROM_TO(of, path, least, INT32_MAX)
#define IS(of, path, what)               {&kube_##of, path, what, NULL, 0, 0, VIOLATION_INVALID}
#define FORBIDDEN(of, path)              {&kube_##of, path, NEVER, NULL, 0, 0, VIOLATION_FORBIDDEN}
/* clang-format on */

static const struct check checks[] = {
    MUST_BE(pod_spec, "containers"),
    ONE_OF(pod_spec, "restartPolicy", "Always|OnFailure|Never"),
    ONE_OF(pod_spec, "dnsPolicy", "ClusterFirst|ClusterFirstWithHostNet|Default|None"),
    ONE_OF(pod_spec, "preemptionPolicy", "PreemptLowerPriority|Never"),
    FROM(pod_spec, "activeDeadlineSeconds", 1),
    IS(pod_spec, "nodeName", SUBDOMAIN),
    IS(pod_spec, "priorityClassName", SUBDOMAIN),
    IS(pod_spec, "serviceAccountName", SUBDOMAIN),
    IS(pod_spec, "runtimeClassName", SUBDOMAIN),
    MUST_BE(container, "name"),
    IS(container, "name", LABEL),
    MUST_BE(container, "image"),
    ONE_OF(container, "imagePullPolicy", "Always|IfNotPresent|Never"),
    ONE_OF(container, "restartPolicy", "Always|OnFailure|Never"),
    ONE_OF(container, "terminationMessagePolicy", "File|FallbackToLogsOnError"),
    MUST_BE(container_port, "containerPort"),
    FROM_TO(container_port, "containerPort", 0, 65535),
    FROM_TO(container_port, "hostPort", 0, 65535),
    ONE_OF(container_port, "protocol", "TCP|UDP|SCTP"),
    IS(container_port, "name", PORT_NAME),
    FROM(probe, "initialDelaySeconds", 0),
    FROM(probe, "timeoutSeconds", 1),
    FROM(probe, "periodSeconds", 1),
    FROM(probe, "successThreshold", 1),
    FROM(probe, "failureThreshold", 1),
    FROM(probe, "terminationGracePeriodSeconds", 1),
    ONE_OF(http_get, "scheme", "HTTP|HTTPS"),
    IS(http_get, "port", PORT),
    IS(tcp_socket, "port", PORT),
    FROM_TO(grpc, "port", 1, 65535),
    MUST_BE(env_var, "name"),
    MUST_BE(volume, "name"),
    IS(volume, "name", LABEL),
    MUST_BE(host_path, "path"),
    MUST_BE(secret_volume, "secretName"),
    MUST_BE(config_map_volume, "name"),
    MUST_BE(volume_mount, "name"),
    MUST_BE(volume_mount, "mountPath"),
    ONE_OF(toleration, "effect", "NoSchedule|PreferNoSchedule|NoExecute"),
    ONE_OF(toleration, "operator", "Exists|Equal"),
    FROM(spread_constraint, "maxSkew", 1),
    FROM(spread_constraint, "minDomains", 1),
    MUST_BE(spread_constraint, "topologyKey"),
    CHOOSE(spread_constraint, "whenUnsatisfiable", "DoNotSchedule|ScheduleAnyway"),
    ONE_OF(spread_constraint, "nodeAffinityPolicy", "Honor|Ignore"),
    ONE_OF(spread_constraint, "nodeTaintsPolicy", "Honor|Ignore"),
    FROM_TO(preferred_node, "weight", 1, 100),
    FROM_TO(preferred_pod, "weight", 1, 100),
    MUST_BE(node_selector, "nodeSelectorTerms"),

    FROM(deployment_spec, "replicas", 0),
    FROM(deployment_spec, "minReadySeconds", 0),
    FROM(deployment_spec, "revisionHistoryLimit", 0),
    TYPE_OF(NOT_SUPPORTED, deployment_spec, "strategy.type", "RollingUpdate|Recreate"),
    IS(deployment_spec, "strategy.rollingUpdate.maxSurge", SHARE),
    IS(deployment_spec, "strategy.rollingUpdate.maxUnavailable", SHARE),
    ONE_OF(deployment_spec, "template.spec.restartPolicy", "Always"),
    FORBIDDEN(deployment_spec, "template.spec.activeDeadlineSeconds"),
    FROM(replica_set_spec, "replicas", 0),
    FROM(replica_set_spec, "minReadySeconds", 0),
    ONE_OF(replica_set_spec, "template.spec.restartPolicy", "Always"),
    FORBIDDEN(replica_set_spec, "template.spec.activeDeadlineSeconds"),
    FROM(stateful_set_spec, "replicas", 0),
    FROM(stateful_set_spec, "minReadySeconds", 0),
    FROM(stateful_set_spec, "ordinals.start", 0),
    FROM(stateful_set_spec, "updateStrategy.rollingUpdate.partition", 0),
    ONE_OF_AS(stateful_set_spec, "podManagementPolicy", INVALID, "OrderedReady|Parallel"),
    TYPE_OF(INVALID, stateful_set_spec, "updateStrategy.type", "RollingUpdate|OnDelete"),
    ONE_OF(stateful_set_spec, "persistentVolumeClaimRetentionPolicy.whenDeleted", "Retain|Delete"),
    ONE_OF(stateful_set_spec, "persistentVolumeClaimRetentionPolicy.whenScaled", "Retain|Delete"),
    ONE_OF(stateful_set_spec, "template.spec.restartPolicy", "Always"),
    FORBIDDEN(stateful_set_spec, "template.spec.activeDeadlineSeconds"),
    IS(stateful_set_spec, "serviceName", LABEL),
    FROM(daemon_set_spec, "minReadySeconds", 0),
    FROM(daemon_set_spec, "revisionHistoryLimit", 0),
    TYPE_OF(NOT_SUPPORTED, daemon_set_spec, "updateStrategy.type", "RollingUpdate|OnDelete"),
    IS(daemon_set_spec, "updateStrategy.rollingUpdate.maxSurge", SHARE),
    IS(daemon_set_spec, "updateStrategy.rollingUpdate.maxUnavailable", SHARE),
    ONE_OF(daemon_set_spec, "template.spec.restartPolicy", "Always"),
    FORBIDDEN(daemon_set_spec, "template.spec.activeDeadlineSeconds"),
    FROM(job_spec, "parallelism", 0),
    FROM(job_spec, "completions", 0),
    FROM(job_spec, "backoffLimit", 0),
    FROM(job_spec, "backoffLimitPerIndex", 0),
    FROM(job_spec, "maxFailedIndexes", 0),
    FROM(job_spec, "ttlSecondsAfterFinished", 0),
    FROM_TO(job_spec, "activeDeadlineSeconds", 0, INT64_MAX),
    ONE_OF(job_spec, "completionMode", "NonIndexed|Indexed"),
    ONE_OF(job_spec, "podReplacementPolicy", "TerminatingOrFailed|Failed"),
    ONE_OF_AS(job_spec, "template.spec.restartPolicy", REQUIRED, "OnFailure|Never"),
    MUST_BE(cron_job_spec, "schedule"),
    FROM_TO(cron_job_spec, "startingDeadlineSeconds", 0, INT64_MAX),
    FROM(cron_job_spec, "successfulJobsHistoryLimit", 0),
    FROM(cron_job_spec, "failedJobsHistoryLimit", 0),
    ONE_OF(cron_job_spec, "concurrencyPolicy", "Allow|Forbid|Replace"),

    ONE_OF(service_spec, "type", "ClusterIP|NodePort|LoadBalancer|ExternalName"),
    ONE_OF(service_spec, "sessionAffinity", "None|ClientIP"),
    ONE_OF(service_spec, "externalTrafficPolicy", "Cluster|Local"),
    ONE_OF(service_spec, "internalTrafficPolicy", "Cluster|Local"),
    ONE_OF(service_spec, "trafficDistribution", "PreferClose|PreferSameZone|PreferSameNode"),
    FROM_TO(service_spec, "sessionAffinityConfig.clientIP.timeoutSeconds", 1, 86400),
    FROM_TO(service_port, "port", 1, 65535),
    IS(service_port, "targetPort", PORT),
    ONE_OF(service_port, "protocol", "TCP|UDP|SCTP"),
    MUST_BE(claim_spec, "accessModes"),
    ONE_OF(claim_spec, "volumeMode", "Filesystem|Block"),
    ONE_OF(priority_class, "preemptionPolicy", "PreemptLowerPriority|Never"),
    IS(disruption_budget_spec, "minAvailable", SHARE),
    IS(disruption_budget_spec, "maxUnavailable", SHARE),
    ONE_OF(disruption_budget_spec, "unhealthyPodEvictionPolicy", "IfHealthyBudget|AlwaysAllow"),
};

/* Checks of several fields at once. */
static const struct {
    const struct schema *of;
    void (*check)(const struct place *p, struct names *names, struct violations *found);
} wholes[] = {
    {&kube_object_meta, validate_metadata},
    {&kube_pod_spec, validate_pod_spec},
    {&kube_pod_spec, validate_pod_amounts},
    {&kube_volume, validate_volume},
    {&kube_container, validate_container},
    {&kube_container, validate_container_resources},
    {&kube_probe, validate_probe},
    {&kube_lifecycle_handler, validate_lifecycle_handler},
    {&kube_env_var, validate_env_var},
    {&kube_toleration, validate_toleration},
    {&kube_label_selector, validate_label_selector},
    {&kube_label_requirement, validate_label_requirement},
    {&kube_node_requirement, validate_node_requirement},
    {&kube_pod_affinity_term, validate_pod_affinity_term},
    {&kube_spread_constraint, validate_spread_constraint},
    {&kube_deployment_spec, validate_deployment},
    {&kube_replica_set_spec, validate_selector},
    {&kube_stateful_set_spec, validate_stateful_set},
    {&kube_daemon_set_spec, validate_daemon_set},
    {&kube_job, validate_job},
    {&kube_job_spec, validate_job_spec},
    {&kube_cron_job, validate_cron_job},
    {&kube_cron_job_spec, validate_cron_job_spec},
    {&kube_service_spec, validate_service},
    {&kube_claim_spec, validate_claim},
    {&kube_node, validate_node},
    {&kube_disruption_budget_spec, validate_disruption_budget},
    {&kube_priority_class, validate_priority_class},
    {&kube_limit_range_item, validate_limit_range_item},
    {&kube_resource_quota_spec, validate_quota},
    {&kube_config_map, validate_config_map},
    {&kube_secret, validate_secret},
};

static bool has_word(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = words; at != NULL; at = strchr(at, '|')) {
        at += *at == '|';
        if (strncmp(at, word, length) == 0 && (at[length] == '|' || at[length] == '\0')) {
            return true;
        }
    }
    return false;
}

/* "A, B or C", and the word among them that was probably meant. */
static const char *list_words(struct arena *a, const char *words, struct suggest *suggest)
{
    const char *text = "";
    while (*words != '\0') {
        size_t length = strcspn(words, "|");
        const char *word = arena_text(a, words, length), *rest = words + length + (words[length] == '|');
        const char *comma = text[0] == '\0' ? "" : *rest == '\0' ? " or " : ", ";
        suggest_offer(suggest, word);
        text = arena_format(a, "%s%s%s", text, comma, word);
        words = rest;
    }
    return text;
}

/* Of a text complained of at p. */
static void check_words(const struct check *check, const char *text, const struct place *p, struct violations *found)
{
    if (has_word(check->words, text)) {
        return;
    }
    struct suggest suggest = {.wanted = text};
    const char *words = list_words(found->arena, check->words, &suggest);
    if (suggest.nearest != NULL) {
        violation_add(found, check->type, p, "\"%.60s\" is not %s (did you mean %s?)", text, words, suggest.nearest);
    } else {
        violation_add(found, check->type, p, "\"%.60s\" is not %s (write that)", text, words);
    }
}

static void check_range(const struct check *check, const struct place *p, struct violations *found)
{
    int64_t number = place_integer(p, check->least);
    if (number < check->least) {
        violation_add(found, VIOLATION_INVALID, p, "%lld is too small (write %lld or more)", (long long)number,
                      (long long)check->least);
    } else if (number > check->most) {
        violation_add(found, VIOLATION_INVALID, p, "%lld is too large (write at most %lld)", (long long)number,
                      (long long)check->most);
    }
}

static bool is_nothing(const struct value *v)
{
    int64_t number = 1;
    return value_is_null(v) ||
           ((v->kind == VALUE_TEXT || v->kind == VALUE_LIST || v->kind == VALUE_MAP) && v->count == 0) ||
           (value_as_int64(v, &number) && number == 0);
}

/* A whole number of pods, or a percentage of them without sign or fraction. */
static bool is_share(const struct value *v)
{
    int64_t number = 0;
    const char *text = value_as_text(v);
    if (text == NULL) {
        return value_as_int64(v, &number) && number >= 0;
    }
    size_t digits = strspn(text, "0123456789");
    return digits > 0 && strcmp(text + digits, "%") == 0;
}

static bool is_port(const struct value *v)
{
    int64_t number = 0;
    const char *text = value_as_text(v);
    return text != NULL ? name_is_port(text) : value_as_int64(v, &number) && number >= 1 && number <= 65535;
}

static void check_one(const struct check *check, const struct place *p, struct violations *found)
{
    const char *text = place_text(p);
    switch (check->what) {
    case MUST:
        if (is_nothing(p->value)) {
            violation_add(found, VIOLATION_REQUIRED, p, "missing (write it)");
        }
        break;
    case WORDS:
    case TYPE:
        if (text[0] != '\0') {
            check_words(check, text, check->what == TYPE ? p->in : p, found);
        }
        break;
    case CHOICE:
        check_words(check, text, p, found);
        break;
    case RANGE:
        check_range(check, p, found);
        break;
    case LABEL:
        if (text[0] != '\0' && !name_is_label(text)) {
            violation_add(found, VIOLATION_INVALID, p,
                          "\"%.70s\" is no name (write at most 63 of a-z, 0-9 and -, no - first or last)", text);
        }
        break;
    case SUBDOMAIN:
        if (text[0] != '\0' && !name_is_subdomain(text)) {
            violation_add(found, VIOLATION_INVALID, p,
                          "\"%.60s\" is no name (write a-z, 0-9, - and dots, a letter or digit first and last)", text);
        }
        break;
    case PORT:
        if (!is_port(p->value)) {
            violation_add(found, VIOLATION_INVALID, p, "no port (write 1 to 65535, or the name of a container's port)");
        }
        break;
    case PORT_NAME:
        if (text[0] != '\0' && !name_is_port(text)) {
            violation_add(found, VIOLATION_INVALID, p,
                          "\"%.60s\" is no port's name (write at most 15 of a-z, 0-9 and -, with a letter)", text);
        }
        break;
    case SHARE:
        if (p->value != NULL && !is_share(p->value)) {
            violation_add(found, VIOLATION_INVALID, p,
                          "no number of pods (write one like 1, or a percentage like 25%%)");
        }
        break;
    case NEVER:
        if (p->value != NULL) {
            violation_add(found, check->type, p, "not allowed here (take it out)");
        }
        break;
    }
}

/* The check of what stands at its path from p, down to which the places stand on the stack. */
static void check_at(const struct check *check, const char *path, const struct place *p, struct violations *found)
{
    const char *dot = strchr(path, '.');
    if (dot == NULL) {
        struct place at = place_get(p, path);
        check_one(check, &at, found);
        return;
    }
    struct place next = place_get(p, arena_text(found->arena, path, (size_t)(dot - path)));
    check_at(check, dot + 1, &next, found);
}

static void check_tree(const struct schema *s, const struct place *p, struct names *names, struct violations *found)
{
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        if (checks[i].of == s) {
            check_at(&checks[i], checks[i].path, p, found);
        }
    }
    for (size_t i = 0; i < sizeof wholes / sizeof *wholes; i++) {
        if (wholes[i].of == s) {
            wholes[i].check(p, names, found);
        }
    }
    for (const struct schema_field *f = s->fields; f->name != NULL; f++) {
        struct place field = place_get(p, f->name);
        if (f->kind == SCHEMA_OBJECT && field.value != NULL) {
            check_tree(f->object, &field, names, found);
        }
        for (uint32_t i = 0; f->kind == SCHEMA_OBJECTS && i < place_count(&field); i++) {
            struct place item = place_item(&field, i);
            check_tree(f->object, &item, names, found);
        }
    }
}

void validate_object(const struct schema *schema, const struct value *object, struct names *names,
                     struct violations *found)
{
    struct place top = place_top(object);
    if (schema == &kube_hpa) {
        hpa_validate(object, false, found);
    } else {
        validate_object_name(&top, found);
        check_tree(schema, &top, names, found);
    }
}
