#include "sim/scenario/json_schema.h"

#include <string.h>

#include "sim/base/json.h"
#include "sim/base/number.h"
#include "sim/scenario/object.h"
#include "sim/scenario/specs.h"
#include "sim/scenario/units.h"

#define NUMBER "[0-9]+(\\.[0-9]*)?|\\.[0-9]+"
#define QUANTITY "^[+-]?(" NUMBER ")([eE][+-]?[0-9]+|[numkMGTPE]|[KMGTPE]i)?$"
#define DURATION "((" NUMBER ")(ns|us|\xc2\xb5s|ms|s|m|h|d|w))+"

/* What a type looks like as a text; null: its texts have no pattern. */
static const char *const patterns[] = {
    [FIELD_PERCENT] = "^(" NUMBER ")%$",
    [FIELD_DURATION] = "^(" DURATION "|0)$",
    [FIELD_TIME] = "^([0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ].*|" DURATION "|0)$",
    [FIELD_RATE] = "^(" NUMBER ")[kMG]?/(s|m|min|h|d|w)$",
    [FIELD_GROWTH] = "^[+-]?(" NUMBER ")%/(day|week|month|year)$",
    [FIELD_CPU] = QUANTITY,
    [FIELD_BYTES] = QUANTITY,
    [FIELD_REFERENCE] = "^[^/]+(/[^/]+){0,2}$",
};

static const char *pattern_of(enum field_type type)
{
    return (size_t)type < sizeof patterns / sizeof *patterns ? patterns[type] : NULL;
}

static void pair(struct json_writer *w, const char *key, const char *text)
{
    json_key(w, key);
    json_text(w, text);
}

static void begin(struct json_writer *w, const char *key)
{
    json_key(w, key);
    json_begin_map(w);
}

static void refer(struct json_writer *w, const char *table)
{
    char text[128];
    snprintf(text, sizeof text, "#/$defs/%s", table);
    pair(w, "$ref", text);
}

static void list_words(struct json_writer *w, const char *key, const char *const *words)
{
    json_key(w, key);
    json_begin_list(w);
    for (; *words != NULL; words++) {
        json_text(w, *words);
    }
    json_end_list(w);
}

/* ---- fields ---- */

static bool is_number(enum field_type type)
{
    return type == FIELD_INT || type == FIELD_NUMBER;
}

/* A number as the field's text says it; for a share its value. False: the text is for other types. */
static bool number_in(const struct field *f, const char *text, double *number)
{
    return f->type == FIELD_PERCENT ? units_percent(text, number) : is_number(f->type) && number_parse(text, number);
}

static void write_bounds(struct json_writer *w, const struct field *f)
{
    const struct {
        const char *key, *text;
    } bounds[] = {{"minimum", f->least}, {"exclusiveMinimum", f->above}, {"maximum", f->most}};
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        double number;
        if (bounds[i].text != NULL && number_in(f, bounds[i].text, &number)) {
            json_key(w, bounds[i].key);
            json_double(w, number);
        }
    }
}

static void write_value(struct json_writer *w, const struct field *f);

/* A text, or the number that is one without quotes. */
static void write_text_or_number(struct json_writer *w, const struct field *f)
{
    json_key(w, "anyOf");
    json_begin_list(w);
    json_begin_map(w);
    pair(w, "type", "string");
    pair(w, "pattern", pattern_of(f->type));
    json_end_map(w);
    json_begin_map(w);
    if (f->type == FIELD_PERCENT || f->type == FIELD_CPU || f->type == FIELD_BYTES) {
        pair(w, "type", "number");
        write_bounds(w, f);
    } else {
        json_key(w, "const");
        json_integer(w, 0);
    }
    json_end_map(w);
    json_end_list(w);
}

static void write_list(struct json_writer *w, const struct field *f)
{
    pair(w, "type", "array");
    begin(w, "items");
    write_value(w, f->item);
    json_end_map(w);
}

static void write_map(struct json_writer *w, const struct field *f)
{
    pair(w, "type", "object");
    if (f->item != NULL) {
        begin(w, "additionalProperties");
        write_value(w, f->item);
        json_end_map(w);
    }
}

static void write_value(struct json_writer *w, const struct field *f)
{
    switch (f->type) {
    case FIELD_ANY:
        break;
    case FIELD_BOOL:
        pair(w, "type", "boolean");
        break;
    case FIELD_INT:
    case FIELD_NUMBER:
        pair(w, "type", f->type == FIELD_INT ? "integer" : "number");
        write_bounds(w, f);
        break;
    case FIELD_TEXT:
    case FIELD_ENUM:
        pair(w, "type", "string");
        if (f->words != NULL) {
            list_words(w, "enum", f->words);
        }
        break;
    case FIELD_REFERENCE:
    case FIELD_RATE:
    case FIELD_GROWTH:
        pair(w, "type", "string");
        pair(w, "pattern", pattern_of(f->type));
        break;
    case FIELD_OBJECT:
    case FIELD_OPTION:
        refer(w, f->table->name);
        break;
    case FIELD_LIST:
        write_list(w, f);
        break;
    case FIELD_MAP:
        write_map(w, f);
        break;
    default:
        write_text_or_number(w, f);
        break;
    }
}

/* {value: 9ms, error: 15%} beside the value itself. */
static void write_uncertain(struct json_writer *w, const struct field *f)
{
    static const struct field error = {.type = FIELD_PERCENT, .least = "0%", .most = "100%"};
    static const char *const needed[] = {"value", NULL};
    json_key(w, "anyOf");
    json_begin_list(w);
    json_begin_map(w);
    write_value(w, f);
    json_end_map(w);
    json_begin_map(w);
    pair(w, "type", "object");
    begin(w, "properties");
    begin(w, "value");
    write_value(w, f);
    json_end_map(w);
    begin(w, "error");
    write_value(w, &error);
    json_end_map(w);
    json_end_map(w);
    list_words(w, "required", needed);
    json_key(w, "additionalProperties");
    json_bool(w, false);
    json_end_map(w);
    json_end_list(w);
}

static void write_standard(struct json_writer *w, const struct field *f)
{
    double number;
    if (f->standard == NULL) {
        return;
    }
    json_key(w, "default");
    if (f->type == FIELD_BOOL) {
        json_bool(w, strcmp(f->standard, "true") == 0);
    } else if (is_number(f->type) && number_in(f, f->standard, &number)) {
        json_double(w, number);
    } else {
        json_text(w, f->standard);
    }
}

static void write_description(struct json_writer *w, const struct field *f)
{
    struct buffer text = {0};
    const char *unit = f->unit != NULL ? f->unit : field_type_words(f->type);
    bool plain = f->words != NULL || f->type == FIELD_OBJECT || f->type == FIELD_OPTION || f->type == FIELD_LIST ||
                 f->type == FIELD_REFERENCE;
    buffer_format(&text, "%s%s%s", f->help == NULL ? "" : f->help, f->help == NULL || plain ? "" : "; ",
                  plain ? "" : unit);
    for (size_t i = 0; f->type == FIELD_REFERENCE && f->kinds[i] != NULL; i++) {
        buffer_format(&text, "%s%s", i == 0 ? "; name of a " : " or ", f->kinds[i]);
    }
    pair(w, "description", buffer_string(&text));
    buffer_drop(&text);
}

static void write_field(struct json_writer *w, const struct field *f)
{
    begin(w, f->name);
    write_description(w, f);
    write_standard(w, f);
    if (f->error != 0) {
        write_uncertain(w, f);
    } else {
        write_value(w, f);
    }
    json_end_map(w);
}

/* ---- tables ---- */

static void write_needs(struct json_writer *w, const struct fields *table)
{
    json_key(w, "required");
    json_begin_list(w);
    for (const struct field *f = table->fields; f->name != NULL; f++) {
        if (f->required) {
            json_text(w, f->name);
        }
    }
    json_end_list(w);
    if (table->oneof != NULL) {
        json_key(w, "oneOf");
        json_begin_list(w);
        for (const char *const *name = table->oneof; *name != NULL; name++) {
            const char *const one[] = {*name, NULL};
            json_begin_map(w);
            list_words(w, "required", one);
            json_end_map(w);
        }
        json_end_list(w);
    }
}

static void write_object(struct json_writer *w, const struct fields *table)
{
    pair(w, "type", "object");
    begin(w, "properties");
    for (const struct field *f = table->fields; f->name != NULL; f++) {
        write_field(w, f);
    }
    json_end_map(w);
    write_needs(w, table);
    json_key(w, "additionalProperties");
    json_bool(w, false);
}

/* A bare value that stands for a map with one field. */
static void write_short(struct json_writer *w, const struct fields *table, const char *name)
{
    if (name != NULL) {
        json_begin_map(w);
        write_value(w, fields_find(table, name));
        json_end_map(w);
    }
}

static void write_table(struct json_writer *w, const struct fields *table)
{
    begin(w, table->name);
    if (table->help != NULL) {
        pair(w, "description", table->help);
    }
    if (table->scalar_is == NULL && table->list_is == NULL) {
        write_object(w, table);
    } else {
        json_key(w, "anyOf");
        json_begin_list(w);
        json_begin_map(w);
        write_object(w, table);
        json_end_map(w);
        write_short(w, table, table->scalar_is);
        write_short(w, table, table->list_is);
        json_end_list(w);
    }
    json_end_map(w);
}

/* A table may stand at several places: it is written once. */
struct tables {
    const struct fields *at[256];
    uint32_t count;
};

static void write_tables(struct json_writer *w, const struct fields *table, struct tables *written)
{
    for (uint32_t i = 0; i < written->count; i++) {
        if (written->at[i] == table) {
            return;
        }
    }
    written->at[written->count++] = table;
    write_table(w, table);
    for (const struct field *f = table->fields; f->name != NULL; f++) {
        const struct fields *below = f->table != NULL ? f->table : f->item != NULL ? f->item->table : NULL;
        if (below != NULL) {
            write_tables(w, below, written);
        }
    }
}

/* ---- documents ---- */

static void write_metadata(struct json_writer *w)
{
    static const char *const texts[] = {"name", "namespace", NULL}, *const maps[] = {"labels", "annotations", NULL};
    static const char *const needed[] = {"name", NULL};
    begin(w, "metadata");
    pair(w, "type", "object");
    begin(w, "properties");
    for (const char *const *text = texts; *text != NULL; text++) {
        begin(w, *text);
        pair(w, "type", "string");
        json_end_map(w);
    }
    for (const char *const *map = maps; *map != NULL; map++) {
        begin(w, *map);
        pair(w, "type", "object");
        begin(w, "additionalProperties");
        pair(w, "type", "string");
        json_end_map(w);
        json_end_map(w);
    }
    json_end_map(w);
    list_words(w, "required", needed);
    json_end_map(w);
}

/* {"if": {"properties": {KEY: {"const": TEXT}}, "required": [KEY]}, "then": ...: the caller goes on. */
static void begin_case(struct json_writer *w, const char *key, const char *text)
{
    const char *const needed[] = {key, NULL};
    begin(w, "if");
    begin(w, "properties");
    begin(w, key);
    pair(w, "const", text);
    json_end_map(w);
    json_end_map(w);
    list_words(w, "required", needed);
    json_end_map(w);
    begin(w, "then");
}

static void write_kinds(struct json_writer *w)
{
    json_key(w, "allOf");
    json_begin_list(w);
    for (const struct spec_kind *k = spec_kinds; k->name != NULL; k++) {
        json_begin_map(w);
        begin_case(w, "kind", k->name);
        begin(w, "properties");
        begin(w, "spec");
        refer(w, k->table->name);
        json_end_map(w);
        json_end_map(w);
        json_end_map(w);
        json_end_map(w);
    }
    json_end_list(w);
}

static void write_document(struct json_writer *w)
{
    static const char *const needed[] = {"kind", "metadata", "spec", NULL};
    begin_case(w, "apiVersion", OBJECT_HEADROOM);
    begin(w, "properties");
    begin(w, "apiVersion");
    json_end_map(w);
    begin(w, "kind");
    list_words(w, "enum", spec_kind_names);
    json_end_map(w);
    write_metadata(w);
    begin(w, "spec");
    json_end_map(w);
    json_end_map(w);
    list_words(w, "required", needed);
    json_key(w, "additionalProperties");
    json_bool(w, false);
    write_kinds(w);
    json_end_map(w);
}

void json_schema_write(struct buffer *out)
{
    struct json_writer w = {.out = out};
    struct tables written = {.count = 0};
    json_begin_map(&w);
    pair(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
    pair(&w, "$id", "urn:headroom:v1");
    pair(&w, "title", "headroom");
    pair(&w, "description", "A document of a scenario: one of headroom's kinds, or a Kubernetes manifest.");
    pair(&w, "type", "object");
    write_document(&w);
    begin(&w, "$defs");
    for (const struct spec_kind *k = spec_kinds; k->name != NULL; k++) {
        write_tables(&w, k->table, &written);
    }
    json_end_map(&w);
    json_end_map(&w);
}
