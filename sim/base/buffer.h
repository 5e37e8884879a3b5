/* buffer.h -- text that grows: what writers write into.
 *
 * A zeroed buffer is the empty one. As soon as anything was added, also nothing ("" or 0 bytes), a NUL stands behind the
 * text; count does not include it.
 */
#ifndef SIM_BASE_BUFFER_H
#define SIM_BASE_BUFFER_H

#include <stddef.h>

#include "sim/base/fail.h"

struct buffer {
    char *at; /* null while nothing was added */
    size_t count;
    size_t room;
};

/* Each adds at the end. bytes may be null when count is 0, and must not lie in b. */
void buffer_add(struct buffer *b, const void *bytes, size_t count);
void buffer_byte(struct buffer *b, char byte);
void buffer_text(struct buffer *b, const char *text);

/* As sprintf, at the end. */
void buffer_format(struct buffer *b, const char *format, ...) PRINTF_LIKE(2, 3);

/* The text; "" when nothing was added. Good until the buffer changes. */
const char *buffer_string(const struct buffer *b);

/* Forgets the text, keeps the memory. */
void buffer_clear(struct buffer *b);

/* Gives the memory back; b is the empty buffer again. */
void buffer_drop(struct buffer *b);

#endif
