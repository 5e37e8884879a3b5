#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "sim/scenario/catalog.h"
#include "sim/scenario/datadir.h"

static struct arena arena;
static struct names names;
static struct catalog catalog;
static struct fail failure;

static void open_room(void)
{
    arena = arena_make(4096);
    names = names_make(&arena);
    failure = (struct fail){0};
    cr_assert(catalog_load(&arena, &names, &catalog, &failure), "%s", failure.text);
}

static void close_room(void)
{
    catalog_drop(&catalog);
    names_drop(&names);
    arena_drop(&arena);
}

TestSuite(catalog, .init = open_room, .fini = close_room);

static bool add(const char *text)
{
    return catalog_add(&catalog, &arena, "book.csv", text, strlen(text), &failure);
}

static void not_found(const char *region, const char *name, const char *message)
{
    cr_expect_null(catalog_find(&catalog, region, name, &failure));
    cr_expect_str_eq(failure.text, message);
}

/* AWS's list: m6i.xlarge has 4 vCPU, 16 GiB, costs 0.192 USD an hour; 4 ENIs of 15 addresses hold 4 x 14 + 2 = 58 pods. */
Test(catalog, knows_size_price_and_limits_of_an_aws_type)
{
    const struct catalog_type *t = catalog_find(&catalog, "aws/us-east-1", "m6i.xlarge", &failure);
    cr_assert_not_null(t, "%s", failure.text);
    cr_assert_eq(t->cpu_mcpu, 4000);
    cr_assert_eq(t->memory_bytes, INT64_C(17179869184));
    cr_assert_eq(t->usd_per_hour, 0.192);
    cr_assert_eq(t->spot_usd_per_hour, 0);
    cr_assert_eq(t->max_enis, 4);
    cr_assert_eq(t->ipv4_per_eni, 15);
    cr_assert_eq(t->max_pods, 58);
    cr_assert_str_eq(t->provider, "aws");
    cr_assert_str_eq(t->arch, "amd64");
    cr_assert_str_eq(t->date, "2026-07-20");
}

/* Google's: n2-standard-4 has 16 GiB; spot is 0.047 of 0.1942 USD. n1-standard-2 has 7.5 GiB = 7680 MiB. */
Test(catalog, knows_spot_prices_where_the_source_has_them)
{
    const struct catalog_type *t = catalog_find(&catalog, "gcp/us-central1", "n2-standard-4", &failure);
    cr_assert_not_null(t, "%s", failure.text);
    cr_assert_eq(t->memory_bytes, INT64_C(17179869184));
    cr_assert_eq(t->usd_per_hour, 0.1942);
    cr_assert_eq(t->spot_usd_per_hour, 0.047);
    t = catalog_find(&catalog, "gcp/us-central1", "n1-standard-2", &failure);
    cr_assert_not_null(t);
    cr_assert_eq(t->memory_bytes, INT64_C(8053063680));
    cr_assert_not_null(catalog_find(&catalog, "azure/eastus", "Standard_D4s_v5", &failure));
}

/* The rule of the VPC network plugin: interfaces x (addresses - 1), and 2 pods of the host network. */
Test(catalog, pod_limits_of_aws_follow_from_interfaces_and_addresses)
{
    uint32_t checked = 0;
    for (uint32_t i = 0; i < catalog.types.count; i++) {
        const struct catalog_type *t = &catalog.types.at[i];
        if (strcmp(t->provider, "aws") == 0) {
            cr_expect_eq(t->max_pods, t->max_enis * (t->ipv4_per_eni - 1) + 2, "%s", t->name);
            checked++;
        }
    }
    cr_assert_geq(checked, 200);
}

Test(catalog, says_what_may_have_been_meant)
{
    not_found("aws/us-east-1", "m6i.xlarg",
              "no instance type \"m6i.xlarg\" in aws/us-east-1 (did you mean m6i.xlarge?)");
    not_found("aws/us-east1", "m6i.xlarge", "no prices for region \"aws/us-east1\" (did you mean aws/us-east-1?)");
    not_found(
        "aws/mars", "m6i.xlarge",
        "no prices for region \"aws/mars\" (there are: aws/us-east-1, azure/eastus, gcp/us-central1; others need a "
        "PriceBook)");
    not_found("aws/us-east-1", "n2-standard-4",
              "no price of instance type \"n2-standard-4\" in aws/us-east-1; there is one in gcp/us-central1 (a "
              "PriceBook can add it)");
}

Test(catalog, a_price_book_replaces_what_it_gives_and_adds_what_is_new)
{
    uint32_t before = catalog.types.count;
    cr_assert(add("region,instance_type,usd_per_hour,vcpu,memory_mib\naws/us-east-1,m6i.xlarge,0.1385,,\n"
                  "own/rack-7,blade,0.0815,48,131072\n"),
              "%s", failure.text);
    cr_assert_eq(catalog.types.count, before + 1);
    const struct catalog_type *t = catalog_find(&catalog, "aws/us-east-1", "m6i.xlarge", &failure);
    cr_assert_eq(t->usd_per_hour, 0.1385);
    cr_assert_eq(t->cpu_mcpu, 4000);
    cr_assert_eq(t->max_pods, 58);
    cr_assert_eq(t->where.line, 2);
    t = catalog_find(&catalog, "own/rack-7", "blade", &failure);
    cr_assert_not_null(t, "%s", failure.text);
    cr_assert_str_eq(t->provider, "own");
    cr_assert_eq(t->cpu_mcpu, 48000);
    cr_assert_str_eq(t->source, "book.csv");
}

static void refused(const char *text, const char *message)
{
    uint32_t before = catalog.types.count;
    cr_expect(!add(text), "%s", text);
    cr_expect_str_eq(failure.text, message);
    cr_expect_eq(catalog.types.count, before);
}

Test(catalog, refuses_a_price_book_that_is_wrong_and_keeps_what_it_had)
{
    refused("region,usd_per_hour\n", "book.csv: no column \"instance_type\" (the header has: region, usd_per_hour)");
    refused(
        "region,instance_type,usd_per_hour\nus-east-1,m5.large,0.1\n",
        "book.csv:2:1: region: \"us-east-1\" names no provider (write it as aws/us-east-1, or add a column provider)");
    refused("region,instance_type,usd_per_hour\naws/us-east-1,m5.large,-0.1\n",
            "book.csv:2:24: usd_per_hour: \"-0.1\" is no price (US dollars an hour, above 0)");
    refused("region,instance_type,usd_per_hour\naws/us-east-1,own.large,0.1\n",
            "book.csv:2:1: own.large in aws/us-east-1: its size is not known (give vcpu and memory_mib)");
    refused("region,instance_type,usd_per_hour\na/b,m5.large,0.1\na/b,m5.large,0.2\n",
            "book.csv:2:1: m5.large in a/b: its size is not known (give vcpu and memory_mib)");
    refused("region,instance_type,usd_per_hour\naws/us-east-1,m5.large,0.1\naws/us-east-1,m5.large,0.2\n",
            "book.csv:3:1: m5.large in aws/us-east-1 stands twice, first in line 2 (remove one)");
    cr_assert_eq(catalog_find(&catalog, "aws/us-east-1", "m5.large", &failure)->usd_per_hour, 0.096);
}

Test(datadir, is_looked_for_in_headroom_data_alone_when_that_is_set)
{
    struct arena a = arena_make(256);
    struct fail fail = {0};
    cr_assert_str_eq(datadir_find(&a, "prices", &fail), "data/prices");
    setenv("HEADROOM_DATA", "/nowhere", 1);
    cr_assert_null(datadir_find(&a, "prices", &fail));
    cr_assert_eq(fail.kind, FAIL_INPUT);
    cr_assert_str_eq(fail.text, "prices: not found; looked at /nowhere/prices (set HEADROOM_DATA to the folder data/)");
    arena_drop(&a);
}
