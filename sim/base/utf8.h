/* utf8.h -- UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef SIM_BASE_UTF8_H
#define SIM_BASE_UTF8_H

#include <stddef.h>

/* How many bytes (1 to 4) the character that begins at s has; 0: the bytes are no character, or it is cut off behind
 * the left bytes that there are. */
size_t utf8_length(const char *s, size_t left);

/* Where the first byte lies that is no UTF-8; length when all of it is. */
size_t utf8_check(const char *s, size_t length);

#endif
