/* source.h -- the command line's FILEs as documents.
 *
 * A FILE is a file, a folder (its *.yaml, *.yml and *.json, in order of their names, not what is in folders below), or -
 * for standard input. A name that ends in .json is read as JSON; so is what begins with { and is JSON; all else is YAML.
 * Each FILE of the command line is a layer. A Scenario's spec.include adds files and folders, named from the folder of
 * the file that it stands in, to its layer, behind that file; each is read once in a layer, and a circle is refused.
 */
#ifndef SIM_SCENARIO_SOURCE_H
#define SIM_SCENARIO_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "sim/base/memory.h"
#include "sim/base/value.h"
#include "sim/scenario/problems.h"

#define SOURCE_SIZE_MAX (1u << 30) /* bytes of one file */

struct document {
    struct value *tree;
    uint32_t layer; /* FILE of the command line, from 0 */
};

struct source_text {
    const char *file; /* as the user would name it */
    const char *text; /* [length], a NUL behind it */
    size_t length;
    uint32_t layer;
    dev_t device;
    ino_t inode;
};

struct source_folder {
    const char *path;
    struct mark from; /* who named it */
    bool read;        /* else it was seen in one that was */
    dev_t device;
    ino_t inode;
};

struct sources {
    struct arena *arena;
    struct names *names;
    struct problems *problems;
    VEC(struct document) documents;
    VEC(struct source_text) texts; /* in order of reading */
    VEC(struct source_folder) folders;
    VEC(uint32_t) open; /* texts whose includes are being read */
};

struct sources sources_make(struct arena *a, struct names *names, struct problems *problems);
void sources_drop(struct sources *s);

/* Reads one FILE with what it includes, as the given layer. Problems are added; false: some text could not be read to
 * its end. */
bool sources_read(struct sources *s, const char *file, uint32_t layer) MUST_CHECK;

/* Warns of folders with manifests that stand in a folder that was read and of which nothing was. */
void sources_tell_unread(struct sources *s);

/* A path that a user wrote at a place, as seen from where the program runs: it is named from the folder of the file
 * that it stands in. */
const char *source_path(struct arena *a, struct mark where, const char *path);

#endif
