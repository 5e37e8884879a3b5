#include "sim/scenario/schema.h"

#include <stddef.h>
#include <string.h>

#include "sim/scenario/quantity.h"
#include "sim/scenario/suggest.h"

const char schema_default_file[] = "Kubernetes' default";

const struct schema_field *schema_field(const struct schema *s, const char *name)
{
    for (const struct schema_field *f = s->fields; f->name != NULL; f++) {
        if (f->name == name || strcmp(f->name, name) == 0) {
            return f;
        }
    }
    return NULL;
}

/* ---- check ---- */

static const char *describe(struct arena *a, const struct value *v)
{
    switch (v->kind) {
    case VALUE_NULL:
        return "null";
    case VALUE_BOOL:
        return v->boolean ? "true" : "false";
    case VALUE_NUMBER:
        return arena_format(a, "the number %.40s", v->text);
    case VALUE_TEXT:
        return arena_format(a, "the text \"%.40s\"", v->text);
    case VALUE_LIST:
        return "a list";
    case VALUE_MAP:
        return "a map";
    }
    return "";
}

static const struct {
    const char *wanted;
    const char *remedy;
} kinds[] = {
    [SCHEMA_TEXT] = {"text", "put it in quotes"},
    [SCHEMA_BOOL] = {"true or false", "write true or false, without quotes"},
    [SCHEMA_INT32] = {"a whole number from -2147483648 to 2147483647", "write digits without quotes"},
    [SCHEMA_INT64] = {"a whole number of 64 bits", "write digits without quotes"},
    [SCHEMA_QUANTITY] = {"a quantity", "write one like 250m, 2, 512Mi"},
    [SCHEMA_INT_OR_TEXT] = {"a whole number or text", "write one of them"},
    [SCHEMA_TEXTS] = {"a list of texts", "begin each item with \"- \", numbers in quotes"},
    [SCHEMA_INTEGERS] = {"a list of whole numbers", "begin each item with \"- \""},
    [SCHEMA_LABELS] = {"a map of texts", "write KEY: VALUE on a line each, numbers in quotes"},
    [SCHEMA_AMOUNTS] = {"a map of quantities", "write NAME: QUANTITY on a line each"},
    [SCHEMA_OBJECT] = {"a map", "write FIELD: VALUE on a line each, further to the right"},
    [SCHEMA_OBJECTS] = {"a list of maps", "begin each item with \"- \""},
};

static void wrong_kind(const struct place *p, enum schema_kind kind, struct problems *problems)
{
    struct arena *a = problems->arena;
    problems_error(problems, place_mark(p), "%s: %s: Kubernetes takes %s here (%s)", place_path(a, p),
                   describe(a, p->value), kinds[kind].wanted, kinds[kind].remedy);
}

static bool fits_int32(const struct value *v)
{
    int64_t number = 0;
    return value_as_int64(v, &number) && number >= INT32_MIN && number <= INT32_MAX;
}

static bool is_scalar_of(const struct value *v, enum schema_kind kind)
{
    int64_t number = 0;
    struct quantity q;
    switch (kind) {
    case SCHEMA_TEXT:
        return v->kind == VALUE_TEXT;
    case SCHEMA_BOOL:
        return v->kind == VALUE_BOOL;
    case SCHEMA_INT32:
        return fits_int32(v);
    case SCHEMA_INT64:
        return value_as_int64(v, &number);
    case SCHEMA_INT_OR_TEXT:
        return v->kind == VALUE_TEXT || fits_int32(v);
    case SCHEMA_QUANTITY:
        return quantity_read(v, &q) == QUANTITY_OK;
    default:
        return true;
    }
}

static void check_scalar(const struct place *p, enum schema_kind kind, struct problems *problems)
{
    if (!value_is_null(p->value) && !is_scalar_of(p->value, kind)) {
        wrong_kind(p, kind, problems);
    }
}

/* A list or map of scalars. */
static void check_each(const struct place *p, enum schema_kind whole, enum schema_kind each, struct problems *problems)
{
    bool is_list = whole == SCHEMA_TEXTS || whole == SCHEMA_INTEGERS;
    if (p->value->kind != (is_list ? VALUE_LIST : VALUE_MAP)) {
        wrong_kind(p, whole, problems);
        return;
    }
    for (uint32_t i = 0; i < p->value->count; i++) {
        struct place item = is_list ? place_item(p, i) : place_member(p, i);
        check_scalar(&item, each, problems);
    }
}

static void check_map(const struct schema *s, const struct place *p, bool strict, struct problems *problems);

static void check_maps(const struct schema *s, const struct place *p, bool strict, struct problems *problems)
{
    if (p->value->kind != VALUE_LIST) {
        wrong_kind(p, SCHEMA_OBJECTS, problems);
        return;
    }
    for (uint32_t i = 0; i < p->value->count; i++) {
        struct place item = place_item(p, i);
        check_map(s, &item, strict, problems);
    }
}

static void check_value(const struct schema_field *f, const struct place *p, bool strict, struct problems *problems)
{
    if (value_is_null(p->value)) {
        return;
    }
    switch (f->kind) {
    case SCHEMA_TEXTS:
    case SCHEMA_LABELS:
        check_each(p, f->kind, SCHEMA_TEXT, problems);
        break;
    case SCHEMA_INTEGERS:
        check_each(p, f->kind, SCHEMA_INT64, problems);
        break;
    case SCHEMA_AMOUNTS:
        check_each(p, f->kind, SCHEMA_QUANTITY, problems);
        break;
    case SCHEMA_OBJECT:
        check_map(f->object, p, strict, problems);
        break;
    case SCHEMA_OBJECTS:
        check_maps(f->object, p, strict, problems);
        break;
    default:
        check_scalar(p, f->kind, problems);
        break;
    }
}

static void unknown_field(const struct schema *s, const struct place *p, struct mark where, bool strict,
                          struct problems *problems)
{
    struct arena *a = problems->arena;
    struct suggest suggest = {.wanted = p->key};
    for (const struct schema_field *f = s->fields; f->name != NULL; f++) {
        suggest_offer(&suggest, f->name);
    }
    const char *hint = suggest.nearest == NULL ? "" : arena_format(a, " (did you mean %s?)", suggest.nearest);
    if (strict) {
        problems_error(problems, where, "%s: unknown field: Kubernetes v1.36 refuses it%s", place_path(a, p), hint);
        return;
    }
    const char *once = names_text(problems->names, arena_format(a, "%s.%s", s->name, p->key));
    problems_warn_once(problems, once, where, "%s: unknown field: Kubernetes v1.36 ignores it%s", place_path(a, p),
                       hint);
}

static void check_map(const struct schema *s, const struct place *p, bool strict, struct problems *problems)
{
    if (value_is_null(p->value)) {
        return;
    }
    if (p->value->kind != VALUE_MAP) {
        wrong_kind(p, SCHEMA_OBJECT, problems);
        return;
    }
    for (uint32_t i = 0; i < p->value->count; i++) {
        struct place member = place_member(p, i);
        const struct schema_field *f = schema_field(s, member.key);
        if (f == NULL) {
            unknown_field(s, &member, p->value->members[i].where, strict, problems);
        } else {
            check_value(f, &member, strict, problems);
        }
    }
}

void schema_check(const struct schema *s, const struct place *p, struct problems *problems)
{
    check_map(s, p, false, problems);
}

void schema_check_strictly(const struct schema *s, const struct place *p, struct problems *problems)
{
    check_map(s, p, true, problems);
}

/* ---- trim ---- */

static struct value *zero_of(struct arena *a, enum schema_kind kind)
{
    struct value *v = NULL;
    switch (kind) {
    case SCHEMA_TEXT:
        v = value_text(a, "");
        break;
    case SCHEMA_BOOL:
        v = value_bool(a, false);
        break;
    case SCHEMA_INT32:
    case SCHEMA_INT64:
    case SCHEMA_INT_OR_TEXT:
        v = value_number(a, "0");
        break;
    case SCHEMA_QUANTITY:
        v = value_text(a, "0");
        break;
    case SCHEMA_OBJECT:
        v = value_map(a);
        break;
    default:
        return NULL;
    }
    v->where.file = schema_default_file;
    return v;
}

/* A scalar that Go writes as nothing where a field is not kept when zero. */
static bool is_zero(const struct value *v)
{
    switch (v->kind) {
    case VALUE_NULL:
        return true;
    case VALUE_BOOL:
        return !v->boolean;
    case VALUE_TEXT:
        return v->count == 0;
    case VALUE_NUMBER:
        return strcmp(v->text, "0") == 0 || strcmp(v->text, "-0") == 0;
    case VALUE_LIST:
    case VALUE_MAP:
        return false;
    }
    return false;
}

/* null in a list or map of scalars is their zero. */
static void fill_nulls(struct arena *a, struct value *v, enum schema_kind each)
{
    for (uint32_t i = 0; v->kind == VALUE_LIST && i < v->count; i++) {
        v->items[i] = value_is_null(v->items[i]) ? zero_of(a, each) : v->items[i];
    }
    for (uint32_t i = 0; v->kind == VALUE_MAP && i < v->count; i++) {
        v->members[i].value = value_is_null(v->members[i].value) ? zero_of(a, each) : v->members[i].value;
    }
}

static void trim_value(struct arena *a, struct names *names, const struct schema_field *f, struct value *v)
{
    switch (f->kind) {
    case SCHEMA_TEXTS:
    case SCHEMA_LABELS:
        fill_nulls(a, v, SCHEMA_TEXT);
        break;
    case SCHEMA_INTEGERS:
        fill_nulls(a, v, SCHEMA_INT64);
        break;
    case SCHEMA_AMOUNTS:
        fill_nulls(a, v, SCHEMA_QUANTITY);
        break;
    case SCHEMA_OBJECT:
        schema_trim(a, names, f->object, v);
        break;
    case SCHEMA_OBJECTS:
        fill_nulls(a, v, SCHEMA_OBJECT);
        for (uint32_t i = 0; v->kind == VALUE_LIST && i < v->count; i++) {
            schema_trim(a, names, f->object, v->items[i]);
        }
        break;
    default:
        break;
    }
}

void schema_trim(struct arena *a, struct names *names, const struct schema *s, struct value *object)
{
    if (!value_is_map(object)) {
        return;
    }
    for (uint32_t i = 0; i < object->count;) {
        const struct member *m = &object->members[i];
        const struct schema_field *f = schema_field(s, m->key);
        if (m->value->kind == VALUE_NULL || (f != NULL && f->trait == SCHEMA_SOME && is_zero(m->value))) {
            value_remove(object, m->key);
            continue;
        }
        if (f != NULL) {
            trim_value(a, names, f, m->value);
        }
        i++;
    }
    for (const struct schema_field *f = s->fields; f->name != NULL; f++) {
        if (f->trait == SCHEMA_EVER && value_get(object, f->name) == NULL) {
            struct value *zero = zero_of(a, f->kind);
            trim_value(a, names, f, zero);
            value_put(a, object, names_text(names, f->name), zero);
        }
    }
}

/* ---- settle ---- */

/* The stored form of a quantity; a text that is none stays. */
static struct value *settle_quantity(struct arena *a, struct value *v, bool round)
{
    struct quantity q;
    if (quantity_read(v, &q) != QUANTITY_OK) {
        return v;
    }
    if (round) {
        quantity_round_up(&q, -3);
    }
    struct value *settled = value_text(a, quantity_text(a, &q));
    settled->where = v->where;
    return settled;
}

static bool is_empty(const struct value *v)
{
    return (v->kind == VALUE_LIST || v->kind == VALUE_MAP) && v->count == 0;
}

static void settle_value(struct arena *a, const struct schema_field *f, struct member *m)
{
    struct value *v = m->value;
    switch (f->kind) {
    case SCHEMA_QUANTITY:
        m->value = settle_quantity(a, v, false);
        break;
    case SCHEMA_AMOUNTS:
        for (uint32_t i = 0; v->kind == VALUE_MAP && i < v->count; i++) {
            v->members[i].value = settle_quantity(a, v->members[i].value, true);
        }
        break;
    case SCHEMA_OBJECT:
        schema_settle(a, f->object, v);
        break;
    case SCHEMA_OBJECTS:
        for (uint32_t i = 0; v->kind == VALUE_LIST && i < v->count; i++) {
            schema_settle(a, f->object, v->items[i]);
        }
        break;
    default:
        break;
    }
}

void schema_settle(struct arena *a, const struct schema *s, struct value *object)
{
    for (uint32_t i = 0; value_is_map(object) && i < object->count;) {
        struct member *m = &object->members[i];
        const struct schema_field *f = schema_field(s, m->key);
        if (f != NULL) {
            settle_value(a, f, m);
        }
        if (f != NULL && f->trait == SCHEMA_SOME && f->kind != SCHEMA_ANY && is_empty(m->value)) {
            value_remove(object, m->key);
        } else {
            i++;
        }
    }
}

/* ---- visit ---- */

void schema_visit(const struct schema *s, struct value *object, schema_visitor *visit, void *context)
{
    if (!value_is_map(object)) {
        return;
    }
    visit(context, s, object);
    for (uint32_t i = 0; i < object->count; i++) {
        const struct schema_field *f = schema_field(s, object->members[i].key);
        struct value *v = object->members[i].value;
        if (f != NULL && f->kind == SCHEMA_OBJECT) {
            schema_visit(f->object, v, visit, context);
        }
        for (uint32_t j = 0; f != NULL && f->kind == SCHEMA_OBJECTS && value_is_list(v) && j < v->count; j++) {
            schema_visit(f->object, v->items[j], visit, context);
        }
    }
}
