#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "reports/sketch.h"

static struct buffer drawing_of(const struct bridge *b)
{
    struct arena a = arena_make(4096);
    struct page p = {.arena = &a};
    sketch_bridge(&p, b);
    buffer_drop(&p.note);
    arena_drop(&a);
    return p.body;
}

static uint32_t count_of(const char *text, const char *what)
{
    uint32_t count = 0;
    for (; (text = strstr(text, what)) != NULL; text++) {
        count++;
    }
    return count;
}

/* $235.98 - $39.12 - $8.82 = $188.04. Levels go from 188.04 to 235.98, a span of 47.94, so bars begin at 140.10. */
Test(sketch, a_bridge_says_in_words_what_it_draws)
{
    struct bridge b = {
        .known = true, .base_cents = 23598, .candidate_cents = 18804, .step_cents = {0, -3912, -882, 0, 0}};
    struct buffer drawing = drawing_of(&b);
    cr_expect_not_null(strstr(drawing.at, "role=\"img\" aria-labelledby=\"bridge-title bridge-text\""));
    cr_expect_not_null(strstr(drawing.at,
                              "A month of BASE costs $235.98; volume $0.00; efficiency -$39.12; mix -$8.82; price "
                              "$0.00; rate $0.00; a month of CANDIDATE costs $188.04.</desc>"));
    cr_expect_eq(count_of(drawing.at, "<rect class=\"area under\""), 2);
    cr_expect_eq(count_of(drawing.at, "<rect class=\"area over\""), 0);
    cr_expect_not_null(strstr(drawing.at, "The bars begin at $140.</text>"));
    buffer_drop(&drawing);
}

/* Nothing was bought on either side: a drawing all the same, and no number that is none. */
Test(sketch, a_bridge_of_nothing_is_flat)
{
    struct bridge b = {.known = true};
    struct buffer drawing = drawing_of(&b);
    cr_expect_eq(count_of(drawing.at, "<rect "), 7);
    cr_expect_null(strstr(drawing.at, "nan"));
    cr_expect_null(strstr(drawing.at, "inf"));
    buffer_drop(&drawing);
}

/* A negative month, of a run whose events save money: the bars still stand on the bottom. */
Test(sketch, heights_are_never_negative)
{
    struct bridge b = {.known = true, .base_cents = 100, .candidate_cents = -900, .step_cents = {-1000, 0, 0, 0, 0}};
    struct buffer drawing = drawing_of(&b);
    cr_expect_null(strstr(drawing.at, "height=\"-"));
    buffer_drop(&drawing);
}
