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
    parser.finish();
    out.inputs = parser.inputs();
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
  return load(composer.file(path), composer, log, options);
}

LoadedScenario load_scenario_text(const std::string& text, const std::string& name, const std::string& folder,
                                  const LoadOptions& options) {
  config::Log log;
  config::Composer composer(log);
  return load(composer.text(text, name, folder, options.places), composer, log, options);
}

}  // namespace cv2x
