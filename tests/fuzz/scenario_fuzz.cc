// libFuzzer: any text either loads, and then its dump loads again to the same, or is a UserError.
#include <cstdlib>
#include <string>

#include "models/base/error.h"
#include "sim/config/load.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const std::string dump = cv2x::resolved_yaml(cv2x::load_scenario_text(text, "fuzz").scenario);
    if (cv2x::resolved_yaml(cv2x::load_scenario_text(dump, "dump").scenario) != dump) std::abort();
  } catch (const cv2x::UserError&) {
  }
  return 0;
}
