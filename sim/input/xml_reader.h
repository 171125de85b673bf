#pragma once

#include <expat.h>
#include <zlib.h>

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "models/base/error.h"

namespace cv2x {

/// Attributes of the element that has just begun; valid until the handler returns.
class XmlAttributes {
 public:
  explicit XmlAttributes(const char** atts) : atts_(atts) {}
  /// UTF-8 value, or nothing when the element has no such attribute.
  std::optional<std::string_view> find(std::string_view name) const;

 private:
  const char** atts_;
};

/// Streams an XML file (.xml, or gzip by content) through expat in pieces: its memory depends neither on the
/// size of the file nor on what is in it. Subclasses take what they need in the handlers and may pause().
///
/// Throws UserError with file:line:column: no such file, a directory, not XML, cut off (XML or gzip), damaged
/// gzip, any document type declaration (so there are no entities to expand), elements nested deeper than
/// kMaxDepth, one tag longer than kMaxTagBytes.
class XmlReader {
 public:
  static constexpr int kMaxDepth = 64;
  static constexpr std::size_t kMaxTagBytes = 1 << 20;

  explicit XmlReader(std::string path);
  virtual ~XmlReader() = default;
  XmlReader(const XmlReader&) = delete;
  XmlReader& operator=(const XmlReader&) = delete;

  const std::string& path() const { return path_; }

 protected:
  /// Reads on until a handler calls pause() (true) or the file ends well-formed (false, and ever after).
  bool run();
  /// From a handler: run() returns after it.
  void pause();
  /// The element or text a handler is looking at.
  Location here() const;
  [[noreturn]] void fail(const std::string& message) const { throw UserError(here(), message); }
  /// Number of open elements, the current one included.
  int depth() const { return depth_; }

  virtual void on_start(std::string_view name, const XmlAttributes& attributes) = 0;
  virtual void on_end(std::string_view) {}
  virtual void on_text(std::string_view) {}

 private:
  struct CloseGz {
    void operator()(gzFile_s* file) const { gzclose_r(file); }
  };
  struct FreeParser {
    void operator()(XML_ParserStruct* parser) const { XML_ParserFree(parser); }
  };

  template <class Handler>
  void guarded(Handler&& handler);
  /// One more piece of the file; false when the parser was paused.
  bool feed();
  bool settle(XML_Status status);

  std::string path_;
  std::unique_ptr<gzFile_s, CloseGz> file_;
  std::unique_ptr<XML_ParserStruct, FreeParser> parser_;
  std::exception_ptr thrown_;  ///< by a handler; expat is C and must not be unwound
  long long fed_bytes_ = 0;
  int depth_ = 0;
  bool last_piece_ = false;
  bool paused_ = false;
  bool done_ = false;
};

}  // namespace cv2x
