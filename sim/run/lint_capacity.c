/* What one node of each kind has left beside the DaemonSets that run there decides; pods are not packed. So a warning is
 * right whatever the scheduler does, and where there is none it may still not fit. */
#include "sim/run/lint_capacity.h"

#include <inttypes.h>
#include <string.h>

#include "models/scheduler/filters.h"
#include "sim/base/buffer.h"
#include "sim/scenario/limit_range.h"
#include "sim/scenario/selector.h"

enum { KINDS_SAID = 4 }; /* nodes that a message speaks of at most */

/* ---- limit ranges ---- */

static void check_range(const struct lint *l, const struct lint_pods *p, const struct value *pod,
                        const struct object *range)
{
    struct lint_way way;
    uint32_t count = 0;
    const char **texts = limit_range_refusals(l->scenario->arena, range->tree, pod, &count);
    if (count > 0) {
        lint_warn(l, p->object, lint_pod_spec(p->object, &way),
                  "refused: %s lets no such pod be made: %s (change the pod or the range)",
                  object_title(l->scenario->arena, range), texts[0]);
    }
}

void lint_ranges(const struct lint *l)
{
    const struct objects *objects = &l->scenario->objects;
    for (uint32_t i = 0; i < l->count; i++) {
        const struct lint_pods *p = &l->pods[i];
        const struct value *pod = NULL;
        for (uint32_t k = 0; k < objects->list.count && p->template != NULL; k++) {
            const struct object *o = objects->list.at[k];
            if (!o->headroom && strcmp(o->kind, "LimitRange") == 0 && o->namespace == p->object->namespace) {
                pod =
                    pod != NULL ? pod : compile_pod_tree(&l->plan->compiler, l->scenario->arena, p->tree, o->namespace);
                check_range(l, p, pod, o);
            }
        }
    }
}

/* ---- what a node has left ---- */

/* Nodes that differ in zone and name only. */
struct node_kind {
    const char *title;
    const struct node *nodes; /* [count] */
    uint32_t count;
    uint32_t zones; /* nodes i and i + zones are alike */
    uint32_t group; /* NodePool, of which only so many nodes of all its kinds together can be; NONE: a Node */
};

struct left {
    int64_t mcpu;
    int64_t bytes;
    int64_t pods;
};

static bool may_run_on(const struct pod_template *t, const struct node *n)
{
    return filter_affinity(t->placement, n->labels, n->name) && filter_taints(t->placement, n->taints);
}

static struct left left_on(const struct lint *l, const struct node *n)
{
    struct left left = {n->allocatable.mcpu, n->allocatable.memory_bytes, n->pods_allocatable};
    for (uint32_t i = 0; i < l->count; i++) {
        const struct pod_template *t = l->pods[i].template;
        if (l->pods[i].replicas_min < 0 && may_run_on(t, n)) {
            left.mcpu -= t->requests.mcpu;
            left.bytes -= t->requests.memory_bytes;
            left.pods--;
        }
    }
    return left;
}

static int64_t offered(const struct node *n, const char *resource)
{
    for (uint32_t i = 0; i < n->allocatable.scalar_count; i++) {
        if (n->allocatable.scalars[i].name == resource) {
            return n->allocatable.scalars[i].amount;
        }
    }
    return 0;
}

static int64_t smaller(int64_t sum, int64_t has, int64_t each)
{
    int64_t count = each <= 0 ? INT64_MAX : has < 0 ? 0 : has / each;
    return count < sum ? count : sum;
}

/* How many pods of the template the node holds, with nothing but DaemonSets beside them. */
static int64_t holds(const struct pod_template *t, const struct node *n, const struct left *left)
{
    int64_t count = may_run_on(t, n) ? left->pods : 0;
    count = smaller(count, left->mcpu, t->requests.mcpu);
    count = smaller(count, left->bytes, t->requests.memory_bytes);
    for (uint32_t i = 0; i < t->requests.scalar_count; i++) {
        const struct scalar *s = &t->requests.scalars[i];
        count = smaller(count, offered(n, s->name), s->amount);
    }
    return count < 0 ? 0 : count;
}

/* Why it holds none; in the arena. */
static const char *why_not(struct arena *a, const struct pod_template *t, const struct node *n, const struct left *left)
{
    if (!filter_affinity(t->placement, n->labels, n->name)) {
        return "has other labels than it wants";
    }
    for (uint32_t i = 0; i < n->taints->count; i++) {
        const struct taints one = {.at = &n->taints->at[i], .count = 1};
        if (!filter_taints(t->placement, &one)) {
            return arena_format(a, "has the taint %s, which it does not tolerate", n->taints->at[i].key);
        }
    }
    if (t->requests.mcpu > left->mcpu) {
        return arena_format(a, "has %" PRId64 "m of the %" PRId64 "m cpu that it asks for", left->mcpu,
                            t->requests.mcpu);
    }
    if (t->requests.memory_bytes > left->bytes) {
        return arena_format(a, "has %" PRId64 " Mi of the %" PRId64 " Mi memory that it asks for", left->bytes >> 20,
                            t->requests.memory_bytes >> 20);
    }
    for (uint32_t i = 0; i < t->requests.scalar_count; i++) {
        const struct scalar *s = &t->requests.scalars[i];
        if (offered(n, s->name) < s->amount) {
            return arena_format(a, "has %" PRId64 " of the %" PRId64 " %s that it asks for", offered(n, s->name),
                                s->amount, s->name);
        }
    }
    return "is full of DaemonSets";
}

/* ---- the kinds of nodes ---- */

struct fleet {
    const struct node_kind *kinds; /* [count] */
    const struct left *left;       /* [count]: on the first node of each */
    uint32_t count;
    uint32_t groups;
};

static struct fleet fleet_of(const struct lint *l)
{
    const struct plan *plan = l->plan;
    uint32_t most = plan->pools.count + plan->nodes.count;
    struct node_kind *kinds = TAKE(l->scenario->arena, struct node_kind, most);
    struct left *left = TAKE(l->scenario->arena, struct left, most);
    struct fleet f = {.kinds = kinds, .left = left, .groups = l->scenario->node_pools.count};
    for (uint32_t i = 0; i < plan->pools.count; i++) {
        const struct pool *p = &plan->pools.at[i];
        if (p->nodes_max > 0) {
            kinds[f.count] = (struct node_kind){.title = p->title,
                                                .nodes = p->nodes,
                                                .count = p->nodes_max,
                                                .zones = p->zone_count > 0 ? p->zone_count : 1,
                                                .group = p->group};
            left[f.count++] = left_on(l, &p->nodes[0]);
        }
    }
    for (uint32_t i = 0; i < plan->nodes.count; i++) {
        kinds[f.count] = (struct node_kind){
            .title = plan->nodes.at[i].name, .nodes = &plan->nodes.at[i], .count = 1, .zones = 1, .group = NONE};
        left[f.count++] = left_on(l, &plan->nodes.at[i]);
    }
    return f;
}

/* What a node counts for. */
typedef double node_count(const void *what, const struct node *n, const struct left *left);

static double total_of(const struct node_kind *kind, const struct left *left, node_count *count, const void *what)
{
    double sum = 0;
    for (uint32_t z = 0; z < kind->zones && z < kind->count; z++) {
        uint32_t alike = (kind->count - z + kind->zones - 1) / kind->zones;
        sum += alike * count(what, &kind->nodes[z], left);
    }
    return sum;
}

/* What the fleet counts for at its largest. */
static double total(const struct fleet *f, node_count *count, const void *what)
{
    double sum = 0;
    for (uint32_t k = 0; k < f->count;) {
        double most = 0;
        uint32_t group = f->kinds[k].group;
        do { /* the kinds of a NodePool stand together, and share its bound */
            double of_kind = total_of(&f->kinds[k], &f->left[k], count, what);
            most = of_kind > most ? of_kind : most;
            k++;
        } while (k < f->count && group != NONE && f->kinds[k].group == group);
        sum += most;
    }
    return sum;
}

/* ---- pods ---- */

/* A second pod cannot be on a node: it listens on the node's port, or will not be beside its like. */
static bool is_alone(const struct lint *l, const struct lint_pods *p)
{
    const struct value *containers = value_at(p->tree, "spec.containers");
    const struct value *terms =
        value_at(p->tree, "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution");
    for (uint32_t i = 0; value_is_list(containers) && i < containers->count; i++) {
        const struct value *ports = value_get(containers->items[i], "ports");
        for (uint32_t k = 0; value_is_list(ports) && k < ports->count; k++) {
            if (value_get(ports->items[k], "hostPort") != NULL) {
                return true;
            }
        }
    }
    for (uint32_t i = 0; value_is_list(terms) && i < terms->count; i++) {
        const char *key = value_as_text(value_get(terms->items[i], "topologyKey"));
        const struct value *selector = value_get(terms->items[i], "labelSelector");
        if (key != NULL && strcmp(key, "kubernetes.io/hostname") == 0 &&
            selector_matches(selector_compile(l->scenario->arena, l->scenario->names, selector), p->labels)) {
            return true;
        }
    }
    return false;
}

struct wanted {
    const struct pod_template *template;
    bool alone;
};

static double count_pods(const void *what, const struct node *n, const struct left *left)
{
    const struct wanted *w = what;
    int64_t count = holds(w->template, n, left);
    return (double)(w->alone && count > 1 ? 1 : count);
}

static void say_no_node(const struct lint *l, const struct fleet *f, const struct lint_pods *p)
{
    struct lint_way way;
    struct buffer why = {0};
    for (uint32_t k = 0; k < f->count && k < KINDS_SAID; k++) {
        buffer_format(&why, "%s%s %s", k == 0 ? "" : ", ", f->kinds[k].title,
                      why_not(l->scenario->arena, p->template, &f->kinds[k].nodes[0], &f->left[k]));
    }
    lint_warn(l, p->object, lint_pod_spec(p->object, &way), "fits no node: %s%s (change it, or add a NodePool)",
              buffer_string(&why), f->count > KINDS_SAID ? ", and so on" : "");
    buffer_drop(&why);
}

static void say_too_few(const struct lint *l, const struct lint_pods *p, double most)
{
    const struct object *object = p->hpa != NULL ? p->hpa->object : p->object;
    struct place top = place_top(object->tree), spec = place_get(&top, "spec");
    struct place said = place_get(&spec, p->hpa != NULL ? "minReplicas" : "replicas");
    lint_warn(l, object, &said,
              "more than fits: %" PRId64 " pods of %s are wanted at all times, and the nodes at their largest number "
              "hold %.0f of them (lower it, or raise nodes.max of a NodePool)",
              p->replicas_min, p->title, most);
}

/* Returns false when something was said. A DaemonSet is beside itself on its nodes; a Job's pods wait. */
static bool check_pods(const struct lint *l, const struct fleet *f, const struct lint_pods *p)
{
    const struct wanted wanted = {.template = p->template, .alone = is_alone(l, p)};
    if (p->template->node_name != NULL || p->replicas_min < 0) {
        return true;
    }
    double most = total(f, count_pods, &wanted);
    if (most == 0) {
        say_no_node(l, f, p);
    } else if (p->selector != NULL && (double)p->replicas_min > most) {
        say_too_few(l, p, most);
    } else {
        return true;
    }
    return false;
}

/* ---- all together ---- */

static double count_mcpu(const void *what, const struct node *n, const struct left *left)
{
    (void)what;
    (void)n;
    return left->mcpu > 0 ? (double)left->mcpu : 0;
}

static double count_bytes(const void *what, const struct node *n, const struct left *left)
{
    (void)what;
    (void)n;
    return left->bytes > 0 ? (double)left->bytes : 0;
}

static void check_sum(const struct lint *l, const char *what, double asked, double most)
{
    const struct object *pool = l->scenario->node_pools.at[0].object;
    struct place top = place_top(pool->tree), spec = place_get(&top, "spec"), nodes = place_get(&spec, "nodes");
    if (asked > most) {
        lint_warn(l, pool, &nodes,
                  "more than fits: at their fewest replicas the workloads ask for %.4g %s, and all nodes at their "
                  "largest number have %.4g (raise nodes.max of a NodePool)",
                  asked, what, most);
    }
}

void lint_capacity(const struct lint *l)
{
    const double gi = 1 << 30;
    const struct fleet f = fleet_of(l);
    double mcpu = 0, bytes = 0;
    bool each_fits = true;
    if (f.count == 0) {
        return;
    }
    for (uint32_t i = 0; i < l->count; i++) {
        const struct lint_pods *p = &l->pods[i];
        if (p->template == NULL) {
            continue;
        }
        each_fits = check_pods(l, &f, p) && each_fits;
        if (p->selector != NULL && p->replicas_min > 0) {
            mcpu += (double)p->template->requests.mcpu * (double)p->replicas_min;
            bytes += (double)p->template->requests.memory_bytes * (double)p->replicas_min;
        }
    }
    if (l->scenario->node_pools.count > 0 && each_fits) {
        check_sum(l, "cpu", mcpu / 1000, total(&f, count_mcpu, NULL) / 1000);
        check_sum(l, "Gi memory", bytes / gi, total(&f, count_bytes, NULL) / gi);
    }
}
