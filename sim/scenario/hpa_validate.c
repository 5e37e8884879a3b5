#include "sim/scenario/hpa_validate.h"

#include <stddef.h>
#include <string.h>

#include "sim/scenario/names_validate.h"
#include "sim/scenario/quantity.h"
#include "sim/scenario/resource_names.h"

static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strcmp(text, *words) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- what it scales ---- */

static void check_name(const struct place *p, const char *what, struct violations *found)
{
    if (place_text(p)[0] == '\0') {
        violation_add(found, VIOLATION_REQUIRED, p, "missing: %s is needed", what);
    } else {
        validate_path_segment(p, found);
    }
}

static size_t slashes(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++) {
        count += *text == '/';
    }
    return count;
}

static void check_api_version(const struct place *p, const char *kind, bool group_needed, struct violations *found)
{
    const char *version = place_text(p);
    bool grouped = strcmp(version, "/") != 0 && slashes(version) == 1 && version[0] != '/';
    if (slashes(version) > 1) {
        violation_add(found, VIOLATION_INVALID, p, "\"%s\" is no apiVersion (write GROUP/VERSION, like apps/v1)",
                      version);
    } else if (!grouped && group_needed && strcmp(kind, "ReplicationController") != 0) {
        violation_add(found, VIOLATION_INVALID, p, "no API group is named (write GROUP/VERSION, like apps/v1)");
    }
}

static void check_reference(const struct place *p, bool group_needed, struct violations *found)
{
    struct place kind = place_get(p, "kind"), name = place_get(p, "name"), version = place_get(p, "apiVersion");
    check_name(&kind, "the kind of what is meant", found);
    check_name(&name, "the name of what is meant", found);
    check_api_version(&version, place_text(&kind), group_needed, found);
}

/* ---- behavior ---- */

static void check_bounds(const struct place *p, int64_t least, int64_t most, struct violations *found)
{
    int64_t number = place_integer(p, 0);
    if (number < least || number > most) {
        violation_add(found, VIOLATION_INVALID, p, "%lld is out of bounds (write %lld to %lld)", (long long)number,
                      (long long)least, (long long)most);
    }
}

static void check_policy(const struct place *p, struct violations *found)
{
    static const char *const types[] = {"Pods", "Percent", NULL};
    struct place type = place_get(p, "type"), value = place_get(p, "value"), period = place_get(p, "periodSeconds");
    if (!is_one_of(place_text(&type), types)) {
        violation_add(found, VIOLATION_NOT_SUPPORTED, &type, "no such type of policy (write Pods or Percent)");
    }
    check_bounds(&value, 1, INT32_MAX, found);
    check_bounds(&period, 1, 1800, found);
}

static void check_rules(const struct place *p, struct violations *found)
{
    static const char *const select[] = {"Max", "Min", "Disabled", NULL};
    if (p->value == NULL) {
        return;
    }
    struct place window = place_get(p, "stabilizationWindowSeconds"), which = place_get(p, "selectPolicy");
    struct place policies = place_get(p, "policies"), tolerance = place_get(p, "tolerance");
    struct quantity q;
    check_bounds(&window, 0, 3600, found);
    if (which.value != NULL && !is_one_of(place_text(&which), select)) {
        violation_add(found, VIOLATION_NOT_SUPPORTED, &which, "no such choice (write Max, Min or Disabled)");
    }
    if (place_count(&policies) == 0) {
        violation_add(found, VIOLATION_REQUIRED, &policies,
                      "empty: at least one policy is needed (leave it out for the default)");
    }
    for (uint32_t i = 0; i < place_count(&policies); i++) {
        struct place policy = place_item(&policies, i);
        check_policy(&policy, found);
    }
    if (tolerance.value != NULL && quantity_read(tolerance.value, &q) == QUANTITY_OK && quantity_sign(&q) < 0) {
        violation_add(found, VIOLATION_INVALID, &tolerance, "negative (write 0 or more, like 0.1)");
    }
}

/* ---- metrics ---- */

static void check_positive(const struct place *p, struct violations *found)
{
    struct quantity q;
    if (p->value != NULL && quantity_read(p->value, &q) == QUANTITY_OK && quantity_sign(&q) <= 0) {
        violation_add(found, VIOLATION_INVALID, p, "not positive (write more than 0)");
    }
}

static void check_target(const struct place *p, struct violations *found)
{
    static const char *const types[] = {"Utilization", "Value", "AverageValue", NULL};
    struct place type = place_get(p, "type"), value = place_get(p, "value"), average = place_get(p, "averageValue");
    struct place utilization = place_get(p, "averageUtilization");
    if (place_text(&type)[0] == '\0') {
        violation_add(found, VIOLATION_REQUIRED, &type, "missing (write Utilization, Value or AverageValue)");
    }
    if (!is_one_of(place_text(&type), types)) {
        violation_add(found, VIOLATION_INVALID, &type, "no such target (write Utilization, Value or AverageValue)");
    }
    check_positive(&value, found);
    check_positive(&average, found);
    if (utilization.value != NULL) {
        check_bounds(&utilization, 1, INT32_MAX, found);
    }
}

static void check_identifier(const struct place *metric, struct violations *found)
{
    struct place name = place_get(metric, "name");
    check_name(&name, "the metric's name", found);
}

/* One of two fields, and not both: the second is the one that is spoken of when none is there. */
static void check_either(const struct place *first, const struct place *second, const struct place *both,
                         struct violations *found)
{
    if (first->value == NULL && second->value == NULL) {
        violation_add(found, VIOLATION_REQUIRED, second, "missing (write %s or %s)", second->key, first->key);
    } else if (first->value != NULL && second->value != NULL) {
        violation_add(found, VIOLATION_FORBIDDEN, both, "%s is there too (write one of them)",
                      both == first ? second->key : first->key);
    }
}

static void check_object_source(const struct place *p, struct violations *found)
{
    struct place described = place_get(p, "describedObject"), metric = place_get(p, "metric");
    struct place target = place_get(p, "target");
    struct place value = place_get(&target, "value"), average = place_get(&target, "averageValue");
    check_reference(&described, false, found);
    check_identifier(&metric, found);
    check_target(&target, found);
    if (value.value == NULL && average.value == NULL) {
        violation_add(found, VIOLATION_REQUIRED, &average, "missing (write averageValue or value)");
    }
}

static void check_external_source(const struct place *p, struct violations *found)
{
    struct place metric = place_get(p, "metric"), target = place_get(p, "target");
    struct place value = place_get(&target, "value"), average = place_get(&target, "averageValue");
    check_identifier(&metric, found);
    check_target(&target, found);
    check_either(&value, &average, &value, found);
}

static void check_pods_source(const struct place *p, struct violations *found)
{
    struct place metric = place_get(p, "metric"), target = place_get(p, "target");
    struct place average = place_get(&target, "averageValue");
    check_identifier(&metric, found);
    check_target(&target, found);
    if (average.value == NULL) {
        violation_add(found, VIOLATION_REQUIRED, &average,
                      "missing: a Pods metric has a target for each pod (write it)");
    }
}

static void check_resource_target(const struct place *p, struct violations *found)
{
    struct place target = place_get(p, "target");
    struct place average = place_get(&target, "averageValue"), utilization = place_get(&target, "averageUtilization");
    check_target(&target, found);
    check_either(&average, &utilization, &average, found);
}

static void check_resource_source(const struct place *p, struct violations *found)
{
    struct place name = place_get(p, "name");
    if (place_text(&name)[0] == '\0') {
        violation_add(found, VIOLATION_REQUIRED, &name, "missing: the resource's name is needed (write cpu or memory)");
    }
    check_resource_target(p, found);
}

static void check_container_source(const struct place *p, struct violations *found)
{
    struct place name = place_get(p, "name"), container = place_get(p, "container");
    if (place_text(&name)[0] == '\0') {
        violation_add(found, VIOLATION_REQUIRED, &name, "missing: the resource's name is needed (write cpu or memory)");
    } else {
        validate_container_resource_name(&name, found);
    }
    if (place_text(&container)[0] == '\0') {
        violation_add(found, VIOLATION_REQUIRED, &container, "missing: the container's name is needed");
    }
    check_resource_target(p, found);
}

/* In the order in which the server looks for them: only the first that is there is looked into. */
static const struct {
    const char *type;
    const char *field;
    void (*check)(const struct place *p, struct violations *found);
} sources[] = {
    {"Object", "object", check_object_source},
    {"External", "external", check_external_source},
    {"Pods", "pods", check_pods_source},
    {"Resource", "resource", check_resource_source},
    {"ContainerResource", "containerResource", check_container_source},
};

enum { SOURCES = sizeof sources / sizeof *sources };

static size_t source_of(const char *type)
{
    size_t i = 0;
    while (i < SOURCES && strcmp(sources[i].type, type) != 0) {
        i++;
    }
    return i;
}

static void check_metric_type(const struct place *p, const struct place *type, size_t source, struct violations *found)
{
    if (place_text(type)[0] == '\0') {
        violation_add(found, VIOLATION_REQUIRED, type,
                      "missing (write Resource, ContainerResource, Pods, Object or External)");
    }
    for (int twice = 0; source == SOURCES && twice < 2; twice++) {
        violation_add(found, VIOLATION_NOT_SUPPORTED, type,
                      "no such type of metric (write Resource, ContainerResource, Pods, Object or External)");
    }
    if (source < SOURCES && value_get(p->value, sources[source].field) == NULL) {
        struct place missing = place_get(p, sources[source].field);
        violation_add(found, VIOLATION_REQUIRED, &missing, "missing: the type is %s (write it)", sources[source].type);
    }
}

static void check_metric(const struct place *p, struct violations *found)
{
    struct place type = place_get(p, "type");
    size_t source = source_of(place_text(&type)), present = 0;
    for (size_t i = 0; i < SOURCES; i++) {
        struct place at = place_get(p, sources[i].field);
        if (at.value != NULL && present++ == 0) {
            sources[i].check(&at, found);
        }
    }
    check_metric_type(p, &type, source, found);
    for (size_t i = 0; i < SOURCES && present > 1; i++) {
        struct place at = place_get(p, sources[i].field);
        if (i != source && at.value != NULL) {
            violation_add(found, VIOLATION_FORBIDDEN, &at, "the type is %s (take this out)", place_text(&type));
        }
    }
}

static bool can_scale_from_zero(const struct place *metrics)
{
    for (uint32_t i = 0; i < place_count(metrics); i++) {
        const char *type = value_as_text(value_get(metrics->value->items[i], "type"));
        if (type != NULL && (strcmp(type, "Object") == 0 || strcmp(type, "External") == 0)) {
            return true;
        }
    }
    return false;
}

static void check_metrics(const struct place *metrics, int64_t replicas_min, struct violations *found)
{
    if (replicas_min == 0 && !can_scale_from_zero(metrics)) {
        violation_add(found, VIOLATION_FORBIDDEN, metrics,
                      "minReplicas is 0, and no metric can be measured without pods "
                      "(add one of type Object or External)");
    }
    for (uint32_t i = 0; i < place_count(metrics); i++) {
        struct place metric = place_item(metrics, i);
        check_metric(&metric, found);
    }
}

/* ---- the whole ---- */

static void check_replicas(const struct place *spec, bool scale_to_zero, struct violations *found)
{
    struct place min = place_get(spec, "minReplicas"), max = place_get(spec, "maxReplicas");
    int64_t least = place_integer(&min, 1), most = place_integer(&max, 0);
    if (least < !scale_to_zero) {
        violation_add(found, VIOLATION_INVALID, &min, "%lld is too small (write %d or more)", (long long)least,
                      !scale_to_zero);
    }
    if (most == 0) {
        violation_add(found, VIOLATION_REQUIRED, &max, "missing or 0 (write the largest number of replicas)");
    } else if (most < 0) {
        violation_add(found, VIOLATION_INVALID, &max, "%lld is negative (write 1 or more)", (long long)most);
    }
    if (most < least) {
        violation_add(found, VIOLATION_INVALID, &max, "%lld is below minReplicas %lld (write that or more)",
                      (long long)most, (long long)least);
    }
}

void hpa_validate(const struct value *object, bool scale_to_zero, struct violations *found)
{
    struct place top = place_top(object);
    struct place spec = place_get(&top, "spec");
    struct place target = place_get(&spec, "scaleTargetRef"), metrics = place_get(&spec, "metrics");
    struct place behavior = place_get(&spec, "behavior"), min = place_get(&spec, "minReplicas");
    struct place up = place_get(&behavior, "scaleUp"), down = place_get(&behavior, "scaleDown");
    validate_object_name(&top, found);
    check_replicas(&spec, scale_to_zero, found);
    check_reference(&target, true, found);
    check_rules(&up, found);
    check_rules(&down, found);
    check_metrics(&metrics, place_integer(&min, 1), found);
}
