/* The host is the root of the heap that Go builds of the feasible nodes: of the best ranks r (from 0, in the order of
 * finding) the one whose r + 1 comes first when its bits behind the leading 1 are compared as text (score_comes_first).
 * Ranks of one length are compared as numbers, so of each length only the first of the best can win, and none can win
 * against one of only zeros but a shorter one: at most 17 searches among 100,000 nodes. */
#include "models/scheduler/standings.h"

#define BLOCK SCOREBOARD_BLOCK

/* ---- keeping ---- */

/* What decides at a position; below 0: the node is not let in. */
static int16_t total_at(const struct scoreboard *b, uint32_t position)
{
    int16_t score = b->scores[position];
    return score < 0 || b->list.count == 1 ? score
                                           : (int16_t)(score + b->standings.adds.at[b->kinds[position] - KIND_FIRST]);
}

static int16_t best_of(const int16_t *at)
{
    int16_t best = SCORE_NONE;
    for (uint32_t i = 0; i < BLOCK; i++) {
        best = at[i] > best ? at[i] : best;
    }
    return best;
}

static int16_t block_best(const struct scoreboard *b, uint32_t block)
{
    int16_t best = SCORE_NONE;
    if (b->list.count <= 1) {
        return best_of(&b->scores[block * BLOCK]);
    }
    for (uint32_t i = block * BLOCK; i < (block + 1) * BLOCK; i++) {
        int16_t total = total_at(b, i);
        best = total > best ? total : best;
    }
    return best;
}

static int16_t top_best(const struct standings *s, uint32_t top)
{
    return best_of(&s->best.at[top * BLOCK]);
}

/* The best of each block and of each block of blocks, anew. */
static void rebuild(struct scoreboard *b)
{
    struct standings *s = &b->standings;
    for (uint32_t i = 0; i < b->room / BLOCK; i++) {
        s->best.at[i] = block_best(b, i);
    }
    for (uint32_t i = 0; i < s->top.count; i++) {
        s->top.at[i] = top_best(s, i);
    }
}

/* Room for all blocks; those behind the last node let nobody in. */
static void clear(struct scoreboard *b)
{
    struct standings *s = &b->standings;
    uint32_t tops = b->room / BLOCK / BLOCK + 1;
    s->best.count = s->fits.count = s->top.count = s->total.count = 0;
    for (uint32_t i = 0; i < tops * BLOCK; i++) {
        VEC_PUSH(&s->best, SCORE_NONE);
        VEC_PUSH(&s->fits, 0);
    }
    for (uint32_t i = 0; i < tops; i++) {
        VEC_PUSH(&s->top, SCORE_NONE);
        VEC_PUSH(&s->total, 0);
    }
    for (uint32_t i = 0; i < b->list.count; i++) {
        b->list.at[i].feasible = 0;
    }
}

/* One more node is let in at a position, or one less. */
static void count(struct scoreboard *b, uint32_t position, int sign)
{
    b->standings.fits.at[position / BLOCK] = (uint8_t)(b->standings.fits.at[position / BLOCK] + sign);
    b->standings.total.at[position / BLOCK / BLOCK] += (uint32_t)sign;
    b->list.at[b->kinds[position] - KIND_FIRST].feasible += (uint32_t)sign;
}

void standings_open(struct scoreboard *b, const struct judge *j)
{
    if (b->standings.kept) {
        return;
    }
    for (uint32_t i = 0; i < b->count; i++) {
        scoreboard_at(b, j, i);
    }
    clear(b);
    for (uint32_t i = 0; i < b->count; i++) {
        if (b->scores[i] >= 0) {
            count(b, i, 1);
        }
    }
    rebuild(b);
    b->standings.kept = true;
}

/* The total at a position went from before to after. */
static void note(struct scoreboard *b, uint32_t position, int16_t before, int16_t after)
{
    struct standings *s = &b->standings;
    uint32_t block = position / BLOCK, top = block / BLOCK;
    int16_t was = s->best.at[block];
    if (after >= was) {
        s->best.at[block] = after;
    } else if (before == was) {
        s->best.at[block] = block_best(b, block);
    }
    if (s->best.at[block] >= s->top.at[top]) {
        s->top.at[top] = s->best.at[block];
    } else if (was == s->top.at[top]) {
        s->top.at[top] = top_best(s, top);
    }
}

static void learn(struct scoreboard *b, const struct judge *j, uint32_t position, bool kind_too)
{
    int16_t before = total_at(b, position);
    if (before >= 0) {
        count(b, position, -1);
    }
    b->kinds[position] = kind_too ? KIND_UNKNOWN : b->kinds[position];
    if (scoreboard_learn(b, j, position) >= 0) {
        count(b, position, 1);
    }
    note(b, position, before, total_at(b, position));
}

void standings_follow(struct scoreboard *b, const struct judge *j)
{
    for (uint32_t i = 0; i < b->standings.stale.count; i++) {
        uint32_t stale = b->standings.stale.at[i];
        learn(b, j, stale & ~STALE_KIND, stale & STALE_KIND);
    }
    b->standings.stale.count = 0;
}

void standings_set(struct scoreboard *b, uint32_t position, int16_t score)
{
    if (!b->standings.kept) {
        b->scores[position] = score;
        return;
    }
    int16_t before = total_at(b, position);
    if ((before >= 0) != (score >= 0)) {
        count(b, position, score >= 0 ? 1 : -1);
    }
    b->scores[position] = score;
    note(b, position, before, total_at(b, position));
}

/* ---- asking ---- */

uint32_t standings_feasible(const struct scoreboard *b)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < b->standings.total.count; i++) {
        sum += b->standings.total.at[i];
    }
    return sum;
}

/* What taints and node affinity add depends on which kinds are feasible: all is built anew when it changes. */
static void follow_adds(struct scoreboard *b, const struct profile *profile)
{
    int64_t adds[256];
    bool has[256], differ = false;
    if (b->list.count <= 1) {
        return;
    }
    for (uint32_t i = 0; i < b->list.count; i++) {
        has[i] = b->list.at[i].feasible > 0;
    }
    scoreboard_adds(b, profile, has, adds);
    for (uint32_t i = 0; i < b->list.count; i++) {
        int16_t add = has[i] ? (int16_t)adds[i] : 0;
        differ = differ || (has[i] && add != b->standings.adds.at[i]);
        b->standings.adds.at[i] = has[i] ? add : b->standings.adds.at[i];
    }
    if (differ) {
        rebuild(b);
    }
}

/* How many nodes are let in before a position. */
static uint32_t rank_of(const struct scoreboard *b, uint32_t position)
{
    const struct standings *s = &b->standings;
    uint32_t rank = 0, block = position / BLOCK;
    for (uint32_t i = 0; i < block / BLOCK; i++) {
        rank += s->total.at[i];
    }
    for (uint32_t i = block / BLOCK * BLOCK; i < block; i++) {
        rank += s->fits.at[i];
    }
    for (uint32_t i = block * BLOCK; i < position; i++) {
        rank += b->scores[i] >= 0;
    }
    return rank;
}

/* The position of the node before which so many are let in, and which is. */
static uint32_t position_of(const struct scoreboard *b, uint32_t rank)
{
    const struct standings *s = &b->standings;
    uint32_t top = 0;
    while (rank >= s->total.at[top]) {
        rank -= s->total.at[top++];
    }
    uint32_t block = top * BLOCK;
    while (rank >= s->fits.at[block]) {
        rank -= s->fits.at[block++];
    }
    uint32_t position = block * BLOCK;
    while (rank > 0 || b->scores[position] < 0) {
        rank -= b->scores[position++] >= 0;
    }
    return position;
}

/* The first block of [from, to) whose best is this; to: none. */
static uint32_t next_block(const struct standings *s, uint32_t from, uint32_t to, int16_t best)
{
    while (from < to) {
        if (from % BLOCK == 0 && s->top.at[from / BLOCK] != best) {
            from += BLOCK;
        } else if (s->best.at[from] == best) {
            return from;
        } else {
            from++;
        }
    }
    return to;
}

/* The first position of [from, to) whose total is the best; to: none. */
static uint32_t next_best(const struct scoreboard *b, uint32_t from, uint32_t to, int16_t best)
{
    while (from < to) {
        if (from % BLOCK == 0) {
            from = next_block(&b->standings, from / BLOCK, (to + BLOCK - 1) / BLOCK, best) * BLOCK;
        }
        uint32_t end = (from / BLOCK + 1) * BLOCK;
        for (end = end < to ? end : to; from < end; from++) {
            if (total_at(b, from) == best) {
                return from;
            }
        }
    }
    return to;
}

uint32_t standings_pick(struct scoreboard *b, const struct profile *profile, uint32_t start)
{
    uint32_t feasible = standings_feasible(b), before = rank_of(b, start), picked = NONE, rank = 0;
    int16_t best = SCORE_NONE;
    follow_adds(b, profile);
    for (uint32_t i = 0; i < b->standings.top.count; i++) {
        best = b->standings.top.at[i] > best ? b->standings.top.at[i] : best;
    }
    for (uint32_t from = 0; from < feasible;) {
        bool wraps = from + before >= feasible;
        uint32_t at = position_of(b, wraps ? from + before - feasible : from + before);
        at = next_best(b, at, wraps ? start : b->count, best);
        if (!wraps && at == b->count) {
            wraps = true;
            at = next_best(b, 0, start, best);
        }
        if (wraps && at == start) {
            break;
        }
        uint32_t found = rank_of(b, at) + (wraps ? feasible : 0) - before;
        if (picked == NONE || score_comes_first(found, rank)) {
            picked = at;
            rank = found;
        }
        if (((found + 1) & found) == 0) {
            break;
        }
        from = (UINT32_C(2) << (31 - (unsigned)__builtin_clz(found + 1))) - 1;
    }
    return picked;
}
