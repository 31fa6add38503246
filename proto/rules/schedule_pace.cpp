#include "rules/schedule_time.h"

namespace holdfast {

SchedulePace CurrentSchedulePace() { return {}; }

}  // namespace holdfast
