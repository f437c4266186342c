#pragma once
// A recorded answer in pieces, cut without reading what nobody here needs: most of it is rows.

#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "tenant/assessment.hpp"

namespace riskcluster {

/// A recorded answer, cut where the outputs need it. Views into the record.
struct AnswerParts {
  TenantId tenant;
  std::string published; ///< without what is not published or is set anew
  struct Part {
    std::string_view signal_id;
    std::string_view bytes;
  };
  std::vector<Part> assessments;
  bool good = true;
};
AnswerParts parts_of(std::string_view answer);

/// What an approval takes from its assessment: all but the rows and the analyses, which are most of it.
Result<RiskAssessment> without_rows(std::string_view assessment);

} // namespace riskcluster
