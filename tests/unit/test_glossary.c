#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "reports/glossary.h"

static const char *slug_of(const char *name)
{
    static char text[64];
    struct buffer b = {0};
    glossary_slug(&b, name);
    snprintf(text, sizeof text, "%s", buffer_string(&b));
    buffer_drop(&b);
    return text;
}

Test(glossary, a_slug_is_lower_case_with_a_dash_for_what_is_no_letter)
{
    cr_assert_str_eq(slug_of("Fully loaded"), "fully-loaded");
    cr_assert_str_eq(slug_of("p50, p95, p99"), "p50-p95-p99");
    cr_assert_str_eq(slug_of("95 % interval"), "95-interval");
}

/* A page has one element of each id, so two terms of one slug would lead to one of them. */
Test(glossary, no_two_terms_have_one_slug_and_each_is_one_line_for_somebody)
{
    for (const struct glossary_term *t = glossary_terms; t->name != NULL; t++) {
        char slug[64];
        snprintf(slug, sizeof slug, "%s", slug_of(t->name));
        cr_expect_gt(strlen(slug), 0, "%s", t->name);
        cr_expect_neq(t->readers, 0, "%s", t->name);
        cr_expect_lt(strlen(t->meaning), 120, "%s", t->name);
        cr_expect_eq(t->meaning[strlen(t->meaning) - 1], '.', "%s", t->name);
        for (const struct glossary_term *u = glossary_terms; u != t; u++) {
            cr_expect_str_neq(slug, slug_of(u->name));
        }
    }
}

Test(glossary, finds_the_terms_of_a_reader_in_any_case)
{
    cr_assert_str_eq(glossary_find("idle", GLOSSARY_FINANCE)->name, "Idle");
    cr_assert_null(glossary_find("idle", GLOSSARY_CI));
    cr_assert_null(glossary_find("idl", GLOSSARY_FINANCE));
    cr_assert_null(glossary_find("idle", 0));
}
