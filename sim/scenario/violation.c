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

void violations_report(const struct violations *v, struct problems *problems)
{
    for (uint32_t i = 0; i < v->list.count; i++) {
        const struct violation *at = &v->list.at[i];
        problems_error(problems, at->where, "%s: %s", at->field, at->why);
    }
}

void violations_drop(struct violations *v)
{
    VEC_DROP(&v->list);
}
