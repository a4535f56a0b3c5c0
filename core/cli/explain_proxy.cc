#include "core/cli/explain_proxy.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/api/facts.h"
#include "core/base/diagnostic.h"
#include "core/base/http_client.h"
#include "core/cli/answer.pb.h"
#include "core/cli/display_text.h"
#include "core/facts/caching_facts.h"
#include "core/facts/host_facts.h"
#include "core/host/proxy_for_url.h"
#include "core/host/proxy_route.h"

namespace provision {
namespace {

using Route = ProxyAnswer::Route;

void AddOurs(const absl::optional<ProxyForUrl>& proxy, ProxyAnswer* answer) {
  Route* route = answer->add_route();
  route->set_client("provision");
  if (!proxy.has_value()) return;
  route->set_proxy(proxy->url);
  route->set_variable(proxy->variable);
  if (proxy->has_login) route->set_remark("with the login that it holds");
}

absl::string_view ToolsOf(ProxyClient client) {
  switch (client) {
    case ProxyClient::kCurl:
      return "curl, git";
    case ProxyClient::kRequests:
      return "requests, pip";
    case ProxyClient::kHyperUtil:
      return "uv";
    case ProxyClient::kWget:
    case ProxyClient::kUrllib:
    case ProxyClient::kNpm:
    case ProxyClient::kGo:
      break;
  }
  return ProxyClientName(client);
}

std::string HowText(const Route& route) {
  if (!route.has_proxy()) return "direct";
  return absl::StrCat("through ", route.proxy());
}

std::string WhyText(const Route& route) {
  std::string why =
      route.has_variable() ? absl::StrCat("by ", route.variable()) : "";
  if (route.has_remark()) {
    absl::StrAppend(&why, why.empty() ? "" : ", ", route.remark());
  }
  return why;
}

std::string AnswerText(const ProxyAnswer& answer, const TerminalStyle& style) {
  size_t client = 0;
  size_t how = 0;
  for (const Route& route : answer.route()) {
    client = std::max(client, route.client().size());
    how = std::max(how, DisplayWidth(style.Text(HowText(route))));
  }
  std::string text = absl::StrCat(style.Text(answer.url()), "\n");
  for (const Route& route : answer.route()) {
    const std::string why = WhyText(route);
    absl::StrAppend(&text, "    ", PadRight(route.client(), client + 2),
                    why.empty() ? HowText(route)
                                : PadRight(style.Text(HowText(route)), how + 2),
                    style.Text(why), "\n");
  }
  absl::StrAppend(&text,
                  "\nBy the variables of this shell; a tool's own files come "
                  "on top of them.\n");
  return text;
}

}  // namespace

ExitCode RunExplainProxy(CommandContext& context, const std::string& url) {
  HostFacts host(context.system, nullptr);
  CachingFacts cached(host);
  Facts facts(cached, {});
  const std::vector<ProxyRoute> routes = ProxyRoutes(url, facts);
  if (routes.empty()) {
    return Refuse(
        context, ExitCode::kUsage,
        DiagnosticError(absl::StatusCode::kInvalidArgument, "usage/argument",
                        "explain proxy: wants a URL of http or https")
            .Found(PrintableUrl(url))
            .Next("provision explain proxy https://files.example/"));
  }
  const absl::StatusOr<absl::optional<ProxyForUrl>> ours =
      FindProxyForUrl(url, facts);
  if (!ours.ok()) return Refuse(context, ExitCode::kRefused, ours.status());
  ProxyAnswer answer;
  answer.set_schema("provision.explain.proxy/1");
  answer.set_url(PrintableUrl(url));
  AddOurs(*ours, &answer);
  for (const ProxyRoute& route : routes) {
    Route* added = answer.add_route();
    added->set_client(std::string(ToolsOf(route.client)));
    if (!route.proxy.empty()) added->set_proxy(route.proxy);
    if (!route.variable.empty()) added->set_variable(route.variable);
    if (!route.remark.empty()) added->set_remark(route.remark);
  }
  Answer(context, answer, AnswerText(answer, context.style));
  return ExitCode::kConverged;
}

}  // namespace provision
