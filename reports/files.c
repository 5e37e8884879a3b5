#include "reports/files.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_ROOM = 4096, FILE_MODE = 0666, FOLDER_MODE = 0777 };

static bool refuse(const char *path, const char *what, struct fail *fail)
{
    return fail_set(fail, FAIL_SYSTEM, "%s: %s: %s", path, what, strerror(errno));
}

static bool name_final(char path[PATH_ROOM], const char *folder, const char *name, struct fail *fail)
{
    int length = snprintf(path, PATH_ROOM, "%s/%s", folder, name);
    return length < PATH_ROOM || fail_set(fail, FAIL_INPUT, "%.80s...: the path is too long", folder);
}

static bool name_temporary(char path[PATH_ROOM], const char *folder, const char *name, struct fail *fail)
{
    int length = snprintf(path, PATH_ROOM, "%s/.%s.%ld.tmp", folder, name, (long)getpid());
    return length < PATH_ROOM || fail_set(fail, FAIL_INPUT, "%.80s...: the path is too long", folder);
}

static bool write_all(int file, const struct buffer *text)
{
    size_t written = 0;
    while (written < text->count) {
        ssize_t part = write(file, text->at + written, text->count - written);
        if (part < 0 && errno != EINTR) {
            return false;
        }
        written += part > 0 ? (size_t)part : 0;
    }
    return fsync(file) == 0;
}

static bool write_temporary(const char *folder, const struct files_entry *entry, struct fail *fail)
{
    char path[PATH_ROOM];
    if (!name_temporary(path, folder, entry->name, fail)) {
        return false;
    }
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, FILE_MODE);
    if (file < 0) {
        return refuse(folder, "no file can be written there", fail);
    }
    bool good = write_all(file, entry->text);
    int error = errno;
    good = close(file) == 0 && good;
    errno = error;
    return good || fail_set(fail, FAIL_SYSTEM, "%s/%s: cannot be written: %s (nothing was left there)", folder,
                            entry->name, strerror(errno));
}

static void remove_temporary(const char *folder, const char *name)
{
    char path[PATH_ROOM];
    struct fail ignored;
    if (name_temporary(path, folder, name, &ignored)) {
        unlink(path);
    }
}

static bool move(const char *folder, const char *name, struct fail *fail)
{
    char from[PATH_ROOM], to[PATH_ROOM];
    if (!name_temporary(from, folder, name, fail) || !name_final(to, folder, name, fail)) {
        return false;
    }
    return rename(from, to) == 0 || refuse(to, "cannot be replaced", fail);
}

static bool write_files(const char *folder, const struct files_entry *entries, size_t count, struct fail *fail)
{
    bool good = true;
    for (size_t i = 0; i < count && good; i++) {
        good = write_temporary(folder, &entries[i], fail);
    }
    for (size_t i = 0; i < count && good; i++) {
        good = move(folder, entries[i].name, fail);
    }
    for (size_t i = 0; i < count && !good; i++) {
        remove_temporary(folder, entries[i].name);
    }
    return good;
}

bool files_write(const char *folder, const struct files_entry *entries, size_t count, struct fail *fail)
{
    if (mkdir(folder, FOLDER_MODE) != 0 && errno != EEXIST) {
        return refuse(folder, "the folder cannot be made", fail);
    }
    sigset_t ending, before;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGHUP);
    sigprocmask(SIG_BLOCK, &ending, &before);
    bool good = write_files(folder, entries, count, fail);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return good;
}
