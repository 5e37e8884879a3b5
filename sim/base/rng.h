/* rng.h -- random numbers from named streams: Philox4x64-10, a counter-based generator.
 *
 * A stream belongs to (seed, replication, name of the stream, entity). Its n-th number is a function of these four and
 * of n alone: what other streams draw, and in what order, changes nothing. So two configurations of one cluster see the
 * same arrivals, and adding a Deployment disturbs no other's numbers. The entity is a hash of what the user calls the
 * thing (rng_entity), never a row or uid.
 *
 * A stream has 2^64 numbers. The key is (seed, replication), the counter (block, name, entity, 0): streams whose names
 * and entities hash differently never meet.
 *
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11; the known answers of their
 * Random123 library hold.
 */
#ifndef SIM_BASE_RNG_H
#define SIM_BASE_RNG_H

#include <stdint.h>

enum { RNG_WORDS = 4 }; /* numbers made at a time: a block of Philox */

struct rng {
    uint64_t key[2]; /* seed, replication */
    uint64_t name;   /* hash of the stream's name */
    uint64_t entity;
    uint64_t next;             /* index of the number drawn next */
    uint64_t words[RNG_WORDS]; /* the block that next lies in, unless it begins there */
};

/* The stream, at its first number. Cheap: numbers are made when they are drawn. The name is not kept. */
struct rng rng_open(uint64_t seed, uint64_t replication, const char *name, uint64_t entity);

/* The entity of a named thing; name_space may be "" for what has none; ordinal tells apart things of one name (the
 * n-th pod of an owner) and is 0 where there is one. */
uint64_t rng_entity(const char *kind, const char *name_space, const char *name, uint64_t ordinal);

/* The number at index of the stream, whatever was drawn from it before; draws nothing. */
uint64_t rng_at(const struct rng *r, uint64_t index);

/* The same as a number in the open interval (0, 1). */
double rng_uniform_at(const struct rng *r, uint64_t index);

/* An unbiased integer in [0, count), count 1 or more. Nearly always one number of the stream, seldom more. */
uint64_t rng_below(struct rng *r, uint64_t count);

/* Philox4x64-10 itself: the block of four numbers for a counter and a key (block is not counter). */
void rng_philox(const uint64_t counter[4], const uint64_t key[2], uint64_t block[4]);

/* Makes words for the block of numbers that begins at next. For rng_u64. */
void rng_fill(struct rng *r);

/* The next number: 64 random bits. */
static inline uint64_t rng_u64(struct rng *r)
{
    unsigned at = (unsigned)(r->next % RNG_WORDS);
    if (at == 0) {
        rng_fill(r);
    }
    r->next++;
    return r->words[at];
}

/* 64 random bits as a number in the open interval (0, 1): an odd multiple of 2^-53, so neither 0 nor 1 comes out and
 * u and 1 - u are equally likely. */
static inline double rng_unit(uint64_t bits)
{
    return ((double)(bits >> 12) + 0.5) * 0x1p-52;
}

/* The next number, in the open interval (0, 1). */
static inline double rng_uniform(struct rng *r)
{
    return rng_unit(rng_u64(r));
}

#endif
