#include "sim/scenario/problems.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct problems problems_make(struct arena *a, struct names *names)
{
    return (struct problems){.arena = a, .names = names};
}

void problems_drop(struct problems *p)
{
    VEC_DROP(&p->list);
    VEC_DROP(&p->said);
}

/* As vsprintf, into the arena. */
static const char *format_text(struct arena *a, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    size_t size = length < 0 ? 1 : (size_t)length + 1;
    char *text = TAKE(a, char, size);
    vsnprintf(text, size, format, arguments);
    return text;
}

static void add(struct problems *p, bool warning, struct mark where, const char *text)
{
    VEC_PUSH(&p->list, (struct problem){.where = where, .warning = warning, .order = p->list.count, .text = text});
    *(warning ? &p->warnings : &p->errors) += 1;
}

/* Notes that key was said; false when it was before. */
static bool say_first(struct problems *p, const char *key)
{
    uintptr_t wanted = (uintptr_t)names_text(p->names, key);
    uint32_t low = 0, high = p->said.count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        *((uintptr_t)p->said.at[middle] < wanted ? &low : &high) =
            (uintptr_t)p->said.at[middle] < wanted ? middle + 1 : middle;
    }
    if (low < p->said.count && (uintptr_t)p->said.at[low] == wanted) {
        return false;
    }
    VEC_RESERVE(&p->said);
    memmove(&p->said.at[low + 1], &p->said.at[low], (p->said.count - low) * sizeof *p->said.at);
    p->said.at[low] = (const char *)wanted;
    p->said.count++;
    return true;
}

static int compare_places(const void *left, const void *right)
{
    const struct problem *a = left, *b = right;
    int files = strcmp(a->where.file == NULL ? "" : a->where.file, b->where.file == NULL ? "" : b->where.file);
    if (files != 0) {
        return files;
    }
    if (a->where.line != b->where.line) {
        return a->where.line < b->where.line ? -1 : 1;
    }
    if (a->where.column != b->where.column) {
        return a->where.column < b->where.column ? -1 : 1;
    }
    return a->order < b->order ? -1 : a->order > b->order;
}

void problems_error(struct problems *p, struct mark where, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(p, false, where, format_text(p->arena, format, arguments));
    va_end(arguments);
}

void problems_warn(struct problems *p, struct mark where, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(p, true, where, format_text(p->arena, format, arguments));
    va_end(arguments);
}

void problems_warn_once(struct problems *p, const char *key, struct mark where, const char *format, ...)
{
    if (!say_first(p, key)) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    add(p, true, where, format_text(p->arena, format, arguments));
    va_end(arguments);
}

void problems_fail(struct problems *p, const struct fail *fail)
{
    add(p, false, (struct mark){0}, arena_text(p->arena, fail->text, strlen(fail->text)));
}

void problems_sort(struct problems *p)
{
    if (p->list.count > 1) {
        qsort(p->list.at, p->list.count, sizeof *p->list.at, compare_places);
    }
}

void problems_print(const struct problems *p, FILE *out)
{
    for (uint32_t i = 0; i < p->list.count; i++) {
        const struct problem *one = &p->list.at[i];
        if (one->where.file != NULL && one->where.line > 0) {
            fprintf(out, "%s:%u:%u: ", one->where.file, one->where.line, one->where.column);
        } else if (one->where.file != NULL) {
            fprintf(out, "%s: ", one->where.file);
        }
        fprintf(out, "%s%s\n", one->warning ? "warning: " : "", one->text);
    }
}
