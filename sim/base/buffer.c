#include "sim/base/buffer.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/memory.h"

#define FIRST_ROOM 64

/* Makes room for more bytes and the NUL behind them. */
static void reserve(struct buffer *b, size_t more)
{
    if (more < b->room - b->count) {
        return;
    }
    if (more > SIZE_MAX / 4 - b->count) {
        memory_exhausted(SIZE_MAX);
    }
    size_t room = b->room == 0 ? FIRST_ROOM : b->room;
    while (room - b->count <= more) {
        room *= 2;
    }
    b->at = memory_resize(b->at, room, 1);
    b->room = room;
}

void buffer_add(struct buffer *b, const void *bytes, size_t count)
{
    reserve(b, count);
    if (count > 0) {
        memcpy(b->at + b->count, bytes, count);
    }
    b->count += count;
    b->at[b->count] = '\0';
}

void buffer_byte(struct buffer *b, char byte)
{
    buffer_add(b, &byte, 1);
}

void buffer_text(struct buffer *b, const char *text)
{
    buffer_add(b, text, strlen(text));
}

void buffer_format(struct buffer *b, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    assert(length >= 0);
    reserve(b, (size_t)length);
    va_start(arguments, format);
    vsnprintf(b->at + b->count, (size_t)length + 1, format, arguments);
    va_end(arguments);
    b->count += (size_t)length;
}

const char *buffer_string(const struct buffer *b)
{
    return b->at == NULL ? "" : b->at;
}

void buffer_clear(struct buffer *b)
{
    b->count = 0;
    if (b->at != NULL) {
        b->at[0] = '\0';
    }
}

void buffer_drop(struct buffer *b)
{
    free(b->at);
    *b = (struct buffer){0};
}
