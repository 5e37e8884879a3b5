#include "sim/scenario/pod_resources.h"

#include <string.h>

#define DEFAULT_MCPU 100
#define DEFAULT_MEMORY_BYTES ((int64_t)200 << 20)

/* Requests and limits are summed alike, but for the members that they are read from. */
enum side { REQUESTS, LIMITS };

static const char *const side_keys[] = {[REQUESTS] = "requests", [LIMITS] = "limits"};

static bool counts_for_pod(const char *name)
{
    return strcmp(name, "cpu") == 0 || strcmp(name, "memory") == 0 || strncmp(name, "hugepages-", 10) == 0;
}

static bool is_sidecar(const struct value *init_container)
{
    const char *policy = value_as_text(value_get(init_container, "restartPolicy"));
    return policy != NULL && strcmp(policy, "Always") == 0;
}

static bool text_is(const struct value *v, const char *text)
{
    return value_as_text(v) != NULL && strcmp(v->text, text) == 0;
}

/* Of several conditions of that type the first counts; whether it is true does not. */
static bool resize_is_infeasible(const struct value *pod)
{
    const struct value *conditions = value_at(pod, "status.conditions");
    for (uint32_t i = 0; value_is_list(conditions) && i < conditions->count; i++) {
        if (text_is(value_get(conditions->items[i], "type"), "PodResizePending")) {
            return text_is(value_get(conditions->items[i], "reason"), "Infeasible");
        }
    }
    return false;
}

/* Init containers' statuses win over containers' of the same name, later ones over earlier. */
static const struct value *status_of(const struct value *pod, const char *name)
{
    static const char *const lists[] = {"status.initContainerStatuses", "status.containerStatuses"};
    for (int l = 0; name != NULL && l < 2; l++) {
        const struct value *statuses = value_at(pod, lists[l]);
        for (uint32_t i = value_is_list(statuses) ? statuses->count : 0; i-- > 0;) {
            if (text_is(value_get(statuses->items[i], "name"), name)) {
                return statuses->items[i];
            }
        }
    }
    return NULL;
}

/* What counts while a resize may be under way. holder has resources and allocatedResources: a container's status, or
 * the pod's. */
static struct resource_list effective(struct arena *a, const struct value *pod, enum side side,
                                      const struct resource_list *spec, const struct value *holder)
{
    struct resource_list actuated = resource_list_read(a, value_get(value_get(holder, "resources"), side_keys[side]));
    struct resource_list result = {0};
    if (!resize_is_infeasible(pod)) {
        result = resource_list_copy(a, spec);
    }
    resource_list_raise(a, &result, &actuated);
    if (side == REQUESTS) {
        struct resource_list allocated = resource_list_read(a, value_get(holder, "allocatedResources"));
        resource_list_raise(a, &result, &allocated);
    }
    return result;
}

static void fill_missing(struct arena *a, struct resource_list *list, const struct resource_list *missing)
{
    for (uint32_t i = 0; i < missing->count; i++) {
        if (resource_list_find(list, missing->at[i].name) == NULL) {
            resource_list_put(a, list, missing->at[i].name, &missing->at[i].amount);
        }
    }
}

static struct resource_list of_container(struct arena *a, const struct value *pod, const struct value *container,
                                         enum side side, bool use_status, const struct resource_list *missing)
{
    struct resource_list list = resource_list_read(a, value_get(value_get(container, "resources"), side_keys[side]));
    if (use_status) {
        const struct value *status = status_of(pod, value_as_text(value_get(container, "name")));
        if (!value_is_null(value_get(status, "resources"))) {
            list = effective(a, pod, side, &list, status);
        }
    }
    if (side == REQUESTS && missing != NULL) {
        fill_missing(a, &list, missing);
    }
    return list;
}

static void tell(const struct pod_resources_options *o, const struct resource_list *amounts)
{
    if (o->each != NULL) {
        o->each(o->each_context, amounts);
    }
}

/* Sidecars run beside everything that is started after them, so they count in the sum and in each later peak. */
static void add_init_containers(struct arena *a, const struct value *pod, enum side side,
                                const struct pod_resources_options *o, struct resource_list *sum)
{
    const struct value *inits = value_at(pod, "spec.initContainers");
    struct resource_list sidecars = {0}, peak = {0};
    for (uint32_t i = 0; value_is_list(inits) && i < inits->count; i++) {
        bool sidecar = is_sidecar(inits->items[i]);
        struct resource_list own =
            of_container(a, pod, inits->items[i], side, o->use_status && sidecar, o->when_missing);
        if (sidecar) {
            resource_list_add(a, sum, &own);
            resource_list_add(a, &sidecars, &own);
            own = sidecars;
        } else {
            resource_list_add(a, &own, &sidecars);
        }
        tell(o, &own);
        resource_list_raise(a, &peak, &own);
    }
    resource_list_raise(a, sum, &peak);
}

static struct resource_list of_containers(struct arena *a, const struct value *pod, enum side side,
                                          const struct pod_resources_options *o)
{
    const struct value *containers = value_at(pod, "spec.containers");
    struct resource_list sum = {0};
    for (uint32_t i = 0; value_is_list(containers) && i < containers->count; i++) {
        struct resource_list own = of_container(a, pod, containers->items[i], side, o->use_status, o->when_missing);
        tell(o, &own);
        resource_list_add(a, &sum, &own);
    }
    add_init_containers(a, pod, side, o, &sum);
    return sum;
}

/* What the pod itself asks for takes the place of the sum, resource by resource. */
static void override(struct arena *a, const struct value *pod, enum side side, const struct pod_resources_options *o,
                     struct resource_list *sum)
{
    struct resource_list spec = resource_list_read(a, value_get(value_at(pod, "spec.resources"), side_keys[side]));
    const struct value *status = value_get(pod, "status");
    bool resized = o->use_status && o->pod_level_in_place && !value_is_null(value_get(status, "resources"));
    struct resource_list now = resized ? effective(a, pod, side, &spec, status) : spec;
    for (uint32_t i = 0; i < spec.count; i++) {
        if (counts_for_pod(spec.at[i].name)) {
            const struct quantity amount = resource_list_amount(&now, spec.at[i].name);
            resource_list_put(a, sum, spec.at[i].name, &amount);
        }
    }
}

struct resource_list pod_requests(struct arena *a, const struct value *pod, const struct pod_resources_options *o)
{
    struct resource_list sum = of_containers(a, pod, REQUESTS, o);
    if (!o->skip_pod_level) {
        override(a, pod, REQUESTS, o, &sum);
    }
    if (!o->exclude_overhead) {
        const struct resource_list overhead = resource_list_read(a, value_at(pod, "spec.overhead"));
        resource_list_add(a, &sum, &overhead);
    }
    return sum;
}

struct resource_list pod_limits(struct arena *a, const struct value *pod, const struct pod_resources_options *o)
{
    struct resource_list sum = of_containers(a, pod, LIMITS, o);
    if (!o->skip_pod_level) {
        override(a, pod, LIMITS, o, &sum);
    }
    if (o->exclude_overhead) {
        return sum;
    }
    const struct resource_list overhead = resource_list_read(a, value_at(pod, "spec.overhead"));
    for (uint32_t i = 0; i < overhead.count; i++) {
        struct quantity *limit = resource_list_find(&sum, overhead.at[i].name);
        if (limit != NULL && !quantity_is_zero(limit)) {
            quantity_add(limit, &overhead.at[i].amount);
        }
    }
    return sum;
}

bool pod_has_requests(const struct value *pod)
{
    const struct value *map = value_at(pod, "spec.resources.requests");
    for (uint32_t i = 0; value_is_map(map) && i < map->count; i++) {
        if (counts_for_pod(map->members[i].key)) {
            return true;
        }
    }
    return false;
}

/* ---- quality of service ---- */

/* Sums of what is above 0 of cpu and memory, the only resources that decide the class. */
struct qos_sums {
    struct resource_list of[2]; /* by side */
    bool guaranteed;            /* each holder of resources limits both cpu and memory */
};

static void add_qos(struct arena *a, struct qos_sums *sums, const struct value *resources)
{
    static const char *const decisive[] = {"cpu", "memory"};
    uint32_t limited = 0;
    for (int side = REQUESTS; side <= LIMITS; side++) {
        const struct resource_list list = resource_list_read(a, value_get(resources, side_keys[side]));
        struct resource_list positive = {0};
        for (int i = 0; i < 2; i++) {
            const struct quantity *amount = resource_list_find(&list, decisive[i]);
            if (amount != NULL && quantity_sign(amount) > 0) {
                resource_list_put(a, &positive, decisive[i], amount);
            }
        }
        resource_list_add(a, &sums->of[side], &positive);
        limited = positive.count;
    }
    sums->guaranteed = sums->guaranteed && limited == 2;
}

static void add_qos_of_containers(struct arena *a, struct qos_sums *sums, const struct value *containers)
{
    for (uint32_t i = 0; value_is_list(containers) && i < containers->count; i++) {
        add_qos(a, sums, value_get(containers->items[i], "resources"));
    }
}

enum qos_class pod_qos(struct arena scratch, const struct value *pod)
{
    struct qos_sums sums = {.guaranteed = true};
    const struct value *own = value_at(pod, "spec.resources");
    if (!value_is_null(own)) {
        add_qos(&scratch, &sums, own);
    } else {
        add_qos_of_containers(&scratch, &sums, value_at(pod, "spec.containers"));
        add_qos_of_containers(&scratch, &sums, value_at(pod, "spec.initContainers"));
    }
    const struct resource_list *requests = &sums.of[REQUESTS], *limits = &sums.of[LIMITS];
    if (requests->count + limits->count == 0) {
        return QOS_BEST_EFFORT;
    }
    bool equal = requests->count == limits->count;
    for (uint32_t i = 0; equal && i < requests->count; i++) {
        const struct quantity *limit = resource_list_find(limits, requests->at[i].name);
        equal = limit != NULL && quantity_compare(limit, &requests->at[i].amount) == 0;
    }
    return equal && sums.guaranteed ? QOS_GUARANTEED : QOS_BURSTABLE;
}

/* ---- the scheduler ---- */

/* The scheduler's amounts for containers that ask for nothing; with pod-level requests only for a resource that the
 * whole pod's total (which may be null) lacks. */
static struct resource_list scheduler_defaults(struct arena *a, const struct resource_list *total)
{
    const struct quantity cpu = quantity_scaled(DEFAULT_MCPU, -3, QUANTITY_DECIMAL_SI);
    const struct quantity memory = quantity_scaled(DEFAULT_MEMORY_BYTES, 0, QUANTITY_DECIMAL_SI);
    struct resource_list list = {0};
    if (total == NULL || resource_list_find(total, "cpu") == NULL) {
        resource_list_put(a, &list, "cpu", &cpu);
    }
    if (total == NULL || resource_list_find(total, "memory") == NULL) {
        resource_list_put(a, &list, "memory", &memory);
    }
    return list;
}

static void read_both(const struct resource_list *list, int64_t *mcpu, int64_t *bytes)
{
    const struct quantity cpu = resource_list_amount(list, "cpu"), memory = resource_list_amount(list, "memory");
    *mcpu = quantity_milli(&cpu);
    *bytes = quantity_value(&memory);
}

struct pod_needs pod_scheduler_needs(struct arena *a, struct arena scratch, struct names *names,
                                     const struct value *pod)
{
    struct pod_needs needs = {0};
    struct pod_resources_options o = {0};
    const struct resource_list fit = pod_requests(&scratch, pod, &o);
    needs.fit = resource_list_integers(a, names, &fit);

    o.use_status = o.pod_level_in_place = true;
    const struct resource_list requested = pod_requests(&scratch, pod, &o);
    needs.requested = resource_list_integers(a, names, &requested);

    const struct resource_list missing = scheduler_defaults(&scratch, pod_has_requests(pod) ? &requested : NULL);
    o.when_missing = &missing;
    const struct resource_list nonzero = pod_requests(&scratch, pod, &o);
    read_both(&nonzero, &needs.nonzero_mcpu, &needs.nonzero_bytes);

    const struct resource_list all = scheduler_defaults(&scratch, NULL);
    o = (struct pod_resources_options){.skip_pod_level = true, .when_missing = &all};
    const struct resource_list score = pod_requests(&scratch, pod, &o);
    needs.score = resource_list_integers(a, names, &score);
    return needs;
}

/* UNLIMITED when the list has no such amount. */
static int64_t said(const struct value *resources, enum side side, const char *name, int32_t scale)
{
    const struct value *v = value_get(value_get(resources, side_keys[side]), name);
    if (v == NULL) {
        return UNLIMITED;
    }
    const struct quantity q = quantity_of(v);
    return quantity_value_at(&q, scale);
}

struct container_resources container_resources_of(const struct value *container)
{
    const struct value *r = value_get(container, "resources");
    return (struct container_resources){
        .request_mcpu = said(r, REQUESTS, "cpu", -3),
        .request_memory_bytes = said(r, REQUESTS, "memory", 0),
        .limit_mcpu = said(r, LIMITS, "cpu", -3),
        .limit_memory_bytes = said(r, LIMITS, "memory", 0),
    };
}
