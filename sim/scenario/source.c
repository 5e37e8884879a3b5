#include "sim/scenario/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/json.h"
#include "sim/base/utf8.h"
#include "sim/scenario/yaml.h"

static bool read_path(struct sources *s, const char *path, struct mark from, uint32_t layer);

static bool refuse(struct sources *s, struct mark where, const char *file, const char *what, const char *mend)
{
    problems_error(s->problems, where, "%s: cannot be read: %s (%s)", file, what, mend);
    return false;
}

static bool ends_in(const char *name, const char *end)
{
    size_t length = strlen(name), tail = strlen(end);
    return length > tail && strcmp(name + length - tail, end) == 0;
}

/* ---- bytes ---- */

/* Reads fd to its end into the arena. */
static bool read_bytes(struct sources *s, int fd, struct mark from, struct source_text *t)
{
    char *bytes = NULL;
    size_t count = 0, room = 0;
    for (;;) {
        if (count == room) {
            room = room == 0 ? 1 << 16 : room * 2;
            bytes = memory_resize(bytes, room, 1);
        }
        ssize_t got = read(fd, bytes + count, room - count);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0 || count + (size_t)got > SOURCE_SIZE_MAX) {
            bool error = got < 0;
            const char *why = error ? strerror(errno) : "it is larger than 1 GiB";
            free(bytes);
            return refuse(s, from, t->file, why, error ? "name a file that can be read" : "split it");
        }
        if (got == 0) {
            break;
        }
        count += (size_t)got;
    }
    t->text = arena_text(s->arena, bytes, count);
    t->length = count;
    free(bytes);
    return true;
}

static struct mark place_of(const struct source_text *t, size_t offset)
{
    struct mark where = {.file = t->file, .line = 1, .column = 1};
    for (size_t i = 0; i < offset; i++) {
        where.column = t->text[i] == '\n' ? 1 : where.column + 1;
        where.line += t->text[i] == '\n';
    }
    return where;
}

/* Refuses what is no UTF-8, and NUL. */
static bool check_bytes(struct sources *s, const struct source_text *t)
{
    size_t bad = utf8_check(t->text, t->length);
    const char *nul = memchr(t->text, '\0', t->length);
    if (bad < t->length) {
        problems_error(s->problems, place_of(t, bad), "text: not UTF-8: byte 0x%02x (save the file as UTF-8)",
                       (unsigned char)t->text[bad]);
        return false;
    }
    if (nul != NULL) {
        problems_error(s->problems, place_of(t, (size_t)(nul - t->text)),
                       "text: NUL character: a text file holds none (is it a binary file?)");
        return false;
    }
    return true;
}

/* ---- documents ---- */

/* Whether the text is to be tried as JSON first. */
static bool may_be_json(const struct source_text *t)
{
    return t->text[strspn(t->text, " \t\r\n")] == '{';
}

static bool read_documents(struct sources *s, const struct source_text *t, struct value *documents)
{
    struct fail fail = {0};
    bool json_only = ends_in(t->file, ".json");
    if (json_only || may_be_json(t)) {
        struct value *v = json_read(s->arena, s->names, t->file, t->text, t->length, &fail);
        if (v != NULL) {
            value_append(s->arena, documents, v);
            return true;
        }
        if (json_only) {
            problems_fail(s->problems, &fail);
            return false;
        }
    }
    return yaml_read(s->arena, s->names, s->problems, t->file, t->text, t->length, documents);
}

/* Reads what a document includes, when it is a Scenario that does. */
static bool read_includes(struct sources *s, uint32_t text, const struct value *document)
{
    const char *kind = value_as_text(value_get(document, "kind"));
    const struct value *includes = value_at(document, "spec.include");
    bool good = true;
    if (kind == NULL || strcmp(kind, "Scenario") != 0 || !value_is_list(includes)) {
        return true;
    }
    VEC_PUSH(&s->open, text);
    for (uint32_t i = 0; i < includes->count; i++) {
        const struct value *item = includes->items[i];
        const char *path = value_as_text(item);
        if (path != NULL) {
            uint32_t layer = s->texts.at[text].layer;
            good = read_path(s, source_path(s->arena, item->where, path), item->where, layer) && good;
        }
    }
    s->open.count--;
    return good;
}

static bool read_text(struct sources *s, struct source_text *t, int fd, struct mark from)
{
    if (!read_bytes(s, fd, from, t)) {
        return false;
    }
    uint32_t number = s->texts.count;
    VEC_PUSH(&s->texts, *t);
    if (!check_bytes(s, t)) {
        return false;
    }
    struct value *documents = value_list(s->arena);
    bool good = read_documents(s, t, documents);
    for (uint32_t i = 0; i < documents->count; i++) {
        VEC_PUSH(&s->documents, (struct document){.tree = documents->items[i], .layer = t->layer});
    }
    for (uint32_t i = 0; i < documents->count; i++) {
        good = read_includes(s, number, documents->items[i]) && good;
    }
    return good;
}

/* ---- files and folders ---- */

/* Whether the file was read in this layer already; in a circle, says so. */
static bool is_again(struct sources *s, const struct source_text *t, struct mark from, bool *circle)
{
    *circle = false;
    for (uint32_t i = 0; i < s->texts.count; i++) {
        const struct source_text *other = &s->texts.at[i];
        if (other->layer != t->layer || other->device != t->device || other->inode != t->inode) {
            continue;
        }
        for (uint32_t k = 0; k < s->open.count; k++) {
            *circle = *circle || s->open.at[k] == i;
        }
        if (*circle) {
            problems_error(s->problems, from,
                           "spec.include: circle: %s is being read when it is included again (take it out)", t->file);
        }
        return true;
    }
    return false;
}

static bool read_file(struct sources *s, const char *path, const struct stat *status, struct mark from, uint32_t layer)
{
    struct source_text t = {
        .file = names_text(s->names, path), .layer = layer, .device = status->st_dev, .inode = status->st_ino};
    bool circle = false;
    if (is_again(s, &t, from, &circle)) {
        return !circle;
    }
    int fd = open(path, O_RDONLY);
    if (fd < 0) {
        return refuse(s, from, path, strerror(errno), "name a file that can be read");
    }
    bool good = read_text(s, &t, fd, from);
    close(fd);
    return good;
}

static bool read_standard_input(struct sources *s, uint32_t layer)
{
    struct source_text t = {.file = names_text(s->names, "standard input"), .layer = layer};
    for (uint32_t i = 0; i < s->texts.count; i++) {
        if (s->texts.at[i].file == t.file) {
            return refuse(s, (struct mark){0}, "-", "standard input is named twice", "name it once");
        }
    }
    return read_text(s, &t, STDIN_FILENO, (struct mark){0});
}

/* Whether a folder belongs to a program that makes manifests; says so. */
static bool is_for_another(struct sources *s, const char *folder, const char *entry, struct mark from)
{
    static const struct {
        const char *file, *command;
    } others[] = {{"kustomization.yaml", "kustomize build"},
                  {"kustomization.yml", "kustomize build"},
                  {"Kustomization", "kustomize build"},
                  {"Chart.yaml", "helm template"}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (strcmp(entry, others[i].file) == 0) {
            problems_error(s->problems, from,
                           "%s: cannot be read as it is: %s says that another program makes its "
                           "manifests (%s %s | headroom run -)",
                           folder, entry, others[i].command, folder);
            return true;
        }
    }
    return false;
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static bool is_manifest(const char *entry)
{
    return entry[0] != '.' && (ends_in(entry, ".yaml") || ends_in(entry, ".yml") || ends_in(entry, ".json"));
}

struct entries {
    const char **at;
    uint32_t count;
    uint32_t room;
};

static void note_folder(struct sources *s, const char *path, const struct stat *status, struct mark from, bool read)
{
    VEC_PUSH(&s->folders,
             (struct source_folder){
                 .path = path, .from = from, .read = read, .device = status->st_dev, .inode = status->st_ino});
}

/* Notes an entry of a folder that is a folder. */
static void note_entry(struct sources *s, const char *path, struct mark from)
{
    struct stat status;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        note_folder(s, path, &status, from, false);
    }
}

/* Lists the paths of a folder's manifests; false: the folder is not for us. */
static bool list_folder(struct sources *s, DIR *folder, const char *path, struct mark from, struct entries *entries)
{
    const char *slash = ends_in(path, "/") ? "" : "/";
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (is_for_another(s, path, entry->d_name, from)) {
            return false;
        }
        if (is_manifest(entry->d_name)) {
            VEC_PUSH(entries, arena_format(s->arena, "%s%s%s", path, slash, entry->d_name));
        } else if (entry->d_name[0] != '.') {
            note_entry(s, arena_format(s->arena, "%s%s%s", path, slash, entry->d_name), from);
        }
    }
    if (entries->count == 0) {
        return refuse(s, from, path, "no .yaml, .yml or .json in the folder", "name the folder that holds them");
    }
    qsort(entries->at, entries->count, sizeof *entries->at, compare_names);
    return true;
}

static bool read_folder(struct sources *s, const char *path, struct mark from, uint32_t layer)
{
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return refuse(s, from, path, strerror(errno), "name a folder that can be read");
    }
    struct entries entries = {0};
    bool listed = list_folder(s, folder, path, from, &entries);
    bool good = listed;
    closedir(folder);
    for (uint32_t i = 0; listed && i < entries.count; i++) {
        good = read_path(s, entries.at[i], from, layer) && good;
    }
    VEC_DROP(&entries);
    return good;
}

/* Reads the file or folder that path names, from a place that mentions it (none: the command line). */
static bool read_path(struct sources *s, const char *path, struct mark from, uint32_t layer)
{
    struct stat status;
    if (strcmp(path, "-") == 0 && from.file == NULL) {
        return read_standard_input(s, layer);
    }
    if (stat(path, &status) != 0) {
        return refuse(s, from, path, strerror(errno), "is the name right?");
    }
    if (S_ISDIR(status.st_mode)) {
        note_folder(s, path, &status, from, true);
        return read_folder(s, path, from, layer);
    }
    return read_file(s, path, &status, from, layer);
}

/* Whether the folder, or a file in it, was read. */
static bool is_read(const struct sources *s, const struct source_folder *folder)
{
    size_t length = strlen(folder->path);
    bool found = false;
    for (uint32_t i = 0; i < s->folders.count && !found; i++) {
        const struct source_folder *other = &s->folders.at[i];
        found = other->read && other->device == folder->device && other->inode == folder->inode;
    }
    for (uint32_t i = 0; i < s->texts.count && !found; i++) {
        found = strncmp(s->texts.at[i].file, folder->path, length) == 0 && s->texts.at[i].file[length] == '/';
    }
    return found;
}

static bool holds_manifests(const char *path)
{
    DIR *folder = opendir(path);
    bool found = false;
    for (struct dirent *entry; folder != NULL && !found && (entry = readdir(folder)) != NULL;) {
        found = is_manifest(entry->d_name);
    }
    if (folder != NULL) {
        closedir(folder);
    }
    return found;
}

struct sources sources_make(struct arena *a, struct names *names, struct problems *problems)
{
    return (struct sources){.arena = a, .names = names, .problems = problems};
}

void sources_drop(struct sources *s)
{
    VEC_DROP(&s->documents);
    VEC_DROP(&s->texts);
    VEC_DROP(&s->open);
    VEC_DROP(&s->folders);
}

bool sources_read(struct sources *s, const char *file, uint32_t layer)
{
    return read_path(s, file, (struct mark){0}, layer);
}

void sources_tell_unread(struct sources *s)
{
    for (uint32_t i = 0; i < s->folders.count; i++) {
        const struct source_folder *folder = &s->folders.at[i];
        if (!folder->read && !is_read(s, folder) && holds_manifests(folder->path)) {
            problems_warn(s->problems, folder->from,
                          "%s: not read: of a folder only the files in itself are (name it, too, or let the Scenario "
                          "include it)",
                          folder->path);
        }
    }
}

const char *source_path(struct arena *a, struct mark where, const char *path)
{
    const char *slash = where.line == 0 || where.file == NULL ? NULL : strrchr(where.file, '/');
    if (path[0] == '/' || slash == NULL) {
        return path;
    }
    return arena_format(a, "%.*s/%s", (int)(slash - where.file), where.file, path);
}
