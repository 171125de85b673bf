#pragma once

#include <string>
#include <vector>

#include "models/base/error.h"
#include "sim/config/scenario.h"

namespace cv2x {

/// What the command line (or Python) adds to a scenario file.
struct LoadOptions {
  /// "a.b.c=value", applied in order after `extends`; the value is YAML ("20 MHz", "[a, b]", "{kind: gnb}").
  /// "a.b.c=null" deletes. A relative path in a value is taken as it stands (from the working folder).
  std::vector<std::string> overrides;
  /// False: the text was made from something else (a dict), so lines and columns would tell nobody anything.
  bool places = true;
};

struct LoadedScenario {
  Scenario scenario;
  std::string text;                 ///< of the main file, as given
  std::vector<std::string> files;   ///< every scenario file read, the main one first; for hashing
  std::vector<std::string> inputs;  ///< every file that a key names (SUMO configuration, FCD, …); they exist
  Location policy_at;               ///< where offloading.policy stands, if it is Python code

  /// What it was loaded from, for with_overrides.
  struct Origin {
    std::string name;    ///< the path, or the name of a text
    std::string folder;  ///< of a text
    bool is_text = false;
    LoadOptions options;
  };
  Origin origin;
};

/// Reads a scenario file (YAML 1.2, UTF-8, at most 16 MB), the files it extends and the overrides.
/// Everything the keys can get wrong, alone or together, is checked here. Throws UserError with all mistakes
/// of all files at once, in the order of their places; a file that is not YAML at all hides what is wrong
/// with its keys.
///
/// `extends: other.yaml` (or a list; later ones win) at the top of a file: maps are merged key by key,
/// anything else is replaced; `key: null` deletes what was inherited under that key. Relative paths, of
/// `extends` and of input files alike, count from the folder of the file they are written in.
LoadedScenario load_scenario(const std::string& path, const LoadOptions& options = {});

/// The same for a text (YAML or JSON). `name` stands for the file in messages; relative paths count from
/// `folder` (empty: the working folder). `files` holds only what the text extends.
LoadedScenario load_scenario_text(const std::string& text, const std::string& name,
                                  const std::string& folder = {}, const LoadOptions& options = {});

/// Loads again what `loaded` came from, with further overrides after its own.
LoadedScenario with_overrides(const LoadedScenario& loaded, const std::vector<std::string>& overrides);

/// The scenario with every default filled in, as YAML that loads again to an equal Scenario (from the same
/// working folder, where paths are relative). Only the keys of the chosen variants are written.
std::string resolved_yaml(const Scenario& scenario);
/// The same as JSON.
std::string resolved_json(const Scenario& scenario);

/// JSON Schema (draft 2020-12) of scenario files. A file with `extends` is partial: there, no key is
/// required.
std::string json_schema();

/// The keys of a scenario for programs: a JSON list of objects with `key`, `doc`, `type` ("quantity",
/// "number", "integer", "flag", "text", "path", "word", "word_or_code", "reference", "references", "points",
/// "object", "entries"), `required`, and, where they apply, `default`, `dimension`, `units`, `allowed` (a
/// range), `options`, `section` (of references), `keys` (of objects and entries: a list like this one),
/// `variant` and `when` (the key exists only where the key `variant` beside it is one of `when`).
std::string keys_json();

/// Markdown page of every key: type, unit, default, what is allowed, what it means.
std::string reference_page();

}  // namespace cv2x
