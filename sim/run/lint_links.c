#include "sim/run/lint_links.h"

#include <inttypes.h>
#include <string.h>

#include "sim/scenario/intorpercent.h"
#include "sim/scenario/selector.h"

#define SECOND INT64_C(1000000000)

static bool is_kind(const struct object *o, const char *kind)
{
    return !o->headroom && strcmp(o->kind, kind) == 0;
}

/* The next object of a kind behind *at, which is moved on; null: there is none. */
static const struct object *next_of(const struct lint *l, const char *kind, uint32_t *at)
{
    while (*at < l->scenario->objects.list.count) {
        const struct object *o = l->scenario->objects.list.at[(*at)++];
        if (is_kind(o, kind)) {
            return o;
        }
    }
    return NULL;
}

static bool picks(const struct object *from, const struct label_selector *selector, const struct lint_pods *p)
{
    return from->namespace == p->object->namespace && selector_matches(selector, p->labels);
}

/* The first pods that a selector in an object's namespace picks, behind *at; null: none. */
static const struct lint_pods *next_picked(const struct lint *l, const struct object *from,
                                           const struct label_selector *selector, uint32_t *at)
{
    while (*at < l->count) {
        const struct lint_pods *p = &l->pods[(*at)++];
        if (picks(from, selector, p)) {
            return p;
        }
    }
    return NULL;
}

static const struct lint_pods *first_picked(const struct lint *l, const struct object *from,
                                            const struct label_selector *selector)
{
    uint32_t at = 0;
    return next_picked(l, from, selector, &at);
}

/* ---- owners ---- */

void lint_owners(const struct lint *l)
{
    for (uint32_t i = 0; i < l->count; i++) {
        for (uint32_t j = 0; j < l->count; j++) {
            const struct lint_pods *owner = &l->pods[i], *other = &l->pods[j];
            if (i != j && owner->selector != NULL && other->selector != NULL &&
                picks(owner->object, owner->selector, other)) {
                struct place top = place_top(owner->object->tree), spec = place_get(&top, "spec");
                struct place selector = place_get(&spec, "selector");
                lint_warn(l, owner->object, &selector,
                          "two owners: it selects the pods of %s, too (give each a label of its own)", other->title);
            }
        }
    }
}

/* ---- services ---- */

static bool has_port(const struct lint_pods *p, const char *name)
{
    static const char *const lists[] = {"spec.containers", "spec.initContainers"};
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++) {
        const struct value *containers = value_at(p->tree, lists[l]);
        for (uint32_t c = 0; value_is_list(containers) && c < containers->count; c++) {
            const struct value *ports = value_get(containers->items[c], "ports");
            for (uint32_t i = 0; value_is_list(ports) && i < ports->count; i++) {
                const char *its = value_as_text(value_get(ports->items[i], "name"));
                if (its != NULL && strcmp(its, name) == 0) {
                    return true;
                }
            }
        }
    }
    return false;
}

static void check_target_port(const struct lint *l, const struct object *service, const struct label_selector *selector,
                              const struct place *port)
{
    struct place target = place_get(port, "targetPort");
    const char *name = value_as_text(target.value);
    uint32_t at = 0;
    if (name == NULL) {
        return;
    }
    for (const struct lint_pods *p; (p = next_picked(l, service, selector, &at)) != NULL;) {
        if (has_port(p, name)) {
            return;
        }
    }
    lint_warn(l, service, &target, "no such port: no container of %s has a port named %s (name it, or write a number)",
              first_picked(l, service, selector)->title, name);
}

void lint_services(const struct lint *l)
{
    for (uint32_t i = 0; i < l->plan->services.count; i++) {
        const struct object *service = l->plan->services.at[i].object;
        const struct label_selector *selector = l->plan->services.at[i].selector;
        struct place top = place_top(service->tree), spec = place_get(&top, "spec");
        struct place labels = place_get(&spec, "selector"), ports = place_get(&spec, "ports");
        if (selector == NULL) {
            continue;
        }
        if (first_picked(l, service, selector) == NULL) {
            lint_warn(l, service, &labels,
                      "no pod answers: none in namespace %s has these labels (correct them, or add the workload)",
                      service->namespace);
            continue;
        }
        for (uint32_t k = 0; k < place_count(&ports); k++) {
            struct place port = place_item(&ports, k);
            check_target_port(l, service, selector, &port);
        }
    }
}

/* ---- autoscalers ---- */

static bool is_resource(const struct hpa_metric *m)
{
    return m->source == HPA_RESOURCE || m->source == HPA_CONTAINER_RESOURCE;
}

static bool is_share(const struct hpa_metric *m)
{
    return is_resource(m) && m->target == HPA_TARGET_UTILIZATION;
}

static bool asks_for(const struct container *c, const char *resource)
{
    if (strcmp(resource, "cpu") == 0) {
        return c->request_mcpu != UNLIMITED;
    }
    return strcmp(resource, "memory") != 0 || c->request_memory_bytes != UNLIMITED;
}

static void check_requests(const struct lint *l, const struct plan_hpa *h, const struct lint_pods *p,
                           const struct hpa_metric *m, const struct place *metric)
{
    bool found = m->container == NULL;
    for (uint32_t i = 0; i < p->template->container_count; i++) {
        const struct container *c = &p->template->containers[i];
        if (c->role == CONTAINER_INIT || (m->container != NULL && c->name != m->container)) {
            continue;
        }
        found = true;
        if (is_share(m) && !asks_for(c, m->name)) {
            lint_warn(l, h->object, metric,
                      "no request: container %s of %s asks for no %s, and of nothing there is no share (write "
                      "resources.requests.%s)",
                      c->name, p->title, m->name, m->name);
            return;
        }
    }
    if (!found) {
        lint_warn(l, h->object, metric, "not found: %s has no container %s (correct the name)", p->title, m->container);
    }
}

/* A pod that asks for a resource as a whole asks for it. */
static bool whole_pod_asks(const struct lint_pods *p, const char *resource)
{
    return value_get(value_at(p->tree, "spec.resources.requests"), resource) != NULL;
}

static bool lists_resource(const struct value *policy, const char *resource)
{
    const struct value *list = value_get(policy, "controlledResources");
    for (uint32_t i = 0; value_is_list(list) && i < list->count; i++) {
        const char *name = value_as_text(list->items[i]);
        if (name != NULL && strcmp(name, resource) == 0) {
            return true;
        }
    }
    return !value_is_list(list);
}

static bool text_is(const struct value *v, const char *text)
{
    return value_as_text(v) != NULL && strcmp(v->text, text) == 0;
}

/* Whether a VerticalPodAutoscaler changes requests of a resource; what it has no policy for it does. */
static bool vpa_changes(const struct value *tree, const char *resource)
{
    const struct value *policies = value_at(tree, "spec.resourcePolicy.containerPolicies");
    bool rest = true, some = false;
    if (text_is(value_at(tree, "spec.updatePolicy.updateMode"), "Off")) {
        return false;
    }
    for (uint32_t i = 0; value_is_list(policies) && i < policies->count; i++) {
        const struct value *policy = policies->items[i];
        rest = rest && !text_is(value_get(policy, "containerName"), "*");
        some = some || (!text_is(value_get(policy, "mode"), "Off") && lists_resource(policy, resource));
    }
    return rest || some;
}

static void check_vpas(const struct lint *l, const struct plan_hpa *h, const struct hpa_metric *m,
                       const struct place *metric)
{
    uint32_t at = 0;
    for (const struct object *vpa; (vpa = next_of(l, "VerticalPodAutoscaler", &at)) != NULL;) {
        if (vpa->namespace == h->object->namespace &&
            text_is(value_at(vpa->tree, "spec.targetRef.kind"), h->spec.target_kind) &&
            text_is(value_at(vpa->tree, "spec.targetRef.name"), h->spec.target_name) &&
            vpa_changes(vpa->tree, m->name)) {
            lint_warn(l, h->object, metric,
                      "two autoscalers: %s changes the %s request that this is a share of (let it leave %s alone)",
                      object_title(l->scenario->arena, vpa), m->name, m->name);
        }
    }
}

static void check_metrics(const struct lint *l, const struct plan_hpa *h, const struct lint_pods *p)
{
    struct place top = place_top(h->object->tree), spec = place_get(&top, "spec");
    struct place metrics = place_get(&spec, "metrics");
    for (uint32_t i = 0; i < h->spec.metric_count; i++) {
        const struct hpa_metric *m = &h->spec.metrics[i];
        struct place metric = place_item(&metrics, i);
        if (is_resource(m) && !whole_pod_asks(p, m->name)) {
            check_requests(l, h, p, m, &metric);
        }
        if (is_share(m)) {
            check_vpas(l, h, m, &metric);
        }
    }
}

static const struct lint_pods *pods_of(const struct lint *l, const struct object *object)
{
    for (uint32_t i = 0; i < l->count; i++) {
        if (l->pods[i].object == object) {
            return &l->pods[i];
        }
    }
    return NULL;
}

static void check_target(const struct lint *l, const struct plan_hpa *h, const struct place *target)
{
    const struct objects *objects = &l->scenario->objects;
    const struct object *o = objects_find(objects, h->spec.target_kind, h->object->namespace, h->spec.target_name);
    if (o == NULL) {
        const char *near = objects_suggest(objects, h->spec.target_kind, h->spec.target_name);
        bool plain = strcmp(h->object->namespace, "default") == 0;
        lint_warn(l, h->object, target, "not found: there is no %s/%s%s%s, so it scales nothing (%s%s%s)",
                  h->spec.target_kind, plain ? "" : h->object->namespace, plain ? "" : "/", h->spec.target_name,
                  near == NULL ? "add it, or correct the name" : "did you mean ", near == NULL ? "" : near,
                  near == NULL ? "" : "?");
        return;
    }
    for (const struct plan_hpa *other = l->plan->hpas.at; other < h; other++) {
        if (other->object->namespace == h->object->namespace && other->spec.target_kind == h->spec.target_kind &&
            other->spec.target_name == h->spec.target_name) {
            lint_warn(l, h->object, target, "two autoscalers: %s scales it, too (keep one)",
                      object_title(l->scenario->arena, other->object));
        }
    }
    const struct lint_pods *p = pods_of(l, o);
    if (p != NULL && p->template != NULL) {
        if (is_kind(o, "DaemonSet") || is_kind(o, "Job") || is_kind(o, "CronJob") || is_kind(o, "Pod")) {
            lint_warn(l, h->object, target, "not scalable: a %s has no scale (choose a Deployment or StatefulSet)",
                      o->kind);
        } else {
            check_metrics(l, h, p);
        }
    }
}

void lint_autoscalers(const struct lint *l)
{
    for (uint32_t i = 0; i < l->plan->hpas.count; i++) {
        const struct plan_hpa *h = &l->plan->hpas.at[i];
        struct place top = place_top(h->object->tree), spec = place_get(&top, "spec");
        struct place target = place_get(&spec, "scaleTargetRef");
        check_target(l, h, &target);
    }
}

/* ---- objectives ---- */

static bool is_of(const struct target *t, const struct service_model *model)
{
    for (uint32_t i = 0; i < t->models.count; i++) {
        if (t->models.at[i] == model) {
            return true;
        }
    }
    return false;
}

static bool has_success(const struct scenario *s, const struct service_model *model)
{
    for (uint32_t i = 0; i < s->spec.objectives.count; i++) {
        const struct objective *o = &s->spec.objectives.at[i];
        if (o->latency == NULL && is_of(&o->service, model)) {
            return true;
        }
    }
    return false;
}

/* timeout: where it is written. */
static void check_patience(const struct lint *l, const struct objective *o, const struct object *object,
                           const struct place *timeout, int64_t timeout_ns)
{
    if (timeout_ns > 0 && timeout_ns < o->latency_ns) {
        char patience[32], bound[32];
        units_duration_print(patience, timeout_ns);
        units_duration_print(bound, o->latency_ns);
        lint_warn(l, object, timeout,
                  "below an objective: who waits gives up after %s, and %s may take %s: the objective can hold while "
                  "requests fail (add success to the objectives, or lower its bound)",
                  patience, o->service.ref.name, bound);
    }
}

static void check_callers(const struct lint *l, const struct objective *o, const struct service_model *callee)
{
    for (uint32_t i = 0; i < l->scenario->service_models.count; i++) {
        const struct service_model *m = &l->scenario->service_models.at[i];
        struct place top = place_top(m->object->tree), spec = place_get(&top, "spec");
        struct place request = place_get(&spec, "request"), calls = place_get(&request, "calls");
        struct place own = place_get(&request, "timeout");
        for (uint32_t k = 0; m->request != NULL && k < m->request->calls.count; k++) {
            struct place call = place_item(&calls, k), timeout = place_get(&call, "timeout");
            if (is_of(&m->request->calls.at[k].to, callee)) {
                check_patience(l, o, m->object, &timeout, m->request->calls.at[k].timeout_ns);
            }
        }
        if (m == callee && m->request != NULL) {
            check_patience(l, o, m->object, &own, m->request->timeout_ns);
        }
    }
}

void lint_objectives(const struct lint *l)
{
    const struct scenario_spec *spec = &l->scenario->spec;
    for (uint32_t i = 0; i < spec->objectives.count; i++) {
        const struct objective *o = &spec->objectives.at[i];
        for (uint32_t k = 0; o->latency != NULL && k < o->service.models.count; k++) {
            if (!has_success(l->scenario, o->service.models.at[k])) {
                check_callers(l, o, o->service.models.at[k]);
            }
        }
    }
}

/* ---- budgets ---- */

/* What a budget protects. */
struct protected
{
    int64_t pods;    /* at their fewest */
    bool counted;    /* all are of controllers that have a scale */
    const char *all; /* "Deployment/a", "Deployment/a and others" */
};

static struct protected protected_by(const struct lint *l, const struct object *budget,
                                     const struct label_selector *selector)
{
    struct protected sum = {.counted = true};
    uint32_t at = 0, owners = 0;
    for (const struct lint_pods *p; (p = next_picked(l, budget, selector, &at)) != NULL; owners++) {
        bool scales = p->selector != NULL && p->replicas_min >= 0;
        sum.counted = sum.counted && scales;
        sum.pods += scales ? p->replicas_min : 0;
        sum.all = owners == 0 ? p->title : sum.all;
    }
    if (owners > 1) {
        sum.all = arena_format(l->scenario->arena, "%s and others", sum.all);
    }
    return sum;
}

/* How many of the pods may be away. */
static int64_t disruptions(const struct value *spec, int64_t pods)
{
    const struct value *min = value_get(spec, "minAvailable"), *max = value_get(spec, "maxUnavailable");
    int64_t count = 0;
    if (intorpercent_scaled(min != NULL ? min : max, pods, true, &count) != INTORPERCENT_OK) {
        return pods;
    }
    return min != NULL ? pods - count : max != NULL ? count : pods;
}

static void check_budget(const struct lint *l, const struct object *budget)
{
    struct arena *a = l->scenario->arena;
    struct place top = place_top(budget->tree), spec = place_get(&top, "spec");
    struct place labels = place_get(&spec, "selector"), min = place_get(&spec, "minAvailable");
    struct place max = place_get(&spec, "maxUnavailable");
    const struct label_selector *selector = selector_compile(a, l->scenario->names, labels.value);
    struct protected what = protected_by(l, budget, selector);
    if (what.all == NULL) {
        lint_warn(l, budget, &labels,
                  "no pod: none in namespace %s has these labels, so it protects nothing (correct "
                  "them, or add the workload)",
                  budget->namespace);
    } else if (what.counted && what.pods > 0 && disruptions(spec.value, what.pods) <= 0) {
        lint_warn(l, budget, min.value != NULL ? &min : &max,
                  "blocks every drain: of the %" PRId64 " pod%s of %s none may be away (%s)", what.pods,
                  what.pods == 1 ? "" : "s", what.all,
                  what.pods == 1 ? "run 2, or write maxUnavailable: 1" : "write maxUnavailable: 1");
    }
    uint32_t at = 0;
    for (const struct object *other; (other = next_of(l, "PodDisruptionBudget", &at)) != NULL && other != budget;) {
        const struct label_selector *its =
            selector_compile(a, l->scenario->names, value_at(other->tree, "spec.selector"));
        for (uint32_t i = 0; i < l->count; i++) {
            if (picks(budget, selector, &l->pods[i]) && picks(other, its, &l->pods[i])) {
                lint_warn(l, budget, &labels,
                          "two budgets: %s protects the pods of %s, too, which then cannot be evicted (keep one)",
                          object_title(a, other), l->pods[i].title);
                break;
            }
        }
    }
}

void lint_budgets(const struct lint *l)
{
    uint32_t at = 0;
    for (const struct object *budget; (budget = next_of(l, "PodDisruptionBudget", &at)) != NULL;) {
        check_budget(l, budget);
    }
}

/* ---- spreading ---- */

void lint_spreading(const struct lint *l)
{
    for (uint32_t i = 0; i < l->count; i++) {
        const struct lint_pods *p = &l->pods[i];
        struct lint_way way;
        struct place list = place_get(lint_pod_spec(p->object, &way), "topologySpreadConstraints");
        for (uint32_t k = 0; k < place_count(&list) && p->template != NULL; k++) {
            struct place constraint = place_item(&list, k), selector = place_get(&constraint, "labelSelector");
            const struct label_selector *compiled =
                selector_compile(l->scenario->arena, l->scenario->names, selector.value);
            if (!selector_matches(compiled, p->labels)) {
                lint_warn(l, p->object, &selector,
                          "selects other pods: those of %s do not have these labels and are not spread (write theirs)",
                          p->title);
            }
        }
    }
}

/* ---- probes ---- */

/* When a probe that never succeeds has failed as often as it may, after the start of the container. */
static int64_t patience_ns(const struct place *probe)
{
    struct place delay = place_get(probe, "initialDelaySeconds"), period = place_get(probe, "periodSeconds");
    struct place failures = place_get(probe, "failureThreshold");
    return (place_integer(&delay, 0) + (place_integer(&failures, 3) - 1) * place_integer(&period, 10)) * SECOND;
}

/* While there is a startup probe the liveness probe waits. */
static void check_probe(const struct lint *l, const struct lint_pods *p, const struct place *container)
{
    struct place startup = place_get(container, "startupProbe"), liveness = place_get(container, "livenessProbe");
    const struct place *probe = startup.value != NULL ? &startup : &liveness;
    int64_t start_ns = p->model->start.time_ns;
    if (probe->value != NULL && start_ns > patience_ns(probe)) {
        lint_warn(l, p->object, probe,
                  "slower start: it ends the container after %" PRId64 " s, and %s is ready after %.4g s (raise "
                  "failureThreshold%s)",
                  patience_ns(probe) / SECOND, object_title(l->scenario->arena, p->model->object),
                  (double)start_ns / (double)SECOND, startup.value != NULL ? "" : ", or write a startupProbe");
    }
}

void lint_probes(const struct lint *l)
{
    for (uint32_t i = 0; i < l->count; i++) {
        const struct lint_pods *p = &l->pods[i];
        struct lint_way way;
        struct place list = place_get(lint_pod_spec(p->object, &way), "containers");
        for (uint32_t k = 0; k < place_count(&list) && p->model != NULL; k++) {
            struct place container = place_item(&list, k), name = place_get(&container, "name");
            if (p->model->container == NULL || strcmp(place_text(&name), p->model->container) == 0) {
                check_probe(l, p, &container);
            }
        }
    }
}
