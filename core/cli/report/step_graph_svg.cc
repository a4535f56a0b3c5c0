#include "core/cli/report/step_graph_svg.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/cli/display_text.h"
#include "core/cli/report/html.h"
#include "core/cli/report/state_mark.h"

namespace provision {
namespace {

constexpr int kWidth = 172, kHeight = 46;  // of a node
constexpr int kGapX = 52, kGapY = 14;
constexpr int kMargin = 6;
constexpr size_t kNameColumns = 19;

int Left(const GraphCell& cell) {
  return kMargin + cell.column * (kWidth + kGapX);
}
int Top(const GraphCell& cell) {
  return kMargin + cell.row * (kHeight + kGapY);
}

std::map<std::string, int> Indices(const Report& report) {
  std::map<std::string, int> indices;
  for (int i = 0; i < report.step_size(); ++i) {
    indices.emplace(report.step(i).step(), i);
  }
  return indices;
}

// One that passes other columns runs below the row where it begins, so that it
// is not hidden by the nodes there.
std::string EdgePath(const GraphCell& from, const GraphCell& to,
                     absl::string_view css_class) {
  const int x1 = Left(from) + kWidth, y1 = Top(from) + kHeight / 2;
  const int x2 = Left(to), y2 = Top(to) + kHeight / 2;
  const auto curve = [](int ax, int ay, int bx, int by) {
    return absl::StrCat("C", (ax + bx) / 2, " ", ay, " ", (ax + bx) / 2, " ",
                        by, " ", bx, " ", by);
  };
  std::string path = absl::StrCat("M", x1, " ", y1, " ");
  if (to.column - from.column == 1) {
    absl::StrAppend(&path, curve(x1, y1, x2, y2));
  } else {
    const int between = y1 + (kHeight + kGapY) / 2;
    absl::StrAppend(&path, curve(x1, y1, x1 + kGapX, between), " H", x2 - kGapX,
                    " ", curve(x2 - kGapX, between, x2, y2));
  }
  return absl::StrCat("<path class=\"", css_class, "\" d=\"", path, "\"/>");
}

std::string Node(const Report::Step& step, int i, const GraphCell& cell) {
  const StateMark mark = MarkOf(step.state());
  const int x = Left(cell), y = Top(cell);
  std::string below = step.state();
  if (step.has_duration_ms()) {
    absl::StrAppend(&below, " · ",
                    DurationText(absl::Milliseconds(step.duration_ms())));
  }
  return absl::StrCat(
      "<a class=\"node ", mark.css_class, "\" href=\"#s", i, "\" data-step=\"",
      i, "\"><title>", HtmlText(step.step()), ": ", HtmlText(below),
      "</title><rect x=\"", x, "\" y=\"", y, "\" width=\"", kWidth,
      "\" height=\"", kHeight, "\" rx=\"8\"/><text class=\"sign\" x=\"", x + 12,
      "\" y=\"", y + 20, "\">", mark.sign, "</text><text class=\"name\" x=\"",
      x + 30, "\" y=\"", y + 20, "\">",
      HtmlText(
          CutToWidth(EscapeUntrusted(step.step(), false), kNameColumns, false)),
      "</text><text class=\"word\" x=\"", x + 30, "\" y=\"", y + 37, "\">",
      HtmlText(below), "</text></a>");
}

}  // namespace

std::vector<GraphCell> LayOutGraph(const Report& report) {
  const std::map<std::string, int> indices = Indices(report);
  std::vector<GraphCell> cells(report.step_size());
  std::map<int, std::set<int>> taken;  // rows of each column
  for (int i = 0; i < report.step_size(); ++i) {
    int sum = 0, count = 0;
    for (const Report::Edge& edge : report.step(i).after()) {
      const auto it = indices.find(edge.step());
      // Steps stand behind what they come after.
      if (it == indices.end() || it->second >= i) continue;
      const GraphCell& before = cells[it->second];
      cells[i].column = std::max(cells[i].column, before.column + 1);
      sum += before.row;
      ++count;
    }
    std::set<int>& rows = taken[cells[i].column];
    int row = count == 0 ? 0 : sum / count;
    // The rows of a column fill up from the top: the next free one.
    for (auto it = rows.lower_bound(row); it != rows.end() && *it == row;
         ++it) {
      ++row;
    }
    cells[i].row = row;
    rows.insert(row);
  }
  return cells;
}

std::string StepGraphSvg(const Report& report) {
  const std::map<std::string, int> indices = Indices(report);
  const std::vector<GraphCell> cells = LayOutGraph(report);
  int width = 0, height = 0;
  std::string edges, nodes;
  for (int i = 0; i < report.step_size(); ++i) {
    const Report::Step& step = report.step(i);
    width = std::max(width, Left(cells[i]) + kWidth + kMargin);
    height = std::max(height, Top(cells[i]) + kHeight + kGapY);
    for (const Report::Edge& edge : step.after()) {
      const auto it = indices.find(edge.step());
      if (it == indices.end() || it->second >= i) continue;
      const bool blocks = std::count(step.blocked_by().begin(),
                                     step.blocked_by().end(), edge.step()) > 0;
      const bool critical =
          step.critical() && report.step(it->second).critical();
      edges += EdgePath(cells[it->second], cells[i],
                        blocks                    ? "edge blocks"
                        : !edge.because().empty() ? "edge automatic"
                        : critical                ? "edge critical"
                                                  : "edge");
    }
    nodes += Node(step, i, cells[i]);
  }
  return absl::StrCat("<svg class=\"graph\" width=\"", width, "\" height=\"",
                      height, "\" viewBox=\"0 0 ", width, " ", height,
                      "\" role=\"group\" aria-label=\"Steps and their order\">",
                      edges, nodes, "</svg>");
}

}  // namespace provision
