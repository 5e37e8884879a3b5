#include "sim/base/rng.h"

#include <assert.h>
#include <string.h>

#include "sim/base/names.h"

__extension__ typedef unsigned __int128 wide;

/* Ten rounds of Philox on four words, in place. */
static inline void mix(uint64_t v[4], uint64_t key_0, uint64_t key_1)
{
    for (int round = 0; round < 10; round++) {
        wide left = (wide)0xd2e7470ee14c6c93 * v[0];
        wide right = (wide)0xca5a826395121157 * v[2];
        v[0] = (uint64_t)(right >> 64) ^ v[1] ^ key_0;
        v[1] = (uint64_t)right;
        v[2] = (uint64_t)(left >> 64) ^ v[3] ^ key_1;
        v[3] = (uint64_t)left;
        key_0 += 0x9e3779b97f4a7c15; /* Weyl sequences: the golden ratio, and sqrt(3) - 1 */
        key_1 += 0xbb67ae8584caa73b;
    }
}

/* Spreads x over all bits: a bijection (the finalizer of MurmurHash3, in Stafford's variant 13). */
static uint64_t scramble(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

static uint64_t hash_on(uint64_t hash, const char *text)
{
    return scramble(hash ^ names_hash(text, strlen(text))) + 0x9e3779b97f4a7c15;
}

struct rng rng_open(uint64_t seed, uint64_t replication, const char *name, uint64_t entity)
{
    return (struct rng){.key = {seed, replication}, .name = names_hash(name, strlen(name)), .entity = entity};
}

uint64_t rng_entity(const char *kind, const char *name_space, const char *name, uint64_t ordinal)
{
    uint64_t hash = hash_on(hash_on(hash_on(0, kind), name_space), name);
    return scramble(hash ^ ordinal);
}

uint64_t rng_at(const struct rng *r, uint64_t index)
{
    uint64_t block[RNG_WORDS] = {index / RNG_WORDS, r->name, r->entity, 0};
    mix(block, r->key[0], r->key[1]);
    return block[index % RNG_WORDS];
}

double rng_uniform_at(const struct rng *r, uint64_t index)
{
    return rng_unit(rng_at(r, index));
}

/* The high half of bits x count is the answer; low halves below 2^64 mod count would make some answers likelier
 * (Lemire 2019). */
uint64_t rng_below(struct rng *r, uint64_t count)
{
    assert(count > 0);
    wide product = (wide)rng_u64(r) * count;
    if ((uint64_t)product < count) {
        uint64_t surplus = -count % count;
        while ((uint64_t)product < surplus) {
            product = (wide)rng_u64(r) * count;
        }
    }
    return (uint64_t)(product >> 64);
}

void rng_philox(const uint64_t counter[4], const uint64_t key[2], uint64_t block[4])
{
    memcpy(block, counter, 4 * sizeof *block);
    mix(block, key[0], key[1]);
}

void rng_fill(struct rng *r)
{
    r->words[0] = r->next / RNG_WORDS;
    r->words[1] = r->name;
    r->words[2] = r->entity;
    r->words[3] = 0;
    mix(r->words, r->key[0], r->key[1]);
}
