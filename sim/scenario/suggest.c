#include "sim/scenario/suggest.h"

#include <string.h>

#define LONGEST 64

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Three rows of the table of distances between beginnings: of i - 2, i - 1 and i letters of left. */
uint32_t suggest_distance(const char *left, const char *right)
{
    size_t rows = strlen(left), columns = strlen(right);
    if (rows > LONGEST || columns > LONGEST) {
        return UINT32_MAX;
    }
    uint32_t table[3][LONGEST + 1];
    for (size_t j = 0; j <= columns; j++) {
        table[0][j] = (uint32_t)j;
    }
    for (size_t i = 1; i <= rows; i++) {
        uint32_t *row = table[i % 3], *before = table[(i + 2) % 3], *before_that = table[(i + 1) % 3];
        row[0] = (uint32_t)i;
        for (size_t j = 1; j <= columns; j++) {
            unsigned char a = lower(left[i - 1]), b = lower(right[j - 1]);
            row[j] = least(least(before[j], row[j - 1]) + 1, before[j - 1] + (a != b));
            if (i > 1 && j > 1 && a == lower(right[j - 2]) && lower(left[i - 2]) == b) {
                row[j] = least(row[j], before_that[j - 2] + 1);
            }
        }
    }
    return table[rows % 3][columns];
}

void suggest_offer(struct suggest *s, const char *word)
{
    uint32_t distance = suggest_distance(s->wanted, word);
    uint32_t most = (uint32_t)(strlen(s->wanted) + 2) / 3;
    if (distance <= most && (s->nearest == NULL || distance < s->distance)) {
        s->nearest = word;
        s->distance = distance;
    }
}

const char *suggest_nearest(const char *wanted, const char *const *words)
{
    struct suggest s = {.wanted = wanted};
    for (; *words != NULL; words++) {
        suggest_offer(&s, *words);
    }
    return s.nearest;
}
