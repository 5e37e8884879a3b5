#include "models/workload/controller.h"

#include <string.h>

#define SECOND_NS INT64_C(1000000000)

bool controller_settle(struct sim *sim, const struct model *model, struct retries *retries, const struct turn *turn,
                       uint64_t uid)
{
    for (uint32_t i = 0; i < turn->count; i++) {
        if (turn->outcomes[i].kind == OUTCOME_CONFLICT || turn->outcomes[i].kind == OUTCOME_REFUSED) {
            int64_t at_ns = sim_now(sim) + retry_delay_ns(retries, turn->id);
            sim_wake_at(sim, model, turn->class, turn->id, uid, at_ns);
            return false;
        }
    }
    retry_forget(retries, turn->id);
    return true;
}

void controller_create_pod(struct sim *sim, uint32_t workload, const struct pod_template *template, uint32_t number,
                           const char *wanted_node)
{
    sim_ask(sim, &(struct intent){.kind = INTENT_CREATE_POD,
                                  .pod = {.owner_kind = OWNER_WORKLOAD,
                                          .owner = workload,
                                          .workload = workload,
                                          .number = number,
                                          .template = template,
                                          .namespace = world_workload(&sim->world, workload)->namespace,
                                          .wanted_node = wanted_node,
                                          .node_name = template->node_name,
                                          .node = NONE,
                                          .ready_since_ns = TIME_UNSET,
                                          .start_ns = TIME_UNSET,
                                          .deletion_ns = TIME_UNSET,
                                          .used_mcpu = UNLIMITED,
                                          .used_memory_bytes = UNLIMITED}});
}

void controller_delete_pod(struct sim *sim, uint32_t row)
{
    sim_ask(sim, &(struct intent){.kind = INTENT_DELETE_POD, .target = api_ref_pod(&sim->world, row), .grace_ns = -1});
}

static bool same(const struct workload_status *a, const struct workload_status *b)
{
    return a->observed_generation == b->observed_generation && a->replicas == b->replicas && a->updated == b->updated &&
           a->ready == b->ready && a->available == b->available && a->unavailable == b->unavailable &&
           a->current == b->current && a->misscheduled == b->misscheduled && a->active == b->active &&
           a->succeeded == b->succeeded && a->failed == b->failed && a->finished == b->finished;
}

void controller_write_status(struct sim *sim, uint32_t workload, const struct workload_status *status)
{
    const struct workload *o = world_workload(&sim->world, workload);
    if (!same(status, &o->status)) {
        sim_ask(sim, &(struct intent){.kind = INTENT_WORKLOAD_STATUS,
                                      .target = api_ref_workload(&sim->world, workload),
                                      .version = o->version,
                                      .workload = {.status = *status}});
    }
}

const char *controller_simplified(enum workload_kind kind, const struct workload_spec *spec)
{
    const struct value *claims = value_at(spec->tree, "spec.volumeClaimTemplates");
    switch (kind) {
    case WORKLOAD_STATEFULSET:
        return value_is_list(claims) && claims->count > 0 ? "pods never wait for a volume" : NULL;
    case WORKLOAD_JOB:
        return "retries and ends follow Kubernetes to the second, without podFailurePolicy, successPolicy and "
               "backoffLimitPerIndex";
    case WORKLOAD_CRONJOB:
        return "its Jobs' retries and ends follow Kubernetes to the second";
    case WORKLOAD_DEPLOYMENT:
    case WORKLOAD_DAEMONSET:
        break;
    }
    return NULL;
}

void controller_wake_all(struct sim *sim, const struct model *model, enum workload_kind kind)
{
    for (uint32_t row = 0; row < sim->world.workloads.count; row++) {
        const struct workload *o = &sim->world.workloads.at[row];
        if (o->uid != 0 && o->kind == kind) {
            sim_wake(sim, model, 0, row, o->uid);
        }
    }
}

int64_t controller_next_available_ns(const struct world *w, const uint32_t *pods, uint32_t count,
                                     int32_t min_ready_seconds)
{
    int64_t next_ns = INT64_MAX;
    for (uint32_t i = 0; i < count; i++) {
        const struct pod *pod = world_pod(w, pods[i]);
        int64_t at_ns = pod->ready_since_ns + min_ready_seconds * SECOND_NS;
        if (pod->ready == CONDITION_TRUE && !pod_is_available(pod, min_ready_seconds, w->engine->now_ns) &&
            at_ns < next_ns) {
            next_ns = at_ns;
        }
    }
    return next_ns;
}
