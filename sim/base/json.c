/* Reading is done three times over the text, each pass simple:
 *
 * 1. The scan checks everything that a strict reader must refuse, and notes where each value and each key begins, in
 *    the order of the text. It allocates nothing else.
 * 2. cJSON parses. What is left for it to refuse is want of memory.
 * 3. The build walks cJSON's tree in that same order and takes the places from the scan's notes. Here keys are decoded
 *    and interned, so that a key that stands twice in a map is one pointer seen twice.
 *
 * Why not check for duplicates in the scan: "a" and "\u0061" are one key.
 */
#include "sim/base/json.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/memory.h"
#include "sim/base/number.h"
#include "sim/base/utf8.h"

/* ---- scan ---- */

struct scan {
    const char *file;
    const char *text;
    size_t length;
    size_t at;
    VEC(uint32_t) starts; /* of values and keys, as they stand in the text */
    struct fail *fail;
};

static struct mark mark_of(const struct scan *s, size_t at)
{
    struct mark where = {.file = s->file, .line = 1};
    size_t line = 0;
    for (const char *end; (end = memchr(s->text + line, '\n', at - line)) != NULL; where.line++) {
        line = (size_t)(end - s->text) + 1;
    }
    where.column = (uint32_t)(at - line + 1);
    return where;
}

#define REFUSE(s, at, ...) fail_at((s)->fail, mark_of((s), (at)), __VA_ARGS__)

/* The byte at the scan's place; -1 at the end. */
static int peek(const struct scan *s)
{
    return s->at < s->length ? (unsigned char)s->text[s->at] : -1;
}

static void skip_space(struct scan *s)
{
    for (int c = peek(s); c == ' ' || c == '\n' || c == '\r' || c == '\t'; c = peek(s)) {
        s->at++;
    }
}

/* Says what stands where `wanted` should. */
static bool refuse_here(const struct scan *s, const char *wanted)
{
    int c = peek(s);
    if (c < 0) {
        return REFUSE(s, s->at, "expected %s, but the text ends (is the file cut off?)", wanted);
    }
    if (c == '\'') {
        return REFUSE(s, s->at, "expected %s, found ' (JSON quotes with \")", wanted);
    }
    if (c == '/' || c == '#') {
        return REFUSE(s, s->at, "expected %s, found '%c' (JSON has no comments)", wanted, c);
    }
    if (c < ' ' || c >= 0x7F) {
        return REFUSE(s, s->at, "expected %s, found byte 0x%02X (remove it)", wanted, (unsigned)c);
    }
    return REFUSE(s, s->at, "expected %s, found '%c'", wanted, c);
}

static void note_start(struct scan *s)
{
    VEC_PUSH(&s->starts, (uint32_t)s->at);
}

/* Four hexadecimal digits at `at`; -1 when they are not. */
static int32_t hex4(const struct scan *s, size_t at)
{
    int32_t code = 0;
    for (size_t i = at; i < at + 4; i++) {
        char c = i < s->length ? s->text[i] : '\0';
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0) {
            return -1;
        }
        code = code * 16 + digit;
    }
    return code;
}

/* \uXXXX at the scan's place, or two of them that are a pair of surrogates. */
static bool scan_unicode(struct scan *s)
{
    int32_t code = hex4(s, s->at + 2);
    if (code < 0) {
        return REFUSE(s, s->at, "bad escape: \\u needs four hexadecimal digits");
    }
    if (code == 0) {
        return REFUSE(s, s->at, "bad escape: \\u0000 is NUL, which no text here may hold (remove it)");
    }
    if (code >= 0xDC00 && code <= 0xDFFF) {
        return REFUSE(s, s->at, "bad escape: \\u%04X is the second half of a pair (write the first before it)",
                      (unsigned)code);
    }
    s->at += 6;
    if (code < 0xD800 || code > 0xDBFF) {
        return true;
    }
    bool escape = s->length - s->at >= 2 && s->text[s->at] == '\\' && s->text[s->at + 1] == 'u';
    int32_t low = escape ? hex4(s, s->at + 2) : -1;
    if (low < 0xDC00 || low > 0xDFFF) {
        return REFUSE(s, s->at - 6,
                      "bad escape: \\u%04X is the first half of a pair (write the second, "
                      "\\uDC00 to \\uDFFF, behind it)",
                      (unsigned)code);
    }
    s->at += 6;
    return true;
}

static bool scan_escape(struct scan *s)
{
    char c = s->at + 1 < s->length ? s->text[s->at + 1] : '\0';
    if (c == 'u') {
        return scan_unicode(s);
    }
    if (c == '\0' || strchr("\"\\/bfnrt", c) == NULL) {
        return REFUSE(s, s->at, "bad escape (JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX; a backslash is \\\\)");
    }
    s->at += 2;
    return true;
}

/* One character of a text, which is neither its end nor an escape. */
static bool scan_character(struct scan *s)
{
    unsigned char c = (unsigned char)s->text[s->at];
    if (c < ' ') {
        return REFUSE(s, s->at, "byte 0x%02X in a text (%s)", c,
                      c == '\n' ? "close the text with \", or write a line break as \\n" : "write it as \\u00XX");
    }
    size_t bytes = c < 0x80 ? 1 : utf8_length(s->text + s->at, s->length - s->at);
    if (bytes == 0) {
        return REFUSE(s, s->at, "byte 0x%02X is not UTF-8 (save the file as UTF-8)", c);
    }
    s->at += bytes;
    return true;
}

static bool scan_text(struct scan *s)
{
    size_t start = s->at++;
    for (int c = peek(s); c != '"'; c = peek(s)) {
        if (c < 0) {
            return REFUSE(s, start, "this text has no end (close it with \")");
        }
        if (!(c == '\\' ? scan_escape(s) : scan_character(s))) {
            return false;
        }
    }
    s->at++;
    return true;
}

static size_t skip_digits(struct scan *s)
{
    size_t start = s->at;
    for (int c = peek(s); c >= '0' && c <= '9'; c = peek(s)) {
        s->at++;
    }
    return s->at - start;
}

/* What the grammar takes is at most the bound's bytes; the double that it means must be finite. */
static bool check_range(struct scan *s, size_t start)
{
    char number[JSON_NUMBER_MAX + 1] = {0};
    size_t length = s->at - start;
    if (length > JSON_NUMBER_MAX) {
        return REFUSE(s, start, "a number of %zu characters; at most %d are read (round it)", length, JSON_NUMBER_MAX);
    }
    memcpy(number, s->text + start, length);
    if (isinf(strtod(number, NULL))) {
        return REFUSE(s, start, "%s is not finite: it is beyond 1.8e308 (write a smaller number, or a text)", number);
    }
    return true;
}

static bool scan_number(struct scan *s)
{
    size_t start = s->at;
    s->at += peek(s) == '-';
    size_t whole = s->at, digits = skip_digits(s);
    if (digits == 0) {
        return refuse_here(s, "a digit behind '-'");
    }
    if (digits > 1 && s->text[whole] == '0') {
        return REFUSE(s, start, "a number does not begin with 0 (remove the zeros, or quote it if it is a text)");
    }
    if (peek(s) == '.') {
        s->at++;
        if (skip_digits(s) == 0) {
            return refuse_here(s, "a digit behind the point");
        }
    }
    bool exponent = peek(s) == 'e' || peek(s) == 'E';
    if (exponent) {
        s->at++;
        s->at += peek(s) == '-' || peek(s) == '+';
        if (skip_digits(s) == 0) {
            return refuse_here(s, "a digit of the exponent");
        }
    }
    return !exponent && s->at - start <= JSON_NUMBER_MAX ? true : check_range(s, start);
}

static bool scan_word(struct scan *s, const char *word)
{
    size_t length = strlen(word);
    if (s->length - s->at < length || memcmp(s->text + s->at, word, length) != 0) {
        return REFUSE(s, s->at, "expected a value (a text needs quotes; words are true, false and null)");
    }
    s->at += length;
    return true;
}

static bool scan_value(struct scan *s, int depth);

static bool scan_member(struct scan *s, int depth)
{
    skip_space(s);
    if (peek(s) != '"') {
        return refuse_here(s, "a key in quotes");
    }
    note_start(s);
    if (!scan_text(s)) {
        return false;
    }
    skip_space(s);
    if (peek(s) != ':') {
        return refuse_here(s, "':' behind the key");
    }
    s->at++;
    return scan_value(s, depth);
}

/* The list or map that begins at the scan's place. */
static bool scan_nest(struct scan *s, int depth)
{
    bool map = peek(s) == '{';
    if (depth >= JSON_DEPTH_MAX) {
        return REFUSE(s, s->at, "nested deeper than %d (flatten it)", JSON_DEPTH_MAX);
    }
    int close = map ? '}' : ']';
    s->at++;
    skip_space(s);
    if (peek(s) == close) {
        s->at++;
        return true;
    }
    for (;;) {
        if (!(map ? scan_member(s, depth + 1) : scan_value(s, depth + 1))) {
            return false;
        }
        skip_space(s);
        int c = peek(s);
        if (c != ',' && c != close) {
            return refuse_here(s, map ? "',' or '}'" : "',' or ']'");
        }
        s->at++;
        if (c == close) {
            return true;
        }
    }
}

static bool scan_value(struct scan *s, int depth)
{
    skip_space(s);
    note_start(s);
    int c = peek(s);
    switch (c) {
    case '{':
    case '[':
        return scan_nest(s, depth);
    case '"':
        return scan_text(s);
    case 't':
        return scan_word(s, "true");
    case 'f':
        return scan_word(s, "false");
    case 'n':
        return scan_word(s, "null");
    default:
        return c == '-' || (c >= '0' && c <= '9') ? scan_number(s) : refuse_here(s, "a value");
    }
}

static bool scan_document(struct scan *s)
{
    if (s->length > JSON_SIZE_MAX) {
        return REFUSE(s, 0, "%zu bytes are more than the %zu that are read (split the file)", s->length,
                      (size_t)JSON_SIZE_MAX);
    }
    if (!scan_value(s, 0)) {
        return false;
    }
    skip_space(s);
    return s->at == s->length ? true : refuse_here(s, "the end behind the value");
}

/* ---- build ---- */

struct build {
    struct arena *a;
    struct names *keys;
    const struct scan *scan;
    uint32_t next;     /* of scan->starts */
    uint32_t line;     /* the line of the start taken last */
    size_t line_start; /* where that line begins in the text */
    size_t seen;       /* line ends before it are counted: a text of one line is not looked through for each value */
    struct fail *fail;
};

/* The place of the value or key that the walk comes to next. */
static struct mark take_mark(struct build *b)
{
    const struct scan *s = b->scan;
    size_t at = s->starts.at[b->next++];
    for (const char *end; (end = memchr(s->text + b->seen, '\n', at - b->seen)) != NULL; b->line++) {
        b->line_start = b->seen = (size_t)(end - s->text) + 1;
    }
    b->seen = at;
    return (struct mark){.file = s->file, .line = b->line, .column = (uint32_t)(at - b->line_start + 1)};
}

/* The number that began where the last mark was taken, as it was written. */
static const char *number_text(const struct build *b)
{
    const struct scan *s = b->scan;
    size_t start = s->starts.at[b->next - 1], end = start;
    while (end < s->length && strchr("+-.0123456789Ee", s->text[end]) != NULL && s->text[end] != '\0') {
        end++;
    }
    return arena_text(b->a, s->text + start, end - start);
}

static bool refuse_twice(struct fail *fail, const struct member *first, const struct member *second)
{
    return fail_at(fail, second->where, "key \"%s\" stands twice in one map, first at line %u (remove one)",
                   second->key, first->where.line);
}

#define FEW 16 /* up to so many members are compared each with each */

static bool check_few(const struct value *map, struct fail *fail)
{
    for (uint32_t i = 1; i < map->count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            if (map->members[j].key == map->members[i].key) {
                return refuse_twice(fail, &map->members[j], &map->members[i]);
            }
        }
    }
    return true;
}

/* The same by a table of positions + 1, at most half full, open addressing. */
static bool check_many(const struct value *map, struct fail *fail)
{
    size_t room = 1;
    while (room < 2 * (size_t)map->count) {
        room *= 2;
    }
    uint32_t *slots = memory_take(room, sizeof *slots);
    bool good = true;
    for (uint32_t i = 0; i < map->count && good; i++) {
        const struct member *m = &map->members[i];
        size_t at = (size_t)(((uintptr_t)m->key >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (room - 1);
        while (slots[at] != 0 && map->members[slots[at] - 1].key != m->key) {
            at = (at + 1) & (room - 1);
        }
        if (slots[at] != 0) {
            good = refuse_twice(fail, &map->members[slots[at] - 1], m);
        }
        slots[at] = i + 1;
    }
    free(slots);
    return good;
}

static uint32_t count_children(const cJSON *item)
{
    uint32_t count = 0;
    for (const cJSON *child = item->child; child != NULL; child = child->next) {
        count++;
    }
    return count;
}

static struct value *build_value(struct build *b, const cJSON *item);

static bool build_list(struct build *b, const cJSON *item, struct value *list)
{
    list->room = count_children(item);
    list->items = TAKE(b->a, struct value *, list->room);
    for (const cJSON *child = item->child; child != NULL; child = child->next) {
        struct value *v = build_value(b, child);
        if (v == NULL) {
            return false;
        }
        list->items[list->count++] = v;
    }
    return true;
}

static bool build_map(struct build *b, const cJSON *item, struct value *map)
{
    map->room = count_children(item);
    map->members = TAKE(b->a, struct member, map->room);
    for (const cJSON *child = item->child; child != NULL; child = child->next) {
        struct member *m = &map->members[map->count++];
        m->where = take_mark(b);
        m->key = names_text(b->keys, child->string);
        m->value = build_value(b, child);
        if (m->value == NULL) {
            return false;
        }
    }
    return map->count <= FEW ? check_few(map, b->fail) : check_many(map, b->fail);
}

static struct value *build_value(struct build *b, const cJSON *item)
{
    struct mark where = take_mark(b);
    struct value *v;
    bool good = true;
    if (cJSON_IsObject(item)) {
        v = value_map(b->a);
        good = build_map(b, item, v);
    } else if (cJSON_IsArray(item)) {
        v = value_list(b->a);
        good = build_list(b, item, v);
    } else if (cJSON_IsString(item)) {
        v = value_text(b->a, item->valuestring);
    } else if (cJSON_IsNumber(item)) {
        v = value_number(b->a, number_text(b));
    } else if (cJSON_IsBool(item)) {
        v = value_bool(b->a, cJSON_IsTrue(item));
    } else {
        v = value_null(b->a);
    }
    v->where = where;
    return good ? v : NULL;
}

static struct value *parse_and_build(struct arena *a, struct names *keys, const struct scan *s, struct fail *fail)
{
    cJSON *tree = cJSON_ParseWithLengthOpts(s->text, s->length, NULL, false);
    if (tree == NULL) {
        memory_exhausted(s->length);
    }
    struct build b = {.a = a, .keys = keys, .scan = s, .line = 1, .fail = fail};
    struct value *v = build_value(&b, tree);
    assert(v == NULL || b.next == s->starts.count);
    cJSON_Delete(tree);
    return v;
}

/* ---- write ---- */

/* The letter behind the backslash for what has one; 0: \uXXXX must do. */
static char escape_letter(unsigned char c)
{
    switch (c) {
    case '"':
    case '\\':
        return (char)c;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return '\0';
    }
}

static void write_escape(struct buffer *out, unsigned char c)
{
    char letter = escape_letter(c);
    if (letter != '\0') {
        buffer_byte(out, '\\');
        buffer_byte(out, letter);
    } else {
        buffer_format(out, "\\u%04x", c);
    }
}

static void write_text(struct buffer *out, const char *text)
{
    buffer_byte(out, '"');
    for (;;) {
        size_t plain = 0;
        while ((unsigned char)text[plain] >= ' ' && text[plain] != '"' && text[plain] != '\\') {
            plain++;
        }
        buffer_add(out, text, plain);
        if (text[plain] == '\0') {
            break;
        }
        write_escape(out, (unsigned char)text[plain]);
        text += plain + 1;
    }
    buffer_byte(out, '"');
}

/* What stands before a key or an item. */
static void separate(struct json_writer *w)
{
    if (w->comma) {
        buffer_byte(w->out, ',');
    }
    w->comma = true;
}

static void begin(struct json_writer *w, char open)
{
    separate(w);
    buffer_byte(w->out, open);
    w->comma = false;
    w->depth++;
}

static void end(struct json_writer *w, char close)
{
    assert(w->depth > 0);
    buffer_byte(w->out, close);
    w->comma = true;
    w->depth--;
}

struct value *json_read(struct arena *a, struct names *keys, const char *file, const char *text, size_t length,
                        struct fail *fail)
{
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        length -= 3;
    }
    struct scan s = {
        .file = file == NULL ? NULL : names_text(keys, file), .text = text, .length = length, .fail = fail};
    struct value *v = scan_document(&s) ? parse_and_build(a, keys, &s, fail) : NULL;
    VEC_DROP(&s.starts);
    return v;
}

void json_write(struct buffer *out, const struct value *v)
{
    struct json_writer w = {.out = out};
    json_value(&w, v);
}

void json_begin_map(struct json_writer *w)
{
    begin(w, '{');
}

void json_end_map(struct json_writer *w)
{
    end(w, '}');
}

void json_begin_list(struct json_writer *w)
{
    begin(w, '[');
}

void json_end_list(struct json_writer *w)
{
    end(w, ']');
}

void json_key(struct json_writer *w, const char *key)
{
    separate(w);
    write_text(w->out, key);
    buffer_byte(w->out, ':');
    w->comma = false;
}

void json_text(struct json_writer *w, const char *text)
{
    if (text == NULL) {
        json_null(w);
        return;
    }
    separate(w);
    write_text(w->out, text);
}

void json_integer(struct json_writer *w, int64_t number)
{
    separate(w);
    buffer_format(w->out, "%" PRId64, number);
}

void json_double(struct json_writer *w, double number)
{
    char text[32];
    separate(w);
    buffer_text(w->out, isfinite(number) ? number_print(text, number) : "null");
}

void json_bool(struct json_writer *w, bool boolean)
{
    separate(w);
    buffer_text(w->out, boolean ? "true" : "false");
}

void json_null(struct json_writer *w)
{
    separate(w);
    buffer_text(w->out, "null");
}

void json_value(struct json_writer *w, const struct value *v)
{
    switch (v == NULL ? VALUE_NULL : v->kind) {
    case VALUE_NULL:
        json_null(w);
        break;
    case VALUE_BOOL:
        json_bool(w, v->boolean);
        break;
    case VALUE_NUMBER:
        separate(w);
        buffer_add(w->out, v->text, v->count);
        break;
    case VALUE_TEXT:
        json_text(w, v->text);
        break;
    case VALUE_LIST:
        json_begin_list(w);
        for (uint32_t i = 0; i < v->count; i++) {
            json_value(w, v->items[i]);
        }
        json_end_list(w);
        break;
    case VALUE_MAP:
        json_begin_map(w);
        for (uint32_t i = 0; i < v->count; i++) {
            json_key(w, v->members[i].key);
            json_value(w, v->members[i].value);
        }
        json_end_map(w);
        break;
    }
}
