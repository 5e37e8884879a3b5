/* gnuplot's drawing is a flat sequence of few kinds of elements in many groups. The groups carry what the style sheet
 * decides here; so the elements are picked out, in their order, and the groups dropped. */
#include "reports/svg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct place {
    double x, y;
    const char *anchor; /* a class */
};

void svg_escape(struct buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&':
            buffer_text(out, "&amp;");
            break;
        case '<':
            buffer_text(out, "&lt;");
            break;
        case '>':
            buffer_text(out, "&gt;");
            break;
        case '"':
            buffer_text(out, "&quot;");
            break;
        default:
            if ((unsigned char)*text >= ' ' || *text == '\n' || *text == '\t') {
                buffer_byte(out, *text);
            }
        }
    }
}

/* The value of an attribute of the element that ends at end; its length in *length. Null: it has none. */
static const char *attribute(const char *element, const char *end, const char *name, size_t *length)
{
    size_t name_length = strlen(name);
    for (const char *at = element; at + name_length < end; at++) {
        if (at[0] != ' ' || memcmp(at + 1, name, name_length) != 0) {
            continue;
        }
        const char *value = at + 1 + name_length;
        value += strspn(value, " ");
        if (*value != '=') {
            continue;
        }
        value += 1 + strspn(value + 1, " ");
        const char *close = memchr(value + 1, *value, (size_t)(end - value - 1));
        if (close != NULL) {
            *length = (size_t)(close - value - 1);
            return value + 1;
        }
    }
    return NULL;
}

/* The series that a colour stands for; null: none. */
static const struct svg_series *series_of(const struct svg *s, const char *element, const char *end, const char *name)
{
    size_t length;
    unsigned red, green, number;
    const char *colour = attribute(element, end, name, &length);
    if (colour == NULL || sscanf(colour, "rgb( %u , %u , %u )", &red, &green, &number) != 3 || red != 1 || green != 0 ||
        number >= s->count) {
        return NULL;
    }
    return &s->series[number];
}

/* Coordinates to a tenth; a straight line needs no L. */
static void add_points(struct buffer *out, const char *points, size_t length)
{
    const char *end = points + length;
    bool first = true;
    while (points < end) {
        if (*points == 'M') {
            buffer_byte(out, 'M');
            first = true;
            points++;
        } else if ((*points >= '0' && *points <= '9') || *points == '-') {
            char *after;
            double x = strtod(points, &after);
            double y = strtod(after + 1, &after);
            buffer_format(out, first ? "%.1f,%.1f" : " %.1f,%.1f", x, y);
            first = false;
            points = after;
        } else {
            points++;
        }
    }
}

static void add_name(struct buffer *out, const struct svg_series *series, const char *close)
{
    buffer_text(out, "><title>");
    svg_escape(out, series->name);
    buffer_format(out, "</title></%s>\n", close);
}

static void add_path(struct buffer *out, const struct svg *s, const char *element, const char *end)
{
    size_t length, class_length;
    const char *points = attribute(element, end, "d", &length);
    if (points == NULL) {
        return;
    }
    const struct svg_series *series = series_of(s, element, end, "stroke");
    bool grid = attribute(element, end, "class", &class_length) != NULL;
    buffer_format(out, "<path class=\"%s%s\" d=\"",
                  series != NULL ? "line "
                  : grid         ? "grid"
                                 : "axis",
                  series != NULL ? series->role : "");
    add_points(out, points, length);
    buffer_byte(out, '"');
    if (series != NULL) {
        add_name(out, series, "path");
    } else {
        buffer_text(out, "/>\n");
    }
}

static void add_polygon(struct buffer *out, const struct svg *s, const char *element, const char *end)
{
    size_t length;
    const char *points = attribute(element, end, "points", &length);
    const struct svg_series *series = series_of(s, element, end, "fill");
    if (points == NULL || series == NULL) {
        return;
    }
    buffer_format(out, "<polygon class=\"area %s\" points=\"", series->role);
    add_points(out, points, length);
    buffer_byte(out, '"');
    add_name(out, series, "polygon");
}

static void add_mark(struct buffer *out, const struct svg *s, const char *element, const char *end)
{
    size_t length;
    double x, y;
    const char *where = attribute(element, end, "transform", &length);
    const struct svg_series *series = series_of(s, element, end, "color");
    if (where == NULL || series == NULL || sscanf(where, "translate(%lf,%lf)", &x, &y) != 2) {
        return;
    }
    buffer_format(out, "<circle class=\"mark %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"", series->role, x, y);
    add_name(out, series, "circle");
}

/* The group around a label says where it stands. */
static void read_place(const char *element, const char *end, struct place *place)
{
    size_t length;
    double x, y;
    const char *where = attribute(element, end, "transform", &length);
    const char *anchor = attribute(element, end, "text-anchor", &length);
    if (where != NULL && sscanf(where, "translate(%lf,%lf)", &x, &y) == 2) {
        place->x = x;
        place->y = y;
        place->anchor = anchor == NULL || *anchor == 's' ? "start" : *anchor == 'm' ? "middle" : "end";
    }
}

/* The text of a label is escaped already. */
static void add_label(struct buffer *out, const char *text, const struct place *place)
{
    text += strspn(text, " ");
    buffer_format(out, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%.*s</text>\n", place->anchor, place->x, place->y,
                  (int)strcspn(text, "<"), text);
}

static bool is(const char *element, const char *name)
{
    return strncmp(element, name, strlen(name)) == 0;
}

static void open_drawing(struct buffer *out, const struct svg *s)
{
    buffer_format(out,
                  "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"chart-%u-title chart-%u-text\">\n"
                  "<title id=\"chart-%u-title\">",
                  s->width, s->height, s->number, s->number, s->number);
    svg_escape(out, s->title);
    buffer_format(out, "</title>\n<desc id=\"chart-%u-text\">", s->number);
    svg_escape(out, s->description);
    buffer_text(out, "</desc>\n");
}

void svg_tidy(struct buffer *out, const struct svg *drawing, const char *gnuplot, size_t length)
{
    struct place place = {0, 0, "start"};
    const char *limit = gnuplot + length;
    open_drawing(out, drawing);
    for (const char *at = gnuplot; (at = memchr(at, '<', (size_t)(limit - at))) != NULL;) {
        const char *end = memchr(at, '>', (size_t)(limit - at));
        if (end == NULL) {
            break;
        }
        if (is(at, "<defs")) {
            const char *close = strstr(at, "</defs>");
            end = close == NULL ? end : close;
        } else if (is(at, "<path")) {
            add_path(out, drawing, at, end);
        } else if (is(at, "<polygon")) {
            add_polygon(out, drawing, at, end);
        } else if (is(at, "<use")) {
            add_mark(out, drawing, at, end);
        } else if (is(at, "<g transform")) {
            read_place(at, end, &place);
        } else if (is(at, "<text>")) {
            add_label(out, end + 1, &place);
        }
        at = end;
    }
    buffer_text(out, "</svg>");
}
