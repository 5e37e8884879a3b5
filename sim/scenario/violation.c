#include "sim/scenario/violation.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *violation_type_name(enum violation_type type)
{
    static const char *const names[] = {
        [VIOLATION_REQUIRED] = "FieldValueRequired",          [VIOLATION_INVALID] = "FieldValueInvalid",
        [VIOLATION_NOT_SUPPORTED] = "FieldValueNotSupported", [VIOLATION_FORBIDDEN] = "FieldValueForbidden",
        [VIOLATION_DUPLICATE] = "FieldValueDuplicate",        [VIOLATION_NOT_FOUND] = "FieldValueNotFound",
        [VIOLATION_TOO_LONG] = "FieldValueTooLong",           [VIOLATION_TOO_MANY] = "FieldValueTooMany",
    };
    return names[type];
}

void violation_add(struct violations *v, enum violation_type type, const struct place *p, const char *why, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, why);
    vsnprintf(text, sizeof text, why, arguments);
    va_end(arguments);
    VEC_PUSH(&v->list, (struct violation){.type = type,
                                          .field = place_path(v->arena, p),
                                          .why = arena_text(v->arena, text, strlen(text)),
                                          .where = place_mark(p)});
}

/* Whether an earlier one says the same: the server may say twice what needs mending once. */
static bool is_said(const struct violations *v, uint32_t index)
{
    const struct violation *at = &v->list.at[index];
    for (uint32_t i = 0; i < index; i++) {
        const struct violation *other = &v->list.at[i];
        bool same_field = other->type == at->type && strcmp(other->field, at->field) == 0;
        bool same_place = at->where.line > 0 && other->where.line == at->where.line &&
                          other->where.column == at->where.column && strcmp(other->why, at->why) == 0;
        if (same_field || same_place) {
            return true;
        }
    }
    return false;
}

void violations_report(const struct violations *v, struct problems *problems)
{
    for (uint32_t i = 0; i < v->list.count; i++) {
        if (!is_said(v, i)) {
            const struct violation *at = &v->list.at[i];
            problems_error(problems, at->where, "%s: %s", at->field, at->why);
        }
    }
}

void violations_drop(struct violations *v)
{
    VEC_DROP(&v->list);
}
