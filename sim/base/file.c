#include "sim/base/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/buffer.h"

static bool refuse(struct fail *fail, const char *path, int error)
{
    bool users = error == ENOENT || error == EACCES || error == EISDIR || error == ENOTDIR || error == ENAMETOOLONG;
    return fail_set(fail, users ? FAIL_INPUT : FAIL_SYSTEM, "%s: cannot be read: %s", path, strerror(error));
}

static int read_all(FILE *f, struct buffer *b)
{
    char part[65536];
    size_t got;
    while ((got = fread(part, 1, sizeof part, f)) > 0) {
        buffer_add(b, part, got);
    }
    return ferror(f) ? errno : 0;
}

bool file_read(struct arena *a, const char *path, const char **text, size_t *length, struct fail *fail)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        return refuse(fail, path, errno);
    }
    struct buffer b = {0};
    errno = 0;
    int error = read_all(f, &b);
    fclose(f);
    if (error == 0) {
        *text = arena_text(a, buffer_string(&b), b.count);
        *length = b.count;
    }
    buffer_drop(&b);
    return error == 0 ? true : refuse(fail, path, error);
}
