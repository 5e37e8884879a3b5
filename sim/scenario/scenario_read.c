#include "sim/scenario/scenario_read.h"

#include <stddef.h>
#include <string.h>

#include "sim/base/memory.h"
#include "sim/scenario/derive.h"
#include "sim/scenario/inputs.h"
#include "sim/scenario/links.h"
#include "sim/scenario/manifest.h"
#include "sim/scenario/merge.h"
#include "sim/scenario/set.h"

/* Where the structs of each kind lie in struct scenario, in the order of spec_kinds; Scenario itself is one struct. */
static const size_t lists[] = {0,
                               offsetof(struct scenario, demands),
                               offsetof(struct scenario, service_models),
                               offsetof(struct scenario, node_pools),
                               offsetof(struct scenario, price_books),
                               offsetof(struct scenario, releases),
                               offsetof(struct scenario, faults)};

/* ---- objects ---- */

static bool read_objects(struct scenario *s, const struct scenario_input *input)
{
    bool good = true;
    for (uint32_t i = 0; i < input->file_count; i++) {
        good = sources_read(&s->sources, input->files[i], i) && good;
    }
    for (uint32_t i = 0; i < s->sources.documents.count; i++) {
        objects_add(&s->objects, s->sources.documents.at[i].tree, s->sources.documents.at[i].layer);
    }
    for (uint32_t i = 0; i < input->document_count; i++) {
        objects_add(&s->objects, input->documents[i], 0);
    }
    objects_settle(&s->objects);
    sources_tell_unread(&s->sources);
    if (good && s->objects.list.count == 0 && s->problems->errors == 0) {
        problems_error(s->problems,
                       (struct mark){.file = s->sources.texts.count == 0 ? NULL : s->sources.texts.at[0].file},
                       "nothing in it: there is no object to simulate (did what should have written it fail?)");
        good = false;
    }
    return good;
}

/* The Scenario; a second one is an error. Null: there is none. */
static struct object *find_scenario(struct scenario *s)
{
    struct object *found = NULL;
    for (uint32_t i = 0; i < s->objects.list.count; i++) {
        struct object *o = s->objects.list.at[i];
        if (!o->headroom || strcmp(o->kind, "Scenario") != 0) {
            continue;
        }
        if (found != NULL) {
            problems_error(s->problems, o->where,
                           "%s: given twice: %s stands at %s:%u:%u already (keep one, or give both the same name to "
                           "patch one by the other)",
                           object_title(s->arena, o), object_title(s->arena, found), found->where.file,
                           found->where.line, found->where.column);
            return found;
        }
        found = o;
    }
    return found;
}

/* A Scenario that nobody wrote, so that options have something to change. */
static struct object *make_scenario(struct scenario *s)
{
    struct object *o = TAKE(s->arena, struct object, 1);
    o->api_version = names_text(s->names, OBJECT_HEADROOM);
    o->kind = names_text(s->names, "Scenario");
    o->namespace = names_text(s->names, "default");
    o->name = names_text(s->names, "scenario");
    o->headroom = true;
    struct value *metadata = value_map(s->arena);
    value_put(s->arena, metadata, names_text(s->names, "name"), value_text(s->arena, o->name));
    o->tree = value_map(s->arena);
    value_put(s->arena, o->tree, names_text(s->names, "apiVersion"), value_text(s->arena, o->api_version));
    value_put(s->arena, o->tree, names_text(s->names, "kind"), value_text(s->arena, o->kind));
    value_put(s->arena, o->tree, names_text(s->names, "metadata"), metadata);
    value_put(s->arena, o->tree, names_text(s->names, "spec"), value_map(s->arena));
    VEC_PUSH(&s->objects.list, o);
    return o;
}

static void apply_patch(struct scenario *s, const struct value *patch)
{
    const char *kind = value_as_text(value_get(patch, "kind"));
    const char *name = value_as_text(value_at(patch, "metadata.name"));
    const char *namespace = value_as_text(value_at(patch, "metadata.namespace"));
    struct object *o = objects_find(&s->objects, kind, namespace != NULL ? namespace : "default", name);
    if (o != NULL) {
        o->tree = o->headroom ? value_merge(s->arena, o->tree, patch) : merge_strategic(s->arena, o->tree, patch);
    }
}

static struct object *apply_options(struct scenario *s, const struct scenario_input *input)
{
    const struct {
        const char *option, *keys, *value;
    } options[] = {{"--seed", "spec.seed", input->seed},
                   {"--replications", "spec.replications", input->replications},
                   {"--duration", "spec.duration", input->duration}};
    for (uint32_t i = 0; i < input->set_count; i++) {
        set_apply(&s->objects, input->sets[i]);
    }
    for (uint32_t i = 0; i < input->patch_count; i++) {
        apply_patch(s, input->patches[i]);
    }
    struct object *object = find_scenario(s);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        if (options[i].value != NULL) {
            object = object == NULL ? make_scenario(s) : object;
            set_option(&s->objects, object, options[i].option, options[i].keys, options[i].value);
        }
    }
    return object;
}

static void read_manifests(struct scenario *s)
{
    for (uint32_t i = 0; i < s->objects.list.count; i++) {
        struct object *o = s->objects.list.at[i];
        if (!o->headroom) {
            o->type = manifest_read(s->arena, s->names, o->tree, s->problems);
            o->api_version = names_text(s->names, value_as_text(value_get(o->tree, "apiVersion")));
        }
    }
}

/* ---- specs ---- */

static void check_envelope(struct scenario *s, const struct object *o)
{
    static const char *const known[] = {"apiVersion", "kind", "metadata", "spec"};
    for (uint32_t i = 0; i < o->tree->count; i++) {
        const struct member *m = &o->tree->members[i];
        bool found = false;
        for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
            found = found || strcmp(known[k], m->key) == 0;
        }
        if (!found) {
            problems_error(s->problems, m->where,
                           "%s:%s: unknown field: beside metadata stands only spec (move it "
                           "there)",
                           object_title(s->arena, o), m->key);
        }
    }
}

static void read_spec(struct scenario *s, struct field_reader *reader, struct object *o, const struct fields *table,
                      void *into)
{
    struct value *spec = value_get(o->tree, "spec");
    struct value empty = {.kind = VALUE_MAP, .where = o->where};
    check_envelope(s, o);
    reader->namespace = o->namespace;
    o->spec = into;
    fields_read(reader, table, value_is_null(spec) ? &empty : spec,
                arena_format(s->arena, "%s:spec", object_title(s->arena, o)), into);
}

static uint32_t count_kind(const struct scenario *s, const char *kind)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->objects.list.count; i++) {
        count += s->objects.list.at[i]->headroom && strcmp(s->objects.list.at[i]->kind, kind) == 0;
    }
    return count;
}

/* Reads the objects of a kind into an array of its structs, each of which begins with a pointer to its object. */
static void read_kind(struct scenario *s, struct field_reader *reader, const struct spec_kind *kind, size_t list)
{
    struct field_list read = {.count = count_kind(s, kind->name)};
    char *at = arena_take(s->arena, read.count, kind->table->size, _Alignof(max_align_t));
    read.at = at;
    for (uint32_t i = 0; i < s->objects.list.count; i++) {
        struct object *o = s->objects.list.at[i];
        if (o->headroom && strcmp(o->kind, kind->name) == 0) {
            const struct object *itself = o;
            memcpy(at, &itself, sizeof itself);
            read_spec(s, reader, o, kind->table, at);
            at += kind->table->size;
        }
    }
    memcpy((char *)s + list, &read, sizeof read);
}

static void read_specs(struct scenario *s, struct field_reader *reader, struct object *scenario)
{
    static const struct value nothing = {.kind = VALUE_MAP};
    struct value empty = nothing;
    s->spec.delays = delays_default();
    s->spec.object = scenario;
    if (scenario != NULL) {
        s->name = scenario->name;
        read_spec(s, reader, scenario, spec_kinds[0].table, &s->spec);
    } else {
        fields_read(reader, spec_kinds[0].table, &empty, "Scenario", &s->spec);
    }
    reader->epoch_ns = s->spec.start_ns;
    for (size_t i = 1; spec_kinds[i].name != NULL; i++) {
        read_kind(s, reader, &spec_kinds[i], lists[i]);
    }
}

/* ---- public ---- */

bool scenario_read(struct arena *a, struct names *names, const struct scenario_input *input, struct problems *problems,
                   struct scenario *s)
{
    *s = (struct scenario){.arena = a, .names = names, .problems = problems, .name = "scenario"};
    s->sources = sources_make(a, names, problems);
    s->objects = objects_make(a, names, problems, spec_kind_names);
    s->catalog.names = names;
    struct field_reader reader = {.arena = a, .names = names, .problems = problems};
    if (read_objects(s, input)) {
        struct object *scenario = apply_options(s, input);
        if (input->inputs != NULL) {
            bool lacks = scenario == NULL && inputs_ask(input->inputs, input->inputs_count);
            scenario = lacks ? make_scenario(s) : scenario;
            inputs_take(s, scenario, input->inputs, input->inputs_count);
        }
        read_manifests(s);
        read_specs(s, &reader, scenario);
        derive_all(s);
        links_resolve(s, &reader);
    }
    if (problems->errors == 0) {
        s->unsimulated.at = unsimulated_list(a, &s->objects, &s->unsimulated.count);
    }
    fields_reader_drop(&reader);
    problems_sort(problems);
    return problems->errors == 0;
}
