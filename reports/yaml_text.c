#include "reports/yaml_text.h"

#include <ctype.h>
#include <string.h>

#include "sim/base/json.h"

/* A text that no reader of YAML takes for anything else: it begins with a letter, is no word with a meaning, and has only
 * characters that mean nothing. */
static bool is_plain(const char *text)
{
    static const char *const words[] = {"true", "false", "null", "yes", "no",  "on",
                                        "off",  "y",     "n",    "nan", "inf", NULL};
    for (const char *const *word = words; *word != NULL; word++) {
        size_t i = 0;
        while (text[i] != '\0' && tolower((unsigned char)text[i]) == (*word)[i]) {
            i++;
        }
        if (text[i] == '\0' && (*word)[i] == '\0') {
            return false;
        }
    }
    bool letter = (text[0] >= 'A' && text[0] <= 'Z') || (text[0] >= 'a' && text[0] <= 'z');
    return letter && text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./")] == '\0';
}

/* Double quotes in YAML hold what JSON writes between them. */
static void write_scalar(struct buffer *out, const struct value *v)
{
    if (v->kind == VALUE_TEXT && is_plain(v->text)) {
        buffer_text(out, v->text);
    } else {
        json_write(out, v);
    }
}

static bool is_block(const struct value *v)
{
    return (v->kind == VALUE_MAP || v->kind == VALUE_LIST) && v->count > 0;
}

static void indent(struct buffer *out, unsigned depth)
{
    for (unsigned i = 0; i < depth; i++) {
        buffer_text(out, "  ");
    }
}

/* begun: the line has its indentation already. */
static void write_map(struct buffer *out, const struct value *v, unsigned depth, bool begun)
{
    for (uint32_t i = 0; i < v->count; i++) {
        const struct member *m = &v->members[i];
        struct value key = {.kind = VALUE_TEXT, .text = m->key, .count = (uint32_t)strlen(m->key)};
        indent(out, begun && i == 0 ? 0 : depth);
        write_scalar(out, &key);
        buffer_byte(out, ':');
        if (!is_block(m->value)) {
            buffer_byte(out, ' ');
            write_scalar(out, m->value);
            buffer_byte(out, '\n');
            continue;
        }
        buffer_byte(out, '\n');
        if (m->value->kind == VALUE_MAP) {
            write_map(out, m->value, depth + 1, false);
            continue;
        }
        for (uint32_t k = 0; k < m->value->count; k++) {
            const struct value *item = m->value->items[k];
            indent(out, depth);
            buffer_text(out, "- ");
            if (item->kind == VALUE_MAP && item->count > 0) {
                write_map(out, item, depth + 1, true);
            } else {
                json_write(out, item);
                buffer_byte(out, '\n');
            }
        }
    }
}

void yaml_text_write(struct buffer *out, const struct value *v)
{
    if (v->kind == VALUE_MAP && v->count > 0) {
        write_map(out, v, 0, false);
    } else {
        write_scalar(out, v);
        buffer_byte(out, '\n');
    }
}
