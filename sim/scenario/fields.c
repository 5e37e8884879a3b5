/* Reading by table.
 *
 * Invariants
 * 1. A path is rendered only when there is something to say: on the way down it is a chain of parts on the stack.
 * 2. A member is stored once: a value that is refused leaves the default, which was stored before it was looked at.
 */
#include "sim/scenario/fields.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/number.h"
#include "sim/scenario/quantity.h"
#include "sim/scenario/suggest.h"
#include "sim/scenario/units.h"

#define FIELDS_MAX 192 /* of one table */

/* A part of the path to a value: a key of the part above, or an item of it. The topmost has a text of its own. */
struct path {
    const struct path *up;
    const char *key;          /* null: an item */
    uint32_t index;           /* of an item */
    const struct value *item; /* shown by its name where it has one */
};

/* What a scalar was read as; which member counts is the type's business. */
struct scalar {
    int64_t integer;
    double real;
    const char *text;
    struct growth growth;
};

struct type_row {
    const char *name;
    const char *example; /* null: the name says it all */
    const char *words;   /* both */
    size_t size;
};

#define ROW(name, example, type)                                                                                       \
    {                                                                                                                  \
        name, example, name ": " example, sizeof(type)                                                                 \
    }
#define PLAIN(name, type)                                                                                              \
    {                                                                                                                  \
        name, NULL, name, sizeof(type)                                                                                 \
    }

static const struct type_row type_rows[] = {
    [FIELD_ANY] = PLAIN("anything", struct value *),
    [FIELD_TEXT] = PLAIN("a text", const char *),
    [FIELD_BOOL] = PLAIN("true or false", bool),
    [FIELD_INT] = PLAIN("a whole number", int64_t),
    [FIELD_NUMBER] = PLAIN("a number", double),
    [FIELD_PERCENT] = ROW("a percentage", "99.9%", double),
    [FIELD_DURATION] = ROW("a duration", "15ms, 22s, 1h30m, 7d", int64_t),
    [FIELD_TIME] = ROW("a time", "2026-05-04T00:00:00Z, or 36h after the start", int64_t),
    [FIELD_RATE] = ROW("a rate", "45/s, 3k/h", double),
    [FIELD_GROWTH] = ROW("a growth", "4%/month, -1%/week", struct growth),
    [FIELD_CPU] = ROW("an amount of CPU", "250m, 1.5", int64_t),
    [FIELD_BYTES] = ROW("an amount of memory", "180Mi, 2Gi", int64_t),
    [FIELD_ENUM] = PLAIN("one of its words", int),
    [FIELD_OBJECT] = PLAIN("a map", char),
    [FIELD_OPTION] = PLAIN("a map", void *),
    [FIELD_LIST] = PLAIN("a list", struct field_list),
    [FIELD_MAP] = PLAIN("a map", struct value *),
    [FIELD_REFERENCE] = ROW("a name of an object", "name, namespace/name, Kind/name", struct reference),
};

const char *field_type_words(enum field_type type)
{
    return type_rows[type].words;
}

/* ---- paths ---- */

static void render(struct buffer *out, const struct path *p)
{
    if (p->up == NULL) {
        buffer_text(out, p->key);
        return;
    }
    render(out, p->up);
    const char *name = p->item == NULL ? NULL : value_as_text(value_get(p->item, "name"));
    if (p->key != NULL) {
        bool first = out->count == 0 || out->at[out->count - 1] == ':';
        bool plain = p->key[0] != '\0' && strcspn(p->key, ".[]=\"") == strlen(p->key);
        buffer_format(out, plain ? "%s%s" : "%s[\"%s\"]", first || !plain ? "" : ".", p->key);
    } else if (name != NULL) {
        buffer_format(out, "[name=%s]", name);
    } else {
        buffer_format(out, "[%u]", p->index);
    }
}

/* The path as a text in the arena. */
static const char *path_text(struct field_reader *r, const struct path *p)
{
    struct buffer out = {0};
    render(&out, p);
    const char *text = arena_text(r->arena, buffer_string(&out), out.count);
    buffer_drop(&out);
    return text;
}

static const char *kind_words(enum value_kind kind)
{
    static const char *const words[] = {"null", "true or false", "a number", "a text", "a list", "a map"};
    return words[kind];
}

/* ---- scalars ---- */

static bool parse_word(const struct field *f, const char *text, struct scalar *s)
{
    s->text = text;
    for (s->integer = 0; f->words != NULL && f->words[s->integer] != NULL; s->integer++) {
        if (strcmp(f->words[s->integer], text) == 0) {
            return true;
        }
    }
    return f->words == NULL;
}

static bool parse_amount(enum field_type type, const char *text, struct scalar *s)
{
    struct quantity q;
    if (quantity_parse(text, strlen(text), &q) != QUANTITY_OK) {
        return false;
    }
    s->integer = type == FIELD_CPU ? quantity_milli(&q) : quantity_value(&q);
    s->real = (double)s->integer;
    return true;
}

static bool parse_instant(const struct field_reader *r, const char *text, struct scalar *s)
{
    if (units_time(text, &s->integer)) {
        s->integer -= r->epoch_ns;
        return true;
    }
    return units_duration(text, &s->integer);
}

/* Reads text as the field's type asks. */
static bool parse(const struct field_reader *r, const struct field *f, const char *text, struct scalar *s)
{
    bool good = false;
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_ENUM:
        return parse_word(f, text, s);
    case FIELD_BOOL:
        s->integer = strcmp(text, "true") == 0;
        return s->integer != 0 || strcmp(text, "false") == 0;
    case FIELD_INT:
        good = number_parse_int64(text, &s->integer);
        break;
    case FIELD_NUMBER:
        return number_parse(text, &s->real);
    case FIELD_PERCENT:
        return units_percent(text, &s->real);
    case FIELD_RATE:
        return units_rate(text, &s->real);
    case FIELD_GROWTH:
        good = units_growth(text, &s->growth);
        s->real = s->growth.share;
        return good;
    case FIELD_DURATION:
        good = units_duration(text, &s->integer);
        break;
    case FIELD_TIME:
        good = parse_instant(r, text, s);
        break;
    case FIELD_CPU:
    case FIELD_BYTES:
        return parse_amount(f->type, text, s);
    default:
        return true;
    }
    s->real = (double)s->integer;
    return good;
}

/* What a bare number probably lacks; null: nothing. */
static const char *unit_of(enum field_type type)
{
    return type == FIELD_DURATION ? "s" : type == FIELD_RATE ? "/s" : type == FIELD_GROWTH ? "%/month" : NULL;
}

/* The text is none of the field's words. */
static void refuse_word(struct field_reader *r, const struct field *f, const struct value *v, const char *path)
{
    const char *near = suggest_nearest(v->text, f->words);
    struct buffer words = {0};
    for (size_t i = 0; f->words[i] != NULL; i++) {
        buffer_format(&words, "%s%s", i == 0 ? "" : ", ", f->words[i]);
    }
    problems_error(r->problems, v->where, "%s: unknown value: \"%s\" is not one of %s (%s%s%s)", path, v->text,
                   buffer_string(&words), near == NULL ? "choose one of them" : "did you mean ",
                   near == NULL ? "" : near, near == NULL ? "" : "?");
    buffer_drop(&words);
}

/* Adds what is wrong with a value that is not of the field's type. */
static void refuse(struct field_reader *r, const struct field *f, const struct value *v, const struct path *p)
{
    const char *path = path_text(r, p);
    const struct type_row *type = &type_rows[f->type];
    if (v->kind != VALUE_TEXT && v->kind != VALUE_NUMBER) {
        bool quotes = v->kind == VALUE_BOOL && (f->type == FIELD_TEXT || f->type == FIELD_ENUM);
        const char *what = v->kind != VALUE_BOOL ? kind_words(v->kind) : v->boolean ? "true" : "false";
        problems_error(r->problems, v->where, "%s: wrong type: %s is not %s (%s%s%s)", path, what, type->name,
                       quotes ? "put it in quotes: \"" : "write ", quotes ? what : type->words, quotes ? "\"" : "");
    } else if (f->words != NULL) {
        refuse_word(r, f, v, path);
    } else if (f->type == FIELD_TEXT) {
        problems_error(r->problems, v->where, "%s: wrong type: %s is not a text (put it in quotes: \"%s\")", path,
                       v->text, v->text);
    } else if (unit_of(f->type) != NULL && strspn(v->text, "0123456789.") == v->count) {
        problems_error(r->problems, v->where, "%s: wrong value: %s has no unit (write %s%s; %s)", path, v->text,
                       v->text, unit_of(f->type), type->words);
    } else if (f->type == FIELD_DURATION && units_is_long(v->text)) {
        problems_error(r->problems, v->where, "%s: too large: %s is out of range (it must be at most %s)", path,
                       v->text, f->most != NULL ? f->most : UNITS_DURATION_MAX);
    } else {
        const char *mark = v->kind == VALUE_TEXT ? "\"" : "";
        problems_error(r->problems, v->where, "%s: wrong value: %s%s%s is not %s (write %s)", path, mark, v->text, mark,
                       type->name, type->example == NULL ? "one" : type->example);
    }
}

/* The text to parse of a value; null when its kind does not suit the type. */
static const char *scalar_text(const struct field *f, const struct value *v)
{
    if (v->kind == VALUE_BOOL) {
        return f->type != FIELD_BOOL ? NULL : v->boolean ? "true" : "false";
    }
    bool number_wanted = f->type == FIELD_INT || f->type == FIELD_NUMBER;
    bool text_wanted = f->type == FIELD_TEXT || f->type == FIELD_ENUM || f->type == FIELD_BOOL;
    bool suits = (v->kind == VALUE_TEXT && !number_wanted) || (v->kind == VALUE_NUMBER && !text_wanted);
    return suits ? v->text : NULL;
}

/* Says so when the scalar is out of the field's bounds. */
static bool in_bounds(struct field_reader *r, const struct field *f, const struct scalar *s, const struct value *v,
                      const struct path *p)
{
    const struct {
        const char *text, *what, *which;
        int sign;
        bool equal;
    } bounds[] = {{f->least, "too small", "it must be at least", 1, true},
                  {f->above, "too small", "it must be above", 1, false},
                  {f->most, "too large", "it must be at most", -1, true}};
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        struct scalar bound = {0};
        if (bounds[i].text == NULL || !parse(r, f, bounds[i].text, &bound)) {
            continue;
        }
        double distance = (s->real - bound.real) * bounds[i].sign;
        if (distance < 0 || (distance == 0 && !bounds[i].equal)) {
            problems_error(r->problems, v->where, "%s: %s: %s is out of range (%s %s)", path_text(r, p), bounds[i].what,
                           v->text, bounds[i].which, bounds[i].text);
            return false;
        }
    }
    return true;
}

/* Puts the scalar into the struct's member. */
static void store(struct field_reader *r, const struct field *f, const struct scalar *s, void *member)
{
    int word = (int)s->integer;
    bool flag = s->integer != 0;
    const char *text = NULL;
    switch (f->type) {
    case FIELD_TEXT:
        text = names_text(r->names, s->text);
        memcpy(member, &text, sizeof text);
        return;
    case FIELD_ENUM:
        memcpy(member, &word, sizeof word);
        return;
    case FIELD_BOOL:
        memcpy(member, &flag, sizeof flag);
        return;
    case FIELD_NUMBER:
    case FIELD_PERCENT:
    case FIELD_RATE:
        memcpy(member, &s->real, sizeof s->real);
        return;
    case FIELD_GROWTH:
        memcpy(member, &s->growth, sizeof s->growth);
        return;
    default:
        memcpy(member, &s->integer, sizeof s->integer);
        return;
    }
}

static bool kept_as_tree(enum field_type type)
{
    return type == FIELD_ANY || type == FIELD_MAP;
}

static void read_scalar(struct field_reader *r, const struct field *f, struct value *v, const struct path *p,
                        void *member)
{
    struct scalar s = {0};
    const char *text = scalar_text(f, v);
    if (text == NULL || !parse(r, f, text, &s)) {
        refuse(r, f, v, p);
    } else if (in_bounds(r, f, &s, v, p) && member != NULL && !kept_as_tree(f->type)) {
        store(r, f, &s, member);
    }
}

/* ---- references ---- */

static bool takes_kind(const struct field *f, const char *kind, size_t length)
{
    for (const char *const *k = f->kinds; *k != NULL; k++) {
        if (strlen(*k) == length && strncmp(*k, kind, length) == 0) {
            return true;
        }
    }
    return false;
}

/* Splits "Kind/namespace/name" and its shorter forms; what comes before one slash is a kind when it is one that the
 * field takes, or looks like one (a capital), else a namespace. */
static bool split_reference(struct field_reader *r, const struct field *f, const char *text, struct reference *out)
{
    const char *parts[3] = {text};
    size_t lengths[3] = {0}, count = 0;
    for (;; count++) {
        if (count == 3) {
            return false;
        }
        parts[count] = text;
        lengths[count] = strcspn(text, "/");
        if (lengths[count] == 0) {
            return false;
        }
        text += lengths[count];
        if (*text++ == '\0') {
            count++;
            break;
        }
    }
    bool capital = parts[0][0] >= 'A' && parts[0][0] <= 'Z';
    bool has_kind = count == 3 || (count == 2 && (capital || takes_kind(f, parts[0], lengths[0])));
    bool has_namespace = count == 3 || (count == 2 && !has_kind);
    out->kind = has_kind ? names_intern(r->names, parts[0], lengths[0]) : NULL;
    const char *here = r->namespace == NULL ? names_text(r->names, "default") : r->namespace;
    out->namespace = has_namespace ? names_intern(r->names, parts[count - 2], lengths[count - 2]) : here;
    out->name = names_intern(r->names, parts[count - 1], lengths[count - 1]);
    return true;
}

static void read_reference(struct field_reader *r, const struct field *f, struct value *v, const struct path *p,
                           struct reference *member)
{
    struct reference read = {.field = f, .where = v->where};
    if (v->kind != VALUE_TEXT || !split_reference(r, f, v->text, &read)) {
        refuse(r, f, v, p);
        return;
    }
    if (read.kind != NULL && !takes_kind(f, read.kind, strlen(read.kind))) {
        const char *near = suggest_nearest(read.kind, f->kinds);
        problems_error(r->problems, v->where, "%s: wrong kind: %s cannot stand here (%s%s%s)", path_text(r, p),
                       read.kind, near == NULL ? "it takes " : "did you mean ", near == NULL ? f->kinds[0] : near,
                       near == NULL ? "" : "?");
        return;
    }
    if (member != NULL) {
        read.path = path_text(r, p);
        *member = read;
        VEC_PUSH(&r->references, member);
    }
}

/* ---- maps and lists ---- */

static void read_table(struct field_reader *r, const struct fields *table, struct value *v, const struct path *p,
                       void *into);
static void read_value(struct field_reader *r, const struct field *f, struct value *v, const struct path *p,
                       void *member);

static size_t size_of(const struct field *f)
{
    return f->type == FIELD_OBJECT ? f->table->size : type_rows[f->type].size;
}

static void read_list(struct field_reader *r, const struct field *f, struct value *v, const struct path *p,
                      struct field_list *member)
{
    if (v->kind != VALUE_LIST) {
        refuse(r, f, v, p);
        return;
    }
    size_t size = size_of(f->item);
    char *items = member == NULL ? NULL : arena_take(r->arena, v->count, size, _Alignof(max_align_t));
    uint32_t kept = 0;
    for (uint32_t i = 0; i < v->count; i++) {
        struct path item = {.up = p, .index = i, .item = v->items[i]};
        uint32_t errors = r->problems->errors;
        read_value(r, f->item, v->items[i], &item, items == NULL ? NULL : items + kept * size);
        kept += f->item->type != FIELD_TEXT || r->problems->errors == errors; /* nobody has to expect a null text */
    }
    if (member != NULL) {
        *member = (struct field_list){.at = items, .count = kept};
    }
}

static void read_map(struct field_reader *r, const struct field *f, struct value *v, const struct path *p)
{
    if (v->kind != VALUE_MAP) {
        refuse(r, f, v, p);
        return;
    }
    for (uint32_t i = 0; f->item != NULL && i < v->count; i++) {
        struct path item = {.up = p, .key = v->members[i].key};
        if (!value_is_null(v->members[i].value)) {
            read_value(r, f->item, v->members[i].value, &item, NULL);
        }
    }
}

/* {value: 9ms, error: 15%}: the value, and how uncertain it is. */
static void read_uncertain(struct field_reader *r, const struct field *f, struct value *v, const struct path *p,
                           char *into)
{
    static const struct field error = {.name = "error", .type = FIELD_PERCENT, .least = "0%", .most = "100%"};
    struct field alone = *f;
    alone.error = 0;
    alone.required = true;
    for (uint32_t i = 0; i < v->count; i++) {
        struct member *m = &v->members[i];
        struct path part = {.up = p, .key = m->key};
        if (strcmp(m->key, "value") == 0) {
            read_value(r, &alone, m->value, &part, into == NULL ? NULL : into + f->offset);
        } else if (strcmp(m->key, "error") == 0) {
            read_value(r, &error, m->value, &part, into == NULL ? NULL : into + f->error);
        } else {
            problems_error(r->problems, m->where,
                           "%s: unknown field: beside a value stands only its error (write "
                           "{value: ..., error: 15%%})",
                           path_text(r, &part));
        }
    }
    if (value_get(v, "value") == NULL) {
        problems_error(r->problems, v->where, "%s: missing field: value is needed (write {value: ..., error: 15%%})",
                       path_text(r, p));
    }
}

static void read_object(struct field_reader *r, const struct field *f, struct value *v, const struct path *p,
                        void *member)
{
    void *into = member;
    if (f->type == FIELD_OPTION && member != NULL) {
        into = arena_take(r->arena, 1, f->table->size, _Alignof(max_align_t));
        memcpy(member, &into, sizeof into);
    }
    read_table(r, f->table, v, p, into);
}

static void read_value(struct field_reader *r, const struct field *f, struct value *v, const struct path *p,
                       void *member)
{
    if (value_is_null(v)) {
        problems_error(r->problems, v->where, "%s: missing value: it is empty (write %s)", path_text(r, p),
                       field_type_words(f->type));
        return;
    }
    switch (f->type) {
    case FIELD_ANY:
        break;
    case FIELD_OBJECT:
    case FIELD_OPTION:
        read_object(r, f, v, p, member);
        break;
    case FIELD_LIST:
        read_list(r, f, v, p, member);
        break;
    case FIELD_MAP:
        read_map(r, f, v, p);
        break;
    case FIELD_REFERENCE:
        read_reference(r, f, v, p, member);
        break;
    default:
        read_scalar(r, f, v, p, member);
        break;
    }
    if (member != NULL && kept_as_tree(f->type) && (f->type != FIELD_MAP || value_is_map(v))) {
        memcpy(member, &v, sizeof v);
    }
}

/* ---- tables ---- */

const struct field *fields_find(const struct fields *table, const char *name)
{
    for (const struct field *f = table->fields; f->name != NULL; f++) {
        if (f->name[0] == name[0] && strcmp(f->name, name) == 0) {
            return f;
        }
    }
    return NULL;
}

/* The nearest name among a table's fields; null when none is near. */
static const char *nearest_field(const struct fields *table, const char *name)
{
    struct suggest s = {.wanted = name};
    for (const struct field *f = table->fields; f->name != NULL; f++) {
        suggest_offer(&s, f->name);
    }
    return s.nearest;
}

static void meet_unknown(struct field_reader *r, const struct fields *table, const struct member *m,
                         const struct path *p)
{
    struct path part = {.up = p, .key = m->key};
    const char *near = nearest_field(table, m->key);
    const char *hint = near == NULL ? arena_format(r->arena, "`headroom help %s` lists its fields", table->name)
                                    : arena_format(r->arena, "did you mean %s?", near);
    problems_error(r->problems, m->where, "%s: unknown field: %s has no %s (%s)", path_text(r, &part), table->name,
                   m->key, hint);
}

static void *member_of(void *into, const struct field *f)
{
    return into == NULL ? NULL : (char *)into + f->offset;
}

/* Stores defaults, so that what is refused later leaves them. */
static void store_standards(struct field_reader *r, const struct fields *table, void *into)
{
    static const struct value nothing = {.kind = VALUE_MAP};
    if (into == NULL) {
        return;
    }
    for (const struct field *f = table->fields; f->name != NULL; f++) {
        struct scalar s = {0};
        if (f->type == FIELD_OBJECT) {
            store_standards(r, f->table, member_of(into, f));
        } else if (kept_as_tree(f->type)) {
            const struct value *none = &nothing;
            struct value *standard = f->standard == NULL ? NULL : value_text(r->arena, f->standard);
            if (f->type == FIELD_MAP) {
                memcpy(member_of(into, f), &none, sizeof none);
            } else if (standard != NULL) {
                memcpy(member_of(into, f), &standard, sizeof standard);
            }
        } else if (f->standard != NULL) {
            bool good = parse(r, f, f->standard, &s);
            assert(good);
            (void)good;
            store(r, f, &s, member_of(into, f));
        }
    }
}

static void say_missing(struct field_reader *r, const struct field *f, struct mark where, const struct path *p)
{
    problems_error(r->problems, where, "%s: missing field: %s is required (write %s)", path_text(r, p), f->name,
                   field_type_words(f->type));
}

static void check_oneof(struct field_reader *r, const struct fields *table, const struct value *v, const struct path *p)
{
    struct buffer names = {0};
    uint32_t written = 0;
    for (const char *const *name = table->oneof; *name != NULL; name++) {
        buffer_format(&names, "%s%s", names.count == 0 ? "" : ", ", *name);
        written += !value_is_null(value_get(v, *name));
    }
    if (written != 1) {
        problems_error(r->problems, v->where, "%s: %s: exactly one of %s is wanted (%s)", path_text(r, p),
                       written == 0 ? "missing field" : "too many fields", buffer_string(&names),
                       written == 0 ? "write one" : "keep one");
    }
    buffer_drop(&names);
}

/* A map with one member in place of a bare value, when the table says that it stands for one. */
static struct value *spell_out(struct field_reader *r, const struct fields *table, struct value *v)
{
    const char *key = v->kind == VALUE_LIST ? table->list_is : v->kind == VALUE_MAP ? NULL : table->scalar_is;
    if (key == NULL) {
        return v;
    }
    struct value *map = value_map(r->arena);
    map->where = v->where;
    value_put(r->arena, map, key, v);
    return map;
}

static void read_member(struct field_reader *r, const struct field *f, struct value *v, const struct path *p,
                        void *into)
{
    struct path part = {.up = p, .key = f->name};
    if (f->error != 0 && v->kind == VALUE_MAP) {
        read_uncertain(r, f, v, &part, into);
    } else {
        read_value(r, f, v, &part, member_of(into, f));
    }
}

static void read_table(struct field_reader *r, const struct fields *table, struct value *v, const struct path *p,
                       void *into)
{
    bool seen[FIELDS_MAX] = {false};
    store_standards(r, table, into);
    v = spell_out(r, table, v);
    if (v->kind != VALUE_MAP) {
        problems_error(r->problems, v->where, "%s: wrong type: %s is not a map (write the fields of %s)",
                       path_text(r, p), kind_words(v->kind), table->name);
        return;
    }
    for (uint32_t i = 0; i < v->count; i++) {
        const struct member *m = &v->members[i];
        const struct field *f = fields_find(table, m->key);
        if (f == NULL) {
            meet_unknown(r, table, m, p);
        } else if (!value_is_null(m->value)) {
            assert(f - table->fields < FIELDS_MAX);
            seen[f - table->fields] = true;
            read_member(r, f, m->value, p, into);
        }
    }
    for (const struct field *f = table->fields; f->name != NULL; f++) {
        if (f->required && !seen[f - table->fields]) {
            say_missing(r, f, v->where, p);
        }
    }
    if (table->oneof != NULL) {
        check_oneof(r, table, v, p);
    }
}

/* ---- help ---- */

static const char *or_null(const char *text)
{
    return text == NULL ? "" : text;
}

/* What may stand for the whole map, or for a map of the list. */
static void help_short_forms(struct buffer *out, const struct field *f)
{
    bool list = f->type == FIELD_LIST;
    const struct fields *table = list ? f->item->table : f->table;
    if (table != NULL && table->scalar_is != NULL) {
        const struct field *alone = fields_find(table, table->scalar_is);
        buffer_format(out, "%s only %s (%s)", list ? " of maps, or of" : ", or", table->scalar_is,
                      field_type_words(alone->type));
    }
    if (table != NULL && table->list_is != NULL) {
        buffer_format(out, ", or a list: its %s", table->list_is);
    }
}

static void help_type(struct buffer *out, const struct field *f)
{
    if (f->words != NULL) {
        for (size_t i = 0; f->words[i] != NULL; i++) {
            buffer_format(out, "%s%s", i == 0 ? "" : " | ", f->words[i]);
        }
    } else if (f->type == FIELD_REFERENCE) {
        for (size_t i = 0; f->kinds[i] != NULL; i++) {
            buffer_format(out, "%s%s", i == 0 ? "name of a " : " or ", f->kinds[i]);
        }
    } else if (f->type == FIELD_LIST && f->item->type != FIELD_OBJECT) {
        buffer_text(out, "list: ");
        help_type(out, f->item);
    } else {
        buffer_text(out, f->unit != NULL ? f->unit : field_type_words(f->type));
        help_short_forms(out, f);
    }
}

static void help_bounds(struct buffer *out, const struct field *f)
{
    if (f->required) {
        buffer_text(out, "; required");
    }
    if (f->standard != NULL) {
        buffer_format(out, "; default %s", f->standard);
    }
    if (f->least != NULL) {
        buffer_format(out, "; at least %s", f->least);
    }
    if (f->above != NULL) {
        buffer_format(out, "; above %s", f->above);
    }
    if (f->most != NULL) {
        buffer_format(out, "; at most %s", f->most);
    }
    if (f->error != 0) {
        buffer_text(out, "; takes {value, error}");
    }
}

static void help_fields(struct buffer *out, const struct fields *table, int indent)
{
    for (const struct field *f = table->fields; f->name != NULL; f++) {
        int width = 28 - indent;
        buffer_format(out, "%*s%-*s %s\n", indent, "", width, f->name, or_null(f->help));
        buffer_format(out, "%*s%-*s   ", indent, "", width, "");
        help_type(out, f);
        help_bounds(out, f);
        buffer_text(out, "\n");
        const struct fields *below = f->table != NULL ? f->table : f->item != NULL ? f->item->table : NULL;
        if (below != NULL) {
            help_fields(out, below, indent + 2);
        }
    }
}

void fields_read(struct field_reader *r, const struct fields *table, struct value *v, const char *path, void *into)
{
    struct path root = {.key = path};
    struct value *nothing = NULL;
    if (value_is_null(v)) {
        nothing = value_map(r->arena);
        nothing->where = v == NULL ? (struct mark){0} : v->where;
    }
    read_table(r, table, nothing != NULL ? nothing : v, &root, into);
}

void fields_reader_drop(struct field_reader *r)
{
    VEC_DROP(&r->references);
}

void fields_help(struct buffer *out, const struct fields *table)
{
    if (table->help != NULL) {
        buffer_format(out, "%s\n\n", table->help);
    }
    help_fields(out, table, 2);
    if (table->example != NULL) {
        buffer_format(out, "\nExample:\n\n%s", table->example);
    }
}
