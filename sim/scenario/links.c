#include "sim/scenario/links.h"

#include <string.h>

#include "sim/base/buffer.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/suggest.h"

/* ---- references ---- */

static bool takes(const struct reference *r, const char *kind)
{
    if (r->kind != NULL) {
        return strcmp(r->kind, kind) == 0;
    }
    for (const char *const *k = r->field->kinds; *k != NULL; k++) {
        if (strcmp(*k, kind) == 0) {
            return true;
        }
    }
    return false;
}

/* What was probably meant: the same name in another namespace, or one that is nearly the same. Null: nothing. */
static const char *nearest(const struct scenario *s, const struct reference *r)
{
    struct suggest near = {.wanted = r->name};
    for (uint32_t i = 0; i < s->objects.list.count; i++) {
        const struct object *o = s->objects.list.at[i];
        if (!takes(r, o->kind)) {
            continue;
        }
        if (strcmp(o->name, r->name) == 0) {
            return arena_format(s->arena, "%s/%s/%s", o->kind, o->namespace, o->name);
        }
        suggest_offer(&near, o->name);
    }
    return near.nearest;
}

static const char *kinds_wanted(const struct scenario *s, const struct reference *r)
{
    struct buffer words = {0};
    for (const char *const *k = r->field->kinds; *k != NULL && r->kind == NULL; k++) {
        buffer_format(&words, "%s%s", words.count == 0 ? "" : k[1] == NULL ? " or " : ", ", *k);
    }
    const char *text = r->kind != NULL ? r->kind : arena_text(s->arena, words.at, words.count);
    buffer_drop(&words);
    return text;
}

static void resolve(struct scenario *s, struct reference *r)
{
    for (const char *const *k = r->field->kinds; *k != NULL && r->object == NULL; k++) {
        if (takes(r, *k)) {
            r->object = objects_find(&s->objects, *k, r->namespace, r->name);
        }
    }
    if (r->object == NULL) {
        const char *near = nearest(s, r);
        problems_error(s->problems, r->where, "%s: not found: there is no %s %s%s%s (%s%s%s)", r->path,
                       kinds_wanted(s, r), strcmp(r->namespace, "default") == 0 ? "" : r->namespace,
                       strcmp(r->namespace, "default") == 0 ? "" : "/", r->name,
                       near == NULL ? "add it, or correct the name" : "did you mean ", near == NULL ? "" : near,
                       near == NULL ? "" : "?");
    }
}

/* ---- targets ---- */

/* Whether a Service selects a workload's pods. */
static bool selects(const struct object *service, const struct object *workload)
{
    const struct value *selector = value_at(service->tree, "spec.selector");
    const struct value *labels = value_at(object_pod_template(workload), "metadata.labels");
    if (service->namespace != workload->namespace || !value_is_map(selector) || selector->count == 0) {
        return false;
    }
    for (uint32_t i = 0; i < selector->count; i++) {
        if (!value_equal(value_get(labels, selector->members[i].key), selector->members[i].value)) {
            return false;
        }
    }
    return true;
}

static bool takes_requests(const struct service_model *m)
{
    return m->request != NULL || m->stream != NULL || m->inference != NULL || m->observed != NULL;
}

static bool answers(const struct object *target, const struct service_model *m)
{
    if (target == m->object) {
        return true;
    }
    return m->workload.object != NULL && takes_requests(m) && strcmp(target->kind, "Service") == 0 &&
           selects(target, m->workload.object);
}

static void find_models(struct scenario *s, struct target *t)
{
    if (t->ref.object == NULL) {
        return;
    }
    t->models.at = TAKE(s->arena, const struct service_model *, s->service_models.count);
    for (uint32_t i = 0; i < s->service_models.count; i++) {
        const struct service_model *m = &s->service_models.at[i];
        if (answers(t->ref.object, m)) {
            t->models.at[t->models.count++] = m;
        }
    }
    if (t->models.count == 0) {
        problems_error(s->problems, t->ref.where,
                       "%s: no model: %s selects no workload that a ServiceModel describes (add a ServiceModel)",
                       t->ref.path, object_title(s->arena, t->ref.object));
    } else if (!takes_requests(t->models.at[0])) {
        problems_error(s->problems, t->ref.where,
                       "%s: wrong model: %s takes no requests (it needs request, stream, inference or observed)",
                       t->ref.path, object_title(s->arena, t->ref.object));
    }
}

static void find_all_models(struct scenario *s)
{
    for (uint32_t i = 0; i < s->spec.objectives.count; i++) {
        find_models(s, &s->spec.objectives.at[i].service);
    }
    for (uint32_t i = 0; i < s->demands.count; i++) {
        for (uint32_t k = 0; k < s->demands.at[i].sends.count; k++) {
            find_models(s, &s->demands.at[i].sends.at[k].to);
        }
    }
    for (uint32_t i = 0; i < s->service_models.count; i++) {
        struct service_request *r = s->service_models.at[i].request;
        for (uint32_t k = 0; r != NULL && k < r->calls.count; k++) {
            find_models(s, &r->calls.at[k].to);
        }
    }
}

/* ---- ServiceModels ---- */

static const struct value *find_container(const struct value *containers, const char *name)
{
    for (uint32_t i = 0; value_is_list(containers) && i < containers->count; i++) {
        const char *its = value_as_text(value_get(containers->items[i], "name"));
        if (its != NULL && strcmp(its, name) == 0) {
            return containers->items[i];
        }
    }
    return NULL;
}

static const char *container_names(const struct scenario *s, const struct value *containers)
{
    struct buffer names = {0};
    for (uint32_t i = 0; value_is_list(containers) && i < containers->count; i++) {
        const char *name = value_as_text(value_get(containers->items[i], "name"));
        buffer_format(&names, "%s%s", i == 0 ? "" : ", ", name == NULL ? "?" : name);
    }
    const char *text = arena_text(s->arena, buffer_string(&names), names.count);
    buffer_drop(&names);
    return text;
}

static void check_container(struct scenario *s, const struct service_model *m)
{
    const struct value *containers = value_at(object_pod_template(m->workload.object), "spec.containers");
    const char *title = object_title(s->arena, m->workload.object);
    if (m->container == NULL && value_is_list(containers) && containers->count > 1) {
        scenario_refuse(s, m->object, "spec", "missing field: container is needed, for %s has several (choose of %s)",
                        title, container_names(s, containers));
    } else if (m->container != NULL && find_container(containers, m->container) == NULL) {
        scenario_refuse(s, m->object, "spec.container", "not found: %s has no container %s (choose of %s)", title,
                        m->container, container_names(s, containers));
    }
}

static void check_behavior(struct scenario *s, const struct service_model *m)
{
    const char *kind = m->workload.object->kind;
    bool job = strcmp(kind, "Job") == 0 || strcmp(kind, "CronJob") == 0;
    if (m->batch != NULL && !job && strcmp(kind, "Pod") != 0) {
        scenario_refuse(s, m->object, "spec.batch", "wrong model: the pods of a %s do not end (write request or use)",
                        kind);
    } else if (job && takes_requests(m)) {
        scenario_refuse(s, m->object, "spec", "wrong model: the pods of a %s end when their work is done (write batch)",
                        kind);
    }
}

static void check_same_pods(struct scenario *s, const struct service_model *m)
{
    for (const struct service_model *other = s->service_models.at; other < m; other++) {
        bool same = other->workload.object == m->workload.object &&
                    (other->container == m->container || other->container == NULL || m->container == NULL);
        if (same) {
            scenario_refuse(s, m->object, "spec.workload", "given twice: %s describes these pods already (keep one)",
                            object_title(s->arena, other->object));
        }
    }
}

/* ---- circles of calls ---- */

enum colour { WHITE, GREY, BLACK };

/* Goes through what m calls; grey ones are on the way here. True: a circle was found, and said. */
static bool find_circle(struct scenario *s, const struct service_model *m, unsigned char *colours)
{
    unsigned char *colour = &colours[m - s->service_models.at];
    *colour = GREY;
    for (uint32_t i = 0; m->request != NULL && i < m->request->calls.count; i++) {
        const struct service_call *call = &m->request->calls.at[i];
        for (uint32_t k = 0; k < call->to.models.count; k++) {
            const struct service_model *next = call->to.models.at[k];
            unsigned char its = colours[next - s->service_models.at];
            if (its == GREY) {
                problems_error(s->problems, call->to.ref.where,
                               "%s: circle: %s is called again by what it calls itself (take a call out)",
                               call->to.ref.path, object_title(s->arena, next->object));
                return true;
            }
            if (its == WHITE && find_circle(s, next, colours)) {
                return true;
            }
        }
    }
    *colour = BLACK;
    return false;
}

static void check_circles(struct scenario *s)
{
    unsigned char *colours = TAKE(s->arena, unsigned char, s->service_models.count);
    for (uint32_t i = 0; i < s->service_models.count; i++) {
        if (colours[i] == WHITE && find_circle(s, &s->service_models.at[i], colours)) {
            return;
        }
    }
}

static void check_models(struct scenario *s)
{
    for (uint32_t i = 0; i < s->service_models.count; i++) {
        const struct service_model *m = &s->service_models.at[i];
        if (m->workload.object != NULL) {
            check_container(s, m);
            check_behavior(s, m);
            check_same_pods(s, m);
        }
    }
    check_circles(s);
}

/* ---- Releases ---- */

static void check_images(struct scenario *s, const struct release *r)
{
    const struct value *containers = value_at(object_pod_template(r->workload.object), "spec.containers");
    for (uint32_t i = 0; i < r->images->count; i++) {
        if (find_container(containers, r->images->members[i].key) == NULL) {
            scenario_refuse(s, r->object, "spec.images", "not found: %s has no container %s (choose of %s)",
                            object_title(s->arena, r->workload.object), r->images->members[i].key,
                            container_names(s, containers));
        }
    }
}

/* Reads the ServiceModel that the workload's becomes. */
static void apply_behavior(struct scenario *s, struct release *r, struct field_reader *reader)
{
    const struct service_model *before = scenario_model_of(s, r->workload.object);
    if (before == NULL) {
        scenario_refuse(s, r->object, "spec.behavior", "no model: no ServiceModel describes %s (add one)",
                        object_title(s->arena, r->workload.object));
        return;
    }
    struct service_model *after = TAKE(s->arena, struct service_model, 1);
    struct value *spec = value_merge(s->arena, value_get(before->object->tree, "spec"), r->behavior);
    const char *path = arena_format(s->arena, "%s:spec.behavior", object_title(s->arena, r->object));
    fields_read(reader, spec_table("ServiceModel"), spec, path, after);
    after->object = before->object;
    r->model = after;
}

static void link_releases(struct scenario *s, struct field_reader *reader)
{
    for (uint32_t i = 0; i < s->releases.count; i++) {
        struct release *r = &s->releases.at[i];
        if (r->workload.object == NULL) {
            continue;
        }
        check_images(s, r);
        if (r->behavior != NULL) {
            apply_behavior(s, r, reader);
        }
    }
}

void links_resolve(struct scenario *s, struct field_reader *reader)
{
    for (uint32_t i = 0; i < reader->references.count; i++) {
        resolve(s, reader->references.at[i]);
    }
    uint32_t linked = reader->references.count;
    link_releases(s, reader);
    for (uint32_t i = linked; i < reader->references.count; i++) {
        resolve(s, reader->references.at[i]);
    }
    find_all_models(s);
    for (uint32_t i = 0; i < s->releases.count; i++) {
        const struct service_model *m = s->releases.at[i].model;
        for (uint32_t k = 0; m != NULL && m->request != NULL && k < m->request->calls.count; k++) {
            find_models(s, &m->request->calls.at[k].to);
        }
    }
    check_models(s);
}
