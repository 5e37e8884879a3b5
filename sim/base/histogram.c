/* Invariants
 * 1. A value's cell is the number made of its exponent and the HISTOGRAM_CELL_BITS highest bits of its fraction: cells are
 *    in the order of values.
 * 2. counts holds a window of whole powers of two; it only grows, and only as far as values need.
 * 3. 0 has no cell: its neighbours in cell number are 300 powers of ten away.
 * 4. While anything is counted, least and most are values that were added.
 */
#include "sim/base/histogram.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "sim/base/elementary.h"
#include "sim/base/memory.h"

enum {
    CELLS = 1 << HISTOGRAM_CELL_BITS, /* in a power of two */
    CELL_SHIFT = 52 - HISTOGRAM_CELL_BITS,
    CELLS_BEGIN = CELLS,      /* of 2^-1022 */
    CELLS_END = 2047 * CELLS, /* of infinity */
};

static uint32_t cell_of(double value)
{
    return (uint32_t)(elementary_bits(value) >> CELL_SHIFT);
}

static double cell_begin(uint32_t cell)
{
    return elementary_from_bits((uint64_t)cell << CELL_SHIFT);
}

static double cell_middle(uint32_t cell)
{
    return elementary_from_bits((uint64_t)cell << CELL_SHIFT | (uint64_t)1 << (CELL_SHIFT - 1));
}

void histogram_drop(struct histogram *h)
{
    free(h->counts);
    *h = (struct histogram){0};
}

/* Makes the window hold the cells [begin, end). */
static void widen(struct histogram *h, uint32_t begin, uint32_t end)
{
    begin -= begin % CELLS;
    end += (CELLS - end % CELLS) % CELLS;
    if (h->room > 0) {
        begin = begin < h->first ? begin : h->first;
        end = end > h->first + h->room ? end : h->first + h->room;
    }
    if (end - begin == h->room) {
        return;
    }
    uint64_t *counts = memory_take(end - begin, sizeof *counts);
    if (h->room > 0) {
        memcpy(counts + (h->first - begin), h->counts, h->room * sizeof *counts);
    }
    free(h->counts);
    h->counts = counts;
    h->first = begin;
    h->room = end - begin;
}

static bool is_empty(const struct histogram *h)
{
    return h->most == 0 && h->zeros == 0;
}

static void extend(struct histogram *h, double least, double most)
{
    bool first = is_empty(h);
    h->least = first || least < h->least ? least : h->least;
    h->most = first || most > h->most ? most : h->most;
}

void histogram_add_anywhere(struct histogram *h, double value, uint64_t count)
{
    assert(value >= 0 && value <= 0x1.fffffffffffffp1023);
    if (count == 0) {
        return;
    }
    if (value < 0x1p-1022) {
        extend(h, 0, 0);
        h->zeros += count;
        return;
    }
    uint32_t cell = cell_of(value);
    widen(h, cell, cell + 1);
    extend(h, value, value);
    h->counts[cell - h->first] += count;
}

void histogram_merge(struct histogram *h, const struct histogram *other)
{
    if (is_empty(other)) {
        return;
    }
    extend(h, other->least, other->most);
    h->zeros += other->zeros;
    if (other->room == 0) {
        return;
    }
    widen(h, other->first, other->first + other->room);
    for (uint32_t i = 0; i < other->room; i++) {
        h->counts[other->first - h->first + i] += other->counts[i];
    }
}

uint64_t histogram_total(const struct histogram *h)
{
    uint64_t total = h->zeros;
    for (uint32_t i = 0; i < h->room; i++) {
        total += h->counts[i];
    }
    return total;
}

double histogram_mean(const struct histogram *h)
{
    double sum = 0, total = (double)histogram_total(h);
    for (uint32_t i = 0; i < h->room; i++) {
        sum += (double)h->counts[i] * cell_middle(h->first + i);
    }
    return total > 0 ? sum / total : 0;
}

static double between(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* Which of total values in order, from 1. */
static uint64_t rank_of(double share, uint64_t total)
{
    double rank = elementary_ceil(share * (double)total);
    if (rank < 1) {
        return 1;
    }
    return rank < (double)total ? (uint64_t)rank : total;
}

double histogram_quantile(const struct histogram *h, double share)
{
    assert(share >= 0 && share <= 1);
    uint64_t total = histogram_total(h), rank = rank_of(share, total), below = h->zeros;
    if (rank <= 1 || rank <= below) {
        return h->least;
    }
    if (rank == total) {
        return h->most;
    }
    for (uint32_t i = 0; i < h->room; i++) {
        below += h->counts[i];
        if (below >= rank) {
            return between(cell_middle(h->first + i), h->least, h->most);
        }
    }
    return h->most;
}

double histogram_share_up_to(const struct histogram *h, double limit)
{
    if (is_empty(h) || limit >= h->most) {
        return 1;
    }
    if (limit < h->least) {
        return 0;
    }
    double below = (double)h->zeros;
    for (uint32_t i = 0; i < h->room && cell_begin(h->first + i) <= limit; i++) {
        double begin = cell_begin(h->first + i), end = cell_begin(h->first + i + 1);
        double part = limit >= end ? 1 : (limit - begin) / (end - begin);
        below += (double)h->counts[i] * part;
    }
    return below / (double)histogram_total(h);
}

static uint64_t count_in(const struct histogram *h, uint32_t cell)
{
    return cell >= h->first && cell - h->first < h->room ? h->counts[cell - h->first] : 0;
}

static bool holds_all_of(const struct histogram *h, const struct histogram *other)
{
    for (uint32_t i = 0; i < other->room; i++) {
        if (other->counts[i] != count_in(h, other->first + i)) {
            return false;
        }
    }
    return true;
}

bool histogram_equal(const struct histogram *left, const struct histogram *right)
{
    return left->zeros == right->zeros && left->least == right->least && left->most == right->most &&
           holds_all_of(left, right) && holds_all_of(right, left);
}

/* ---- bytes ---- */

static void write_integer(struct buffer *out, uint64_t n)
{
    for (; n >= 0x80; n >>= 7) {
        buffer_byte(out, (char)((n & 0x7f) | 0x80));
    }
    buffer_byte(out, (char)n);
}

static void write_double(struct buffer *out, double x)
{
    uint64_t bits = elementary_bits(x);
    for (int i = 0; i < 8; i++, bits >>= 8) {
        buffer_byte(out, (char)(bits & 0xff));
    }
}

void histogram_write(struct buffer *out, const struct histogram *h)
{
    buffer_byte(out, 1);
    write_integer(out, h->zeros);
    write_double(out, h->least);
    write_double(out, h->most);
    uint32_t filled = 0, before = 0;
    for (uint32_t i = 0; i < h->room; i++) {
        filled += h->counts[i] > 0;
    }
    write_integer(out, filled);
    for (uint32_t i = 0; i < h->room; i++) {
        if (h->counts[i] > 0) {
            write_integer(out, h->first + i - before);
            write_integer(out, h->counts[i]);
            before = h->first + i;
        }
    }
}

struct reader {
    const unsigned char *at;
    const unsigned char *end;
    bool bad; /* latched: what is read afterwards is 0 */
};

static unsigned read_byte(struct reader *r)
{
    if (r->at == r->end) {
        r->bad = true;
        return 0;
    }
    return *r->at++;
}

static uint64_t read_integer(struct reader *r)
{
    uint64_t n = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint64_t byte = read_byte(r);
        n |= (byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) {
            r->bad |= shift == 63 && byte > 1;
            return n;
        }
    }
    r->bad = true;
    return 0;
}

static double read_double(struct reader *r)
{
    uint64_t bits = 0;
    for (unsigned shift = 0; shift < 64; shift += 8) {
        bits |= (uint64_t)read_byte(r) << shift;
    }
    return elementary_from_bits(bits);
}

/* Reads the filled cells into h. */
static void read_cells(struct reader *r, struct histogram *h)
{
    uint64_t cell = 0, total = h->zeros;
    for (uint64_t left = read_integer(r); left > 0 && !r->bad; left--) {
        uint64_t step = read_integer(r), count = read_integer(r);
        bool good = step > 0 && step < CELLS_END && cell + step >= CELLS_BEGIN && cell + step < CELLS_END &&
                    count > 0 && total + count > total;
        if (!good) {
            r->bad = true;
            return;
        }
        cell += step;
        total += count;
        widen(h, (uint32_t)cell, (uint32_t)cell + 1);
        h->counts[cell - h->first] += count;
    }
}

/* least and most lie in the outermost cells that are filled. */
static bool bounds_fit(const struct histogram *h)
{
    uint32_t begin = 0, end = h->room;
    while (begin < end && h->counts[begin] == 0) {
        begin++;
    }
    while (end > begin && h->counts[end - 1] == 0) {
        end--;
    }
    bool any = begin < end;
    bool least_fits = any && h->zeros == 0 ? cell_of(h->least) == h->first + begin : elementary_bits(h->least) == 0;
    bool most_fits = any ? cell_of(h->most) == h->first + end - 1 : elementary_bits(h->most) == 0;
    return least_fits && most_fits && h->least <= h->most;
}

bool histogram_read(struct histogram *h, const void *bytes, size_t length, struct fail *fail)
{
    const unsigned char *begin = bytes;
    struct reader r = {.at = begin, .end = length > 0 ? begin + length : begin};
    struct histogram found = {0};
    unsigned format = read_byte(&r);
    found.zeros = read_integer(&r);
    found.least = read_double(&r);
    found.most = read_double(&r);
    read_cells(&r, &found);
    if (r.bad || format != 1 || r.at != r.end || !bounds_fit(&found)) {
        histogram_drop(&found);
        return fail_set(fail, FAIL_INPUT, "histogram: %zu bytes that are no histogram of format 1", length);
    }
    histogram_drop(h);
    *h = found;
    return true;
}
