#include "core/plugin/wire_provisioner.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/serialize.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

using google::protobuf::Message;
using plugin::v1::Config;
using plugin::v1::Reply;
using plugin::v1::Request;
using plugin::v1::Validated;

constexpr int kMostRounds = 16;

void SetConfig(const Message& config, Config* out) {
  out->set_type(std::string(config.GetDescriptor()->full_name()));
  out->set_value(DeterministicBytes(config));
}

Request ValidateRequest(const Message& config) {
  Request request;
  SetConfig(config, request.mutable_validate()->add_config());
  return request;
}

Request ProposeRequest(const Message& config, const Facts& facts) {
  Request request;
  plugin::v1::Propose* propose = request.mutable_propose();
  propose->set_step(facts.scope().step);
  SetConfig(config, propose->mutable_config());
  propose->set_root(facts.scope().root);
  for (const auto& [path, step] : facts.scope().assumed) {
    auto* assumed = propose->add_assumed();
    assumed->set_path(path);
    assumed->set_step(step);
  }
  for (const Fact& fact : facts.record()) *propose->add_fact() = fact;
  return request;
}

absl::Status StatusOfFailed(const std::string& name,
                            const plugin::v1::Failed& failed) {
  const int number = failed.code();
  const auto code =
      number >= static_cast<int>(absl::StatusCode::kCancelled) &&
              number <= static_cast<int>(absl::StatusCode::kUnauthenticated)
          ? static_cast<absl::StatusCode>(number)
          : absl::StatusCode::kUnknown;
  if (!failed.diagnostic().id().empty()) {
    return StatusFromDiagnostic(code, failed.diagnostic());
  }
  return DiagnosticError(code, "plugin/failed",
                         absl::StrCat(name, ": could not do its work: ",
                                      failed.diagnostic().message()));
}

absl::Status WrongReply(const std::string& name, absl::string_view expected) {
  return DiagnosticError(absl::StatusCode::kInternal, "plugin/protocol",
                         absl::StrCat(name,
                                      ": answered with another kind of "
                                      "message than was asked for"))
      .Expected(expected);
}

// The one result of a Validate for one config.
absl::StatusOr<Validated::Result> ResultOf(const std::string& name,
                                           const Reply& reply) {
  if (reply.has_failed()) return StatusOfFailed(name, reply.failed());
  if (reply.validated().result_size() != 1) {
    return WrongReply(name, "Validated, one result");
  }
  return reply.validated().result(0);
}

}  // namespace

WireProvisioner::WireProvisioner(Declaration declaration,
                                 std::shared_ptr<PluginConnection> connection)
    : declaration_(std::move(declaration)),
      connection_(std::move(connection)) {}

absl::StatusOr<Validated::Result> WireProvisioner::Judge(
    const Message& config) const {
  PROVISION_ASSIGN_OR_RETURN(const std::vector<Reply> replies,
                             connection_->Exchange({ValidateRequest(config)}));
  return ResultOf(connection_->name(), replies[0]);
}

std::vector<Diagnostic> WireProvisioner::Validate(const Message& config) const {
  if (declaration_.is_judged_by_schema) return {};
  const absl::StatusOr<Validated::Result> result = Judge(config);
  if (!result.ok()) return {DiagnosticFromStatus(result.status())};
  return {result->diagnostic().begin(), result->diagnostic().end()};
}

std::vector<std::string> WireProvisioner::Consents(
    const Message& config) const {
  if (declaration_.is_judged_by_schema) return declaration_.consents;
  const absl::StatusOr<Validated::Result> result = Judge(config);
  // Validate() has told why.
  if (!result.ok()) return {};
  return {result->consent().begin(), result->consent().end()};
}

std::vector<OrderingInvariant> WireProvisioner::invariants() const {
  return declaration_.invariants;
}

absl::Status WireProvisioner::ReadNeeded(const plugin::v1::Need& need,
                                         Facts& facts) const {
  std::set<std::string> known;
  for (const Fact& fact : facts.record()) {
    known.insert(DeterministicBytes(fact.query()));
  }
  bool is_new = false;
  for (const FactQuery& query : need.query()) {
    if (query.reader_case() == FactQuery::READER_NOT_SET) {
      return DiagnosticError(
                 absl::StatusCode::kInternal, "plugin/needs",
                 absl::StrCat(
                     connection_->name(),
                     ": asks for a fact that this program has no reader "
                     "for"))
          .Next("a newer provision, or an older plugin");
    }
    const std::string& reader =
        FactQuery::descriptor()->FindFieldByNumber(query.reader_case())->name();
    if (declaration_.facts.has_value() &&
        declaration_.facts->count(reader) == 0) {
      return DiagnosticError(
                 absl::StatusCode::kPermissionDenied, "plugin/permission",
                 absl::StrCat(connection_->name(), ": asks for the fact ",
                              reader, ", which its manifest does not list"))
          .Expected(absl::StrJoin(*declaration_.facts, ", "))
          .Next("tell the author: `fact` of the manifest is what it may ask");
    }
    is_new |= known.insert(DeterministicBytes(query)).second;
    facts.Read(query);
  }
  if (is_new) return absl::OkStatus();
  return DiagnosticError(absl::StatusCode::kInternal, "plugin/needs",
                         absl::StrCat(connection_->name(),
                                      ": asked again for facts that it has, "
                                      "and for nothing new"));
}

absl::Status WireProvisioner::CheckPrograms(const Proposal& proposal) const {
  if (declaration_.folder.empty()) return absl::OkStatus();
  std::vector<const Action*> actions;
  const auto add = [&actions](const auto& some) {
    for (const Action& action : some) actions.push_back(&action);
  };
  add(proposal.action());
  for (const Rung& rung : proposal.rung()) add(rung.action());
  for (const Proposal::OnChange& due : proposal.on_change()) add(due.action());
  for (const Action* action : actions) {
    if (action->run().argv().empty()) continue;
    const std::string program = NormalPath(action->run().argv(0));
    if (!IsBelowOrSame(program, declaration_.folder) ||
        declaration_.programs.count(program) > 0) {
      continue;
    }
    return DiagnosticError(
               absl::StatusCode::kPermissionDenied, "plugin/permission",
               absl::StrCat(connection_->name(), ": proposes to run ", program,
                            ", which its manifest does not list"))
        .Expected(absl::StrJoin(declaration_.programs, ", "))
        .Next("tell the author: `program` of the manifest is what it may run");
  }
  return absl::OkStatus();
}

absl::StatusOr<Proposal> WireProvisioner::Propose(const Message& config,
                                                  Facts& facts) const {
  const std::string& name = connection_->name();
  if (declaration_.is_judged_by_schema) {
    return DiagnosticError(absl::StatusCode::kUnavailable, "plugin/start",
                           absl::StrCat(name,
                                        ": this command starts no "
                                        "plugin"))
        .Next("provision plan PLAN");
  }
  for (int round = 0; round <= kMostRounds; ++round) {
    PROVISION_ASSIGN_OR_RETURN(
        std::vector<Reply> replies,
        connection_->Exchange({ProposeRequest(config, facts)}));
    Reply& reply = replies[0];
    if (reply.has_failed()) return StatusOfFailed(name, reply.failed());
    if (reply.has_proposed()) {
      PROVISION_RETURN_IF_ERROR(CheckPrograms(reply.proposed().proposal()));
      return std::move(*reply.mutable_proposed()->mutable_proposal());
    }
    if (!reply.has_need()) return WrongReply(name, "Proposed, Need or Failed");
    // Nobody would be told of what is read now.
    if (round == kMostRounds) break;
    PROVISION_RETURN_IF_ERROR(ReadNeeded(reply.need(), facts));
  }
  return DiagnosticError(
      absl::StatusCode::kInternal, "plugin/needs",
      absl::StrCat(name, ": asked for further facts ", kMostRounds + 1,
                   " times, and made no proposal"));
}

}  // namespace provision
