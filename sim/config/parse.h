#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "models/base/describe.h"
#include "sim/config/value.h"

namespace cv2x::config {

/// Whether a tree is all of a scenario, or some of one that is still being made. Of a part only what is there
/// can be wrong: nothing is missing, names may come later, and where nobody has chosen a kind, the keys of
/// every kind may stand.
enum class Extent : std::uint8_t { kWhole, kPart };

/// Fills structs from a tree and reports everything that does not fit. References are checked by finish(),
/// when all sections are known.
class ParseVisitor final : public Visitor {
 public:
  ParseVisitor(const Value& root, Log& log, Extent extent = Extent::kWhole);

  /// A name that references may use although the tree does not have its section's entry of that name, which
  /// outlives this.
  void know(const std::string& section, std::string_view name) { sections_[section].push_back(name); }
  /// After the describe() of the whole scenario.
  void finish();
  /// The files that keys name, in the order of the keys; they exist.
  const std::vector<std::string>& inputs() const { return inputs_; }
  /// Where the key stands whose value is Python code; nowhere: there is none.
  const std::optional<Place>& code() const { return code_; }

  bool fills() const override { return !dry(); }
  void quantity(const Field& field, double& value, Dimension dimension, const Bounds& bounds) override;
  void duration(const Field& field, TimeNs& value, const Bounds& bounds) override;
  void bytes(const Field& field, std::int64_t& value, const Bounds& bounds) override;
  void number(const Field& field, double& value, const Bounds& bounds) override;
  void integer(const Field& field, std::int64_t& value, std::int64_t min, std::int64_t max) override;
  void flag(const Field& field, bool& value) override;
  void text(const Field& field, std::string& value) override;
  void path(const Field& field, std::string& value) override;
  void word(const Field& field, std::string& value, std::span<const std::string_view> options) override;
  void word_or_code(const Field& field, std::string& value,
                    std::span<const std::string_view> options) override;
  void reference(const Field& field, std::string& value, std::string_view section) override;
  void references(const Field& field, std::vector<std::string>& values, std::string_view section) override;
  void points(const Field& field, std::vector<Point>& values, const Bounds& bounds,
              std::size_t fewest) override;
  bool begin_object(const Field& field, bool& present) override;
  void end_object() override;
  std::size_t begin_entries(const Field& field, std::size_t have) override;
  void begin_entry(std::size_t index, std::string& name) override;
  void end_entry() override;
  void end_entries() override;
  std::size_t begin_variant(const Field& field, std::size_t& selected,
                            std::span<const std::string_view> names) override;
  std::size_t begin_branch(std::size_t i) override;
  void end_branch() override;
  void end_variant() override;
  void require(bool ok, std::string_view key, const std::string& message) override;

 private:
  /// A key that exists only under another option of a variant.
  struct OtherKey {
    std::string_view key;
    std::size_t variant;  ///< into Frame::variants
    std::string_view option;
  };
  struct Variant {
    std::string_view key;
    std::string_view chosen;  ///< empty: none, the key was missing or wrong
    std::uint32_t rank = 0;   ///< of the source that chose
    bool given = false;       ///< somebody chose, rightly or wrongly
  };
  /// The map that is being read.
  struct Frame {
    const Value* map;  ///< null: the scenario does not have it
    std::string path;
    Place place;
    std::vector<std::string_view> known;
    std::vector<OtherKey> others;
    std::vector<Variant> variants;
    std::size_t mistakes_before;
    bool muted;  ///< what it holds was reported as a whole
  };
  /// A variant that is being read; its entry of Frame::variants.
  struct Branches {
    std::size_t variant;
    std::size_t selected;
    std::span<const std::string_view> names;
    bool dry;  ///< the branch being visited is not the selected one
    std::size_t index;
  };
  struct Reference {
    std::string path;
    Place place;
    std::string name;
    std::string_view section;
  };

  /// Notes that the key exists. Null when it is not to be read: not given (reported if required), or of a
  /// branch not selected.
  const Entry* take(const Field& field);
  /// The same for a leaf; null (and a report) also when what is given is no scalar. `wanted`: "a time".
  const Entry* take_scalar(const Field& field, std::string_view wanted);
  const Entry* take_quantity(const Field& field, double& value, Dimension dimension, const Bounds& bounds);
  std::optional<double> take_length(const Value& item, std::string_view key, const Bounds& bounds);
  const Entry* take_text(const Field& field, std::string_view wanted);
  bool check_filled(const Entry& entry, const std::string& path, std::string_view wanted);
  bool check_entry(const Entry& entry, const std::string& section, const std::string& path);
  /// The path `text` stands for in this entry; empty (and a report) when there is no such file.
  std::string take_file(const Entry& entry, std::string_view key, std::string_view text);
  void wrong(const Entry& entry, std::string_view key, std::string message);
  void out_of_bounds(const Entry& entry, std::string_view key, const std::string& allowed);
  void push(const Value* map, std::string path, Place place);
  void pop();
  void report_unknown(const Frame& frame, const Entry& entry);
  std::string path_of(std::string_view key) const { return join_path(frames_.back().path, key); }
  bool dry() const { return dry_ > 0; }

  const Value& root_;
  Log& log_;
  Extent extent_;
  std::vector<Frame> frames_;
  std::vector<Branches> branches_;
  std::vector<const Value*> entry_maps_;  ///< of the begin_entries under way
  int dry_ = 0;
  std::vector<Reference> references_;
  std::unordered_map<std::string, std::vector<std::string_view>> sections_;  ///< names, by path
  std::vector<std::string> inputs_;
  std::optional<Place> code_;
};

}  // namespace cv2x::config
