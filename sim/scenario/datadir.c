#include "sim/scenario/datadir.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/buffer.h"

#ifndef HEADROOM_DATA
#define HEADROOM_DATA "/usr/local/share/headroom/data"
#endif

/* A folder that lies where `from` says, seen from this program; null where the system does not say which file runs. */
static const char *beside(struct arena *a, const char *from)
{
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length <= 0) {
        return NULL;
    }
    path[length] = '\0';
    char *slash = strrchr(path, '/');
    return slash == NULL ? NULL : arena_format(a, "%.*s/%s", (int)(slash - path), path, from);
}

const char *datadir_find(struct arena *a, const char *name, struct fail *fail)
{
    const char *given = getenv("HEADROOM_DATA");
    const char *places[] = {"data", beside(a, "../share/headroom/data"), beside(a, "../data"), HEADROOM_DATA};
    size_t count = sizeof places / sizeof *places;
    if (given != NULL && *given != '\0') {
        places[0] = given;
        count = 1;
    }
    struct buffer looked = {0};
    const char *found = NULL;
    for (size_t i = 0; i < count && found == NULL; i++) {
        if (places[i] == NULL) {
            continue;
        }
        const char *path = arena_format(a, "%s/%s", places[i], name);
        found = access(path, R_OK) == 0 ? path : NULL;
        buffer_format(&looked, looked.count == 0 ? "%s" : ", %s", path);
    }
    if (found == NULL) {
        fail_set(fail, FAIL_INPUT, "%s: not found; looked at %s (set HEADROOM_DATA to the folder data/)", name,
                 looked.at);
    }
    buffer_drop(&looked);
    return found;
}
