/* intorpercent.h -- "25%" or 3: the fields of Kubernetes that take a number of pods or a share of them.
 *
 * Source: Kubernetes v1.36, apimachinery/pkg/util/intstr/intstr.go.
 */
#ifndef SIM_SCENARIO_INTORPERCENT_H
#define SIM_SCENARIO_INTORPERCENT_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/fail.h"
#include "sim/base/value.h"

enum intorpercent_error {
    INTORPERCENT_OK,
    INTORPERCENT_DECODE, /* neither an int32 nor a text: the API server does not even read the object */
    INTORPERCENT_VALUE,  /* a text that is no whole number and one %: the controller's sync fails */
};

/* The number that v means: an integer is itself, null is 0, a percentage its share of total, rounded up or down. There
 * is no bound at 0 or total: "-5%" and "150%" are good. *result changes only when it returns INTORPERCENT_OK. */
enum intorpercent_error intorpercent_scaled(const struct value *v, int64_t total, bool round_up,
                                            int64_t *result) MUST_CHECK;

#endif
