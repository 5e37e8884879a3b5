#include "models/service/call.h"

#include <math.h>
#include <stddef.h>

#include "sim/base/elementary.h"

const double call_levels[CALL_LEVELS] = {0.5, 0.95, 0.99};

double call_answer_tail(const struct call_answer *answer, double time_s)
{
    double own_s = time_s - answer->beside_s;
    if (answer->spread == NULL) {
        return own_s < answer->mean_s - answer->beside_s ? 1 : 0;
    }
    return latency_tail(answer->spread, own_s);
}

double call_failure(const struct call_terms *terms, const struct call_answer *answer)
{
    double late = isinf(terms->timeout_s) ? 0 : call_answer_tail(answer, terms->timeout_s);
    return answer->failing + (1 - answer->failing) * late;
}

double call_attempts(const struct call_terms *terms, double failure)
{
    double attempts = 1, power = 1;
    for (int32_t i = 0; i < terms->retries; i++) {
        power *= failure;
        attempts += power;
    }
    return attempts;
}

double call_error(const struct call_terms *terms, double failure)
{
    if (failure == 0) {
        return 0;
    }
    double lost = failure;
    for (int32_t i = 0; i < terms->retries; i++) {
        lost *= failure;
    }
    return 1 - elementary_pow(1 - lost, terms->per);
}

static double least(double left, double right)
{
    return left < right ? left : right;
}

double call_mean_s(const struct call_terms *terms, const struct call_answer *answer, double failure)
{
    /* A refusal takes no time; what is late takes the whole timeout. */
    double late = failure - answer->failing > 0 ? failure - answer->failing : 0;
    double attempt_s = (1 - failure) * least(answer->mean_s, terms->timeout_s);
    attempt_s += late > 0 ? late * terms->timeout_s : 0;
    return terms->per * call_attempts(terms, failure) * attempt_s;
}

/* The quantile of an answer at any level: one of the three known, moved by its own part's. */
static double answer_quantile_s(const struct call_answer *answer, double level)
{
    if (answer->spread == NULL || level <= 0) {
        return answer->mean_s;
    }
    int known = level < 0.75 ? 0 : level < 0.97 ? 1 : 2;
    if (level == call_levels[known]) {
        return answer->quantile_s[known];
    }
    double moved_s = latency_quantile(answer->spread, level) - latency_quantile(answer->spread, call_levels[known]);
    return answer->quantile_s[known] + moved_s;
}

double call_quantile_s(const struct call_terms *terms, const struct call_answer *answer, double failure, double level)
{
    double before_s = 0;
    for (int32_t i = 0; i < terms->retries && failure > 1 - level; i++) {
        before_s += terms->timeout_s;
        level = 1 - (1 - level) / failure;
    }
    return before_s + least(answer_quantile_s(answer, level), terms->timeout_s);
}
