#include "sim/scenario/validate.h"

#include "sim/scenario/hpa_validate.h"
#include "sim/scenario/kube.h"
#include "sim/scenario/names_validate.h"

void validate_object(const struct schema *schema, const struct value *object, struct names *names,
                     struct violations *found)
{
    (void)names;
    struct place top = place_top(object);
    if (schema == &kube_hpa) {
        hpa_validate(object, false, found);
    } else {
        validate_object_name(&top, found);
    }
}
