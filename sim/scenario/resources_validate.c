#include "sim/scenario/resources_validate.h"

#include <stddef.h>
#include <string.h>

#include "sim/scenario/names_validate.h"
#include "sim/scenario/pod_resources.h"
#include "sim/scenario/quantity.h"
#include "sim/scenario/resource_names.h"

static bool says(const struct place *p, const char *text)
{
    return strcmp(place_text(p), text) == 0;
}

static uint32_t members(const struct place *p)
{
    return value_is_map(p->value) ? p->value->count : 0;
}

static struct place member(const struct place *p, uint32_t index)
{
    return place_entry(p, p->value->members[index].key);
}

/* Whether there is an amount at p; it is a good one then. */
static bool read(const struct place *p, struct quantity *q)
{
    return p->value != NULL && quantity_read(p->value, q) == QUANTITY_OK;
}

void validate_amount(const struct place *p, const char *name, struct violations *found)
{
    struct quantity q;
    if (!read(p, &q)) {
        return;
    }
    if (quantity_sign(&q) < 0) {
        violation_add(found, VIOLATION_INVALID, p, "negative (write 0 or more)");
    }
    if (resource_is_counted(name) && quantity_milli(&q) % 1000 != 0) {
        violation_add(found, VIOLATION_INVALID, p, "not whole: %.60s comes in pieces (write a whole number)", name);
    }
}

/* ---- requests and limits ---- */

typedef void name_check(const struct place *p, struct violations *found);

/* An amount of hugepages is a number of whole pages. */
static void check_pages(const struct place *p, struct violations *found)
{
    struct quantity q, page;
    if (!resource_is_hugepages(p->key) || !read(p, &q)) {
        return;
    }
    const char *size = p->key + strlen("hugepages-");
    bool good = quantity_parse(size, strlen(size), &page) == QUANTITY_OK && quantity_sign(&page) > 0 &&
                quantity_value(&page) > 0 && quantity_milli(&page) % 1000 == 0; /* what is too large wraps */
    if (!good || quantity_value(&q) % quantity_value(&page) != 0) {
        violation_add(found, VIOLATION_INVALID, p, "no whole number of pages (write a multiple of %.40s)", size);
    }
}

static void check_amounts(const struct place *amounts, name_check *check_name, struct violations *found)
{
    for (uint32_t i = 0; i < members(amounts); i++) {
        struct place amount = member(amounts, i);
        check_name(&amount, found);
        validate_amount(&amount, amount.key, found);
        check_pages(&amount, found);
    }
}

/* The server speaks of the requests as a whole; the place is the one's. */
static void check_request(const struct place *requests, const struct place *limits, const char *resource,
                          struct violations *found)
{
    struct quantity request, limit;
    struct place at = place_entry(requests, resource), most = place_entry(limits, resource), said = *requests;
    bool shared = resource_is_overcommitted(resource);
    if (!read(&at, &request)) {
        return;
    }
    said.value = at.value;
    if (!read(&most, &limit)) {
        if (!shared) {
            violation_add(found, VIOLATION_REQUIRED, limits, "%.60s has a request and no limit (write the same limit)",
                          resource);
        }
        return;
    }
    const char *asked = quantity_text(found->arena, &request), *allowed = quantity_text(found->arena, &limit);
    if (!shared && quantity_compare(&request, &limit) != 0) {
        violation_add(found, VIOLATION_INVALID, &said,
                      "%.60s cannot be shared: request %s is not the limit %s (write the same)", resource, asked,
                      allowed);
    } else if (quantity_compare(&request, &limit) > 0) {
        violation_add(found, VIOLATION_INVALID, &said,
                      "%.60s %s is above the limit %s (lower the request or raise the limit)", resource, asked,
                      allowed);
    }
}

static bool names_hugepages(const struct place *amounts)
{
    for (uint32_t i = 0; i < members(amounts); i++) {
        if (resource_is_hugepages(amounts->value->members[i].key)) {
            return true;
        }
    }
    return false;
}

static bool names_any(const struct place *amounts)
{
    return value_get(amounts->value, "cpu") != NULL || value_get(amounts->value, "memory") != NULL;
}

static void check_resources(const struct place *resources, name_check *check_name, struct violations *found)
{
    struct place requests = place_get(resources, "requests"), limits = place_get(resources, "limits");
    check_amounts(&limits, check_name, found);
    check_amounts(&requests, check_name, found);
    for (uint32_t i = 0; i < members(&requests); i++) {
        check_request(&requests, &limits, requests.value->members[i].key, found);
    }
    if ((names_hugepages(&requests) || names_hugepages(&limits)) && !names_any(&requests) && !names_any(&limits)) {
        violation_add(found, VIOLATION_FORBIDDEN, resources, "hugepages need cpu or memory beside them (add one)");
    }
}

void validate_container_resources(const struct place *container, struct names *names, struct violations *found)
{
    (void)names;
    struct place resources = place_get(container, "resources");
    check_resources(&resources, validate_container_resource_name, found);
}

/* ---- the pod as a whole ---- */

/* What the containers ask for together must not pass what the pod asks for. */
static void check_sum(const struct place *amounts, const struct resource_list *sum, bool pages_only, const char *what,
                      struct violations *found)
{
    for (uint32_t i = 0; i < sum->count; i++) {
        struct place own = place_entry(amounts, sum->at[i].name);
        struct quantity q;
        if ((!pages_only || resource_is_hugepages(own.key)) && read(&own, &q) &&
            quantity_compare(&sum->at[i].amount, &q) > 0) {
            violation_add(found, VIOLATION_INVALID, &own,
                          "%s is below the %s of its containers together, %s (raise it, or lower theirs)",
                          quantity_text(found->arena, &q), what, quantity_text(found->arena, &sum->at[i].amount));
        }
    }
}

/* The path is the server's: it leads from the pod's resources. */
static void check_container_limits(const struct place *resources, const struct place *container, uint32_t index,
                                   struct violations *found)
{
    struct place own = place_get(container, "resources"), limits = place_get(&own, "limits");
    struct place most = place_get(resources, "limits");
    struct place said_list = {.in = resources, .key = "containers"};
    struct place said_item = {.in = &said_list, .index = index};
    for (uint32_t i = 0; i < members(&limits); i++) {
        struct place limit = member(&limits, i), pod_limit = place_entry(&most, limit.key);
        struct place said_entry = {.in = &said_item, .key = limit.key, .entry = true};
        struct place said = {.in = &said_entry, .key = "limits", .value = limit.value};
        struct quantity q, pod;
        if (read(&limit, &q) && read(&pod_limit, &pod) && quantity_compare(&q, &pod) > 0) {
            violation_add(found, VIOLATION_INVALID, &said,
                          "the container's %.60s limit %s is above the pod's, %s (lower it, or raise the pod's)",
                          limit.key, quantity_text(found->arena, &q), quantity_text(found->arena, &pod));
        }
    }
}

/* Against the containers: what the pod says bounds what they say. */
static void check_consistency(const struct place *spec, const struct place *resources, struct violations *found)
{
    const struct pod_resources_options sum_only = {.skip_pod_level = true, .exclude_overhead = true};
    struct place requests = place_get(resources, "requests"), limits = place_get(resources, "limits");
    struct place containers = place_get(spec, "containers");
    const struct resource_list asked = pod_requests(found->arena, spec->in->value, &sum_only);
    const struct resource_list bound = pod_limits(found->arena, spec->in->value, &sum_only);
    check_sum(&requests, &asked, false, "requests", found);
    check_sum(&limits, &bound, true, "limits", found);
    for (uint32_t i = 0; i < place_count(&containers); i++) {
        struct place container = place_item(&containers, i);
        check_container_limits(resources, &container, i, found);
    }
}

void validate_pod_amounts(const struct place *pod_spec, struct names *names, struct violations *found)
{
    (void)names;
    struct place resources = place_get(pod_spec, "resources"), claims = place_get(&resources, "claims");
    struct place os = place_get(pod_spec, "os"), os_name = place_get(&os, "name");
    struct place overhead = place_get(pod_spec, "overhead"), said = place_get(&overhead, "limits");
    if (resources.value != NULL && says(&os_name, "windows")) {
        violation_add(found, VIOLATION_FORBIDDEN, &resources, "not possible under Windows (take it out)");
    } else if (resources.value != NULL) {
        if (claims.value != NULL) {
            violation_add(found, VIOLATION_FORBIDDEN, &claims, "only containers make claims (take it out)");
        }
        check_resources(&resources, validate_pod_resource_name, found);
        check_consistency(pod_spec, &resources, found);
    }
    said.value = overhead.value;
    check_amounts(&said, validate_container_resource_name, found);
}

/* ---- nodes ---- */

static bool is_same_taint(const struct value *left, const struct value *right)
{
    return value_equal(value_get(left, "key"), value_get(right, "key")) &&
           value_equal(value_get(left, "effect"), value_get(right, "effect"));
}

static void check_taint(const struct place *taints, uint32_t index, struct violations *found)
{
    struct place taint = place_item(taints, index), key = place_get(&taint, "key");
    struct place value = place_get(&taint, "value"), effect = place_get(&taint, "effect");
    if (!name_is_qualified(place_text(&key))) {
        violation_add(found, VIOLATION_INVALID, &key, "\"%.60s\" is no key (write one like dedicated)",
                      place_text(&key));
    }
    if (!name_is_label_value(place_text(&value))) {
        violation_add(found, VIOLATION_INVALID, &value,
                      "\"%.60s\" is no value (write at most 63 letters, digits, -, _ and dots)", place_text(&value));
    }
    if (place_text(&effect)[0] == '\0') {
        violation_add(found, VIOLATION_REQUIRED, &effect, "missing (write NoSchedule, PreferNoSchedule or NoExecute)");
    } else if (!says(&effect, "NoSchedule") && !says(&effect, "PreferNoSchedule") && !says(&effect, "NoExecute")) {
        violation_add(found, VIOLATION_NOT_SUPPORTED, &effect,
                      "\"%.60s\" is no effect (write NoSchedule, PreferNoSchedule or NoExecute)", place_text(&effect));
    }
    for (uint32_t i = 0; i < index; i++) {
        if (is_same_taint(taint.value, taints->value->items[i])) {
            violation_add(found, VIOLATION_DUPLICATE, &taint, "a second taint of that key and effect (take one out)");
            return;
        }
    }
}

void validate_node(const struct place *node, struct names *names, struct violations *found)
{
    static const char *const lists[] = {"capacity", "allocatable"};
    (void)names;
    struct place metadata = place_get(node, "metadata"), spec = place_get(node, "spec");
    struct place status = place_get(node, "status"), taints = place_get(&spec, "taints");
    taints.in = &metadata; /* says the server */
    for (uint32_t i = 0; i < place_count(&taints); i++) {
        check_taint(&taints, i, found);
    }
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++) {
        struct place amounts = place_get(&status, lists[l]);
        for (uint32_t i = 0; i < members(&amounts); i++) {
            struct place amount = place_member(&amounts, i);
            validate_amount(&amount, amount.key, found);
        }
    }
}

/* ---- claims ---- */

static void check_access_modes(const struct place *modes, struct violations *found)
{
    static const char *const known[] = {"ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"};
    bool one_pod = false, others = false;
    for (uint32_t i = 0; i < place_count(modes); i++) {
        struct place mode = place_item(modes, i), said = *modes;
        size_t k = 0;
        while (k < 4 && !says(&mode, known[k])) {
            k++;
        }
        one_pod = one_pod || k == 3;
        others = others || k < 3;
        if (k == 4) {
            said.value = mode.value;
            violation_add(found, VIOLATION_NOT_SUPPORTED, &said,
                          "\"%.40s\" is no access mode (write ReadWriteOnce, ReadOnlyMany, ReadWriteMany or "
                          "ReadWriteOncePod)",
                          place_text(&mode));
        }
    }
    if (one_pod && others) {
        violation_add(found, VIOLATION_FORBIDDEN, modes, "ReadWriteOncePod stands alone (take the others out)");
    }
}

void validate_claim(const struct place *claim_spec, struct names *names, struct violations *found)
{
    (void)names;
    struct place modes = place_get(claim_spec, "accessModes"), resources = place_get(claim_spec, "resources");
    struct place requests = place_get(&resources, "requests"), storage = place_entry(&requests, "storage");
    struct quantity q;
    check_access_modes(&modes, found);
    storage.in = &resources; /* says the server */
    if (storage.value == NULL) {
        violation_add(found, VIOLATION_REQUIRED, &storage, "missing (write resources.requests.storage, like 10Gi)");
    } else if (read(&storage, &q) && quantity_sign(&q) <= 0) {
        violation_add(found, VIOLATION_INVALID, &storage, "no storage (write a request of more than 0)");
    }
}
