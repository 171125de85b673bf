#include "sim/config/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/anchor.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <system_error>
#include <unordered_set>

namespace cv2x::config {
namespace {

/// Line and column of a text (from 1; 0: not known) as a place.
Place place_in(const YamlOptions& options, int line, int column) {
  if (options.after == YamlOptions::kNowhere) return {options.source, 0, 0};
  if (options.after == YamlOptions::kFile) return {options.source, line, column};
  return {options.source, 0, line == 1 && column > 0 ? options.after + column : 0};
}

/// Ends the reading of a text of which no more can be said than the message.
struct Refused {
  Place place;
  std::string message;
};

/// Builds a Value from yaml-cpp's events. (Its Node would hide duplicate keys, and write out aliases by
/// reference, so that a bomb is only noticed when it goes off.)
class Builder final : public YAML::EventHandler {
 public:
  Builder(const std::string& text, YamlOptions& options, Log& log)
      : text_(text), options_(options), log_(log) {}

  Value take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++) throw Refused{place_of(mark), "a second YAML document; a scenario is one document"};
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Value value = make(is_null_word(mark) ? Value::Kind::kNull : Value::Kind::kEmpty, mark);
    close(std::move(value), anchor, 1, 0);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto it = anchors_.find(anchor);
    if (it == anchors_.end()) throw Refused{place_of(mark), "an alias within the very node it stands for"};
    const auto& anchored = it->second;
    count(anchored.nodes, place_of(mark));
    check_depth(static_cast<int>(stack_.size()) + anchored.depth, place_of(mark));
    add(Value(anchored.value), anchored.nodes, anchored.depth);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    check_tag(tag, mark);
    Value value = make(Value::Kind::kScalar, mark);
    value.scalar = text;
    value.quoted = tag == "!";
    if (value.quoted && !is_closed(mark)) throw Refused{value.place, "a text in quotes that never ends"};
    close(std::move(value), anchor, 1, 0);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Value::Kind::kList, mark, tag, anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Value::Kind::kMap, mark, tag, anchor);
  }
  void OnSequenceEnd() override { finish(); }
  void OnMapEnd() override { finish(); }

 private:
  struct Open {
    Value value;
    YAML::anchor_t anchor = 0;
    std::size_t nodes = 1;
    int depth = 0;                   ///< of what is in it
    bool at_value = false;           ///< map: a key was read, its value comes next
    std::optional<std::string> key;  /// none: the key was no name, its value is left out
    Place key_place;
    std::unordered_set<std::string> keys;
  };
  struct Anchored {
    Value value;
    std::size_t nodes;
    int depth;
  };

  Place place_of(const YAML::Mark& mark) const { return place_in(options_, mark.line + 1, mark.column + 1); }

  /// Whether a null was written out; otherwise there was just nothing, and the mark is that of what follows.
  bool is_null_word(const YAML::Mark& mark) const {
    if (mark.pos < 0) return false;
    const auto rest = std::string_view(text_).substr(std::min<std::size_t>(mark.pos, text_.size()), 5);
    for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
      if (!rest.starts_with(word)) continue;
      if (rest.size() == word.size()) return true;
      if (std::string_view(" \t\r\n,]}").find(rest[word.size()]) != std::string_view::npos) return true;
    }
    return false;
  }

  /// Whether the quotes that begin at the mark (behind an anchor, perhaps) are closed. yaml-cpp 0.7 takes
  /// what is left of the file where the closing ones are missing and the file ends with a line's end.
  bool is_closed(const YAML::Mark& mark) const {
    std::size_t at = mark.pos < 0 ? text_.size() : static_cast<std::size_t>(mark.pos);
    while (at < text_.size() && (text_[at] == '&' || text_[at] == '!')) {
      at = std::min(text_.find_first_of(" \t\r\n", at), text_.size());
      at = std::min(text_.find_first_not_of(" \t\r\n", at), text_.size());
    }
    if (at >= text_.size() || (text_[at] != '"' && text_[at] != '\'')) return true;  // a block, not quotes
    const char quote = text_[at];
    for (++at; at < text_.size(); ++at) {
      if (quote == '"' && text_[at] == '\\') {
        ++at;
      } else if (text_[at] == quote) {
        if (quote == '"' || at + 1 >= text_.size() || text_[at + 1] != quote) return true;
        ++at;
      }
    }
    return false;
  }

  Value make(Value::Kind kind, const YAML::Mark& mark) {
    count(1, place_of(mark));
    Value value;
    value.kind = kind;
    value.place = place_of(mark);
    return value;
  }

  void count(std::size_t nodes, Place place) {
    options_.nodes += nodes;
    if (options_.nodes > kMostNodes)
      throw Refused{
          place,
          fmt::format("more than {} keys and values, aliases written out; that is no scenario", kMostNodes)};
  }

  static void check_depth(int depth, Place place) {
    if (depth > kMostDepth)
      throw Refused{place, fmt::format("maps and lists are nested more than {} deep", kMostDepth)};
  }

  void check_tag(const std::string& tag, const YAML::Mark& mark) const {
    if (!tag.empty() && tag != "?" && tag != "!")
      throw Refused{place_of(mark),
                    fmt::format("the YAML tag '{}' has no meaning here; leave it out", shown(tag))};
  }

  void open(Value::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    check_tag(tag, mark);
    Open node;
    node.value = make(kind, mark);
    node.anchor = anchor;
    check_depth(static_cast<int>(stack_.size()) + 1, node.value.place);
    stack_.push_back(std::move(node));
  }

  void finish() {
    Open node = std::move(stack_.back());
    stack_.pop_back();
    close(std::move(node.value), node.anchor, node.nodes, node.depth + 1);
  }

  void close(Value value, YAML::anchor_t anchor, std::size_t nodes, int depth) {
    if (anchor) {
      count(nodes, value.place);
      anchors_.insert_or_assign(anchor, Anchored{value, nodes, depth});
    }
    add(std::move(value), nodes, depth);
  }

  void add(Value value, std::size_t nodes, int depth) {
    if (stack_.empty()) {
      root_ = std::move(value);
      return;
    }
    Open& parent = stack_.back();
    parent.nodes += nodes;
    parent.depth = std::max(parent.depth, depth);
    if (parent.value.kind == Value::Kind::kList) {
      parent.value.list.push_back(std::move(value));
    } else if (parent.at_value) {
      if (parent.key)
        parent.value.map.push_back({std::move(*parent.key), parent.key_place, std::move(value)});
      parent.at_value = false;
    } else {
      take_key(parent, std::move(value));
      parent.at_value = true;
    }
  }

  /// Path of the map that is being read, without the parts that are not known.
  std::string path() const {
    std::string out = options_.key;
    for (std::size_t i = 0; i + 1 < stack_.size(); ++i) {
      if (stack_[i].at_value && stack_[i].key) out = join_path(out, shown(*stack_[i].key));
    }
    return out;
  }

  void take_key(Open& parent, Value value) {
    parent.key.reset();
    parent.key_place = value.place;
    if (value.kind != Value::Kind::kScalar) {
      log_.report(
          value.place, path(),
          fmt::format("found {} as a key; a key is a name",
                      value.kind == Value::Kind::kMap || value.kind == Value::Kind::kList ? found_text(value)
                                                                                          : "null"));
    } else if (value.scalar == "<<" && !value.quoted) {
      log_.report(value.place, path(),
                  "merge keys ('<<') are not supported; use `extends`, or an alias for the whole value");
    } else if (!parent.keys.insert(value.scalar).second) {
      const Entry* first = log_.full() ? nullptr : parent.value.find(value.scalar);
      const std::string where = first && options_.after == YamlOptions::kFile
                                    ? fmt::format(" (first in line {})", first->place.line)
                                    : std::string{};
      log_.report(value.place, path(),
                  fmt::format("the key '{}' is given twice{}", shown(value.scalar), where));
    } else {
      parent.key = std::move(value.scalar);
    }
  }

  const std::string& text_;
  YamlOptions& options_;
  Log& log_;
  Value root_;
  std::vector<Open> stack_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  int documents_ = 0;
};

/// Whether the line (from 0) is indented with a tab.
bool has_tab(const std::string& text, int line) {
  std::size_t at = 0;
  for (; line > 0 && at != std::string::npos; --line) at = text.find('\n', at) + 1;
  const std::size_t end = text.find_first_not_of(" \t", at);
  return text.substr(at, end - at).find('\t') != std::string::npos;
}

/// The place of the first byte that is not UTF-8 text (RFC 3629), or is a control character.
std::optional<Place> bad_byte(const std::string& text, const YamlOptions& options) {
  int line = 1, column = 1;
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t k) {
      return i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0u;
    };
    const unsigned c = byte(0);
    const auto tail = [&](std::size_t k) { return (byte(k) & 0xC0) == 0x80; };
    std::size_t length = 0;
    if (c < 0x80) {
      length = c >= 0x20 || c == '\t' || c == '\n' || c == '\r' ? 1 : 0;
    } else if (c >= 0xC2 && c <= 0xDF) {
      length = tail(1) ? 2 : 0;
    } else if (c >= 0xE0 && c <= 0xEF) {
      const unsigned low = c == 0xE0 ? 0xA0 : 0x80, high = c == 0xED ? 0x9F : 0xBF;
      length = byte(1) >= low && byte(1) <= high && tail(2) ? 3 : 0;
    } else if (c >= 0xF0 && c <= 0xF4) {
      const unsigned low = c == 0xF0 ? 0x90 : 0x80, high = c == 0xF4 ? 0x8F : 0xBF;
      length = byte(1) >= low && byte(1) <= high && tail(2) && tail(3) ? 4 : 0;
    }
    if (length == 0) return place_in(options, line, column);
    i += length;
    ++column;
    if (c == '\n') {
      ++line;
      column = 1;
    }
  }
  return {};
}

}  // namespace

std::optional<std::string> read_file(const std::string& path, Place place, const std::string& key, Log& log) {
  const auto refuse = [&](const std::string& why) {
    log.report(place, key, why);
    return std::nullopt;
  };
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  const std::string name = shown(path);
  if (status.type() == std::filesystem::file_type::not_found)
    return refuse(fmt::format("there is no file '{}'", name));
  if (error) return refuse(fmt::format("cannot read '{}': {}", name, error.message()));
  if (std::filesystem::is_directory(status))
    return refuse(fmt::format("'{}' is a folder; a scenario file is needed", name));
  if (!std::filesystem::is_regular_file(status))
    return refuse(fmt::format("'{}' is not a regular file", name));
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return refuse(fmt::format("cannot read '{}': {}", name, std::generic_category().message(errno)));
  std::string text;
  char block[1 << 16];
  while (text.size() <= kMostBytes && (file.read(block, sizeof block), file.gcount() > 0))
    text.append(block, static_cast<std::size_t>(file.gcount()));
  if (file.bad()) return refuse(fmt::format("cannot read '{}'", name));
  if (text.size() > kMostBytes)
    return refuse(
        fmt::format("'{}' is larger than {} MB; that is no scenario", name, kMostBytes / 1'000'000));
  return text;
}

std::optional<Value> parse_yaml(const std::string& text, YamlOptions& options, Log& log) {
  const auto refuse = [&](Place place, std::string why) {
    log.report(place, options.key, std::move(why));
    return std::nullopt;
  };
  if (text.size() > kMostBytes)
    return refuse({options.source, 0, 0},
                  fmt::format("larger than {} MB; that is no scenario", kMostBytes / 1'000'000));
  if (const auto bad = bad_byte(text, options))
    return refuse(*bad, "not UTF-8 text (or a control character)");
  const std::string body = text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text;
  Builder builder(body, options, log);
  try {
    std::istringstream stream(body);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Refused& refused) {
    return refuse(refused.place, refused.message);
  } catch (const YAML::DeepRecursion& e) {
    return refuse(place_in(options, e.mark.line + 1, e.mark.column + 1),
                  fmt::format("maps and lists are nested more than {} deep", kMostDepth));
  } catch (const YAML::Exception& e) {
    const char* tab =
        e.mark.line >= 0 && has_tab(body, e.mark.line) ? " (YAML is indented with spaces, not tabs)" : "";
    return refuse(place_in(options, e.mark.line + 1, e.mark.column + 1),
                  fmt::format("not valid YAML: {}{}", shown(e.msg), tab));
  }
  return builder.take();
}

}  // namespace cv2x::config
