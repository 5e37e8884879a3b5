/* glossary.h -- the terms that reports use, each explained in one line, for the readers who meet it. */
#ifndef REPORTS_GLOSSARY_H
#define REPORTS_GLOSSARY_H

#include "sim/base/buffer.h"

enum glossary_reader {
    GLOSSARY_PLANNER = 1 << 0,
    GLOSSARY_CI = 1 << 1,
    GLOSSARY_FINANCE = 1 << 2,
    GLOSSARY_BRIDGE = 1 << 3, /* finance, of a comparison */
};

struct glossary_term {
    const char *name;
    const char *meaning;
    unsigned readers; /* of enum glossary_reader */
};

extern const struct glossary_term glossary_terms[]; /* closed by a null name */

/* The term of that name, in any case, that one of the readers meets; null: there is none. */
const struct glossary_term *glossary_find(const char *name, unsigned readers);

/* Adds a term's name as part of an id: "Fully loaded" is "fully-loaded". */
void glossary_slug(struct buffer *out, const char *name);

#endif
