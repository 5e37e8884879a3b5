#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "models/model.h"
#include "sim/world/placement.h"

#define MS INT64_C(1000000)
#define SECOND (1000 * MS)

/* A controller that creates `todo` pods in its first stage, then binds the first, and writes down what came back. */
struct maker {
    char text[512];
    int todo;
};

static struct pod_template template;

static void maker_handle(struct sim *sim, void *state, const struct turn *turn)
{
    struct maker *m = state;
    size_t used = strlen(m->text);
    snprintf(m->text + used, sizeof m->text - used, "stage %u, %u outcomes at %d ms; ", turn->stage, turn->count,
             (int)(sim_now(sim) / MS));
    if (turn->stage == 0) {
        for (int i = 0; i < m->todo; i++) {
            struct pod pod = {.owner = NONE,
                              .workload = NONE,
                              .node = NONE,
                              .template = &template,
                              .name = "solo",
                              .start_ns = TIME_UNSET,
                              .deletion_ns = TIME_UNSET};
            sim_ask(sim, &(struct intent){.kind = INTENT_CREATE_POD, .pod = pod});
        }
    } else if (turn->stage == 1) {
        sim_ask(sim, &(struct intent){.kind = INTENT_BIND_POD,
                                      .target = api_ref_pod(&sim->world, turn->outcomes[0].row),
                                      .bind = {.node_name = "node-7", .row = NONE}});
    }
}

static const struct model_class maker_classes[] = {{.name = "maker", .client = CLIENT_CONTROLLER_REPLICASET}};
static const struct model maker_model = {.name = "maker",
                                         .state_size = sizeof(struct maker),
                                         .classes = maker_classes,
                                         .class_count = 1,
                                         .handle = maker_handle};

static struct sim *open_sim(struct delays delays)
{
    static const struct registry_line registry[] = {{.model = &maker_model}};
    struct sim *sim =
        sim_open(&(struct sim_options){.registry = registry, .registry_count = 1, .delays = delays, .cut_times = true});
    sim_start(sim);
    return sim;
}

static void run(struct sim *sim, int64_t until)
{
    struct fail fail;
    cr_assert(sim_run(sim, until, &fail));
    world_check(&sim->world);
}

Test(api, calls_the_handler_again_when_all_that_it_asked_for_has_landed)
{
    struct delays delays = {.write_ns = 10 * MS};
    struct sim *sim = open_sim(delays);
    struct maker *m = sim_state(sim, &maker_model);
    m->todo = 3;
    sim_wake(sim, &maker_model, 0, 0, 0);
    run(sim, SECOND);
    cr_assert_str_eq(m->text, "stage 0, 0 outcomes at 0 ms; stage 1, 3 outcomes at 10 ms; "
                              "stage 2, 1 outcomes at 20 ms; ");
    cr_assert_str_eq(world_pod(&sim->world, 0)->node_name, "node-7");
    sim_close(sim);
}

/* 4 writes, 20 a second with a burst of 2: two at once, the next at 50 and 100 ms; each lands 10 ms later. The bind is the
 * fifth write: the limiter lets it go at 150 ms, so it lands at 160 ms. */
Test(api, holds_writes_back_to_the_clients_rate)
{
    struct delays delays = {.write_ns = 10 * MS};
    delays.limits[CLIENT_CONTROLLER_REPLICASET] = (struct client_limit){.qps = 20, .burst = 2};
    struct sim *sim = open_sim(delays);
    struct maker *m = sim_state(sim, &maker_model);
    m->todo = 4;
    sim_wake(sim, &maker_model, 0, 0, 0);
    run(sim, SECOND);
    cr_assert_str_eq(m->text, "stage 0, 0 outcomes at 0 ms; stage 1, 4 outcomes at 110 ms; "
                              "stage 2, 1 outcomes at 160 ms; ");
    sim_close(sim);
}

Test(api, an_update_computed_from_a_stale_version_is_a_conflict_and_changes_nothing)
{
    struct sim *sim = open_sim(delays_zero());
    struct replicaset new = {.workload = NONE, .name = "web", .template = &template, .replicas = 3};
    struct intent create = {.kind = INTENT_CREATE_REPLICASET, .replicaset = new};
    uint32_t row = api_apply(&sim->api, &create).row;
    const struct replicaset *rs = world_replicaset(&sim->world, row);
    uint64_t version = rs->version;

    struct intent update = {.kind = INTENT_UPDATE_REPLICASET,
                            .target = api_ref_replicaset(&sim->world, row),
                            .version = version,
                            .replicaset = *rs};
    update.replicaset.replicas = 5;
    cr_assert_eq(api_apply(&sim->api, &update).kind, OUTCOME_APPLIED);
    update.replicaset.replicas = 9;
    cr_assert_eq(api_apply(&sim->api, &update).kind, OUTCOME_CONFLICT);
    cr_assert_eq(world_replicaset(&sim->world, row)->replicas, 5);
    cr_assert_eq(world_replicaset(&sim->world, row)->generation, 2);
    update.version = 0;
    update.replicaset.replicas = 5;
    cr_assert_eq(api_apply(&sim->api, &update).kind, OUTCOME_UNCHANGED);
    sim_close(sim);
}

/* An unbound pod goes at once; a bound one waits for its kubelet unless it has no grace; the row of the first is used again with another
 * generation, so that a late write to it finds nothing. */
Test(api, deletes_an_unbound_pod_at_once_and_knows_a_row_used_again_from_the_one_before)
{
    struct sim *sim = open_sim(delays_zero());
    struct pod pod = {.owner = NONE,
                      .workload = NONE,
                      .node = NONE,
                      .template = &template,
                      .name = "solo",
                      .start_ns = TIME_UNSET,
                      .deletion_ns = TIME_UNSET};
    struct intent create = {.kind = INTENT_CREATE_POD, .pod = pod};
    uint32_t row = api_apply(&sim->api, &create).row;
    struct ref first = api_ref_pod(&sim->world, row);
    struct intent delete = {.kind = INTENT_DELETE_POD, .target = first, .grace_ns = -1};
    cr_assert_eq(api_apply(&sim->api, &delete).kind, OUTCOME_APPLIED);
    cr_assert_eq(api_apply(&sim->api, &create).row, row);
    cr_assert_eq(api_apply(&sim->api, &delete).kind, OUTCOME_GONE);

    struct intent bind = {
        .kind = INTENT_BIND_POD, .target = api_ref_pod(&sim->world, row), .bind = {.node_name = "node-7", .row = NONE}};
    api_apply(&sim->api, &bind);
    delete.target = api_ref_pod(&sim->world, row);
    delete.grace_ns = 2385000000;
    cr_assert_eq(api_apply(&sim->api, &delete).kind, OUTCOME_APPLIED);
    cr_assert_eq(world_pod(&sim->world, row)->deletion_ns, 0);
    cr_assert_eq(api_apply(&sim->api, &delete).kind, OUTCOME_UNCHANGED);
    delete.grace_ns = 0;
    cr_assert_eq(api_apply(&sim->api, &delete).kind, OUTCOME_APPLIED);
    cr_assert_eq(api_apply(&sim->api, &delete).kind, OUTCOME_GONE);
    sim_close(sim);
}
