#include "sim/base/fail.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

bool fail_set(struct fail *f, enum fail_kind kind, const char *format, ...)
{
    assert(f != NULL && kind != FAIL_NONE);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(f->text, sizeof f->text, format, arguments);
    va_end(arguments);
    f->kind = kind;
    return false;
}

bool fail_at(struct fail *f, struct mark where, const char *format, ...)
{
    assert(f != NULL);
    int used = 0;
    if (where.file != NULL && where.line > 0) {
        used = snprintf(f->text, sizeof f->text, "%s:%u:%u: ", where.file, where.line, where.column);
    } else if (where.file != NULL) {
        used = snprintf(f->text, sizeof f->text, "%s: ", where.file);
    }
    if (used < 0 || (size_t)used >= sizeof f->text) {
        used = 0;
    }
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(f->text + used, sizeof f->text - (size_t)used, format, arguments);
    va_end(arguments);
    f->kind = FAIL_INPUT;
    return false;
}
