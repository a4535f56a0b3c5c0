#ifndef PROVISION_CORE_CLI_REPORT_STEP_GRAPH_SVG_H_
#define PROVISION_CORE_CLI_REPORT_STEP_GRAPH_SVG_H_

#include <string>
#include <vector>

#include "core/cli/report/report.pb.h"

namespace provision {

// Where a step stands in the graph: a step is right of all that it comes after.
struct GraphCell {
  int column = 0;
  int row = 0;
};

// One cell a step, none twice; as near to the row of what it comes after as is
// free. Edges to steps that are not in the report do not count. Pure.
std::vector<GraphCell> LayOutGraph(const Report& report);

// The graph as an SVG element whose nodes are links to "#s0", "#s1", ... Pure.
std::string StepGraphSvg(const Report& report);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_REPORT_STEP_GRAPH_SVG_H_
