/* histogram.h -- how values are spread, in little memory: log-linear cells with a bounded relative error.
 *
 * Every power of two is cut into 128 cells of equal width, so a cell is found from the bits of the double. What comes
 * out is at most 1/256 (0.391 %) off the value that went in. Values are 0 or more and finite; those below 2^-1022 count
 * as 0.
 *
 * Counts are integers: histograms merge by addition, with the same result in any order. Fractional weights must be
 * brought to a unit first (thousandths of a request).
 */
#ifndef SIM_BASE_HISTOGRAM_H
#define SIM_BASE_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "sim/base/buffer.h"
#include "sim/base/fail.h"

enum { HISTOGRAM_CELL_BITS = 7 };

/* A zeroed one is empty; it owns its storage. */
struct histogram {
    uint64_t *counts; /* [room], of the cells first, first + 1, ... */
    uint32_t first;
    uint32_t room;
    uint64_t zeros;
    double least; /* exact; 0 while empty */
    double most;
};

/* Gives the storage back; h is empty again. */
void histogram_drop(struct histogram *h);

/* For histogram_add: the general case. */
void histogram_add_anywhere(struct histogram *h, double value, uint64_t count);

/* Counts value count times. The total must stay below 2^64. */
static inline void histogram_add(struct histogram *h, double value, uint64_t count)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint64_t cell = (bits >> (52 - HISTOGRAM_CELL_BITS)) - h->first;
    if (cell < h->room && value >= h->least && value <= h->most) {
        h->counts[cell] += count;
    } else {
        histogram_add_anywhere(h, value, count);
    }
}

/* Adds all that other holds. */
void histogram_merge(struct histogram *h, const struct histogram *other);

uint64_t histogram_total(const struct histogram *h);

/* The mean, from the middles of the cells: within 1/256. 0 while empty. */
double histogram_mean(const struct histogram *h);

/* The value that a share of the values (0..1) do not exceed: the ceil(share x total)-th smallest (the smallest for share
 * 0), within 1/256; the least and the most are exact. 0 while empty. */
double histogram_quantile(const struct histogram *h, double share);

/* The share of values at most limit: exact but for the values in limit's own cell, which are taken to lie evenly in it.
 * 1 while empty. */
double histogram_share_up_to(const struct histogram *h, double limit);

/* The two hold the same counts, least and most. */
bool histogram_equal(const struct histogram *left, const struct histogram *right);

/* Writes h as bytes, the same for the same contents: format 1 (a byte 1), zeros, least and most (8 bytes each, little
 * endian), number of cells that are not empty, and for each its distance from the cell before and its count. Integers
 * are in groups of 7 bits, lowest first, the top bit of a byte saying that more follow. */
void histogram_write(struct buffer *out, const struct histogram *h);

/* Reads length bytes that histogram_write wrote. False: they are no such histogram, and h is unchanged. */
bool histogram_read(struct histogram *h, const void *bytes, size_t length, struct fail *fail) MUST_CHECK;

#endif
