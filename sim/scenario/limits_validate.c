#include "sim/scenario/limits_validate.h"

#include <stddef.h>
#include <string.h>

#include "sim/scenario/quantity.h"
#include "sim/scenario/resource_names.h"
#include "sim/scenario/resources_validate.h"

static bool says(const struct place *p, const char *text)
{
    return strcmp(place_text(p), text) == 0;
}

static uint32_t members(const struct place *p)
{
    return value_is_map(p->value) ? p->value->count : 0;
}

/* ---- limit ranges ---- */

enum part { MIN, MAX, DEFAULT, DEFAULT_REQUEST, RATIO, PARTS };

static const char *const part_keys[] = {
    [MIN] = "min",
    [MAX] = "max",
    [DEFAULT] = "default",
    [DEFAULT_REQUEST] = "defaultRequest",
    [RATIO] = "maxLimitRequestRatio",
};

/* What an item says of one resource. */
struct bounds {
    struct place at[PARTS];
    bool has[PARTS];
    struct quantity q[PARTS];
};

/* Complains of `blamed` when the low one is above the high one. */
static void check_order(const struct bounds *b, enum part low, enum part high, enum part blamed,
                        struct violations *found)
{
    if (b->has[low] && b->has[high] && quantity_compare(&b->q[low], &b->q[high]) > 0) {
        violation_add(found, VIOLATION_INVALID, &b->at[blamed], "%s %s is above %s %s (lower one or raise the other)",
                      part_keys[low], quantity_text(found->arena, &b->q[low]), part_keys[high],
                      quantity_text(found->arena, &b->q[high]));
    }
}

/* In thousandths where all fit, as the server compares. */
static double ratio_of(const struct bounds *b, double *most)
{
    const int64_t fits = INT64_MAX / 1000;
    int64_t ratio = quantity_value(&b->q[RATIO]), min = quantity_value(&b->q[MIN]), max = quantity_value(&b->q[MAX]);
    if (ratio < fits && min < fits && max < fits) {
        *most = (double)quantity_milli(&b->q[MAX]) / (double)quantity_milli(&b->q[MIN]);
        return (double)quantity_milli(&b->q[RATIO]) / 1000;
    }
    *most = (double)max / (double)min;
    return (double)ratio;
}

static void check_ratio(const struct bounds *b, struct violations *found)
{
    double most = 0;
    if (!b->has[RATIO]) {
        return;
    }
    if (quantity_compare_int64(&b->q[RATIO], 1) < 0) {
        violation_add(found, VIOLATION_INVALID, &b->at[RATIO], "below 1: a limit is never under its request");
    }
    if (b->has[MIN] && b->has[MAX] && ratio_of(b, &most) > most) {
        violation_add(found, VIOLATION_INVALID, &b->at[RATIO], "above max / min, which is %.6g (lower it)", most);
    }
}

static void check_resource(const struct place parts[PARTS], const char *resource, struct violations *found)
{
    struct bounds b;
    for (enum part p = MIN; p < PARTS; p++) {
        b.at[p] = place_entry(&parts[p], resource);
        b.has[p] = b.at[p].value != NULL && quantity_read(b.at[p].value, &b.q[p]) == QUANTITY_OK;
    }
    check_order(&b, MIN, MAX, MIN, found);
    check_order(&b, MIN, DEFAULT_REQUEST, DEFAULT_REQUEST, found);
    check_order(&b, DEFAULT_REQUEST, MAX, DEFAULT_REQUEST, found);
    check_order(&b, DEFAULT_REQUEST, DEFAULT, DEFAULT_REQUEST, found);
    check_order(&b, MIN, DEFAULT, DEFAULT, found);
    check_order(&b, DEFAULT, MAX, DEFAULT, found);
    check_ratio(&b, found);
    if (!resource_is_overcommitted(resource) && b.has[DEFAULT] && b.has[DEFAULT_REQUEST] &&
        quantity_compare(&b.q[DEFAULT], &b.q[DEFAULT_REQUEST]) != 0) {
        violation_add(found, VIOLATION_INVALID, &b.at[DEFAULT_REQUEST],
                      "%.60s cannot be shared: write the same default and defaultRequest", resource);
    }
}

static void check_type(const struct place *type, const struct place *limits, uint32_t index, struct violations *found)
{
    const char *text = place_text(type);
    if (strchr(text, '/') == NULL && !says(type, "Pod") && !says(type, "Container") &&
        !says(type, "PersistentVolumeClaim")) {
        violation_add(found, VIOLATION_INVALID, type,
                      "\"%.60s\" is no type (write Container, Pod or PersistentVolumeClaim)", text);
    }
    for (uint32_t i = 0; i < index && i < place_count(limits); i++) {
        const char *other = value_as_text(value_get(limits->value->items[i], "type"));
        if (other != NULL && strcmp(other, text) == 0) {
            violation_add(found, VIOLATION_DUPLICATE, type, "a second item of type %.40s (join them)", text);
            return;
        }
    }
}

/* Each resource once, whichever parts name it. */
static bool was_named_before(const struct place parts[PARTS], enum part part, const char *resource)
{
    for (enum part p = MIN; p < part; p++) {
        if (value_get(parts[p].value, resource) != NULL) {
            return true;
        }
    }
    return false;
}

void validate_limit_range_item(const struct place *item, struct names *names, struct violations *found)
{
    (void)names;
    struct place type = place_get(item, "type"), parts[PARTS];
    bool of_pods = says(&type, "Pod"), of_claims = says(&type, "PersistentVolumeClaim");
    check_type(&type, item->in, item->index, found);
    for (enum part p = MIN; p < PARTS; p++) {
        parts[p] = place_get(item, part_keys[p]);
        if (of_pods && (p == DEFAULT || p == DEFAULT_REQUEST)) {
            if (members(&parts[p]) > 0) {
                violation_add(found, VIOLATION_FORBIDDEN, &parts[p],
                              "pods have no defaults, containers have "
                              "(write type: Container)");
            }
            parts[p].value = NULL;
        }
        for (uint32_t i = 0; i < members(&parts[p]); i++) {
            struct place amount = place_entry(&parts[p], parts[p].value->members[i].key);
            (of_pods || says(&type, "Container") ? validate_container_resource_name : validate_resource_name)(&amount,
                                                                                                              found);
        }
    }
    if (of_claims && value_get(parts[MIN].value, "storage") == NULL && value_get(parts[MAX].value, "storage") == NULL) {
        struct place said = place_get(item, "limits"); /* says the server */
        violation_add(found, VIOLATION_REQUIRED, &said, "no bound of storage (write min or max with storage)");
    }
    for (enum part p = MIN; p < PARTS; p++) {
        for (uint32_t i = 0; i < members(&parts[p]); i++) {
            const char *resource = parts[p].value->members[i].key;
            if (!was_named_before(parts, p, resource)) {
                check_resource(parts, resource, found);
            }
        }
    }
}

/* ---- quotas ---- */

enum scope_of { OF_NOTHING, OF_POD_COUNT, OF_POD_AMOUNTS, OF_CLAIMS };

static const struct {
    const char *name;
    enum scope_of most; /* which resources a quota of that scope bounds */
} scopes[] = {
    {"Terminating", OF_POD_AMOUNTS},      {"NotTerminating", OF_POD_AMOUNTS},
    {"BestEffort", OF_POD_COUNT},         {"NotBestEffort", OF_POD_AMOUNTS},
    {"PriorityClass", OF_POD_AMOUNTS},    {"CrossNamespacePodAffinity", OF_POD_AMOUNTS},
    {"VolumeAttributesClass", OF_CLAIMS},
};

enum { SCOPES = sizeof scopes / sizeof *scopes };

static size_t scope_of(const char *name)
{
    size_t i = 0;
    while (i < SCOPES && strcmp(scopes[i].name, name) != 0) {
        i++;
    }
    return i;
}

static bool is_bound_by(size_t scope, const char *resource)
{
    static const char *const amounts[] = {"cpu",           "memory",       "limits.cpu",
                                          "limits.memory", "requests.cpu", "requests.memory"};
    if (scopes[scope].most == OF_CLAIMS) {
        return strcmp(resource, "persistentvolumeclaims") == 0 || strcmp(resource, "requests.storage") == 0;
    }
    for (size_t i = 0; scopes[scope].most == OF_POD_AMOUNTS && i < sizeof amounts / sizeof *amounts; i++) {
        if (strcmp(amounts[i], resource) == 0) {
            return true;
        }
    }
    return strcmp(resource, "pods") == 0;
}

/* Complaints are of p. */
static void check_scope(const struct place *hard, const char *name, const struct place *p, struct violations *found)
{
    size_t scope = scope_of(name);
    if (scope == SCOPES) {
        return;
    }
    for (uint32_t i = 0; i < members(hard); i++) {
        const char *resource = hard->value->members[i].key;
        if (resource_is_of_quotas(resource) && !is_bound_by(scope, resource)) {
            violation_add(found, VIOLATION_INVALID, p, "%.60s is not counted in scope %s (take one of them out)",
                          resource, name);
        }
    }
}

static void check_conflict(bool one, bool other, const struct place *p, const char *why, struct violations *found)
{
    if (one && other) {
        violation_add(found, VIOLATION_INVALID, p, "%s (keep one of them)", why);
    }
}

static void check_conflicts(const bool has[SCOPES + 1], const struct place *p, struct violations *found)
{
    check_conflict(has[scope_of("BestEffort")], has[scope_of("NotBestEffort")], p,
                   "no pod is both BestEffort and NotBestEffort", found);
    check_conflict(has[scope_of("Terminating")], has[scope_of("NotTerminating")], p,
                   "no pod is both Terminating and NotTerminating", found);
}

static void unknown_scope(const struct place *p, const char *name, struct violations *found)
{
    violation_add(found, VIOLATION_INVALID, p,
                  "\"%.60s\" is no scope (write Terminating, NotTerminating, BestEffort, NotBestEffort, PriorityClass "
                  "or CrossNamespacePodAffinity)",
                  name);
}

static void check_scopes(const struct place *spec, const struct place *hard, struct violations *found)
{
    struct place list = place_get(spec, "scopes");
    bool has[SCOPES + 1] = {false};
    for (uint32_t i = 0; i < place_count(&list); i++) {
        struct place item = place_item(&list, i), said = list;
        said.value = item.value;
        has[scope_of(place_text(&item))] = true;
        if (scope_of(place_text(&item)) == SCOPES) {
            unknown_scope(&said, place_text(&item), found);
        }
        check_scope(hard, place_text(&item), &said, found);
    }
    check_conflicts(has, &list, found);
}

/* The server speaks of the list's fields, without an index. */
static void check_scope_requirement(const struct place *expressions, uint32_t index, struct violations *found)
{
    struct place item = place_item(expressions, index);
    struct place name = place_get(&item, "scopeName"), op = place_get(&item, "operator");
    struct place values = place_get(&item, "values");
    name.in = op.in = values.in = expressions;
    if (scope_of(place_text(&name)) == SCOPES) {
        unknown_scope(&name, place_text(&name), found);
    } else if (!says(&name, "PriorityClass") && !says(&name, "VolumeAttributesClass") && !says(&op, "Exists")) {
        violation_add(found, VIOLATION_INVALID, &op, "scope %s is there or not (write Exists)", place_text(&name));
    }
    if (says(&op, "In") || says(&op, "NotIn")) {
        if (place_count(&values) == 0) {
            violation_add(found, VIOLATION_REQUIRED, &values, "missing: %s needs values (write a list)",
                          place_text(&op));
        }
    } else if (says(&op, "Exists") || says(&op, "DoesNotExist")) {
        if (place_count(&values) > 0) {
            violation_add(found, VIOLATION_INVALID, &values, "%s takes no values (take them out)", place_text(&op));
        }
    } else {
        violation_add(found, VIOLATION_INVALID, &op, "no such operator (write In, NotIn, Exists or DoesNotExist)");
    }
}

static void check_scope_selector(const struct place *spec, const struct place *hard, struct violations *found)
{
    struct place selector = place_get(spec, "scopeSelector"), expressions = place_get(&selector, "matchExpressions");
    bool has[SCOPES + 1] = {false};
    for (uint32_t i = 0; i < place_count(&expressions); i++) {
        const char *name = value_as_text(value_get(expressions.value->items[i], "scopeName"));
        has[scope_of(name == NULL ? "" : name)] = true;
        check_scope_requirement(&expressions, i, found);
        check_scope(hard, name == NULL ? "" : name, &expressions, found);
    }
    check_conflicts(has, &expressions, found);
}

void validate_quota(const struct place *spec, struct names *names, struct violations *found)
{
    (void)names;
    struct place hard = place_get(spec, "hard");
    for (uint32_t i = 0; i < members(&hard); i++) {
        struct place amount = place_entry(&hard, hard.value->members[i].key);
        validate_quota_resource_name(&amount, found);
        validate_amount(&amount, amount.key, found);
    }
    check_scopes(spec, &hard, found);
    check_scope_selector(spec, &hard, found);
}
