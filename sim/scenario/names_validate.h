/* names_validate.h -- which names Kubernetes takes.
 *
 * Source: Kubernetes v1.36, apimachinery/pkg/util/validation, apimachinery/pkg/api/validation, pkg/apis/core/validation.
 */
#ifndef SIM_SCENARIO_NAMES_VALIDATE_H
#define SIM_SCENARIO_NAMES_VALIDATE_H

#include <stdbool.h>

#include "sim/scenario/place.h"
#include "sim/scenario/violation.h"

/* 1 to 63 of a-z, 0-9 and -, first and last no -: names of containers, services, namespaces. */
bool name_is_label(const char *text);

/* Labels joined by dots, at most 253 bytes in all: names of most objects. */
bool name_is_subdomain(const char *text);

/* [PREFIX/]NAME, as keys of labels and names of resources are. */
bool name_is_qualified(const char *text);

/* 1 to 15 of a-z, 0-9 and - with a letter among them, no - first, last or twice: names of ports. */
bool name_is_port(const char *text);

/* Empty, or at most 63 of letters, digits, -, _ and dots, first and last a letter or digit. */
bool name_is_label_value(const char *text);

/* Adds what is wrong with metadata.name of an object whose names are subdomains. */
void validate_object_name(const struct place *object, struct violations *found);

/* Adds what keeps a text from being a part of an URL's path. */
void validate_path_segment(const struct place *p, struct violations *found);

#endif
