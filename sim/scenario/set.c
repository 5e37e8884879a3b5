#include "sim/scenario/set.h"

#include <string.h>

#include "sim/base/number.h"
#include "sim/base/utf8.h"
#include "sim/scenario/suggest.h"
#include "sim/scenario/yaml.h"

/* One step of a path: a key of a map, or an item of a list by index or by what it says. */
struct step {
    const char *key;   /* of a map; of an item: the key that is compared, null for an index */
    const char *value; /* of an item that is compared */
    bool item;
    int64_t index;
};

struct setting {
    struct objects *objects;
    struct mark where; /* "--set TEXT", no line */
    const char *rest;  /* of the path, not read yet */
};

static bool refuse(struct setting *s, const char *what, const char *mend)
{
    problems_error(s->objects->problems, s->where, "%s (%s)", what, mend);
    return false;
}

/* ---- the path ---- */

static bool read_bracket(struct setting *s, struct step *step)
{
    struct arena *a = s->objects->arena;
    const char *inside = s->rest + 1;
    const char *end = *inside == '"' ? strstr(inside, "\"]") : strchr(inside, ']');
    if (end == NULL) {
        return refuse(s, "path: a [ is not closed", "write [name=app], [2] or [\"a.key\"]");
    }
    s->rest = end + (*inside == '"' ? 2 : 1);
    if (*inside == '"') {
        *step = (struct step){.key = names_intern(s->objects->names, inside + 1, (size_t)(end - inside - 1))};
        return true;
    }
    const char *text = arena_text(a, inside, (size_t)(end - inside));
    const char *equals = strchr(text, '=');
    *step = (struct step){.item = true};
    if (equals != NULL && equals > text) {
        step->key = names_intern(s->objects->names, text, (size_t)(equals - text));
        step->value = equals + 1;
        return true;
    }
    return (number_parse_int64(text, &step->index) && step->index >= 0) ||
           refuse(s, "path: what is in brackets is no item", "write [name=app], [2] or [\"a.key\"]");
}

/* Takes the next step off the path. */
static bool read_step(struct setting *s, bool first, struct step *step)
{
    if (*s->rest == '[') {
        return read_bracket(s, step);
    }
    s->rest += !first && *s->rest == '.';
    size_t length = strcspn(s->rest, ".[");
    *step = (struct step){.key = names_intern(s->objects->names, s->rest, length)};
    s->rest += length;
    return length > 0 || refuse(s, "path: a key is empty", "write keys with one dot between them");
}

/* ---- the tree ---- */

static bool says(const struct value *item, const struct step *step)
{
    const struct value *v = value_get(item, step->key);
    return v != NULL && (v->kind == VALUE_TEXT || v->kind == VALUE_NUMBER) && strcmp(v->text, step->value) == 0;
}

/* The place in a list that a step names; null: there is none. */
static struct value **find_item(struct value *list, const struct step *step)
{
    for (uint32_t i = 0; list->kind == VALUE_LIST && i < list->count; i++) {
        if (step->key == NULL ? step->index == i : says(list->items[i], step)) {
            return &list->items[i];
        }
    }
    return NULL;
}

/* The value below *at that a step names, made where it is a missing map; null: it cannot be. */
static struct value **descend(struct setting *s, struct value **at, const struct step *step)
{
    struct arena *a = s->objects->arena;
    if (step->item) {
        struct value **item = find_item(*at, step);
        if (item == NULL) {
            refuse(s, "path: the list has no such item, or is no list", "name one that is there");
        }
        return item;
    }
    if ((*at)->kind == VALUE_NULL) {
        *at = value_map(a);
        (*at)->where = s->where;
    }
    if ((*at)->kind != VALUE_MAP) {
        const char *what = arena_format(a, "path: what %s is looked for in is no map", step->key);
        refuse(s, what, (*at)->kind == VALUE_LIST ? "name an item: [name=app] or [2]" : "end the path before it");
        return NULL;
    }
    if (value_get(*at, step->key) == NULL) {
        struct value *none = value_null(a);
        none->where = s->where;
        value_put(a, *at, step->key, none);
    }
    for (uint32_t i = 0; i < (*at)->count; i++) {
        if (strcmp((*at)->members[i].key, step->key) == 0) {
            return &(*at)->members[i].value;
        }
    }
    return NULL;
}

static void place(struct value *v, struct mark where)
{
    v->where = where;
    for (uint32_t i = 0; (v->kind == VALUE_LIST || v->kind == VALUE_MAP) && i < v->count; i++) {
        if (v->kind == VALUE_MAP) {
            v->members[i].where = where;
        }
        place(v->kind == VALUE_MAP ? v->members[i].value : v->items[i], where);
    }
}

/* The value that a text says; null: it is no YAML. */
static struct value *read_value(struct setting *s, const char *text)
{
    struct objects *o = s->objects;
    struct value *documents = value_list(o->arena);
    uint32_t before = o->problems->list.count;
    bool good = yaml_read(o->arena, o->names, o->problems, s->where.file, text, strlen(text), documents);
    for (uint32_t i = before; i < o->problems->list.count; i++) {
        o->problems->list.at[i].where = s->where;
    }
    if (!good) {
        return NULL;
    }
    struct value *v = documents->count == 0 ? value_null(o->arena) : documents->items[0];
    place(v, s->where);
    return v;
}

/* Goes down the path and sets what is at its end. */
static void set(struct setting *s, struct object *object, const char *keys, const char *text)
{
    struct value *v = read_value(s, text);
    struct value **at = &object->tree, *parent = NULL;
    struct step step = {0};
    s->rest = keys;
    bool first = true;
    do {
        if (!read_step(s, first, &step)) {
            return;
        }
        parent = *at;
        at = descend(s, at, &step);
        first = false;
    } while (at != NULL && *s->rest != '\0');
    if (at == NULL || v == NULL) {
        return;
    }
    if (v->kind == VALUE_NULL && !step.item && parent->kind == VALUE_MAP) {
        value_remove(parent, step.key);
        return;
    }
    *at = v;
}

/* ---- the object ---- */

static void refuse_object(struct setting *s, const char *kind, const char *name)
{
    struct objects *o = s->objects;
    bool any = false;
    struct suggest kinds = {.wanted = kind}, names = {.wanted = name};
    const struct object *nearest = NULL;
    for (uint32_t i = 0; i < o->list.count; i++) {
        const struct object *object = o->list.at[i];
        suggest_offer(&kinds, object->kind);
        if (strcmp(object->kind, kind) == 0) {
            any = true;
            suggest_offer(&names, object->name);
            nearest = names.nearest == object->name ? object : nearest;
        }
    }
    const char *near = nearest != NULL ? object_title(o->arena, nearest) : any ? NULL : kinds.nearest;
    const char *what = any ? arena_format(o->arena, "path: there is no %s %s", kind, name)
                           : arena_format(o->arena, "path: there is no object of kind %s", kind);
    refuse(s, what, near == NULL ? "name one of the input" : arena_format(o->arena, "did you mean %s?", near));
}

/* The object that "Kind/[namespace/]name" names; null: none. */
static struct object *find_object(struct setting *s, const char *text, size_t length)
{
    struct objects *o = s->objects;
    const char *head = arena_text(o->arena, text, length);
    const char *slash = strchr(head, '/'), *last = strrchr(head, '/');
    if (slash == NULL || last[1] == '\0' || slash == head) {
        refuse(s, "path: it names no object", "write Kind/name:key.key=value, or Kind/namespace/name:...");
        return NULL;
    }
    const char *kind = arena_text(o->arena, head, (size_t)(slash - head));
    const char *namespace = last == slash ? "default" : arena_text(o->arena, slash + 1, (size_t)(last - slash - 1));
    struct object *object = objects_find(o, kind, namespace, last + 1);
    if (object == NULL && last == slash) {
        object = objects_find(o, kind, "", last + 1);
    }
    if (object == NULL) {
        refuse_object(s, kind, last + 1);
    }
    return object;
}

static const char *end_of_path(const char *text)
{
    bool quoted = false;
    int depth = 0;
    for (; *text != '\0'; text++) {
        quoted = *text == '"' ? !quoted : quoted;
        depth += quoted ? 0 : (*text == '[') - (*text == ']');
        if (*text == '=' && depth == 0 && !quoted) {
            return text;
        }
    }
    return NULL;
}

void set_apply(struct objects *objects, const char *text)
{
    struct setting s = {.objects = objects};
    s.where.file = names_text(objects->names, arena_format(objects->arena, "--set %s", text));
    if (utf8_check(text, strlen(text)) != strlen(text)) {
        refuse(&s, "text: not UTF-8", "write it in UTF-8");
        return;
    }
    const char *equals = end_of_path(text);
    const char *colon = equals == NULL ? NULL : memchr(text, ':', (size_t)(equals - text));
    if (colon == NULL) {
        refuse(&s, equals == NULL ? "path: there is no =VALUE" : "path: there is no : behind the object",
               "write Kind/name:key.key=value");
        return;
    }
    struct object *object = find_object(&s, text, (size_t)(colon - text));
    if (object != NULL) {
        const char *keys = arena_text(objects->arena, colon + 1, (size_t)(equals - colon - 1));
        set(&s, object, keys, equals + 1);
    }
}

void set_option(struct objects *objects, struct object *object, const char *option, const char *keys, const char *value)
{
    struct setting s = {.objects = objects};
    s.where.file = names_text(objects->names, arena_format(objects->arena, "%s %s", option, value));
    set(&s, object, keys, value);
}
