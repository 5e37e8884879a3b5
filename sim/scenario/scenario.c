#include "sim/scenario/scenario.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void scenario_drop(struct scenario *s)
{
    catalog_drop(&s->catalog);
    objects_drop(&s->objects);
    sources_drop(&s->sources);
}

/* "Demand/rides:spec.rate: " and the text. */
static const char *compose(struct scenario *s, const struct object *object, const char *path, const char *format,
                           va_list arguments)
{
    char text[1024];
    vsnprintf(text, sizeof text, format, arguments);
    return arena_format(s->arena, "%s:%s: %s", object_title(s->arena, object), path, text);
}

static struct mark place_of(const struct object *object, const char *path)
{
    const struct value *v = value_at(object->tree, path);
    return v == NULL ? object->where : v->where;
}

void scenario_refuse(struct scenario *s, const struct object *object, const char *path, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    problems_error(s->problems, place_of(object, path), "%s", compose(s, object, path, format, arguments));
    va_end(arguments);
}

void scenario_warn(struct scenario *s, const struct object *object, const char *path, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    problems_warn(s->problems, place_of(object, path), "%s", compose(s, object, path, format, arguments));
    va_end(arguments);
}

const char *scenario_team_of(const struct scenario *s, const struct object *workload)
{
    const char *rule = s->spec.allocation.team;
    if (rule == NULL || strcmp(rule, "namespace") == 0) {
        return workload->namespace;
    }
    const char *key = strchr(rule, '/');
    const struct value *metadata = value_get(workload->tree, "metadata");
    const struct value *map = value_get(metadata, strncmp(rule, "label/", 6) == 0 ? "labels" : "annotations");
    return key == NULL ? NULL : value_as_text(value_get(map, key + 1));
}

const struct service_model *scenario_model_of(const struct scenario *s, const struct object *workload)
{
    for (uint32_t i = 0; i < s->service_models.count; i++) {
        if (s->service_models.at[i].workload.object == workload && workload != NULL) {
            return &s->service_models.at[i];
        }
    }
    return NULL;
}
