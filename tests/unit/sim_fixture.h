/* sim_fixture.h -- a small cluster for tests: from a scenario's text through plan and stage, as a user's run, with
 * world_check() after every turn and a log of what became of pods and nodes. */
#ifndef TESTS_UNIT_SIM_FIXTURE_H
#define TESTS_UNIT_SIM_FIXTURE_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/run/plan.h"
#include "sim/run/stage.h"
#include "sim/scenario/scenario_read.h"

#define SECOND INT64_C(1000000000)
#define MS INT64_C(1000000)
#define NEVER INT64_MAX
#define SCHEDULING (SECOND / 680) /* an attempt of the scheduler, by default */

/* Pieces of scenarios. A node of m6i.large has 1930m and 7,302,389,760 bytes for pods, one of m6i.xlarge 3920m. */
#define SCENARIO(fields)                                                                                               \
    "---\napiVersion: headroom/v1\nkind: Scenario\nmetadata: {name: test}\n"                                           \
    "spec: {start: 2026-05-04T00:00:00Z, " fields "}\n"
#define POOL(name, fields)                                                                                             \
    "---\napiVersion: headroom/v1\nkind: NodePool\nmetadata: {name: " name "}\n"                                       \
    "spec: {region: aws/us-east-1, " fields "}\n"
#define FAULT(fields) "---\napiVersion: headroom/v1\nkind: Fault\nmetadata: {name: fault}\nspec: {" fields "}\n"
#define RELEASE(name, fields)                                                                                          \
    "---\napiVersion: headroom/v1\nkind: Release\nmetadata: {name: " name "}\nspec: {" fields "}\n"
#define WORKLOAD(kind, name, fields, pod)                                                                              \
    "---\napiVersion: apps/v1\nkind: " kind "\nmetadata: {name: " name "}\n"                                           \
    "spec: {" fields "selector: {matchLabels: {app: " name "}}, template: {metadata: {labels: {app: " name "}}, "      \
    "spec: {" pod "}}}\n"
#define CONTAINER(cpu, memory, more)                                                                                   \
    "containers: [{name: app, image: 'registry.example/app:1', resources: {requests: {cpu: " cpu ", memory: " memory   \
    "}}" more "}]"

/* What was written of a pod or node, and when. */
struct moment {
    int64_t at_ns;
    enum fact_verb verb;
    uint32_t changed;
    struct pod pod;       /* as it was after it (or last); uid 0: a node's moment */
    const char *workload; /* name; null: none */
    struct node node;     /* the lists in it are not to be looked at */
};

struct cluster {
    struct arena arena;
    struct names names;
    struct problems problems;
    struct scenario scenario;
    struct plan plan;
    struct stage stage;
    struct sim *sim;
    const struct world *world;
    bool settled;
    VEC(struct moment) log;
};

static inline void cluster_log(void *context, const struct sim *sim, const struct fact *fact)
{
    struct cluster *c = context;
    struct moment m = {.at_ns = sim_now(sim), .verb = fact->verb, .changed = fact->changed};
    if (fact->kind == FACT_POD) {
        m.pod = fact->verb == FACT_REMOVED ? *(const struct pod *)fact->old : sim->world.pods.at[fact->row];
        m.workload = m.pod.workload == NONE ? NULL : sim->world.workloads.at[m.pod.workload].name;
    } else if (fact->kind == FACT_NODE) {
        m.node = fact->verb == FACT_REMOVED ? *(const struct node *)fact->old : sim->world.nodes.at[fact->row];
    }
    if (m.pod.uid != 0 || m.node.uid != 0) {
        VEC_PUSH(&c->log, m);
    }
}

static inline void cluster_check(void *context, const struct sim *sim)
{
    (void)context;
    world_check(&sim->world);
}

/* Reads and plans; the simulation is not there yet, so that a test can change delays. */
static inline struct cluster *cluster_read(const char *text)
{
    char path[] = "/tmp/headroom-XXXXXX";
    const char *files[] = {path};
    struct cluster *c = memory_take(1, sizeof *c);
    int fd = mkstemp(path);
    cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    c->arena = arena_make(1 << 18);
    c->names = names_make(&c->arena);
    c->problems = problems_make(&c->arena, &c->names);
    bool good = scenario_read(&c->arena, &c->names, &(struct scenario_input){.files = files, .file_count = 1},
                              &c->problems, &c->scenario);
    good = good && plan_make(&c->scenario, &c->plan);
    unlink(path);
    cr_assert(good, "%s", c->problems.list.count == 0 ? "" : c->problems.list.at[0].text);
    return c;
}

/* The simulation is open and nothing has happened. */
static inline void cluster_build(struct cluster *c, uint64_t seed)
{
    stage_open(&c->stage, &c->plan, &(struct stage_options){.seed = seed});
    c->sim = c->stage.sim;
    c->world = &c->sim->world;
    sim_listen(c->sim, (struct sim_listener){.context = c, .fact = cluster_log, .turn_ended = cluster_check});
}

/* Up to and including a time; the first call settles the instant 0. */
static inline void cluster_run(struct cluster *c, int64_t until_ns)
{
    struct fail fail = {0};
    if (!c->settled) {
        c->settled = true;
        cr_assert(stage_settle(&c->stage, &fail), "%s", fail.text);
    }
    cr_assert(sim_run(c->sim, until_ns, &fail), "%s", fail.text);
    world_check(c->world);
}

static inline struct cluster *cluster_open(const char *text)
{
    struct cluster *c = cluster_read(text);
    cluster_build(c, 1);
    return c;
}

static inline void cluster_close(struct cluster *c)
{
    if (c->sim != NULL) {
        stage_close(&c->stage);
    }
    plan_drop(&c->plan);
    scenario_drop(&c->scenario);
    problems_drop(&c->problems);
    names_drop(&c->names);
    arena_drop(&c->arena);
    VEC_DROP(&c->log);
    free(c);
}

/* ---- what happened ---- */

enum pod_moment { POD_CREATED, POD_UNSCHEDULABLE, POD_BOUND, POD_RUNS, POD_READY, POD_UNREADY, POD_DELETING, POD_GONE };

static inline bool is_moment(const struct moment *m, enum pod_moment what)
{
    bool changed = m->verb == FACT_CHANGED;
    switch (what) {
    case POD_CREATED:
        return m->verb == FACT_ADDED;
    case POD_UNSCHEDULABLE:
        return changed && m->changed & FIELD_STATUS && m->pod.unschedulable;
    case POD_BOUND:
        return changed && m->changed & FIELD_NODE_NAME;
    case POD_RUNS:
        return changed && m->changed & FIELD_PHASE && m->pod.phase == POD_RUNNING;
    case POD_READY:
        return changed && m->changed & FIELD_READY && m->pod.ready == CONDITION_TRUE;
    case POD_UNREADY:
        return changed && m->changed & FIELD_READY && m->pod.ready != CONDITION_TRUE;
    case POD_DELETING:
        return changed && m->changed & FIELD_DELETION;
    default:
        return m->verb == FACT_REMOVED;
    }
}

/* The first moment of that kind after a time, of any pod of the workload (number NONE) or of one; null: there is none. */
static inline const struct moment *pod_moment(const struct cluster *c, const char *workload, uint32_t number,
                                              enum pod_moment what, int64_t after_ns)
{
    for (uint32_t i = 0; i < c->log.count; i++) {
        const struct moment *m = &c->log.at[i];
        if (m->pod.uid != 0 && m->at_ns > after_ns && m->workload != NULL && strcmp(m->workload, workload) == 0 &&
            (number == NONE || m->pod.number == number) && is_moment(m, what)) {
            return m;
        }
    }
    return NULL;
}

static inline int64_t pod_when(const struct cluster *c, const char *workload, uint32_t number, enum pod_moment what,
                               int64_t after_ns)
{
    const struct moment *m = pod_moment(c, workload, number, what, after_ns);
    return m == NULL ? NEVER : m->at_ns;
}

/* How often, up to and including a time. */
static inline uint32_t pod_count(const struct cluster *c, const char *workload, enum pod_moment what, int64_t from_ns,
                                 int64_t to_ns)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < c->log.count; i++) {
        const struct moment *m = &c->log.at[i];
        count += m->pod.uid != 0 && m->at_ns >= from_ns && m->at_ns <= to_ns && m->workload != NULL &&
                 strcmp(m->workload, workload) == 0 && is_moment(m, what);
    }
    return count;
}

enum node_moment { NODE_ADDED, NODE_READY, NODE_UNREADY, NODE_CORDONED, NODE_STOPPED, NODE_GONE };

static inline bool is_node_moment(const struct moment *m, enum node_moment what)
{
    bool changed = m->verb == FACT_CHANGED;
    switch (what) {
    case NODE_ADDED:
        return m->verb == FACT_ADDED;
    case NODE_READY:
        return changed && m->changed & FIELD_READY && m->node.ready;
    case NODE_UNREADY:
        return changed && m->changed & FIELD_READY && !m->node.ready;
    case NODE_CORDONED:
        return changed && m->changed & FIELD_TAINTS && m->node.unschedulable;
    case NODE_STOPPED:
        return changed && m->changed & FIELD_STOPPED && m->node.stopped;
    default:
        return m->verb == FACT_REMOVED;
    }
}

/* name null: any node. */
static inline const struct moment *node_moment(const struct cluster *c, const char *name, enum node_moment what,
                                               int64_t after_ns)
{
    for (uint32_t i = 0; i < c->log.count; i++) {
        const struct moment *m = &c->log.at[i];
        if (m->node.uid != 0 && m->at_ns > after_ns && (name == NULL || strcmp(m->node.name, name) == 0) &&
            is_node_moment(m, what)) {
            return m;
        }
    }
    return NULL;
}

static inline int64_t node_when(const struct cluster *c, const char *name, enum node_moment what, int64_t after_ns)
{
    const struct moment *m = node_moment(c, name, what, after_ns);
    return m == NULL ? NEVER : m->at_ns;
}

/* ---- what is ---- */

static inline uint32_t find_workload(const struct cluster *c, const char *name)
{
    for (uint32_t row = 0; row < c->world->workloads.count; row++) {
        if (c->world->workloads.at[row].uid != 0 && strcmp(c->world->workloads.at[row].name, name) == 0) {
            return row;
        }
    }
    return NONE;
}

static inline uint32_t find_node(const struct cluster *c, const char *name)
{
    for (uint32_t row = 0; row < c->world->nodes.count; row++) {
        if (c->world->nodes.at[row].uid != 0 && strcmp(c->world->nodes.at[row].name, name) == 0) {
            return row;
        }
    }
    return NONE;
}

static inline uint32_t count_nodes(const struct cluster *c)
{
    uint32_t count = 0;
    for (uint32_t row = 0; row < c->world->nodes.count; row++) {
        count += c->world->nodes.at[row].uid != 0;
    }
    return count;
}

/* Pods of a workload that exist, by predicate; null: all. */
static inline uint32_t count_pods(const struct cluster *c, const char *workload, bool (*which)(const struct pod *))
{
    uint32_t count = 0, of = find_workload(c, workload);
    for (uint32_t row = 0; row < c->world->pods.count; row++) {
        const struct pod *p = &c->world->pods.at[row];
        count += p->uid != 0 && p->workload == of && (which == NULL || which(p));
    }
    return count;
}

static inline bool is_ready(const struct pod *p)
{
    return p->ready == CONDITION_TRUE && p->deletion_ns == TIME_UNSET;
}

static inline bool is_pending(const struct pod *p)
{
    return p->node_name == NULL;
}

/* What somebody does with kubectl scale. */
static inline void cluster_scale(struct cluster *c, const char *workload, int32_t replicas)
{
    sim_send(c->sim, CLIENT_USER,
             &(struct intent){.kind = INTENT_SCALE_WORKLOAD,
                              .target = api_ref_workload(c->world, find_workload(c, workload)),
                              .replicas = replicas});
}

#define expect_ns(got, wanted)                                                                                         \
    cr_expect_eq(got, wanted, "%.9f s is not %.9f s", (double)(got) / 1e9, (double)(wanted) / 1e9)

#endif
