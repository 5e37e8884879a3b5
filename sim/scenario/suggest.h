/* suggest.h -- what a misspelt word was probably meant to be. */
#ifndef SIM_SCENARIO_SUGGEST_H
#define SIM_SCENARIO_SUGGEST_H

#include <stddef.h>
#include <stdint.h>

/* How many insertions, deletions, replacements and swaps of neighbours (each at most once) turn one word into the
 * other, letters compared without case; UINT32_MAX when a word is longer than 64 bytes. */
uint32_t suggest_distance(const char *left, const char *right);

/* A search for the nearest word; zero but for `wanted` at first. */
struct suggest {
    const char *wanted;
    const char *nearest; /* null: none is near enough */
    uint32_t distance;
};

/* Offers a word: it becomes the nearest when it is nearer than what was offered before, and at most a third of the
 * wanted word (rounded up) would have to change. */
void suggest_offer(struct suggest *s, const char *word);

/* The nearest of words, closed by null; null when none is near. */
const char *suggest_nearest(const char *wanted, const char *const *words);

#endif
