#include "sim/scenario/effective.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/json.h"
#include "sim/base/number.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/units.h"

enum { SHOWN_BYTES = 120 }; /* of a text */

/* A line in the making. */
struct lines {
    struct buffer *out;
    struct buffer path; /* of where we are */
    bool secret;        /* texts are not shown */
};

/* ---- paths ---- */

static void add_key(struct lines *l, const char *key)
{
    bool plain = key[0] != '\0' && strcspn(key, ".[]=\" :") == strlen(key);
    bool first = l->path.count == 0 || l->path.at[l->path.count - 1] == ':';
    buffer_format(&l->path, plain ? "%s%s" : "%s[\"%s\"]", first || !plain ? "" : ".", key);
}

/* By its name, where it is the only one of that name. */
static void add_item(struct lines *l, const struct value *list, uint32_t index)
{
    const char *name = value_as_text(value_get(list->items[index], "name"));
    bool only = name != NULL && strcspn(name, "[]=\"") == strlen(name);
    for (uint32_t i = 0; only && i < list->count; i++) {
        const char *other = value_as_text(value_get(list->items[i], "name"));
        only = i == index || other == NULL || strcmp(other, name) != 0;
    }
    if (only) {
        buffer_format(&l->path, "[name=%s]", name);
    } else {
        buffer_format(&l->path, "[%" PRIu32 "]", index);
    }
}

static void cut(struct lines *l, size_t count)
{
    l->path.count = count;
    l->path.at[count] = '\0';
}

/* ---- values ---- */

/* Whether YAML reads it as this text without quotes. */
static bool is_plain(const char *text)
{
    static const char *const words[] = {"true", "false", "null", "~", "yes", "no", "on", "off"};
    double number;
    if (text[0] == '\0' || strchr("-?:,[]{}#&*!|>'\"%@` ", text[0]) != NULL || number_parse(text, &number)) {
        return false;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i], text) == 0) {
            return false;
        }
    }
    for (const char *c = text; *c != '\0'; c++) {
        if ((unsigned char)*c < ' ' || *c == '"' || strncmp(c, ": ", 2) == 0 || strncmp(c, " #", 2) == 0) {
            return false;
        }
    }
    return true;
}

static void add_text(struct lines *l, const char *text)
{
    if (l->secret) {
        buffer_text(l->out, "(not shown)");
    } else if (strlen(text) > SHOWN_BYTES) {
        buffer_format(l->out, "(%zu bytes)", strlen(text));
    } else if (is_plain(text)) {
        buffer_text(l->out, text);
    } else {
        const struct value v = {.kind = VALUE_TEXT, .count = (uint32_t)strlen(text), .text = text};
        json_write(l->out, &v);
    }
}

static void add_source(struct lines *l, struct mark where)
{
    if (where.line > 0) {
        buffer_format(l->out, "  # %s:%" PRIu32 ":%" PRIu32 "\n", where.file == NULL ? "" : where.file, where.line,
                      where.column);
    } else {
        bool option = where.file != NULL && where.file[0] == '-';
        buffer_format(l->out, "  # %s\n", option ? where.file : "default");
    }
}

static void add_line(struct lines *l, const struct value *v)
{
    buffer_format(l->out, "%s=", l->path.at);
    if (v->kind == VALUE_TEXT) {
        add_text(l, v->text);
    } else {
        json_write(l->out, v);
    }
    add_source(l, v->where);
}

static void add_default(struct lines *l, bool is_text, const char *text, const char *source)
{
    buffer_format(l->out, "%s=", l->path.at);
    if (is_text) {
        add_text(l, text);
    } else {
        buffer_text(l->out, text);
    }
    buffer_format(l->out, "  # %s\n", source);
}

/* ---- trees ---- */

static void add_tree(struct lines *l, const struct value *v)
{
    size_t here = l->path.count;
    bool open = v->count > 0 && (v->kind == VALUE_LIST || v->kind == VALUE_MAP);
    if (!open) {
        add_line(l, v);
    }
    for (uint32_t i = 0; open && i < v->count; i++) {
        bool variable = false;
        if (v->kind == VALUE_LIST) {
            add_item(l, v, i);
            add_tree(l, v->items[i]);
        } else {
            add_key(l, v->members[i].key);
            variable = strcmp(v->members[i].key, "value") == 0 && strstr(l->path.at, ".env[") != NULL;
            l->secret = l->secret || variable;
            add_tree(l, v->members[i].value);
            l->secret = l->secret && !variable;
        }
        cut(l, here);
    }
}

/* What the object's title says, and what a cluster has added. */
static bool is_left_out(const struct object *o, const char *path)
{
    static const char *const paths[] = {"apiVersion", "kind", "metadata.name", "metadata.namespace",
                                        "metadata.managedFields"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (strcmp(paths[i], path) == 0) {
            return true;
        }
    }
    return strcmp(path, "status") == 0 && strcmp(o->kind, "Node") != 0;
}

static void add_members(struct lines *l, const struct object *o, const struct value *map, const char *before)
{
    size_t here = l->path.count;
    bool secret = strcmp(o->kind, "Secret") == 0;
    for (uint32_t i = 0; value_is_map(map) && i < map->count; i++) {
        const struct member *m = &map->members[i];
        char path[64];
        snprintf(path, sizeof path, "%s%.40s", before, m->key);
        if (is_left_out(o, path)) {
            continue;
        }
        add_key(l, m->key);
        if (strcmp(path, "metadata") == 0 && value_is_map(m->value)) {
            add_members(l, o, m->value, "metadata.");
        } else {
            l->secret = secret && strstr(m->key, "ata") != NULL && strcmp(before, "") == 0; /* data, stringData */
            add_tree(l, m->value);
            l->secret = false;
        }
        cut(l, here);
    }
}

/* ---- headroom's kinds ---- */

/* What nobody wrote and no table says: a figure that the reader began with, or that follows from others. */
static void add_derived(struct lines *l, const struct field *f, const char *spec)
{
    char text[32];
    int64_t number = 0;
    if (spec == NULL || (f->type != FIELD_INT && f->type != FIELD_DURATION)) {
        return;
    }
    memcpy(&number, spec + f->offset, sizeof number);
    if (number == 0) {
        return;
    }
    if (f->type == FIELD_DURATION) {
        units_duration_print(text, number);
    } else {
        snprintf(text, sizeof text, "%" PRId64, number);
    }
    add_default(l, false, text, f->type == FIELD_DURATION ? "default" : "worked out");
}

static void add_table(struct lines *l, const struct fields *table, const struct value *v, const char *spec);

/* A bare value that stands for a map with one field. */
static void add_short(struct lines *l, const struct fields *table, const struct value *v, const char *spec)
{
    struct member only = {.key = v->kind == VALUE_LIST ? table->list_is : table->scalar_is,
                          .where = v->where,
                          .value = (struct value *)v};
    const struct value map = {.kind = VALUE_MAP, .count = 1, .where = v->where, .members = &only};
    add_table(l, table, &map, spec);
}

static void add_items(struct lines *l, const struct field *f, const struct value *v);

/* What a field with a table holds; v null: nobody wrote it. spec: the struct around it; null: not known. */
static void add_object(struct lines *l, const struct field *f, const struct value *v, const char *spec)
{
    const char *own = f->type == FIELD_OBJECT && spec != NULL ? spec + f->offset : NULL;
    if (v == NULL || v->kind == VALUE_MAP) {
        add_table(l, f->table, v, own);
    } else {
        add_short(l, f->table, v, own);
    }
}

/* What somebody wrote for a field. */
static void add_written(struct lines *l, const struct field *f, const struct value *v, const char *spec)
{
    if (f->table != NULL) {
        add_object(l, f, v, spec);
    } else if (f->type == FIELD_LIST && f->item->table != NULL && v->kind == VALUE_LIST) {
        add_items(l, f, v);
    } else {
        add_tree(l, v);
    }
}

static void add_items(struct lines *l, const struct field *f, const struct value *v)
{
    size_t here = l->path.count;
    for (uint32_t i = 0; i < v->count; i++) {
        add_item(l, v, i);
        add_written(l, f->item, v->items[i], NULL);
        cut(l, here);
    }
}

static void add_table(struct lines *l, const struct fields *table, const struct value *v, const char *spec)
{
    size_t here = l->path.count;
    for (const struct field *f = table->fields; f->name != NULL; f++) {
        const struct value *written = value_get(v, f->name);
        add_key(l, f->name);
        if (!value_is_null(written)) {
            add_written(l, f, written, spec);
        } else if (f->type == FIELD_OBJECT) {
            add_object(l, f, NULL, spec);
        } else if (f->standard != NULL) {
            add_default(l, f->type == FIELD_TEXT, f->standard, "default");
        } else {
            add_derived(l, f, spec);
        }
        cut(l, here);
    }
}

/* ---- objects ---- */

static void begin_object(struct lines *l, const char *kind, const char *namespace, const char *name)
{
    bool plain = namespace[0] == '\0' || strcmp(namespace, "default") == 0;
    buffer_drop(&l->path);
    buffer_format(&l->path, "%s/%s%s%s:", kind, plain ? "" : namespace, plain ? "" : "/", name);
}

static void add_own(struct lines *l, const struct object *o, const void *spec)
{
    size_t here = l->path.count;
    add_key(l, "metadata");
    const struct value *metadata = value_get(o->tree, "metadata");
    add_members(l, o, metadata, "metadata.");
    cut(l, here);
    add_key(l, "spec");
    add_table(l, spec_table(o->kind), value_get(o->tree, "spec"), spec);
    cut(l, here);
}

void effective_write(struct buffer *out, const struct scenario *s)
{
    struct lines l = {.out = out};
    if (s->spec.object == NULL) {
        begin_object(&l, "Scenario", "default", s->name);
        add_key(&l, "spec");
        add_table(&l, spec_table("Scenario"), NULL, (const char *)&s->spec);
    }
    for (uint32_t i = 0; i < s->objects.list.count; i++) {
        const struct object *o = s->objects.list.at[i];
        begin_object(&l, o->kind, o->namespace, o->name);
        if (o->headroom) {
            add_own(&l, o, o == s->spec.object ? (const void *)&s->spec : o->spec);
        } else {
            add_members(&l, o, o->tree, "");
        }
    }
    buffer_drop(&l.path);
}
