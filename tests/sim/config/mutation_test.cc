// Some thousand scenarios with something changed at random: each loads (and then its dump loads again to the
// same) or is a UserError with places; nothing else. tests/fuzz/scenario_fuzz.cc looks further.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "models/base/error.h"
#include "models/base/random.h"
#include "sim/config/load.h"

namespace cv2x {
namespace {

const std::string kGood = CV2X_SOURCE_DIR "/tests/sim/config/good/";

/// Pieces that mean something to YAML or to the parser.
const std::vector<std::string> kPieces = {":",       ": ",        "\n",     "\n  ",
                                          "- ",      "[",         "]",      "{",
                                          "}",       ",",         "&a ",    "*a",
                                          "? ",      "|\n",       ">\n",    "#",
                                          "'",       "\"",        "\\",     "\t",
                                          "!!str ",  "%",         "~",      "null",
                                          "<<: ",    "---\n",     "...\n",  "nan",
                                          "inf",     "1e999",     "-1 s",   "0",
                                          "9e18 ns", "1e300 Hz",  "100 %",  "\xC3\xA9",
                                          "\xFF",    "extends: ", "kind: ", "kind: nr",
                                          "sites: ", "static",    "10 ms",  std::string(1, '\0')};

class Mutator {
 public:
  explicit Mutator(std::uint64_t number) : stream_(Seed{1, 0}, "mutation", number) {}

  std::string mutate(std::string text) {
    for (std::size_t n = 1 + below(3); n > 0; --n) change(text);
    return text;
  }

 private:
  std::size_t below(std::size_t n) {
    return std::min(n - 1, static_cast<std::size_t>(stream_.uniform() * static_cast<double>(n)));
  }

  void change(std::string& text) {
    if (text.empty()) return;
    const std::size_t at = below(text.size()), other = below(text.size());
    const std::size_t length = std::min<std::size_t>(1 + below(20), text.size() - at);
    switch (below(7)) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.insert(at, kPieces[below(kPieces.size())]);
        break;
      case 2:
        text[at] = static_cast<char>(below(256));
        break;
      case 3:
        text.insert(other, text.substr(at, length));
        break;
      case 4:
        text.resize(at);
        break;
      case 5:
        swap_values(text, at, other);
        break;
      default:
        text.replace(at, length, kPieces[below(kPieces.size())]);
    }
  }

  /// Puts the value (up to a comma, brace or line's end) behind one colon behind another one, too.
  static void swap_values(std::string& text, std::size_t from, std::size_t to) {
    from = text.find(": ", from);
    to = text.find(": ", to);
    if (from == text.npos || to == text.npos) return;
    const std::size_t end = std::min(text.find_first_of(",}\n", from), text.size());
    const std::string value = text.substr(from, end - from);
    text.replace(to, std::min(text.find_first_of(",}\n", to), text.size()) - to, value);
  }

  Stream stream_;
};

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

TEST(Mutation, LoadsOrIsAUserError) {
  const std::vector<std::string> originals = {
      content(kGood + "everything.yaml"), content(kGood + "small.yaml"), content(kGood + "layered.yaml"),
      resolved_yaml(load_scenario(kGood + "everything.yaml").scenario)};
  int loaded = 0, refused = 0;
  for (std::uint64_t i = 0; i < 3000; ++i) {
    const std::string text = Mutator(i).mutate(originals[i % originals.size()]);
    try {
      const std::string dump = resolved_yaml(load_scenario_text(text, "mutated", kGood).scenario);
      ASSERT_EQ(resolved_yaml(load_scenario_text(dump, "dump").scenario), dump) << text;
      ++loaded;
    } catch (const UserError& e) {
      ++refused;
      for (const auto& d : e.diagnostics()) {
        ASSERT_FALSE(d.where.file.empty()) << text;
        ASSERT_FALSE(d.message.empty()) << text;
      }
    } catch (const std::exception& e) {
      FAIL() << e.what() << "\nfrom\n" << text;
    }
  }
  EXPECT_GT(loaded, 100);
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace cv2x
