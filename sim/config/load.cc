#include "sim/config/load.h"

#include "sim/config/check.h"
#include "sim/config/compose.h"
#include "sim/config/parse.h"

namespace cv2x {
namespace {

LoadedScenario load(std::optional<config::Value> tree, config::Composer& composer, config::Log& log,
                    const LoadOptions& options) {
  if (tree) {
    for (const auto& assignment : options.overrides) composer.override_with(assignment, *tree);
  }
  LoadedScenario out;
  if (tree) {
    config::ParseVisitor parser(*tree, log);
    describe(parser, out.scenario);
    const config::Entry* slices = tree->find("slices");
    if (!slices || slices->value.kind == config::Value::Kind::kEmpty)
      parser.know("slices", config::kDefaultSlice);  // that fill_in() makes
    parser.finish();
    out.inputs = parser.inputs();
    if (const auto& code = parser.code())
      out.policy_at = {log.source(code->source).name, code->line, code->column};
    config::fill_in(out.scenario);
    config::check(out.scenario, *tree, log);
  }
  log.throw_if_any();
  out.text = composer.main_text();
  out.files = composer.files();
  return out;
}

}  // namespace

LoadedScenario load_scenario(const std::string& path, const LoadOptions& options) {
  config::Log log;
  config::Composer composer(log);
  LoadedScenario out = load(composer.file(path), composer, log, options);
  out.origin = {.name = path, .folder = {}, .is_text = false, .options = options};
  return out;
}

LoadedScenario load_scenario_text(const std::string& text, const std::string& name, const std::string& folder,
                                  const LoadOptions& options) {
  config::Log log;
  config::Composer composer(log);
  LoadedScenario out = load(composer.text(text, name, folder, options.places), composer, log, options);
  out.origin = {.name = name, .folder = folder, .is_text = true, .options = options};
  return out;
}

LoadedScenario with_overrides(const LoadedScenario& loaded, const std::vector<std::string>& overrides) {
  const auto& origin = loaded.origin;
  LoadOptions options = origin.options;
  options.overrides.insert(options.overrides.end(), overrides.begin(), overrides.end());
  return origin.is_text ? load_scenario_text(loaded.text, origin.name, origin.folder, options)
                        : load_scenario(origin.name, options);
}

}  // namespace cv2x
