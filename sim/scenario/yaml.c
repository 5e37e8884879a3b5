/* Events of libyaml to value trees, by descent.
 *
 * Invariants
 * 1. An anchor is known from the end of its value on: no value holds itself.
 * 2. An alias is a copy of its own, so that whoever changes a tree changes one place.
 */
#include "sim/scenario/yaml.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "sim/base/memory.h"
#include "sim/base/number.h"

struct anchor {
    const char *name;
    const struct value *value;
};

struct reading {
    yaml_parser_t parser;
    yaml_event_t event; /* the one that is looked at */
    struct arena *arena;
    struct names *names;
    struct problems *problems;
    const char *file;
    const char *text; /* [length], not empty when there is anything to refuse */
    size_t length;
    uint32_t depth;
    uint32_t expanded;
    VEC(struct anchor) anchors; /* of the document, the latest last */
};

/* ---- plain scalars ---- */

/* Digits of a base at text to a number; false when one is none, or it passes 64 bits. */
static bool read_digits(const char *text, unsigned base, uint64_t *number)
{
    *number = 0;
    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        unsigned digit = *text >= '0' && *text <= '9'   ? (unsigned)(*text - '0')
                         : *text >= 'a' && *text <= 'f' ? (unsigned)(*text - 'a' + 10)
                         : *text >= 'A' && *text <= 'F' ? (unsigned)(*text - 'A' + 10)
                                                        : 99;
        if (digit >= base || *number > (UINT64_MAX - digit) / base) {
            return false;
        }
        *number = *number * base + digit;
    }
    return true;
}

/* An integer that is not decimal: 0x1F, 0b101, 0o17, 017. Writes it in decimal. */
static bool convert_integer(const char *text, char out[32])
{
    bool negative = *text == '-';
    text += negative || *text == '+';
    if (text[0] != '0' || text[1] == '\0') {
        return false;
    }
    static const struct {
        char low, high;
        unsigned base;
    } prefixes[] = {{'x', 'X', 16}, {'b', 'B', 2}, {'o', 'O', 8}};
    unsigned base = 8;
    text += 1;
    for (size_t i = 0; i < 3; i++) {
        if (*text == prefixes[i].low || *text == prefixes[i].high) {
            base = prefixes[i].base;
            text += 1;
            break;
        }
    }
    uint64_t number = 0;
    if (!read_digits(text, base, &number)) {
        return false;
    }
    snprintf(out, 32, "%s%" PRIu64, negative && number != 0 ? "-" : "", number);
    return true;
}

/* Whether text is a number as JSON writes it. */
static bool is_json_number(const char *text)
{
    text += *text == '-';
    size_t whole = strspn(text, "0123456789");
    if (whole == 0 || (whole > 1 && *text == '0')) {
        return false;
    }
    text += whole;
    if (*text == '.') {
        size_t behind = strspn(text + 1, "0123456789");
        if (behind == 0) {
            return false;
        }
        text += 1 + behind;
    }
    if (*text == 'e' || *text == 'E') {
        text += 1 + (text[1] == '-' || text[1] == '+');
        size_t exponent = strspn(text, "0123456789");
        if (exponent == 0) {
            return false;
        }
        text += exponent;
    }
    return *text == '\0';
}

/* Text without its underscores. */
static const char *without_underscores(struct arena *a, const char *text)
{
    char *copy = arena_text(a, text, strlen(text)), *to = copy;
    for (const char *from = copy; *from != '\0'; from++) {
        if (*from != '_') {
            *to++ = *from;
        }
    }
    *to = '\0';
    return copy;
}

/* A number's text in JSON's grammar; null: text is no number. */
static const char *number_text(struct arena *a, const char *text)
{
    char converted[32];
    double number = 0;
    bool starts = (*text >= '0' && *text <= '9') || *text == '-' || *text == '+' || *text == '.';
    if (!starts) {
        return NULL;
    }
    if (strchr(text, '_') != NULL && *text != '.') {
        text = without_underscores(a, text);
    }
    if (convert_integer(text, converted)) {
        return arena_text(a, converted, strlen(converted));
    }
    if (!number_parse(text, &number)) {
        return NULL;
    }
    if (!is_json_number(text)) {
        number_print(converted, number);
        text = converted;
    }
    return arena_text(a, text, strlen(text));
}

static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strcmp(text, *words) == 0) {
            return true;
        }
    }
    return false;
}

struct value *yaml_plain(struct arena *a, const char *text)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const trues[] = {"true", "True", "TRUE", NULL};
    static const char *const falses[] = {"false", "False", "FALSE", NULL};
    static const char *const infinite[] = {".inf",  ".Inf",  ".INF", "+.inf", "+.Inf", "+.INF", "-.inf",
                                           "-.Inf", "-.INF", ".nan", ".NaN",  ".NAN",  NULL};
    if (is_one_of(text, nulls)) {
        return value_null(a);
    }
    if (is_one_of(text, trues) || is_one_of(text, falses)) {
        return value_bool(a, *text == 't' || *text == 'T');
    }
    if (is_one_of(text, infinite)) {
        return NULL;
    }
    const char *number = number_text(a, text);
    return number == NULL ? value_text(a, text) : value_number(a, number);
}

/* ---- events ---- */

static struct mark place(const struct reading *r, yaml_mark_t m)
{
    return (struct mark){.file = r->file, .line = (uint32_t)m.line + 1, .column = (uint32_t)m.column + 1};
}

static bool refuse(struct reading *r, yaml_mark_t m, const char *text)
{
    problems_error(r->problems, place(r, m), "YAML: %s", text);
    return false;
}

/* What to do about a syntax error. */
static const char *hint(const struct reading *r)
{
    const yaml_parser_t *p = &r->parser;
    if (r->text[p->problem_mark.index < r->length ? p->problem_mark.index : r->length - 1] == '\t') {
        return "indent with spaces, not tabs";
    }
    if (p->context != NULL && strstr(p->context, "flow") != NULL) {
        return "close the bracket; quote a text that holds , : [ ] { or }";
    }
    if (p->context != NULL && strstr(p->context, "quoted") != NULL) {
        return "close the quotes";
    }
    return "check the indentation; quote a text that begins with @ ` % & * ! | > or holds a colon and a blank";
}

static bool refuse_syntax(struct reading *r)
{
    const yaml_parser_t *p = &r->parser;
    const char *problem = p->problem == NULL ? "cannot be read" : p->problem;
    struct mark where = place(r, p->problem_mark);
    if (p->context != NULL && p->context_mark.line != p->problem_mark.line) {
        problems_error(r->problems, where, "YAML: %s: %s that began at line %zu (%s)", problem, p->context,
                       p->context_mark.line + 1, hint(r));
    } else {
        problems_error(r->problems, where, "YAML: %s%s%s (%s)", problem, p->context == NULL ? "" : ": ",
                       p->context == NULL ? "" : p->context, hint(r));
    }
    return false;
}

/* Looks at the next event. */
static bool next(struct reading *r)
{
    yaml_event_delete(&r->event);
    return yaml_parser_parse(&r->parser, &r->event) ? true : refuse_syntax(r);
}

static uint32_t count_values(const struct value *v, uint32_t most)
{
    uint32_t sum = 1;
    bool map = v->kind == VALUE_MAP;
    for (uint32_t i = 0; (map || v->kind == VALUE_LIST) && i < v->count && sum <= most; i++) {
        sum += count_values(map ? v->members[i].value : v->items[i], most - sum);
    }
    return sum;
}

/* A copy of v, if the budget has room for it. */
static struct value *expand(struct reading *r, const struct value *v, yaml_mark_t where)
{
    uint32_t left = YAML_EXPANDED_MAX - r->expanded;
    uint32_t wanted = count_values(v, left);
    if (wanted > left) {
        problems_error(r->problems, place(r, where),
                       "YAML: too large: aliases and merge keys add more than %d values (write the parts out, or "
                       "split the file)",
                       YAML_EXPANDED_MAX);
        return NULL;
    }
    r->expanded += wanted;
    return value_copy(r->arena, v);
}

static struct value *read_alias(struct reading *r)
{
    const char *name = (const char *)r->event.data.alias.anchor;
    for (uint32_t i = r->anchors.count; i > 0; i--) {
        if (strcmp(r->anchors.at[i - 1].name, name) == 0) {
            return expand(r, r->anchors.at[i - 1].value, r->event.start_mark);
        }
    }
    problems_error(r->problems, place(r, r->event.start_mark),
                   "YAML: unknown alias: no &%s stands before *%s (name an anchor above it, or quote the text)", name,
                   name);
    return NULL;
}

static bool has_tag(const char *tag, const char *name)
{
    static const char yaml[] = "tag:yaml.org,2002:";
    return strncmp(tag, yaml, sizeof yaml - 1) == 0 && strcmp(tag + sizeof yaml - 1, name) == 0;
}

/* The value of a scalar with a tag. */
static struct value *read_tagged(struct reading *r, const char *tag, const char *text)
{
    static const struct {
        const char *tag;
        enum value_kind kind;
    } tags[] = {{"int", VALUE_NUMBER}, {"float", VALUE_NUMBER}, {"bool", VALUE_BOOL}, {"null", VALUE_NULL}};
    if (has_tag(tag, "str") || has_tag(tag, "timestamp") || strcmp(tag, "!") == 0) {
        return value_text(r->arena, text);
    }
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        struct value *v = has_tag(tag, tags[i].tag) ? yaml_plain(r->arena, text) : NULL;
        if (v != NULL && v->kind == tags[i].kind) {
            return v;
        }
    }
    problems_error(r->problems, place(r, r->event.start_mark),
                   "YAML: wrong tag: %s does not suit this value (leave the tag out)", tag);
    return NULL;
}

static struct value *read_scalar(struct reading *r)
{
    const char *text = (const char *)r->event.data.scalar.value;
    const char *tag = (const char *)r->event.data.scalar.tag;
    if (strlen(text) != r->event.data.scalar.length) {
        refuse(r, r->event.start_mark, "wrong text: it holds a NUL character (take \\0 out)");
        return NULL;
    }
    if (tag != NULL) {
        return read_tagged(r, tag, text);
    }
    if (r->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE) {
        return value_text(r->arena, text);
    }
    struct value *v = yaml_plain(r->arena, text);
    if (v == NULL) {
        refuse(r, r->event.start_mark, "wrong number: it must be finite (write a number, or put a text in quotes)");
    }
    return v;
}

static struct value *read_value(struct reading *r);

static bool read_list(struct reading *r, struct value *list)
{
    for (;;) {
        if (!next(r)) {
            return false;
        }
        if (r->event.type == YAML_SEQUENCE_END_EVENT) {
            return true;
        }
        struct value *item = read_value(r);
        if (item == NULL) {
            return false;
        }
        value_append(r->arena, list, item);
    }
}

/* Adds what a merge key gives: the members of a map, or of each map of a list, that map has not yet. */
static bool merge(struct reading *r, struct value *map, const struct value *from, yaml_mark_t where)
{
    if (from->kind == VALUE_LIST) {
        for (uint32_t i = 0; i < from->count; i++) {
            if (from->items[i]->kind != VALUE_MAP || !merge(r, map, from->items[i], where)) {
                return refuse(r, where, "wrong merge: << takes maps only (write <<: *anchor of a map)");
            }
        }
        return true;
    }
    if (from->kind != VALUE_MAP) {
        return refuse(r, where, "wrong merge: << takes a map or a list of maps (write <<: *anchor of a map)");
    }
    for (uint32_t i = 0; i < from->count; i++) {
        if (value_member(map, from->members[i].key) == NULL) {
            value_put(r->arena, map, from->members[i].key, from->members[i].value);
        }
    }
    return true;
}

static void say_twice(struct reading *r, const char *key, struct mark first, yaml_mark_t second)
{
    bool begins_object = strcmp(key, "apiVersion") == 0 || strcmp(key, "kind") == 0;
    problems_error(r->problems, place(r, second), "YAML: key given twice: \"%s\" stands at line %u already (%s)", key,
                   first.line,
                   begins_object ? "keep one of them; between two objects stands a line ---" : "keep one of them");
}

/* Interns the scalar that is a map's key; null: it is none. */
static const char *read_key(struct reading *r)
{
    const yaml_event_t *e = &r->event;
    if (e->type != YAML_SCALAR_EVENT) {
        refuse(r, e->start_mark, "wrong key: a key must be a text (put it in quotes; is a { too many?)");
        return NULL;
    }
    const char *text = (const char *)e->data.scalar.value;
    if (strlen(text) != e->data.scalar.length) {
        refuse(r, e->start_mark, "wrong key: it holds a NUL character (take \\0 out)");
        return NULL;
    }
    return names_intern(r->names, text, e->data.scalar.length);
}

static bool is_merge_key(const struct reading *r)
{
    return r->event.type == YAML_SCALAR_EVENT && r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           strcmp((const char *)r->event.data.scalar.value, "<<") == 0;
}

/* Adds a member whose key is the event looked at. */
static bool read_member(struct reading *r, struct value *map)
{
    yaml_mark_t where = r->event.start_mark;
    const char *key = read_key(r);
    if (key == NULL || !next(r)) {
        return false;
    }
    struct value *v = read_value(r);
    if (v == NULL) {
        return false;
    }
    const struct member *before = value_member(map, key);
    if (before != NULL) {
        say_twice(r, key, before->where, where);
        return true;
    }
    value_put(r->arena, map, key, v);
    map->members[map->count - 1].where = place(r, where);
    return true;
}

/* Merges come last, so that what is written in the map itself wins wherever it stands. */
static bool read_map(struct reading *r, struct value *map)
{
    struct value *merges = NULL;
    yaml_mark_t merged_at = r->event.start_mark;
    for (;;) {
        if (!next(r)) {
            return false;
        }
        if (r->event.type == YAML_MAPPING_END_EVENT) {
            return merges == NULL || merge(r, map, merges, merged_at);
        }
        if (!is_merge_key(r)) {
            if (!read_member(r, map)) {
                return false;
            }
            continue;
        }
        merged_at = r->event.start_mark;
        if (merges != NULL) {
            return refuse(r, merged_at, "key given twice: << (write <<: [*one, *two])");
        }
        merges = next(r) ? read_value(r) : NULL;
        if (merges == NULL) {
            return false;
        }
    }
}

static struct value *read_collection(struct reading *r)
{
    bool map = r->event.type == YAML_MAPPING_START_EVENT;
    const char *tag = (const char *)(map ? r->event.data.mapping_start.tag : r->event.data.sequence_start.tag);
    if (tag != NULL && !has_tag(tag, map ? "map" : "seq")) {
        refuse(r, r->event.start_mark, "wrong tag: only YAML's own are taken (leave the tag out)");
        return NULL;
    }
    if (r->depth == YAML_DEPTH_MAX) {
        problems_error(r->problems, place(r, r->event.start_mark),
                       "YAML: too deep: more than %d lists and maps within each other (flatten it)", YAML_DEPTH_MAX);
        return NULL;
    }
    struct value *v = map ? value_map(r->arena) : value_list(r->arena);
    r->depth++;
    bool good = map ? read_map(r, v) : read_list(r, v);
    r->depth--;
    return good ? v : NULL;
}

/* The name of the anchor of the event looked at, interned; null: it has none. */
static const char *anchor_name(const struct reading *r)
{
    const yaml_char_t *name = r->event.type == YAML_SCALAR_EVENT           ? r->event.data.scalar.anchor
                              : r->event.type == YAML_SEQUENCE_START_EVENT ? r->event.data.sequence_start.anchor
                              : r->event.type == YAML_MAPPING_START_EVENT  ? r->event.data.mapping_start.anchor
                                                                           : NULL;
    return name == NULL ? NULL : names_text(r->names, (const char *)name);
}

/* The value that begins with the event looked at; its last event is looked at afterwards. Null: refused. */
static struct value *read_value(struct reading *r)
{
    struct mark where = place(r, r->event.start_mark);
    const char *anchor = anchor_name(r);
    struct value *v = r->event.type == YAML_ALIAS_EVENT    ? read_alias(r)
                      : r->event.type == YAML_SCALAR_EVENT ? read_scalar(r)
                                                           : read_collection(r);
    if (v != NULL) {
        v->where = where;
    }
    if (v != NULL && anchor != NULL) {
        VEC_PUSH(&r->anchors, (struct anchor){.name = anchor, .value = v});
    }
    return v;
}

static bool read_stream(struct reading *r, struct value *documents)
{
    for (;;) {
        if (!next(r)) {
            return false;
        }
        if (r->event.type == YAML_STREAM_END_EVENT) {
            return true;
        }
        if (r->event.type != YAML_DOCUMENT_START_EVENT) {
            continue;
        }
        r->anchors.count = 0;
        struct value *v = next(r) ? read_value(r) : NULL;
        if (v == NULL) {
            return false;
        }
        if (v->kind != VALUE_NULL) {
            value_append(r->arena, documents, v);
        }
    }
}

bool yaml_read(struct arena *a, struct names *names, struct problems *problems, const char *file, const char *text,
               size_t length, struct value *documents)
{
    struct reading r = {.arena = a,
                        .names = names,
                        .problems = problems,
                        .file = names_text(names, file),
                        .text = text,
                        .length = length};
    if (!yaml_parser_initialize(&r.parser)) {
        memory_exhausted(sizeof r.parser);
    }
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, length);
    bool good = read_stream(&r, documents);
    yaml_event_delete(&r.event);
    yaml_parser_delete(&r.parser);
    VEC_DROP(&r.anchors);
    return good;
}
