#include "models/model.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/memory.h"

static const struct sim_model *model_of_class(const struct sim *sim, unsigned class)
{
    unsigned i = sim->model_count - 1;
    while (sim->models[i].first_class > class) {
        i--;
    }
    return &sim->models[i];
}

static const struct sim_model *find(const struct sim *sim, const struct model *model)
{
    for (unsigned i = 0; i < sim->model_count; i++) {
        if (sim->models[i].model == model) {
            return &sim->models[i];
        }
    }
    return NULL;
}

/* Runs the stage of the turn that the API has under way. */
static void run_stage(void *context, unsigned class, uint32_t id)
{
    struct sim *sim = context;
    const struct sim_model *m = model_of_class(sim, class);
    struct turn turn = {.class = class - m->first_class, .id = id, .stage = api_stage(&sim->api)};
    turn.outcomes = api_outcomes(&sim->api, &turn.count);
    m->model->handle(sim, m->state, &turn);
}

static void tell_turn_ended(const struct sim *sim)
{
    for (unsigned i = 0; i < sim->listener_count; i++) {
        if (sim->listeners[i].turn_ended != NULL) {
            sim->listeners[i].turn_ended(sim->listeners[i].context, sim);
        }
    }
}

static void take_turn(void *context, unsigned class, uint32_t id)
{
    struct sim *sim = context;
    const struct sim_model *m = model_of_class(sim, class);
    api_turn_begin(&sim->api, class, id, m->classes[class - m->first_class].client);
    run_stage(sim, class, id);
    api_turn_end(&sim->api);
    tell_turn_ended(sim);
}

static bool offers(void *context, unsigned class)
{
    const struct sim *sim = context;
    const struct sim_model *m = model_of_class(sim, class);
    return m->model->offers(sim, m->state, class - m->first_class);
}

static void tell_fact(void *context, const struct fact *fact)
{
    struct sim *sim = context;
    for (unsigned i = 0; i < sim->model_count; i++) {
        const struct model *model = sim->models[i].model;
        if (model->facts & FACTS(fact->kind)) {
            model->on_fact(sim, sim->models[i].state, fact);
        }
    }
    for (unsigned i = 0; i < sim->listener_count; i++) {
        if (sim->listeners[i].fact != NULL) {
            sim->listeners[i].fact(sim->listeners[i].context, sim, fact);
        }
    }
}

static void instant_ended(void *context, int64_t now_ns)
{
    (void)now_ns;
    const struct sim *sim = context;
    for (unsigned i = 0; i < sim->listener_count; i++) {
        if (sim->listeners[i].instant_ended != NULL) {
            sim->listeners[i].instant_ended(sim->listeners[i].context, sim);
        }
    }
}

/* While the world is built there is nobody to tell. */
static void tell_nobody(void *context, const struct fact *fact)
{
    (void)context;
    (void)fact;
}

static void add_classes(struct sim *sim, struct sim_model *m)
{
    m->first_class = sim->engine.class_count;
    for (unsigned c = 0; c < m->model->class_count; c++) {
        const struct model_class *class = &m->classes[c];
        engine_add_class(&sim->engine, &(struct engine_class){.name = class->name,
                                                              .order = class->order,
                                                              .takes_all = class->takes_all,
                                                              .workers = class->workers,
                                                              .handle = take_turn,
                                                              .offers = class->order == ENGINE_OWN ? offers : NULL,
                                                              .context = sim});
    }
}

static unsigned class_named(const struct sim *sim, const char *name)
{
    for (unsigned class = 0; class < sim->engine.class_count; class ++) {
        if (strcmp(sim->engine.queues[class].class.name, name) == 0) {
            return class;
        }
    }
    assert(false && "the search goes on at a class that does not exist");
    return 0;
}

static void link_classes(struct sim *sim, const struct sim_model *m)
{
    for (unsigned c = 0; c < m->model->class_count; c++) {
        const char *resume = m->classes[c].resume;
        sim->engine.queues[m->first_class + c].class.resume = resume == NULL ? 0 : class_named(sim, resume);
    }
}

struct sim *sim_open(const struct sim_options *options)
{
    struct sim *sim = memory_take(1, sizeof *sim);
    sim->delays = options->delays;
    sim->scenario = options->scenario;
    sim->pools = options->pools;
    sim->scheduler = options->scheduler;
    sim->arena = options->arena;
    sim->names = options->names;
    sim->seed = options->seed;
    sim->replication = options->replication;
    sim->without_events = options->without_events;
    sim->inputs = options->inputs;
    sim->world = world_make(&sim->engine, tell_nobody, sim);
    sim->world.cut_times = options->cut_times;
    api_open(&sim->api, &sim->engine, &sim->world, &sim->delays, run_stage, sim);
    if (options->rank != NULL) {
        sim->api.rank = options->rank;
    }
    assert(options->registry_count <= MODELS_MAX);
    for (unsigned i = 0; i < options->registry_count; i++) {
        const struct registry_line *line = &options->registry[i];
        struct sim_model *m = &sim->models[sim->model_count++];
        m->model = line->model;
        m->classes = line->classes != NULL ? line->classes : line->model->classes;
        m->state = memory_take(1, line->model->state_size);
        add_classes(sim, m);
    }
    for (unsigned i = 0; i < sim->model_count; i++) {
        link_classes(sim, &sim->models[i]);
    }
    engine_listen(&sim->engine, (struct engine_listener){.instant_ended = instant_ended, .context = sim});
    return sim;
}

void sim_close(struct sim *sim)
{
    for (unsigned i = 0; i < sim->model_count; i++) {
        if (sim->models[i].model->stop != NULL) {
            sim->models[i].model->stop(sim, sim->models[i].state);
        }
        free(sim->models[i].state);
    }
    api_drop(&sim->api);
    world_drop(&sim->world);
    engine_drop(&sim->engine);
    free(sim);
}

void sim_listen(struct sim *sim, struct sim_listener listener)
{
    assert(sim->listener_count < sizeof sim->listeners / sizeof sim->listeners[0]);
    sim->listeners[sim->listener_count++] = listener;
}

void sim_start(struct sim *sim)
{
    sim->world.emit = tell_fact;
    for (unsigned i = 0; i < sim->model_count; i++) {
        if (sim->models[i].model->start != NULL) {
            sim->models[i].model->start(sim, sim->models[i].state);
        }
    }
}

bool sim_run(struct sim *sim, int64_t until_ns, struct fail *fail)
{
    return engine_run(&sim->engine, until_ns, fail);
}

int64_t sim_now(const struct sim *sim)
{
    return sim->engine.now_ns;
}

unsigned sim_class(const struct sim *sim, const struct model *model, unsigned class)
{
    const struct sim_model *m = find(sim, model);
    assert(m != NULL && class < model->class_count);
    return m->first_class + class;
}

enum api_client sim_client(const struct sim *sim, const struct model *model, unsigned class)
{
    return find(sim, model)->classes[class].client;
}

void *sim_state(const struct sim *sim, const struct model *model)
{
    const struct sim_model *m = find(sim, model);
    return m == NULL ? NULL : m->state;
}

void sim_wake(struct sim *sim, const struct model *model, unsigned class, uint32_t id, uint64_t rank)
{
    engine_wake(&sim->engine, sim_class(sim, model, class), id, rank);
}

void sim_wake_at(struct sim *sim, const struct model *model, unsigned class, uint32_t id, uint64_t rank, int64_t at_ns)
{
    engine_wake_at(&sim->engine, sim_class(sim, model, class), id, rank, at_ns);
}

void sim_wake_watched(struct sim *sim, const struct model *model, unsigned class, uint32_t id, uint64_t rank)
{
    engine_notify_at(&sim->engine, sim_class(sim, model, class), id, rank, sim_now(sim) + sim->delays.watch_ns);
}

void sim_cancel(struct sim *sim, const struct model *model, unsigned class, uint32_t id)
{
    engine_cancel(&sim->engine, sim_class(sim, model, class), id);
}

void sim_forget(struct sim *sim, const struct model *model, unsigned class, uint32_t id)
{
    api_forget(&sim->api, sim_class(sim, model, class), id);
}

void sim_ask(struct sim *sim, const struct intent *intent)
{
    api_ask(&sim->api, intent);
}

void sim_send(struct sim *sim, enum api_client client, const struct intent *intent)
{
    api_send(&sim->api, client, intent);
}

void sim_note(struct sim *sim, const struct note *note)
{
    for (unsigned i = 0; i < sim->listener_count; i++) {
        if (sim->listeners[i].note != NULL) {
            sim->listeners[i].note(sim->listeners[i].context, sim, note);
        }
    }
}

void sim_load(struct sim *sim, const struct load_sample *sample)
{
    for (unsigned i = 0; i < sim->listener_count; i++) {
        if (sim->listeners[i].load != NULL) {
            sim->listeners[i].load(sim->listeners[i].context, sim, sample);
        }
    }
}
