/* Any bytes as a scenario: YAML or JSON, objects, fields, references; then once more with the first line as a --set. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/scenario/scenario_read.h"

static void read_file(const char *path, const char *set)
{
    struct arena a = arena_make(1 << 16);
    struct names names = names_make(&a);
    struct problems problems = problems_make(&a, &names);
    struct scenario_input input = {.files = &path, .file_count = 1, .sets = &set, .set_count = set != NULL};
    struct scenario scenario;
    bool good = scenario_read(&a, &names, &input, &problems, &scenario);
    assert(good == (problems.errors == 0));
    scenario_drop(&scenario);
    problems_drop(&problems);
    names_drop(&names);
    arena_drop(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64], set[256];
    snprintf(path, sizeof path, "/tmp/headroom-fuzz-%ld.yaml", (long)getpid());
    FILE *file = fopen(path, "wb");
    assert(file != NULL);
    fwrite(data, 1, size, file);
    fclose(file);
    read_file(path, NULL);
    size_t length = 0;
    while (length < size && length < sizeof set - 1 && data[length] != '\n' && data[length] != '\0') {
        set[length] = (char)data[length];
        length++;
    }
    set[length] = '\0';
    read_file(path, set);
    unlink(path);
    return 0;
}
