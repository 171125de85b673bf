#include "sim/input/xml_reader.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace cv2x {

namespace {
constexpr int kPieceBytes = 1 << 16;
}

std::optional<std::string_view> XmlAttributes::find(std::string_view name) const {
  for (const char** a = atts_; *a; a += 2) {
    if (name == *a) return a[1];
  }
  return std::nullopt;
}

template <class Handler>
void XmlReader::guarded(Handler&& handler) {
  if (thrown_) return;  // expat may still report what belongs to the same tag
  try {
    handler();
  } catch (...) {
    thrown_ = std::current_exception();
    XML_StopParser(parser_.get(), XML_FALSE);
  }
}

XmlReader::XmlReader(std::string path) : path_(std::move(path)) {
  std::error_code error;
  const auto status = std::filesystem::status(path_, error);
  if (status.type() == std::filesystem::file_type::not_found) throw UserError({path_}, "no such file");
  if (error) throw UserError({path_}, fmt::format("cannot be read: {}", error.message()));
  if (std::filesystem::is_directory(status)) throw UserError({path_}, "is a folder; a file is needed");
  errno = 0;
  file_.reset(gzopen(path_.c_str(), "rb"));
  if (!file_) throw UserError({path_}, fmt::format("cannot be read: {}", std::strerror(errno)));
  gzbuffer(file_.get(), 2 * kPieceBytes);

  parser_.reset(XML_ParserCreate(nullptr));
  if (!parser_) throw std::bad_alloc();
  XML_SetUserData(parser_.get(), this);
  XML_SetElementHandler(
      parser_.get(),
      [](void* self, const XML_Char* name, const XML_Char** atts) {
        auto& r = *static_cast<XmlReader*>(self);
        r.guarded([&] {
          if (++r.depth_ > kMaxDepth) r.fail(fmt::format("elements are nested deeper than {}", kMaxDepth));
          r.on_start(name, XmlAttributes(atts));
        });
      },
      [](void* self, const XML_Char* name) {
        auto& r = *static_cast<XmlReader*>(self);
        r.guarded([&] {
          r.on_end(name);
          --r.depth_;
        });
      });
  XML_SetCharacterDataHandler(parser_.get(), [](void* self, const XML_Char* text, int size) {
    auto& r = *static_cast<XmlReader*>(self);
    r.guarded([&] { r.on_text({text, static_cast<std::size_t>(size)}); });
  });
  XML_SetStartDoctypeDeclHandler(
      parser_.get(), [](void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
        auto& r = *static_cast<XmlReader*>(self);
        r.guarded([&] { r.fail("a document type declaration (<!DOCTYPE …>) is not allowed"); });
      });
}

Location XmlReader::here() const {
  return {path_, static_cast<int>(XML_GetCurrentLineNumber(parser_.get())),
          static_cast<int>(XML_GetCurrentColumnNumber(parser_.get())) + 1};
}

void XmlReader::pause() { XML_StopParser(parser_.get(), XML_TRUE); }

bool XmlReader::run() {
  if (done_) return false;
  if (paused_) {
    paused_ = false;
    if (!settle(XML_ResumeParser(parser_.get()))) return true;
  }
  while (!last_piece_) {
    if (!feed()) return true;
  }
  done_ = true;
  return false;
}

bool XmlReader::feed() {
  void* const buffer = XML_GetBuffer(parser_.get(), kPieceBytes);
  if (!buffer) throw std::bad_alloc();
  const int got = gzread(file_.get(), buffer, kPieceBytes);
  if (got < kPieceBytes) {  // the end, or an error; a cut-off file first gives what it holds
    int code = Z_OK;
    const char* const text = gzerror(file_.get(), &code);
    if (code == Z_BUF_ERROR) fail("the file is cut off: its compressed data end too early");
    if (code == Z_ERRNO) fail(fmt::format("cannot be read: {}", std::strerror(errno)));
    if (code != Z_OK && code != Z_STREAM_END) fail(fmt::format("the compressed data are damaged: {}", text));
    last_piece_ = got == 0;  // a pipe may give less than asked for
  }
  fed_bytes_ += got;
  if (!settle(XML_ParseBuffer(parser_.get(), got, last_piece_))) return false;
  if (fed_bytes_ - XML_GetCurrentByteIndex(parser_.get()) > static_cast<long long>(kMaxTagBytes))
    fail(fmt::format("a tag or comment is longer than {} bytes", kMaxTagBytes));
  return true;
}

bool XmlReader::settle(XML_Status status) {
  if (thrown_) std::rethrow_exception(thrown_);
  if (status == XML_STATUS_SUSPENDED) {
    paused_ = true;
    return false;
  }
  if (status == XML_STATUS_OK) return true;
  const XML_Error code = XML_GetErrorCode(parser_.get());
  if (code == XML_ERROR_NO_MEMORY) throw std::bad_alloc();
  const char* const text = XML_ErrorString(code);
  if (last_piece_ && depth_ > 0 &&
      (code == XML_ERROR_NO_ELEMENTS || code == XML_ERROR_UNCLOSED_TOKEN || code == XML_ERROR_PARTIAL_CHAR))
    fail(fmt::format("the file is cut off: it ends within an element ({})", text));
  fail(fmt::format("not well-formed XML: {}", text));
}

}  // namespace cv2x
