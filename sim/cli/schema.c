/* headroom schema: headroom's kinds as JSON Schema. */
#include <stdio.h>

#include "sim/cli/commands.h"
#include "sim/scenario/json_schema.h"

static int run(const struct arguments *arguments)
{
    struct buffer out = {0};
    (void)arguments;
    json_schema_write(&out);
    puts(buffer_string(&out));
    buffer_drop(&out);
    return EXIT_DONE;
}

static const struct option options[] = {{0}};

const struct command command_schema = {
    .name = "schema",
    .operands = "",
    .operands_min = 0,
    .operands_max = 0,
    .summary = "Prints headroom's kinds as JSON Schema (2020-12), for editors.",
    .details = "With the YAML extension of an editor, as the first line of a scenario:\n\n"
               "  # yaml-language-server: $schema=headroom.schema.json\n",
    .options = options,
    .run = run,
};
