/* svg.h -- gnuplot's SVG made fit to stand in a page: no ids, no definitions, no colours of its own.
 *
 * gnuplot draws the series number N in the colour rgb(1, 0, N); what comes out has classes instead, so the page's style
 * sheet decides on colours, light and dark, and widths:
 *
 *     <path class="grid">, <path class="axis">      lines of the grid, the axis
 *     <text class="start|middle|end">               labels of the axes, by their anchor
 *     <path class="line ROLE">, <polygon class="area ROLE">, <circle class="mark ROLE">   of a series, with its name
 */
#ifndef REPORTS_SVG_H
#define REPORTS_SVG_H

#include <stddef.h>
#include <stdint.h>

#include "sim/base/buffer.h"

/* A series of a drawing: the class of its lines and areas, and its name, shown by browsers that point at it. */
struct svg_series {
    const char *role;
    const char *name;
};

struct svg {
    int width, height;               /* of the drawing's own units */
    uint32_t number;                 /* of the drawing in its page: makes the ids of title and description */
    const char *title;               /* plain text */
    const char *description;         /* plain text */
    const struct svg_series *series; /* [count] */
    uint32_t count;
};

/* Adds one drawing to out, from the length bytes that gnuplot wrote for it. */
void svg_tidy(struct buffer *out, const struct svg *drawing, const char *gnuplot, size_t length);

/* Adds text so that it stands for itself in HTML and SVG, also in quotes; control characters are left out. */
void svg_escape(struct buffer *out, const char *text);

#endif
