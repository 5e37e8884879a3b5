#include <criterion/criterion.h>

#include <string.h>

#include "sim/scenario/names_validate.h"

/* A text of count times the letter. */
static const char *repeat(char text[512], char letter, size_t count)
{
    memset(text, letter, count);
    text[count] = '\0';
    return text;
}

Test(names_validate, a_label_has_at_most_63_bytes_and_no_dash_at_its_ends)
{
    char text[512];
    cr_assert(name_is_label("ride-api-2"));
    cr_assert(name_is_label("7"));
    cr_assert(name_is_label(repeat(text, 'x', 63)));
    cr_assert_not(name_is_label(repeat(text, 'x', 64)));
    cr_assert_not(name_is_label(""));
    cr_assert_not(name_is_label("-a"));
    cr_assert_not(name_is_label("a-"));
    cr_assert_not(name_is_label("Ride"));
    cr_assert_not(name_is_label("a.b"));
}

Test(names_validate, a_subdomain_is_labels_joined_by_dots_in_253_bytes)
{
    char text[512];
    cr_assert(name_is_subdomain("web.v1"));
    cr_assert(name_is_subdomain(repeat(text, 'x', 253)));
    cr_assert_not(name_is_subdomain(repeat(text, 'x', 254)));
    cr_assert_not(name_is_subdomain("web..v1"));
    cr_assert_not(name_is_subdomain("web."));
    cr_assert_not(name_is_subdomain("a_b"));
}

Test(names_validate, a_qualified_name_may_have_one_prefix)
{
    cr_assert(name_is_qualified("example.com/gpu"));
    cr_assert(name_is_qualified("App_Name.2"));
    cr_assert_not(name_is_qualified("a/b/c"));
    cr_assert_not(name_is_qualified("/gpu"));
    cr_assert_not(name_is_qualified("example.com/"));
    cr_assert_not(name_is_qualified("Example.com/gpu"));
}

Test(names_validate, a_label_value_may_be_empty)
{
    cr_assert(name_is_label_value(""));
    cr_assert(name_is_label_value("eu-1a_X.3"));
    cr_assert_not(name_is_label_value("-2"));
    cr_assert_not(name_is_label_value("a b"));
}

Test(names_validate, a_ports_name_has_a_letter_and_at_most_15_bytes)
{
    cr_assert(name_is_port("http"));
    cr_assert(name_is_port("8080-tcp"));
    cr_assert(name_is_port("fifteen-letters"));
    cr_assert_not(name_is_port("sixteen-letters1"));
    cr_assert_not(name_is_port("8080"));
    cr_assert_not(name_is_port("a--b"));
    cr_assert_not(name_is_port("HTTP"));
}
